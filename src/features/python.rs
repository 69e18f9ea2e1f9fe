//! The features as scikit-learn: one ColumnTransformer an encoder, in a pipeline that ends in the estimator.

use serde_json::Value;

use super::{EncoderEntry, EncoderSpec, FeatureSpec, FittedFeatures};
use crate::base::python_literal;

/// An encoder as a step of the pipeline.
fn transformer(encoder: &EncoderSpec, columns: &str) -> String {
    let (name, made) = (encoder.name(), encoder.python());
    format!(
        "ColumnTransformer([(\"{name}\", {made}, {columns})],\n        remainder=\"passthrough\", verbose_feature_names_out=False)"
    )
}

impl FeatureSpec {
    /// The encoders that become steps, each with its columns as Python: those that take no column are left out.
    fn python_steps<'a>(
        &'a self,
        fitted: Option<&'a FittedFeatures>,
    ) -> impl Iterator<Item = (&'a EncoderEntry, String)> {
        self.encoders.iter().enumerate().filter_map(move |(place, encoder)| {
            let named = fitted.and_then(|fitted| fitted.encoders.get(place)).map(|fitted| fitted.feature_names_in());
            let columns = match named.or(encoder.columns()) {
                Some([]) => return None,
                Some(names) => serde_json::Value::from(names.to_vec()).to_string(),
                None => encoder.takes().selector().to_owned(),
            };
            Some((encoder, columns))
        })
    }

    /// What is tried of the encoders as entries of scikit-learn's `param_grid` for the pipeline that `python` makes: name
    /// and list. Where scikit-learn names a parameter otherwise, the whole step is tried.
    #[must_use]
    pub fn python_grid(&self, fitted: Option<&FittedFeatures>) -> Vec<(String, String)> {
        let steps: Vec<_> = self.python_steps(fitted).collect();
        let mut grid = Vec::new();
        for (place, (entry, columns)) in steps.iter().enumerate() {
            // As `make_pipeline` names them.
            let step = match steps.len() {
                1 => "columntransformer".to_owned(),
                _ => format!("columntransformer-{}", place + 1),
            };
            if entry.lists().iter().all(|(name, values)| is_named_alike(entry, name, values)) {
                let pair = |(name, values): (&String, &Value)| {
                    (format!("{step}__{}__{name}", entry.name()), python_literal(values))
                };
                grid.extend(entry.lists().iter().map(pair));
                continue;
            }
            let one = |place| {
                let encoder = entry.candidate(place).ok()?;
                Some(format!("\n    {}.set_output(transform=\"pandas\"),", transformer(&encoder, columns)))
            };
            grid.push((step, format!("[{}\n]", (0..entry.n_candidates()).filter_map(one).collect::<String>())));
        }
        grid
    }

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
        for (encoder, columns) in self.python_steps(fitted) {
            let mut parts = encoder.python_imports().splitn(2, "\n\n");
            imports.extend(parts.next().into_iter().flat_map(str::lines));
            definitions.extend(parts.next());
            steps.push(format!("    {},\n", transformer(encoder, &columns)));
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

/// Whether the constructor takes these values of a parameter under our name for it. A value that is scikit-learn's default is
/// not written.
fn is_named_alike(encoder: &EncoderSpec, name: &str, values: &Value) -> bool {
    let mut was_written = false;
    for value in values.as_array().into_iter().flatten() {
        let Ok(other) = encoder.with_param(name, value.clone()) else { return false };
        let code = other.python();
        let is_written =
            [", ", "("].iter().any(|before| code.contains(&format!("{before}{name}={}", python_literal(value))));
        if !is_written && code.contains(&format!("{name}=")) {
            return false;
        }
        was_written |= is_written;
    }
    was_written
}
