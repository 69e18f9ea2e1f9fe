//! The pipeline that a new file starts with: the one at hand when it fits, else a sensible first one.

use std::collections::HashSet;

use super::{DatasetRef, PipelineSpec};
use crate::clean::{
    DropColumns, DropMissing, FillMissing, FillStrategy, KeepColumns, KeepNumeric, Rule, RuleKind, course_rules,
    needed_columns,
};
use crate::features::{Drop, EncoderEntry, EncoderSpec, OneHotEncoder, Unknown};
use crate::ingest::{ColumnProfile, IngestSummary};
use crate::table::DataType;

/// A column of more values than this is not one-hot encoded unasked.
const MOST_CATEGORIES: u64 = 30;
/// The course's target.
const OLIST_TARGET: &str = "review_score";

/// A first pipeline for a file.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstSpec {
    pub spec: PipelineSpec,
    /// True when nobody chose the target: a screen should say so and offer the others.
    pub target_guessed: bool,
}

/// The current pipeline for a new file, when the file has every column that the pipeline names (in rules, switched off
/// or on, as target, features and stratify, in ingest's types); `None` otherwise, and when it has no target yet.
#[must_use]
pub fn adopt(current: &PipelineSpec, summary: &IngestSummary) -> Option<PipelineSpec> {
    let there: HashSet<&str> = summary.columns.iter().map(|column| column.name.as_str()).collect();
    let of_rules = needed_columns(&current.clean);
    let features = current.features.columns.iter().flatten();
    let stratify = current.split.iter().filter_map(|split| split.stratify.as_ref());
    let made: Vec<String> = current.clean.iter().flat_map(Rule::creates).collect();
    let later = features.chain(stratify).filter(|name| !made.contains(name));
    let mut named = of_rules.iter().chain(later).chain(current.ingest.types.keys());
    let fits = there.contains(current.features.target.as_str()) && named.all(|name| there.contains(name.as_str()));
    let mut adopted = PipelineSpec { dataset: dataset(summary), ..current.clone() };
    // The course's rules as they came with the sample: another file of its schema may need more of them.
    if is_olist(summary) && current.features.target == OLIST_TARGET && current.clean == course_rules() {
        adopted.clean = olist_rules(summary);
    }
    fits.then_some(adopted)
}

/// A first pipeline: linear regression of a numeric column on the other numeric columns, a fifth held out.
///
/// For the Olist schema it is the course's, with `review_score` as target. Else the target is `guess` where that is a
/// numeric column with values, or the last numeric column worth predicting; columns that say nothing (no value, one
/// value, row numbers) are dropped, as are rows without a target; missing numbers become medians; the rest is left out.
/// Where no number is left to predict from, categories and truth values are one-hot encoded instead.
/// A file with neither has no linear regression; its spec fails at the step that says why.
#[must_use]
pub fn first_spec(summary: &IngestSummary, guess: Option<String>) -> FirstSpec {
    let is_course = is_olist(summary);
    let target = if is_course { OLIST_TARGET.into() } else { target(summary, guess.as_deref()) };
    let mut spec = PipelineSpec { dataset: dataset(summary), ..PipelineSpec::default() };
    let categories = if is_course { Vec::new() } else { categories(summary, &target) };
    spec.clean = match categories.is_empty() {
        _ if is_course => olist_rules(summary),
        true => rules(summary, &target),
        false => rules_for(summary, &target, &categories),
    };
    if !categories.is_empty() {
        spec.features.encoders = one_hot(categories);
    }
    spec.features.target = target;
    FirstSpec { spec, target_guessed: !is_course }
}

fn dataset(summary: &IngestSummary) -> DatasetRef {
    DatasetRef { name: summary.name.clone(), digest: Some(summary.digest.clone()) }
}

/// Whether the column can be predicted or predicted from: numbers, at least one, and no infinite ones.
fn is_usable(column: &ColumnProfile) -> bool {
    column.data_type.is_numeric() && column.count > 0 && column.infinite == 0
}

/// One value in every row that has one.
fn is_constant(column: &ColumnProfile) -> bool {
    column.count > 0 && column.min == column.max
}

/// Numbers that only tell rows apart: different whole numbers under a name such as `id`, `index` or `Unnamed: 0`.
fn is_id(column: &ColumnProfile, rows: u64) -> bool {
    let name = column.name.trim().to_lowercase();
    let words = ["id", "index", "idx", "key", "no", "nr", "row", "rowid", "row_number", "rownames", "uid", "#"];
    let is_named_so = words.contains(&name.as_str())
        || name.starts_with("unnamed: ")
        || ["_id", " id", "-id", ".id", "_index", " index"].iter().any(|ending| name.ends_with(ending))
        || is_camel_case_id(&column.name);
    // An estimate of the number of distinct values is a few per cent off.
    let enough = if column.distinct_is_estimate { rows - rows / 20 } else { rows };
    is_named_so && column.data_type == DataType::Integer && column.missing == 0 && rows > 1 && column.distinct >= enough
}

/// `customerId`, `PassengerID`; not `PAID`.
fn is_camel_case_id(name: &str) -> bool {
    let stem = name.strip_suffix("Id").or_else(|| name.strip_suffix("ID"));
    stem.is_some_and(|stem| stem.ends_with(|letter: char| letter.is_lowercase()))
}

/// The name of the column to predict; empty when no column can be.
fn target(summary: &IngestSummary, guess: Option<&str>) -> String {
    let usable = || summary.columns.iter().filter(|column| is_usable(column));
    let is_telling = |column: &&ColumnProfile| !is_constant(column) && !is_id(column, summary.rows);
    let guessed = guess.and_then(|name| usable().find(|column| column.name == name));
    let found = guessed.or_else(|| usable().rfind(is_telling)).or_else(|| usable().next_back());
    found.map(|column| column.name.clone()).unwrap_or_default()
}

/// The columns to encode where there is no number to predict from: few values that tell rows apart.
fn categories(summary: &IngestSummary, target: &str) -> Vec<String> {
    if target.is_empty() || !features(summary, target).0.is_empty() {
        return Vec::new();
    }
    let fits = |column: &&ColumnProfile| {
        column.name != target
            && matches!(column.data_type, DataType::Category | DataType::Boolean)
            && (2..=MOST_CATEGORIES.min(summary.rows / 2)).contains(&column.distinct)
    };
    summary.columns.iter().filter(fits).map(|column| column.name.clone()).collect()
}

/// The target and these columns, without the rows that have no target. A missing category is a category of its own.
fn rules_for(summary: &IngestSummary, target: &str, categories: &[String]) -> Vec<Rule> {
    let columns = summary.columns.iter().map(|column| &column.name);
    let columns = columns.filter(|name| *name == target || categories.contains(name)).cloned().collect();
    let gaps = (missing_in(summary, target) > 0).then(|| drop_rows_without(target));
    std::iter::once(KeepColumns { columns }.into()).chain(gaps).collect()
}

fn one_hot(columns: Vec<String>) -> Vec<EncoderEntry> {
    let columns = Some(columns);
    let encoder =
        OneHotEncoder { columns, drop: Some(Drop::First), handle_unknown: Unknown::Ignore, ..Default::default() };
    vec![EncoderSpec::OneHotEncoder(encoder).into()]
}

fn rules(summary: &IngestSummary, target: &str) -> Vec<Rule> {
    let (features, useless) = features(summary, target);
    let target_missing = missing_in(summary, target);
    // Dropping rows could leave such a column without any value, and so without a median: it is filled before.
    let early: Vec<String> = names(features.iter().filter(|column| column.count <= target_missing));
    let has_missing = features.iter().any(|column| column.missing > 0 && column.count > target_missing);
    let mut rules = Vec::new();
    if !useless.is_empty() {
        rules.push(DropColumns { columns: useless }.into());
    }
    if !early.is_empty() {
        rules.push(fill_by_median(Some(early)));
    }
    if target_missing > 0 {
        rules.push(drop_rows_without(target));
    }
    if has_missing {
        rules.push(fill_by_median(None));
    }
    rules.push(KeepNumeric {}.into());
    rules
}

/// The numeric columns to predict from, and the names of the other numeric columns. Row numbers and constants are
/// features only when there is nothing else, so that a pipeline which can run does.
fn features<'a>(summary: &'a IngestSummary, target: &str) -> (Vec<&'a ColumnProfile>, Vec<String>) {
    let numeric: Vec<&ColumnProfile> =
        summary.columns.iter().filter(|column| column.data_type.is_numeric() && column.name != target).collect();
    let of = |is_wanted: &dyn Fn(&ColumnProfile) -> bool| -> Vec<&ColumnProfile> {
        numeric.iter().copied().filter(|column| is_usable(column) && is_wanted(column)).collect()
    };
    let mut features = of(&|column| !is_constant(column) && !is_id(column, summary.rows));
    if features.is_empty() {
        features = of(&|column| !is_constant(column));
    }
    if features.is_empty() {
        features = of(&|_| true);
    }
    let kept: HashSet<&str> = features.iter().map(|column| column.name.as_str()).collect();
    let useless = names(numeric.iter().filter(|column| !kept.contains(column.name.as_str())));
    (features, useless)
}

fn names<'a>(columns: impl Iterator<Item = &'a &'a ColumnProfile>) -> Vec<String> {
    columns.map(|column| column.name.clone()).collect()
}

fn missing_in(summary: &IngestSummary, name: &str) -> u64 {
    summary.columns.iter().find(|column| column.name == name).map_or(0, |column| column.missing)
}

fn fill_by_median(columns: Option<Vec<String>>) -> Rule {
    FillMissing { columns, strategy: FillStrategy::Median, ..FillMissing::default() }.into()
}

fn drop_rows_without(column: &str) -> Rule {
    DropMissing { columns: Some(vec![column.into()]), ..DropMissing::default() }.into()
}

/// Whether the course's rules can run on the file: every column that they name is there and of the type they take.
fn is_olist(summary: &IngestSummary) -> bool {
    let profile = |name: &str| summary.columns.iter().find(|column| column.name == name);
    let target_missing = missing_in(summary, OLIST_TARGET);
    let fits = |rule: &Rule, name: &String| {
        profile(name).is_some_and(|column| match &rule.kind {
            RuleKind::FillMissing(FillMissing { strategy: FillStrategy::Median, .. }) => {
                is_usable(column) && column.count > target_missing
            }
            RuleKind::FillMissing(_) => matches!(column.data_type, DataType::Category | DataType::Text),
            _ => true,
        })
    };
    profile(OLIST_TARGET).is_some_and(is_usable)
        && course_rules().iter().all(|rule| rule.columns().iter().all(|name| fits(rule, name)))
}

/// The course's rules, and what a file with other gaps than the course's needs besides.
fn olist_rules(summary: &IngestSummary) -> Vec<Rule> {
    let mut rules = course_rules();
    let target_missing = missing_in(summary, OLIST_TARGET);
    let is_named = |name: &String| course_rules().iter().any(|rule| rule.columns().contains(name));
    let numeric = || summary.columns.iter().filter(|column| column.data_type.is_numeric());
    let others: Vec<&ColumnProfile> =
        numeric().filter(|column| column.name != OLIST_TARGET && !is_named(&column.name)).collect();
    let (good, empty): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|column| is_usable(column) && column.count > target_missing);
    if let Some(Rule { kind: RuleKind::DropColumns(DropColumns { columns }), .. }) = rules.last_mut() {
        // Ids that were read as text are gone after `keep_numeric`, and dropping them again would be an error.
        columns.retain(|name| numeric().any(|column| column.name == *name));
        columns.extend(names(empty.iter()));
    }
    if target_missing > 0 {
        rules.insert(0, drop_rows_without(OLIST_TARGET));
    }
    if good.iter().any(|column| column.missing > 0) {
        rules.push(fill_by_median(None));
    }
    rules
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};

    use super::*;
    use crate::base::Digest;
    use crate::clean::clean;
    use crate::ingest::{Dialect, Encoding, Problems};
    use crate::split::SplitSpec;
    use crate::table::{Column, ColumnData, Table};

    const NAN: f64 = f64::NAN;

    fn profile(column: &Column) -> ColumnProfile {
        let numbers = || column.numbers().into_iter().flatten().copied().filter(|value| !value.is_nan());
        let missing = column.n_missing() as u64;
        ColumnProfile {
            name: column.name.clone(),
            data_type: column.data_type,
            count: column.len() as u64 - missing,
            missing,
            distinct: numbers().map(f64::to_bits).collect::<HashSet<_>>().len() as u64,
            distinct_is_estimate: false,
            min: numbers().reduce(f64::min),
            max: numbers().reduce(f64::max),
            mean: None,
            sd: None,
            q1: None,
            median: None,
            q3: None,
            histogram: None,
            top: Vec::new(),
            example: None,
            infinite: numbers().filter(|value| value.is_infinite()).count() as u64,
        }
    }

    fn summary(table: &Table) -> IngestSummary {
        let dialect =
            Dialect { delimiter: ',', decimal: '.', thousands: None, encoding: Encoding::Utf8, has_header: true };
        IngestSummary {
            name: "new.csv".into(),
            digest: Digest::of(b"new"),
            bytes: 0,
            rows: table.n_rows() as u64,
            dialect,
            columns: table.columns().iter().map(profile).collect(),
            problems: Problems::default(),
            notes: Vec::new(),
        }
    }

    fn integer(name: &str, values: Vec<f64>) -> Column {
        Column::new(name, DataType::Integer, ColumnData::Number(values))
    }

    fn text(name: &str, n_rows: usize) -> Column {
        let data = ColumnData::Category { codes: vec![0; n_rows], labels: vec!["a".into()] };
        Column::new(name, DataType::Category, data)
    }

    fn table(columns: Vec<Column>) -> Table {
        let n_rows = columns.first().map_or(0, Column::len);
        Table::new(columns, n_rows)
    }

    fn first(columns: Vec<Column>, guess: Option<&str>) -> FirstSpec {
        first_spec(&summary(&table(columns)), guess.map(String::from))
    }

    fn rules_json(first: &FirstSpec) -> Vec<String> {
        first.spec.clean.iter().map(|rule| serde_json::to_string(rule).unwrap()).collect()
    }

    const KEEP_NUMERIC: &str = r#"{"rule":"keep_numeric"}"#;

    /// Two rows of the Olist schema without its text columns, which no rule needs by type except the comment.
    fn olist() -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for rule in course_rules() {
            for name in &rule.columns() {
                let is_text = name.starts_with("order_") && name != "order_item_id" || name == "review_comment_message";
                columns.push(if is_text { text(name, 2) } else { Column::float(name, vec![1.0, 2.0]) });
            }
        }
        columns.extend([Column::float("price", vec![3.0, 4.0]), integer("review_score", vec![1.0, 5.0])]);
        columns
    }

    fn replace(columns: &mut [Column], new: Column) {
        let place = columns.iter_mut().find(|column| column.name == new.name).unwrap();
        *place = new;
    }

    #[test]
    fn without_a_number_to_predict_from_categories_are_encoded() {
        let mut summary = summary(&table(vec![
            text("shop", 40),
            text("note", 40),
            text("empty", 40),
            Column::float("sales", (0..40).map(f64::from).collect()),
        ]));
        for (column, distinct) in summary.columns.iter_mut().zip([4, 40, 1]) {
            column.distinct = distinct;
        }
        let first = first_spec(&summary, None).spec;
        assert_eq!(first.features.target, "sales");
        assert_eq!(first.clean.iter().map(|rule| rule.columns()).collect::<Vec<_>>(), [["shop", "sales"]]);
        let [encoder] = first.features.encoders.as_slice() else { panic!("one encoder") };
        assert_eq!((encoder.info().name, encoder.columns()), ("one_hot_encoder", Some(&["shop".to_owned()][..])));
        // With a number beside, text is left out as before.
        summary.columns.push(profile(&Column::float("visits", (0..40).map(|x| f64::from(x % 7)).collect())));
        assert!(first_spec(&summary, Some("sales".into())).spec.features.encoders.is_empty());
    }

    #[test]
    fn the_olist_schema_gets_the_course() {
        let first = first(olist(), Some("price"));
        assert_eq!(first.spec.features.target, "review_score");
        assert!(!first.target_guessed);
        assert_eq!(first.spec.clean, course_rules());
        assert_eq!(first.spec.split, Some(SplitSpec::default()));
        assert_eq!(first.spec.dataset, DatasetRef { name: "new.csv".into(), digest: Some(Digest::of(b"new")) });
    }

    #[test]
    fn gaps_that_the_course_does_not_have_are_mended_besides() {
        let mut columns = olist();
        replace(&mut columns, Column::float("price", vec![NAN, 3.0]));
        columns.push(Column::float("product_photos_qty", vec![NAN, NAN]));
        let mended = first(columns.clone(), None);
        assert_eq!(mended.spec.clean[..4], course_rules()[..4]);
        assert_eq!(mended.spec.clean[4].columns(), ["customer_zip_code_prefix", "order_item_id", "product_photos_qty"]);
        assert_eq!(mended.spec.clean[5..], [fill_by_median(None)]);
        let (cleaned, _) = clean(&table(columns), &mended.spec.clean).unwrap();
        assert!(cleaned.columns().iter().all(|column| column.n_missing() == 0));

        let mut columns = olist().into_iter().map(|column| column.take(&[0, 1, 1])).collect::<Vec<_>>();
        replace(&mut columns, Column::float("review_score", vec![1.0, NAN, 5.0]));
        replace(&mut columns, text("customer_zip_code_prefix", 3));
        let mended = first(columns, None);
        assert_eq!(mended.spec.clean.len(), 6);
        assert_eq!(mended.spec.clean[0], drop_rows_without("review_score"));
        assert_eq!(mended.spec.clean[5].columns(), ["order_item_id"]);
    }

    #[test]
    fn a_file_that_the_courses_rules_cannot_clean_is_no_olist_file() {
        for broken in [text("product_weight_g", 2), Column::float("review_comment_message", vec![NAN, NAN])] {
            let mut columns = olist();
            replace(&mut columns, broken);
            assert!(first(columns.clone(), None).target_guessed);
            let spec = first(columns.clone(), None).spec;
            assert!(clean(&table(columns), &spec.clean).is_ok());
        }
    }

    #[test]
    fn the_target_is_the_guess_or_the_last_number_that_tells_something() {
        let columns = || {
            vec![
                Column::float("a", vec![1.0, 2.0, 4.0]),
                Column::float("b", vec![1.0, 2.0, NAN]),
                Column::float("constant", vec![7.0, 7.0, NAN]),
                Column::float("endless", vec![1.0, f64::INFINITY, 2.0]),
                integer("customerId", vec![3.0, 1.0, 2.0]),
                text("city", 3),
            ]
        };
        let target = |guess| first(columns(), guess).spec.features.target;
        assert_eq!([target(None), target(Some("a")), target(Some("constant"))], ["b", "a", "constant"]);
        // Text, infinite cells and unknown names cannot be predicted.
        assert_eq!([target(Some("city")), target(Some("endless")), target(Some("zzz"))], ["b", "b", "b"]);
        assert!(first(columns(), Some("a")).target_guessed);
        assert_eq!(first(vec![text("city", 3)], None).spec.features.target, "");
    }

    #[test]
    fn useless_columns_go_and_gaps_are_filled() {
        let columns = vec![
            integer("Unnamed: 0", vec![0.0, 1.0, 2.0]),
            Column::float("x", vec![1.0, NAN, 3.0]),
            Column::float("nothing", vec![NAN, NAN, NAN]),
            Column::float("constant", vec![7.0, 7.0, NAN]),
            integer("PAID", vec![3.0, 1.0, 2.0]),
            text("city", 3),
            Column::float("y", vec![1.0, 2.0, NAN]),
        ];
        let suggested = first(columns.clone(), None);
        assert_eq!(
            rules_json(&suggested),
            [
                r#"{"rule":"drop_columns","columns":["Unnamed: 0","nothing","constant"]}"#,
                r#"{"rule":"drop_missing","columns":["y"]}"#,
                r#"{"rule":"fill_missing","columns":null,"strategy":"median"}"#,
                KEEP_NUMERIC
            ]
        );
        let complete = columns.into_iter().filter(|column| ["PAID", "city"].contains(&column.name.as_str()));
        let suggested = first(complete.chain([Column::float("y", vec![1.0, 2.0, 3.0])]).collect(), None);
        assert_eq!(rules_json(&suggested), [KEEP_NUMERIC]);
    }

    #[test]
    fn a_column_known_only_where_the_target_is_not_is_filled_first() {
        let columns = vec![Column::float("x", vec![1.0, NAN, NAN]), Column::float("y", vec![NAN, 2.0, 3.0])];
        let suggested = first(columns, Some("y"));
        assert_eq!(
            rules_json(&suggested)[..2],
            [
                r#"{"rule":"fill_missing","columns":["x"],"strategy":"median"}"#,
                r#"{"rule":"drop_missing","columns":["y"]}"#
            ]
        );
    }

    #[test]
    fn row_numbers_are_features_when_there_is_nothing_else() {
        let id = || integer("id", vec![1.0, 2.0]);
        let y = || Column::float("y", vec![5.0, 2.0]);
        assert_eq!(rules_json(&first(vec![id(), y()], None)), [KEEP_NUMERIC]);
        assert_eq!(rules_json(&first(vec![Column::float("one", vec![1.0, 1.0]), y()], None)), [KEEP_NUMERIC]);
        let repeated = integer("id", vec![1.0, 1.0]);
        let others = vec![repeated, Column::float("x", vec![1.0, 2.0]), y()];
        assert_eq!(rules_json(&first(others, None)).len(), 2);
    }

    #[test]
    fn a_pipeline_is_kept_when_all_its_columns_are_there() {
        let new = summary(&table(["a", "b", "y"].map(|name| Column::float(name, vec![1.0])).to_vec()));
        let current = |json: &str| PipelineSpec::from_json(json).unwrap();
        let kept = current(
            r#"{"pipette": 1, "name": "mine", "dataset": {"name": "old.csv"}, "features": {"target": "y", "columns": ["a"]},
                "ingest": {"types": {"b": "float"}}, "clean": [{"rule": "drop_missing", "columns": ["b"]}],
                "split": {"stratify": "a"}}"#,
        );
        let expected = PipelineSpec { dataset: dataset(&new), ..kept.clone() };
        assert_eq!(adopt(&kept, &new), Some(expected));
        for lacking in [
            r#"{"pipette": 1}"#,
            r#"{"pipette": 1, "features": {"target": "z"}}"#,
            r#"{"pipette": 1, "features": {"target": "y", "columns": ["a", "z"]}}"#,
            r#"{"pipette": 1, "features": {"target": "y"}, "ingest": {"types": {"z": "text"}}}"#,
            r#"{"pipette": 1, "features": {"target": "y"}, "clean": [{"rule": "drop_columns", "columns": ["z"]}]}"#,
            r#"{"pipette": 1, "features": {"target": "y"}, "split": {"stratify": "z"}}"#,
        ] {
            assert_eq!(adopt(&current(lacking), &new), None, "{lacking}");
        }
    }

    fn any_column(place: usize) -> impl Strategy<Value = Column> {
        let name = prop_oneof![Just("id".to_string()), Just(format!("x{place}"))];
        let cell = prop_oneof![4 => (-3..9_i32).prop_map(f64::from), 2 => Just(NAN), 1 => Just(0.5)];
        let cells = prop_oneof![
            6 => proptest::collection::vec(cell, 12),
            1 => Just((0..12).map(f64::from).collect()),
            1 => Just(vec![NAN; 12]),
            1 => Just(vec![7.0; 12]),
        ];
        (name, cells, 0..8_u8).prop_map(move |(name, cells, kind)| {
            let name = if name == "id" { format!("{place}_id") } else { name };
            match kind {
                0 => text(&name, 12),
                _ if cells.iter().all(|cell| cell.fract() == 0.0) => integer(&name, cells),
                _ => Column::float(name, cells),
            }
        })
    }

    proptest! {
        #[test]
        fn what_can_run_runs(a in any_column(0), b in any_column(1), c in any_column(2), d in any_column(3)) {
            let table = table(vec![a, b, c, d]);
            let suggested = first_spec(&summary(&table), None);
            let n_usable = table.columns().iter().filter(|column| is_usable(&profile(column))).count();
            if n_usable >= 2 {
                let (cleaned, _) = clean(&table, &suggested.spec.clean).unwrap();
                prop_assert!(cleaned.column(&suggested.spec.features.target).is_some());
                prop_assert!(cleaned.columns().len() >= 2);
                for column in cleaned.columns() {
                    prop_assert_eq!(column.n_missing(), 0, "{}", column.name);
                    prop_assert!(column.data_type.is_numeric());
                }
            }
        }
    }
}
