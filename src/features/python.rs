//! The features as scikit-learn: one ColumnTransformer an encoder, in a pipeline that ends in the estimator.

use super::{FeatureSpec, FittedFeatures};

impl FeatureSpec {
    /// Python that makes `model`, a scikit-learn pipeline of the encoders and `estimator` (a constructor such as
    /// `LinearRegression()`, imported by the caller). `model.fit(X_train, y_train)` takes pandas DataFrames.
    ///
    /// With `fitted`, columns that are left open stand there by name; without, scikit-learn's selectors find them. The
    /// matrix has the same columns, but in another order: ColumnTransformer puts the ones that it made first, here they
    /// stand in the place of the column that they came from.
    #[must_use]
    pub fn python(&self, fitted: Option<&FittedFeatures>, estimator: &str) -> String {
        let mut imports: Vec<&str> = Vec::new();
        let mut definitions: Vec<&str> = Vec::new();
        let mut steps: Vec<String> = Vec::new();
        for (place, encoder) in self.encoders.iter().enumerate() {
            let named = fitted.and_then(|fitted| fitted.encoders.get(place)).map(|fitted| fitted.feature_names_in());
            let columns = match named.or(encoder.columns()) {
                Some([]) => continue,
                Some(names) => serde_json::Value::from(names.to_vec()).to_string(),
                None => encoder.takes().selector().to_owned(),
            };
            let mut parts = encoder.python_imports().splitn(2, "\n\n");
            imports.extend(parts.next().into_iter().flat_map(str::lines));
            definitions.extend(parts.next());
            let (name, made) = (encoder.name(), encoder.python());
            steps.push(format!(
                "    ColumnTransformer([(\"{name}\", {made}, {columns})],\n        remainder=\"passthrough\", verbose_feature_names_out=False),\n"
            ));
        }
        let selects = steps.iter().any(|step| step.contains("make_column_selector"));
        let mut composed = Vec::new();
        if !steps.is_empty() {
            composed.push("ColumnTransformer");
            imports.push("from sklearn.pipeline import make_pipeline");
        }
        if let Some(transform) = self.target_transform {
            composed.push("TransformedTargetRegressor");
            let uses_numpy = transform.python().contains("np.");
            imports.push(if uses_numpy {
                "import numpy as np"
            } else {
                "from sklearn.preprocessing import PowerTransformer"
            });
        }
        if selects {
            composed.push("make_column_selector");
        }
        let composed = format!("from sklearn.compose import {}", composed.join(", "));
        if !composed.ends_with(' ') {
            imports.push(&composed);
        }
        imports.sort_unstable_by_key(|line| (line.starts_with("from"), *line));
        imports.dedup();
        definitions.sort_unstable();
        definitions.dedup();
        let mut code: String = imports.iter().map(|line| format!("{line}\n")).collect();
        for definition in definitions {
            code.push_str(&format!("\n{definition}\n"));
        }
        if !code.is_empty() {
            code.push('\n');
        }
        if steps.is_empty() {
            code.push_str(&format!("model = {estimator}\n"));
        } else {
            let steps = steps.concat();
            code.push_str(&format!("model = make_pipeline(\n{steps}    {estimator},\n)\n"));
            code.push_str("model[:-1].set_output(transform=\"pandas\")\n");
        }
        if let Some(transform) = self.target_transform {
            code.push_str(&format!("model = TransformedTargetRegressor(model, {})\n", transform.python()));
        }
        code
    }
}
