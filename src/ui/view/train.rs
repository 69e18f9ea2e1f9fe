//! What the train step says: the sentence, and the coefficients as a forest.

use crate::estimators::{Coefficient, Model, TrainSummary};
use crate::features::{FittedFeatures, TargetTransform};
use crate::ui::view::charts::Scale;
use crate::ui::view::charts_cells::{self, Estimate, Spark};
use crate::ui::view::format;
use crate::ui::view::inference::{Inference, Inferences};
use crate::ui::view::prose::{Piece, Prose};

/// The intercept's name in summaries and handles.
pub const INTERCEPT: &str = "(intercept)";

/// One coefficient as the table shows it. `full` values are for `data-…` attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct CoefficientRow {
    pub name: String,
    /// Whether its interval leaves zero out; false without an interval.
    pub told_from_zero: bool,
    /// The row of the forest; `None` for the intercept.
    pub forest: Option<Spark>,
    pub per_sd: String,
    pub value: String,
    /// `0.037 to 0.383`, of the coefficient itself.
    pub interval: String,
    pub t: String,
    pub p: String,
    pub full: FullValues,
}

/// Machine-readable values of a coefficient; empty where not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullValues {
    pub value: String,
    pub se: String,
    pub t: String,
    pub p: String,
    pub lo: String,
    pub hi: String,
}

/// In which order coefficients stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Largest change of the prediction for one standard deviation first; the intercept last.
    #[default]
    Largest,
    /// As in the model, the intercept first.
    Model,
}

/// The coefficients as a table with a forest, and the axis over it.
#[must_use]
pub fn coefficient_rows(summary: &TrainSummary, inferences: &Inferences, order: Order) -> (Vec<CoefficientRow>, Spark) {
    let mut coefficients: Vec<(&Coefficient, Inference)> =
        summary.coefficients.iter().map(|c| (c, inferences.of(c))).collect();
    if order == Order::Largest {
        let size = |c: &Coefficient| c.per_sd.map_or(-1.0, f64::abs);
        coefficients.sort_by(|a, b| size(b.0).total_cmp(&size(a.0)));
    }
    let estimates: Vec<Estimate> = coefficients.iter().filter_map(|(c, inference)| estimate(c, inference)).collect();
    let scale = charts_cells::forest_scale(&estimates);
    // One count of decimals for the whole column, so that it lines up: four digits of the largest.
    let largest = estimates.iter().map(|e| e.value.abs()).filter(|v| v.is_finite()).fold(0.0, f64::max);
    let places = if (1e-4..1e9).contains(&largest) {
        Some((3 - largest.log10().floor() as i32).clamp(0, 7) as usize)
    } else {
        None
    };
    let confidence = format::percent(inferences.confidence);
    // Where nothing is tested, nothing is drawn as if it had failed the test.
    let are_tested = coefficients.iter().any(|(_, inference)| inference.p.is_some());
    let row = |(c, inference): (&Coefficient, Inference)| {
        row(c, &inference, &scale, places, &confidence, inference.told_from_zero || !are_tested)
    };
    let rows = coefficients.into_iter().map(row).collect();
    (rows, charts_cells::forest_axis(&scale))
}

/// A coefficient per standard deviation of its feature.
fn estimate(coefficient: &Coefficient, inference: &Inference) -> Option<Estimate> {
    let per_sd = coefficient.per_sd?;
    // The feature's standard deviation is the ratio of the two; unknown for a coefficient of exactly 0.
    let sd = if coefficient.value == 0.0 { None } else { Some((per_sd / coefficient.value).abs()) };
    let interval = inference.interval.zip(sd).map(|((low, high), sd)| (low * sd, high * sd));
    Some(Estimate { value: per_sd, interval })
}

fn row(
    coefficient: &Coefficient,
    inference: &Inference,
    scale: &Scale,
    places: Option<usize>,
    confidence: &str,
    is_plain: bool,
) -> CoefficientRow {
    let full = |value: Option<f64>| value.map_or_else(String::new, format::exact);
    let forest = estimate(coefficient, inference).map(|estimate| {
        let label = match estimate.interval {
            Some((low, high)) => format!(
                "{} per standard deviation, {confidence} interval {} to {}",
                format::number(estimate.value),
                format::number(low),
                format::number(high),
            ),
            None => format!("{} per standard deviation", format::number(estimate.value)),
        };
        charts_cells::forest_row(&estimate, scale, is_plain, label)
    });
    CoefficientRow {
        name: coefficient.name.clone(),
        told_from_zero: inference.told_from_zero,
        forest,
        per_sd: coefficient.per_sd.map_or_else(
            || "–".into(),
            |v| places.map_or_else(|| format::number(v), |places| format::decimals(v, places)),
        ),
        value: format::number(coefficient.value),
        interval: inference
            .interval
            .map_or_else(|| "–".into(), |(low, high)| format!("{} to {}", format::number(low), format::number(high))),
        t: inference.t.map_or_else(|| "–".into(), |t| format::decimals(t, 2)),
        p: inference.p.map_or_else(|| "–".into(), p_value),
        full: FullValues {
            value: format::exact(coefficient.value),
            se: full(inference.se),
            t: full(inference.t),
            p: full(inference.p),
            lo: full(inference.interval.map(|(low, _)| low)),
            hi: full(inference.interval.map(|(_, high)| high)),
        },
    }
}

/// A p-value: three decimals, `<0.001` below.
#[must_use]
pub fn p_value(p: f64) -> String {
    if p < 0.001 { "<0.001".into() } else { format::decimals(p, 3) }
}

/// A second line, where the first does not say what kind of model it is.
#[must_use]
pub fn second_sentence(summary: &TrainSummary) -> Option<String> {
    match &summary.model {
        Model::Linear(_) => None,
        Model::Logistic(_) => Some(summary.model.describe()),
        Model::Forest(_) => {
            Some(format!("{} Its trees are scikit-learn's up to rounding and ties.", summary.model.describe()))
        }
        Model::Constant(_) => Some("A baseline: what any other model has to beat.".into()),
    }
}

/// What a coefficient changes, for the table's head; `target` as `target_words` has it.
#[must_use]
pub fn changes(summary: &TrainSummary, target: &str) -> String {
    match &summary.model {
        Model::Logistic(model) => {
            format!("change of the log-odds of {target} {} for one standard deviation", model.classes[1])
        }
        _ => format!("change of {target} for one standard deviation of the feature"),
    }
}

/// What a coefficient over its standard error is called: `z` where it is normal for many rows, else `t`.
#[must_use]
pub fn ratio_name(summary: &TrainSummary) -> &'static str {
    if matches!(summary.model, Model::Logistic(_)) { "z" } else { "t" }
}

/// The target as the model sees it: `log(price)` where it is transformed.
#[must_use]
pub fn target_words(features: &FittedFeatures) -> String {
    let target = &features.target;
    match features.target_transform {
        None => target.clone(),
        Some(TargetTransform::Log) => format!("log({target})"),
        Some(TargetTransform::Log1p) => format!("log(1 + {target})"),
        Some(TargetTransform::Sqrt) => format!("√{target}"),
        Some(TargetTransform::YeoJohnson) => {
            let power =
                features.target_lambda.map_or_else(String::new, |l| format!(" with power {}", format::number(l)));
            format!("{target} transformed (Yeo–Johnson{power})")
        }
    }
}

/// Which features move the prediction, and how many cannot be told from zero.
#[must_use]
pub fn sentence(summary: &TrainSummary, inferences: &Inferences) -> Prose {
    if let Model::Constant(model) = &summary.model {
        let value = format::number(model.value);
        return Prose::default()
            .plain("Predicts ")
            .strong(value)
            .plain(format!(" as {} for every row.", summary.target));
    }
    if let Model::Forest(model) = &summary.model {
        let leaning: Vec<(&str, f64)> =
            model.by_importance().into_iter().filter(|(_, share)| *share > 0.0).take(3).collect();
        if leaning.is_empty() {
            return Prose::default().plain("No feature moves the prediction.");
        }
        let mut words = Prose::default().plain("Leans most on ");
        for (i, (name, share)) in leaning.iter().enumerate() {
            let before = ["", ", then on ", " and "].get(i).copied().unwrap_or(", ");
            words = words.plain(before).strong(*name).plain(format!(" ({} %)", format::decimals(share * 100.0, 0)));
        }
        return words.plain(".");
    }
    let mut features: Vec<&Coefficient> = summary.coefficients.iter().filter(|c| c.name != INTERCEPT).collect();
    let n = features.len();
    if n == 0 {
        return Prose::default().plain("There are no features: the model always predicts the mean.");
    }
    features.sort_by(|a, b| b.per_sd.unwrap_or(0.0).abs().total_cmp(&a.per_sd.unwrap_or(0.0).abs()));
    let has_inference = features.iter().any(|c| inferences.of(c).p.is_some());
    let told: Vec<&Coefficient> =
        features.iter().copied().filter(|c| !has_inference || inferences.of(c).told_from_zero).collect();
    if told.is_empty() {
        let none = if n == 1 { "The one feature cannot".to_owned() } else { format!("None of the {n} features can") };
        return Prose::default().plain(format!("{none} be told from zero."));
    }
    let shown: Vec<&Coefficient> = told.iter().copied().take(4).collect();
    let of_sign = |positive: bool| -> Vec<&str> {
        let of = |c: &&&Coefficient| c.per_sd.is_some_and(|v| v != 0.0 && (v > 0.0) == positive);
        shown.iter().filter(of).map(|c| c.name.as_str()).collect()
    };
    let (up, down) = (of_sign(true), of_sign(false));
    let target = &summary.target;
    let words = match (up.is_empty(), down.is_empty()) {
        (true, true) => Prose::default().plain("No feature moves the prediction."),
        (false, true) => {
            Prose::default().plain("More ").names(up, 4, Piece::Strong).plain(format!(" goes with a higher {target}."))
        }
        (true, false) => {
            Prose::default().plain("More ").names(down, 4, Piece::Strong).plain(format!(" goes with a lower {target}."))
        }
        (false, false) => Prose::default()
            .plain("More ")
            .names(down, 4, Piece::Strong)
            .plain(format!(" goes with a lower {target}; more "))
            .names(up, 4, Piece::Strong)
            .plain(" with a higher one."),
    };
    let not_told = n - told.len();
    if !has_inference || not_told == 0 {
        return words;
    }
    words.plain(format!(" {} of {n} features cannot be told from zero.", format::count(not_told as u64)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimators::{ConstantModel, LinearModel, LogisticModel};

    fn coefficient(name: &str, value: f64, per_sd: Option<f64>, se: Option<f64>) -> Coefficient {
        Coefficient { name: name.into(), value, per_sd, se, t: se.map(|se| value / se) }
    }

    fn summary(coefficients: Vec<Coefficient>, n_rows: u64) -> TrainSummary {
        let rank = coefficients.iter().filter(|c| c.name != INTERCEPT).count();
        TrainSummary {
            model_name: "LinearRegression".into(),
            target: "price".into(),
            model: Model::Linear(LinearModel { features: Vec::new(), coef: Vec::new(), intercept: 0.0 }),
            coefficients,
            n_rows,
            rank,
            condition_number: 1.0,
            r_digest: None,
            warnings: Vec::new(),
        }
    }

    fn known(summary: &TrainSummary) -> Inferences {
        Inferences::new(summary, None, 0.95)
    }

    fn said(summary: TrainSummary) -> String {
        sentence(&summary, &known(&summary)).text()
    }

    #[test]
    fn models_without_slopes_are_said_in_words() {
        let mut of = summary(vec![coefficient(INTERCEPT, 4.25, None, None)], 100);
        of.model = Model::Constant(ConstantModel { features: Vec::new(), value: 4.25 });
        assert_eq!(sentence(&of, &known(&of)).text(), "Predicts 4.25 as price for every row.");
        assert!(second_sentence(&of).unwrap().starts_with("A baseline"));
        let (features, coef) = (vec!["x".to_owned()], vec![0.5]);
        of.model = Model::Logistic(LogisticModel { features, coef, intercept: 0.0, classes: [0.0, 1.0] });
        assert_eq!(
            second_sentence(&of).unwrap(),
            "The probability of 1, from a weighted sum of 1 features.".replace("1 features", "1 feature")
        );
        assert_eq!(changes(&of, "price"), "change of the log-odds of price 1 for one standard deviation");
    }

    #[test]
    fn a_transformed_target_is_named_as_the_model_sees_it() {
        let mut features = FittedFeatures { target: "price".into(), ..FittedFeatures::default() };
        assert_eq!(target_words(&features), "price");
        features.target_transform = Some(TargetTransform::Log1p);
        assert_eq!(target_words(&features), "log(1 + price)");
        (features.target_transform, features.target_lambda) = (Some(TargetTransform::YeoJohnson), Some(0.5));
        assert_eq!(target_words(&features), "price transformed (Yeo–Johnson with power 0.5)");
    }

    #[test]
    fn p_values_and_intervals_stand_in_the_row() {
        let summary =
            summary(vec![coefficient(INTERCEPT, 4.0, None, None), coefficient("x", 2.0, Some(1.0), Some(0.5))], 12);
        let (rows, _) = coefficient_rows(&summary, &known(&summary), Order::Model);
        // t with 10 degrees of freedom: its 97.5 % quantile is 2.228 (published table); p of t = 4 is 0.00252.
        assert_eq!((rows[1].interval.as_str(), rows[1].p.as_str()), ("0.8859 to 3.114", "0.003"));
        assert_eq!((rows[0].p.as_str(), rows[0].full.p.as_str()), ("–", ""));
        assert_eq!((p_value(0.0), p_value(0.5)), ("<0.001".into(), "0.500".into()));
    }

    #[test]
    fn the_largest_change_comes_first_and_the_intercept_last() {
        let rows = vec![
            coefficient(INTERCEPT, 4.0, None, Some(0.1)),
            coefficient("small", 100.0, Some(0.1), Some(90.0)),
            coefficient("large", -0.01, Some(-0.5), Some(0.001)),
        ];
        let summary = summary(rows, 100);
        let names = |order| {
            coefficient_rows(&summary, &known(&summary), order).0.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        assert_eq!(names(Order::Largest), ["large", "small", INTERCEPT]);
        assert_eq!(names(Order::Model), [INTERCEPT, "small", "large"]);
    }

    #[test]
    fn the_forest_shows_the_interval_per_standard_deviation() {
        let c = coefficient("x", -2.0, Some(-1.0), Some(0.5));
        let inference = Inference { interval: Some((-3.0, -1.0)), ..Inference::default() };
        assert_eq!(estimate(&c, &inference), Some(Estimate { value: -1.0, interval: Some((-1.5, -0.5)) }));
        // Without inference there is a dot and no interval.
        assert_eq!(estimate(&c, &Inference::default()).unwrap().interval, None);
    }

    #[test]
    fn the_sentence_names_what_moves_the_prediction() {
        let told = vec![
            coefficient(INTERCEPT, 4.0, None, Some(0.1)),
            coefficient("weight", 2.0, Some(3.0), Some(0.1)),
            coefficient("age", -2.0, Some(-1.0), Some(0.1)),
            coefficient("noise", 0.1, Some(0.1), Some(1.0)),
        ];
        assert_eq!(
            said(summary(told, 100)),
            "More age goes with a lower price; more weight with a higher one. 1 of 3 features cannot be told from zero.",
        );
        let none =
            vec![coefficient("noise", 0.1, Some(0.1), Some(1.0)), coefficient("more", 0.1, Some(0.1), Some(1.0))];
        assert_eq!(said(summary(none, 100)), "None of the 2 features can be told from zero.");
    }
}
