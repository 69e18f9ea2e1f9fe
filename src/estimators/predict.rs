use super::LinearModel;
use crate::features::DesignMatrix;

impl LinearModel {
    /// Appends the predictions for the listed rows, in their order. The features are the design matrix's first ones, in order;
    /// a row beyond its end gives NaN.
    pub fn predict_into(&self, x: &DesignMatrix, rows: &[u32], predictions: &mut Vec<f64>) {
        self.predict_columns(&x.columns(), rows, predictions);
    }

    /// The same from bare columns, one slice a coefficient.
    pub fn predict_columns(&self, columns: &[&[f64]], rows: &[u32], predictions: &mut Vec<f64>) {
        let start = predictions.len();
        predictions.resize(start + rows.len(), self.intercept);
        let (_, fresh) = predictions.split_at_mut(start);
        for (coef, column) in self.coef.iter().zip(columns) {
            for (prediction, row) in fresh.iter_mut().zip(rows) {
                *prediction += coef * column.get(*row as usize).copied().unwrap_or(f64::NAN);
            }
        }
    }
}
