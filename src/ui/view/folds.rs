//! Cross-validation as a form sets it and as its result is told.

use serde_json::{Map, Value};

use crate::clean::ColumnBrief;
use crate::pipeline::PipelineSpec;
use crate::split::cv::{CvSpec, LabelSource};
use crate::ui::view::charts::{DataTable, Mark, Scale, Scene, line};
use crate::ui::view::charts_cells::Spark;
use crate::ui::view::prose::Prose;
use crate::ui::view::{charts_rows, evaluate, format};
use crate::validation::CvSummary;

const WIDTH: f64 = 96.0;
const HEIGHT: f64 = 20.0;

/// The splitter's parameters with their values.
#[must_use]
pub fn values(cv: &CvSpec) -> Map<String, Value> {
    let mut map = Map::from(cv.clone());
    map.remove("kind");
    map
}

/// The splitter of this kind with these parameters.
///
/// # Errors
/// The parameter that cannot be so, and why.
pub fn with_values(kind: &str, mut values: Map<String, Value>) -> Result<CvSpec, (Option<String>, String)> {
    if kind == "group_k_fold" && values.get("groups").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err((Some("groups".into()), "Choose the column that says which rows belong together.".into()));
    }
    if let Some(share) = values.get("test_size").and_then(Value::as_f64)
        && kind.contains("shuffle")
        && share <= 0.0
    {
        return Err((Some("test_size".into()), "A share above 0 and below 1, or a number of rows.".into()));
    }
    values.insert("kind".into(), kind.into());
    CvSpec::try_from(values).map_err(|error| (None, error.to_string()))
}

/// What makes these folds answer another question than the one they are chosen for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// Folds in the order of time, of rows that the split has shuffled.
    Shuffled,
    /// The column that says which rows belong together is one that the model learns from.
    GroupIsFeature(String),
}

impl Doubt {
    /// The doubt about a pipeline's folds; `columns` are those that features can be of.
    #[must_use]
    pub fn of(spec: &PipelineSpec, columns: &[ColumnBrief]) -> Option<Self> {
        let cv = spec.evaluate.cv.as_ref()?;
        if cv.kind() == "time_series_split" {
            return spec.split.as_ref().is_some_and(|split| split.shuffle).then_some(Self::Shuffled);
        }
        let LabelSource::Column(group) = cv.label_source() else { return None };
        let is_feature = match &spec.features.columns {
            Some(chosen) => chosen.iter().any(|name| name == group),
            None => columns.iter().any(|column| column.name == group),
        };
        (cv.kind() == "group_k_fold" && is_feature).then(|| Self::GroupIsFeature(group.to_owned()))
    }

    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Shuffled => "The split shuffles the rows, so their order is not that of time any more.".into(),
            Self::GroupIsFeature(group) => {
                format!("{group} is also a feature: the model can learn each group by its name.")
            }
        }
    }

    /// What the button that ends it says.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Shuffled => "Split in the order of the rows".into(),
            Self::GroupIsFeature(group) => format!("Take {group} out of the features"),
        }
    }

    /// Ends it.
    pub fn mend(&self, spec: &mut PipelineSpec, columns: &[ColumnBrief]) {
        match self {
            Self::Shuffled => {
                if let Some(split) = &mut spec.split {
                    split.shuffle = false;
                    split.stratify = None;
                }
            }
            Self::GroupIsFeature(group) => {
                let all = || columns.iter().map(|column| column.name.clone()).collect();
                let mut chosen: Vec<String> = spec.features.columns.take().unwrap_or_else(all);
                chosen.retain(|name| name != group);
                spec.features.columns = Some(chosen);
            }
        }
    }
}

/// `Over 5 folds R² is 0.12 ± 0.02, and predictions are off by 0.91 ± 0.01 on average.`
#[must_use]
pub fn sentence(cv: &CvSummary, target: &str) -> Prose {
    let folds = format::count(cv.n_folds);
    if let Some((accuracy, sd)) = cv.metric("accuracy") {
        return Prose::default()
            .plain(format!("Over {folds} folds accuracy is "))
            .strong(plus_minus(accuracy, sd))
            .plain(".");
    }
    let Some((r2, sd)) = cv.metric("r2") else {
        // Folds of one row have no R² of their own; all of them together do.
        let pooled = cv.pooled.as_ref().and_then(|all| all.iter().find(|metric| metric.name == "r2")?.value);
        let words = Prose::default().plain(format!("Over {folds} folds "));
        return match pooled {
            Some(r2) => {
                words.plain("together R² is ").strong(format::decimals(r2, 2)).plain(". A single fold has none.")
            }
            None => words.plain("R² is not defined."),
        };
    };
    let words = Prose::default().plain(format!("Over {folds} folds R² is ")).strong(plus_minus(r2, sd));
    let words = match cv.metric("mae") {
        Some((mae, sd)) => words
            .plain(", and predictions are off by ")
            .strong(plus_minus(mae, sd))
            .plain(format!(" on average, in {target}.")),
        None => words.plain("."),
    };
    match sd {
        // As the spread is of folds, not of their mean, twice of it is a rough limit.
        Some(sd) if r2 > 0.0 && r2 < 2.0 * sd => {
            words.plain(" It differs so much between folds that it may be chance.")
        }
        _ => words,
    }
}

fn plus_minus(value: f64, sd: Option<f64>) -> String {
    // As many decimals as the spread needs to have a digit, two at least.
    let places = sd.filter(|sd| *sd > 0.0 && *sd < 0.01).map_or(2, |sd| (-sd.log10()).ceil().clamp(2.0, 6.0) as usize);
    let shown = |value: f64| if value.abs() < 1e6 { format::decimals(value, places) } else { format::number(value) };
    match sd {
        Some(sd) => format!("{} ± {}", shown(value), shown(sd)),
        None => shown(value),
    }
}

/// A metric over the folds.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldRow {
    /// scikit-learn's short name, as in handles.
    pub name: String,
    pub word: &'static str,
    pub unit: String,
    pub explanation: &'static str,
    pub mean: String,
    /// Every digit; empty where a fold has none.
    pub mean_full: String,
    pub sd: String,
    pub sd_full: String,
    /// Always guessing the mean.
    pub baseline: String,
    /// A dot a fold, the mean as a line.
    pub dots: Option<Spark>,
}

/// The metrics over the folds, in the summary's order.
#[must_use]
pub fn rows(cv: &CvSummary, target: &str) -> Vec<FoldRow> {
    let row = |(i, mean): (usize, &crate::evaluate::Metric)| {
        let (word, unit, explanation) = evaluate::words(&mean.name, target);
        let sd = cv.sd.get(i).and_then(|metric| metric.value);
        let number = |value: Option<f64>| value.map_or_else(|| "–".into(), |v| evaluate::metric_number(&mean.name, v));
        let full = |value: Option<f64>| value.map_or_else(String::new, format::exact);
        FoldRow {
            word,
            unit,
            explanation,
            mean: number(mean.value),
            mean_full: full(mean.value),
            sd: number(sd),
            sd_full: full(sd),
            baseline: number(mean.baseline),
            dots: dots(word, &cv.of_folds(&mean.name), mean.value),
            name: mean.name.clone(),
        }
    };
    cv.mean.iter().enumerate().map(row).collect()
}

/// The folds of every metric as one picture, for saving; the numbers are each fold's.
#[must_use]
pub fn picture(cv: &CvSummary, rows: &[FoldRow]) -> Scene {
    let folds = (1..=cv.n_folds).map(|fold| format!("Fold {fold}"));
    let head = ["Metric", "Mean", "Spread"].map(str::to_owned).into_iter().chain(folds).collect();
    let cells = |row: &FoldRow| {
        let folds = cv.folds.iter().map(|fold| {
            let metric = fold.metrics.iter().find(|metric| metric.name == row.name);
            metric.and_then(|metric| metric.value).map_or_else(String::new, format::exact)
        });
        [row.name.clone(), row.mean_full.clone(), row.sd_full.clone()].into_iter().chain(folds).collect()
    };
    let table = DataTable { head, rows: rows.iter().map(cells).collect() };
    let drawn = rows.iter().filter_map(|row| Some((row.word, row.dots.as_ref()?)));
    charts_rows::picture("Cross-validation".into(), "A dot is a fold, the line their mean.", drawn, table)
}

fn dots(word: &str, values: &[f64], mean: Option<f64>) -> Option<Spark> {
    let mean = mean?;
    let (low, high) = values.iter().fold((mean, mean), |(low, high), value| (low.min(*value), high.max(*value)));
    let scale = Scale::new((low, high), (5.0, WIDTH - 5.0));
    let at = scale.at(mean);
    let mut marks = vec![line((at, 2.0), (at, HEIGHT - 2.0), "l-ink")];
    for (fold, value) in values.iter().enumerate() {
        let tip = format!("Fold {}: {}", fold + 1, format::number(*value));
        marks.push(Mark::Circle { x: scale.at(*value), y: HEIGHT / 2.0, r: 3.0, class: "m-mid", tip: Some(tip) });
    }
    let label = format!("{word} of the folds, from {} to {}", format::number(low), format::number(high));
    Some(Spark { class: "", width: WIDTH, height: HEIGHT, label: Some(label), marks })
}

/// How many rows the folds have, and that only training rows are in them.
#[must_use]
pub fn rows_sentence(cv: &CvSummary) -> Option<String> {
    let first = cv.folds.first()?;
    Some(format!(
        "Only training rows take part: each time about {} are fitted and {} predicted; encoders are learned anew each time.",
        format::count(first.n_train),
        format::count(first.n_test),
    ))
}

/// Whether the folds need a column that is not chosen yet.
#[must_use]
pub fn is_unfinished(cv: &CvSpec) -> bool {
    cv.label_source() == LabelSource::Column("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{DataSplit, Metric};
    use crate::table::DataType;
    use crate::validation::CvFold;
    use serde_json::json;

    fn metric(name: &str, value: Option<f64>) -> Metric {
        Metric { name: name.into(), split: DataSplit::Cv, value, baseline: Some(0.0) }
    }

    fn summary(r2: &[f64], mean: f64, sd: f64) -> CvSummary {
        let fold = |r2: &f64| CvFold { n_train: 80, n_test: 20, metrics: vec![metric("r2", Some(*r2))], train: None };
        CvSummary {
            folds: r2.iter().map(fold).collect(),
            n_folds: r2.len() as u64,
            mean: vec![metric("r2", Some(mean)), metric("mae", Some(0.9))],
            sd: vec![metric("r2", Some(sd)), metric("mae", Some(0.05))],
            pooled: None,
        }
    }

    #[test]
    fn folds_that_answer_another_question_are_doubted_and_mended() {
        let column = |name: &str| ColumnBrief { name: name.into(), data_type: DataType::Integer, missing: 0 };
        let columns = [column("shop"), column("x")];
        let mut spec = PipelineSpec::default();
        assert_eq!(Doubt::of(&spec, &columns), None);
        spec.evaluate.cv = CvSpec::fresh("time_series_split");
        let doubt = Doubt::of(&spec, &columns).unwrap();
        assert_eq!(doubt, Doubt::Shuffled);
        doubt.mend(&mut spec, &columns);
        assert_eq!(Doubt::of(&spec, &columns), None);
        let groups = Map::from_iter([("groups".to_owned(), Value::from("shop"))]);
        spec.evaluate.cv = Some(with_values("group_k_fold", groups).unwrap());
        let doubt = Doubt::of(&spec, &columns).unwrap();
        assert!(doubt.sentence().contains("shop") && doubt.remedy().contains("shop"));
        doubt.mend(&mut spec, &columns);
        assert_eq!(spec.features.columns, Some(vec!["x".to_owned()]));
        assert_eq!(Doubt::of(&spec, &columns), None);
    }

    #[test]
    fn the_sentence_has_mean_and_spread() {
        let cv = summary(&[0.10, 0.14], 0.12, 0.02);
        let said = "Over 2 folds R² is 0.12 ± 0.02, and predictions are off by 0.90 ± 0.05 on average, in price.";
        assert_eq!(sentence(&cv, "price").text(), said);
        assert!(sentence(&summary(&[0.0, 0.2], 0.1, 0.14), "price").text().ends_with("it may be chance."));
        assert_eq!(plus_minus(0.123456, Some(0.0012)), "0.123 ± 0.001");
        assert!(rows_sentence(&cv).unwrap().contains("about 80 are fitted and 20 predicted"));
    }

    #[test]
    fn folds_of_one_row_are_told_together() {
        let mut cv = summary(&[0.1], 0.1, 0.0);
        cv.mean[0].value = None;
        cv.pooled = Some(vec![metric("r2", Some(0.25))]);
        assert_eq!(sentence(&cv, "y").text(), "Over 1 folds together R² is 0.25. A single fold has none.");
    }

    #[test]
    fn every_fold_is_a_dot_and_means_keep_every_digit() {
        let mean = 0.119_999_999_999_999_98;
        let rows = rows(&summary(&[0.10, 0.14], mean, 0.02), "price");
        assert_eq!((rows[0].word, rows[0].mean.as_str(), rows[0].sd.as_str()), ("R²", "0.1200", "0.0200"));
        assert_eq!(rows[0].mean_full.parse::<f64>().unwrap().to_bits(), mean.to_bits());
        let circles: Vec<f64> = rows[0]
            .dots
            .iter()
            .flat_map(|spark| &spark.marks)
            .filter_map(|mark| if let Mark::Circle { x, .. } = mark { Some(*x) } else { None })
            .collect();
        assert_eq!(circles, [5.0, 91.0]);
    }

    #[test]
    fn parameters_go_there_and_back() {
        for entry in CvSpec::CATALOGUE {
            let fresh = CvSpec::fresh(entry.kind).unwrap();
            match with_values(entry.kind, values(&fresh)) {
                Ok(same) => assert_eq!(same, fresh),
                Err((param, _)) => assert_eq!((entry.kind, param.as_deref()), ("group_k_fold", Some("groups"))),
            }
            assert_eq!(is_unfinished(&fresh), entry.kind == "group_k_fold");
        }
        let mut map = values(&CvSpec::fresh("k_fold").unwrap());
        map.insert("n_splits".into(), json!(7));
        assert_eq!(values(&with_values("k_fold", map.clone()).unwrap())["n_splits"], json!(7));
        map.insert("n_splits".into(), json!("x"));
        assert!(with_values("k_fold", map).is_err());
    }
}
