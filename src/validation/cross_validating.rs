//! Cross-validation of a linear estimator in steps: the folds' factors, a solution for each, a pass over the test rows.

use std::rc::Rc;

use super::fold_factors::{checked, rows_at};
use super::summary::{FoldScores, metrics};
use super::{Coefficients, CvSummary, FoldFactoring, FoldFactors, ValidationError, score};
use crate::base::Coded;
use crate::evaluate::{Tally, Task};
use crate::features::DesignMatrix;
use crate::linalg::RFactor;
use crate::split::cv::{CvSpec, Folds, LabelSource};

const BLOCK_ROWS: usize = 512;

/// What cross-validation gave.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidation {
    pub summary: CvSummary,
    /// The prediction of each row by the model that had not seen it, in the order of `rows`; only where each is tested once.
    pub predictions: Option<Vec<f64>>,
    /// For sweeps over the same folds.
    pub factors: Rc<FoldFactors>,
    /// One a fold.
    pub models: Vec<Coefficients>,
}

/// Cross-validates at once.
///
/// # Errors
/// As `CrossValidating::new`, `step` and `finish`.
pub fn cross_validate<E: Coded>(
    x: &DesignMatrix,
    rows: &[u32],
    folds: &Folds,
    solve: impl Fn(&RFactor) -> Result<Coefficients, E>,
) -> Result<CrossValidation, ValidationError> {
    let mut validating = CrossValidating::new(x, rows, folds, solve)?;
    while validating.step(usize::MAX)? {}
    validating.finish()
}

/// Cross-validation under way. The result does not depend on the size of the steps.
#[derive(Debug)]
pub struct CrossValidating<'a, S> {
    x: &'a DesignMatrix,
    columns: Vec<&'a [f64]>,
    rows: Vec<u32>,
    folds: &'a Folds,
    solve: S,
    n_test_rows: u64,
    n_scored: u64,
    stage: Stage<'a>,
}

#[derive(Debug)]
enum Stage<'a> {
    Factoring(Box<FoldFactoring<'a>>),
    Scoring(Box<Scoring>),
}

#[derive(Debug)]
struct Scoring {
    factors: Rc<FoldFactors>,
    models: Vec<Coefficients>,
    scores: Vec<FoldScores>,
    /// Place in the test rows of the fold that is being scored.
    n_done: usize,
    predictions: Option<Vec<f64>>,
    /// Over all test rows, where each is tested once.
    pooled: (Tally, Tally),
}

impl<'a, E: Coded, S: Fn(&RFactor) -> Result<Coefficients, E>> CrossValidating<'a, S> {
    /// Prepares the validation of what `solve` makes of a factor. Positions in `folds` count in `rows`.
    ///
    /// # Errors
    /// `NoRows`, `OtherRows`, `EmptyFold`.
    pub fn new(x: &'a DesignMatrix, rows: &[u32], folds: &'a Folds, solve: S) -> Result<Self, ValidationError> {
        let factoring = FoldFactoring::new(x, rows, folds)?;
        Ok(Self {
            x,
            columns: x.columns(),
            rows: rows.to_vec(),
            folds,
            solve,
            n_test_rows: (0..folds.len()).map(|fold| folds.test(fold).len() as u64).sum(),
            n_scored: 0,
            stage: Stage::Factoring(Box::new(factoring)),
        })
    }

    /// As `new`, with the factors of these folds of these rows, which are known.
    ///
    /// # Errors
    /// `Fit` with the estimator's own message.
    pub fn with_factors(
        x: &'a DesignMatrix,
        rows: &[u32],
        folds: &'a Folds,
        factors: Rc<FoldFactors>,
        solve: S,
    ) -> Result<Self, ValidationError> {
        let mut validating = Self::new(x, rows, folds, solve)?;
        validating.stage = Stage::Scoring(Box::new(validating.scoring(factors)?));
        Ok(validating)
    }

    /// Rows done and rows to do, all passes counted.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        match &self.stage {
            Stage::Factoring(factoring) => {
                let (done, all) = factoring.progress();
                (done, all + self.n_test_rows)
            }
            Stage::Scoring(_) => (self.n_scored, self.n_test_rows),
        }
    }

    /// Works on about `max_rows` further rows; whether there are more to do.
    ///
    /// # Errors
    /// `Fit` with the estimator's own message; `Linalg`.
    pub fn step(&mut self, max_rows: usize) -> Result<bool, ValidationError> {
        match &mut self.stage {
            Stage::Factoring(factoring) => {
                if factoring.step(max_rows)? {
                    return Ok(true);
                }
                let empty = FoldFactoring::new(self.x, &self.rows, self.folds)?;
                let factors = std::mem::replace(&mut **factoring, empty).finish()?;
                self.stage = Stage::Scoring(Box::new(self.scoring(Rc::new(factors))?));
                Ok(true)
            }
            Stage::Scoring(_) => Ok(self.score(max_rows)),
        }
    }

    fn scoring(&self, factors: Rc<FoldFactors>) -> Result<Scoring, ValidationError> {
        let n_features = self.x.n_features();
        let mut models = Vec::with_capacity(factors.train.len());
        let mut scores = Vec::with_capacity(factors.train.len());
        for (fold, train) in factors.train.iter().enumerate() {
            let solved = (self.solve)(train).map_err(|error| ValidationError::of_fit(fold, &error))?;
            let (coef, intercept) = checked(solved, n_features)?;
            let of_train = score(train, (&coef, intercept));
            scores.push(FoldScores::new(Task::Regression, self.folds.n_train(fold), n_features, Some(of_train)));
            models.push((coef, intercept));
        }
        let is_partition = self.folds.is_partition();
        let predictions = is_partition.then(|| vec![f64::NAN; self.rows.len()]);
        Ok(Scoring {
            factors,
            models,
            scores,
            n_done: 0,
            predictions,
            pooled: (Tally::new(Task::Regression, n_features), Tally::new(Task::Regression, 0)),
        })
    }

    fn score(&mut self, max_rows: usize) -> bool {
        let Stage::Scoring(scoring) = &mut self.stage else { return true };
        let mut left = max_rows.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(max_rows).max(BLOCK_ROWS);
        let mut done: u64 = 0;
        let mut fold = (0..self.folds.len())
            .scan(0, |start, fold| {
                let begins = *start;
                *start += self.folds.test(fold).len() as u64;
                Some((fold, begins, *start))
            })
            .find(|(_, _, end)| self.n_scored < *end)
            .map_or(self.folds.len(), |(fold, _, _)| fold);
        while left > 0 && fold < self.folds.len() {
            let test = self.folds.test(fold);
            let end = (scoring.n_done + BLOCK_ROWS).min(test.len());
            let positions = test.get(scoring.n_done..end).unwrap_or_default();
            scoring.absorb(fold, positions, &rows_at(&self.rows, positions), &self.columns, self.x.target());
            left -= positions.len().min(left);
            done += positions.len() as u64;
            scoring.n_done = end;
            if end == test.len() {
                scoring.n_done = 0;
                fold += 1;
            }
        }
        self.n_scored += done;
        self.n_scored < self.n_test_rows
    }

    /// The summary, once `step` has said that there is no more; what is left undone is done here.
    ///
    /// # Errors
    /// `NotFinite` when a prediction overflows; as `step`.
    pub fn finish(mut self) -> Result<CrossValidation, ValidationError> {
        while self.step(usize::MAX)? {}
        let Stage::Scoring(scoring) = self.stage else { return Err(ValidationError::NoRows) };
        if let Some(predictions) = &scoring.predictions
            && let Some(place) = predictions.iter().position(|prediction| !prediction.is_finite())
        {
            return Err(ValidationError::NotFinite { row: self.rows.get(place).map_or(0, |row| u64::from(*row) + 1) });
        }
        let pooled = scoring.predictions.is_some().then(|| metrics(&scoring.pooled.0, &scoring.pooled.1));
        Ok(CrossValidation {
            summary: CvSummary::of(&scoring.scores, pooled),
            predictions: scoring.predictions,
            factors: scoring.factors,
            models: scoring.models,
        })
    }
}

impl Scoring {
    fn absorb(&mut self, fold: usize, positions: &[u32], rows: &[u32], columns: &[&[f64]], target: &[f64]) {
        let (Some((coef, intercept)), Some(scores)) = (self.models.get(fold), self.scores.get_mut(fold)) else {
            return;
        };
        let predicted = predict(coef, *intercept, columns, rows);
        let actual: Vec<f64> = rows.iter().map(|row| target.get(*row as usize).copied().unwrap_or(f64::NAN)).collect();
        let guess = self.factors.train.get(fold).and_then(|r| r.means().last().copied()).unwrap_or(0.0);
        scores.absorb(&actual, &predicted, guess);
        if let Some(predictions) = &mut self.predictions {
            self.pooled.0.absorb(&actual, &predicted);
            self.pooled.1.absorb(&actual, &vec![guess; actual.len()]);
            for (position, predicted) in positions.iter().zip(predicted) {
                predictions.get_mut(*position as usize).into_iter().for_each(|place| *place = predicted);
            }
        }
    }
}

/// scikit-learn code for the same folds: mean and spread of R² and RMSE of `model` on `X_train` and `y_train`.
#[must_use]
pub fn cross_validation_python(spec: &CvSpec) -> String {
    let splitter = spec.python();
    let class = splitter.split('(').next().unwrap_or_default().to_owned();
    let groups = match spec.label_source() {
        LabelSource::Column(name) if spec.kind() == "group_k_fold" => format!(", groups=df.loc[train, {name:?}]"),
        _ => String::new(),
    };
    // scikit-learn stratifies by y only: folds by another column are made first.
    let cv = match spec.label_source() {
        LabelSource::Column(name) if spec.kind() != "group_k_fold" => {
            format!("list({splitter}.split(X_train, df.loc[train, {name:?}]))")
        }
        _ => splitter,
    };
    format!(
        "from sklearn.model_selection import {class}, cross_validate\n\n\
         cv = {cv}\n\
         scores = cross_validate(model, X_train, y_train, cv=cv{groups},\n    \
         scoring=(\"r2\", \"neg_root_mean_squared_error\"))\n\
         print(scores[\"test_r2\"].mean(), scores[\"test_r2\"].std(ddof=1))\n\
         print(-scores[\"test_neg_root_mean_squared_error\"].mean())\n"
    )
}

/// Predictions for the listed rows.
pub(super) fn predict(coef: &[f64], intercept: f64, columns: &[&[f64]], rows: &[u32]) -> Vec<f64> {
    let mut predicted = vec![intercept; rows.len()];
    for (coef, column) in coef.iter().zip(columns) {
        for (prediction, row) in predicted.iter_mut().zip(rows) {
            *prediction += coef * column.get(*row as usize).copied().unwrap_or(f64::NAN);
        }
    }
    predicted
}
