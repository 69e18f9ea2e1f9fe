//! What a random forest splits by, in place of coefficients.

use crate::estimators::{ForestModel, Model};
use crate::ui::view::charts::{DataTable, Scene, rect};
use crate::ui::view::charts_cells::Spark;
use crate::ui::view::{charts_rows, format};

const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 20.0;
/// Features that are listed; more are counted.
pub const LISTED: usize = 200;

/// A feature's share.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportanceRow {
    pub name: String,
    /// `42 %`.
    pub shown: String,
    pub full: String,
    pub bar: Spark,
}

/// The importances of a forest, the largest first; `None` for another model.
#[must_use]
pub fn rows(model: &Model) -> Option<Vec<ImportanceRow>> {
    let Model::Forest(forest) = model else { return None };
    let list = forest.by_importance();
    let largest = list.first().map_or(1.0, |(_, share)| *share).max(f64::MIN_POSITIVE);
    let row = |(name, share): &(&str, f64)| ImportanceRow {
        name: (*name).to_owned(),
        shown: format::percent(*share),
        full: format::exact(*share),
        bar: Spark {
            class: "spark-wide",
            width: WIDTH,
            height: HEIGHT,
            label: None,
            marks: vec![rect(0.0, 5.0, (share / largest * WIDTH).max(0.8), 10.0, "m-soft")],
        },
    };
    Some(list.iter().take(LISTED).map(row).collect())
}

/// The same as one picture, for saving.
#[must_use]
pub fn picture(rows: &[ImportanceRow]) -> Scene {
    let cells = |row: &ImportanceRow| vec![row.name.clone(), row.full.clone()];
    let table = DataTable {
        head: ["Feature", "Importance"].map(str::to_owned).to_vec(),
        rows: rows.iter().map(cells).collect(),
    };
    let bars = rows.iter().map(|row| (row.name.as_str(), &row.bar));
    charts_rows::picture(
        "What the trees split by".into(),
        "Each feature's share of the decrease of the squared error.",
        bars,
        table,
    )
}

/// What they add up to, in a sentence.
#[must_use]
pub fn sentence(forest: &ForestModel) -> String {
    let list = forest.by_importance();
    let half = list
        .iter()
        .scan(0.0, |sum, (_, share)| {
            let before = *sum;
            *sum += share;
            Some(before)
        })
        .take_while(|before| *before < 0.5)
        .count();
    let n = list.len();
    match list.first() {
        Some((name, share)) if *share >= 0.5 => {
            format!("{name} alone makes {} of the decrease of the squared error.", format::percent(*share))
        }
        Some((_, share)) if *share > 0.0 => {
            format!("{half} of {n} features make half of the decrease of the squared error.")
        }
        _ => "No tree found a split that helps.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forest(importances: &[f64]) -> ForestModel {
        let features = (0..importances.len()).map(|i| format!("x{i}")).collect();
        ForestModel { features, trees: Vec::new(), importances: importances.to_vec() }
    }

    #[test]
    fn the_largest_comes_first_and_is_widest() {
        let rows = rows(&Model::Forest(forest(&[0.25, 0.75]))).unwrap();
        let shown: Vec<(&str, &str)> = rows.iter().map(|row| (row.name.as_str(), row.shown.as_str())).collect();
        assert_eq!(shown, [("x1", "75 %"), ("x0", "25 %")]);
        assert_eq!(rows[0].full, "0.75");
    }

    #[test]
    fn the_sentence_says_how_many_matter() {
        assert_eq!(sentence(&forest(&[0.75, 0.25])), "x0 alone makes 75 % of the decrease of the squared error.");
        let several = sentence(&forest(&[0.3, 0.3, 0.2, 0.2]));
        assert_eq!(several, "2 of 4 features make half of the decrease of the squared error.");
        assert_eq!(sentence(&forest(&[0.0, 0.0])), "No tree found a split that helps.");
    }
}
