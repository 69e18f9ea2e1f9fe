//! The same pipeline as pandas and scikit-learn code: each step's lines, and the whole script up to a step.

use super::model;
use crate::clean::{CleanSummary, Rule};
use crate::features::FittedFeatures;
use crate::ingest::{Encoding, IngestSummary, LongRows, ProblemKind};
use crate::pipeline::{PipelineSpec, StepName, StepOutput};
use crate::split::TestSize;
use crate::table::DataType;
use crate::tracking::RunRecord;

/// What is known of a run beside its spec; more of it makes the code more exact.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    pub ingest: Option<&'a IngestSummary>,
    pub clean: Option<&'a CleanSummary>,
    /// What the encoders learned: open lists of columns then stand there by name.
    pub features: Option<&'a FittedFeatures>,
    /// Rows that were fitted, and features of the design matrix.
    pub fitted: Option<(u64, usize)>,
}

impl<'a> Known<'a> {
    /// What the finished steps of a run have told.
    #[must_use]
    pub fn of(run: &'a RunRecord) -> Self {
        let mut known = Self::default();
        for output in &run.outputs {
            match output {
                StepOutput::Ingest(summary) => known.ingest = Some(summary),
                StepOutput::Clean(summary) => known.clean = Some(summary),
                StepOutput::Train(training) => {
                    known.features = Some(&training.features);
                    known.fitted = Some((training.n_rows, training.model.features().len()));
                }
                _ => {}
            }
        }
        known
    }
}

/// One step's lines. They continue those of the steps before: `df`, then `X` and `y`, then `model`.
#[must_use]
pub fn step(step: StepName, spec: &PipelineSpec, known: Known<'_>) -> String {
    match step {
        StepName::Ingest => ingest(spec, known.ingest),
        StepName::Clean => clean(spec, known),
        StepName::Split => split(spec),
        StepName::Train => model::train(spec, known),
        StepName::Evaluate => model::evaluate(spec),
    }
}

/// The whole script up to and including a step: it runs as it is, beside the file.
#[must_use]
pub fn script(last: StepName, spec: &PipelineSpec, known: Known<'_>) -> String {
    let steps = StepName::ALL.into_iter().filter(|step| *step <= last);
    steps.map(|name| step(name, spec, known)).collect::<Vec<_>>().join("\n")
}

/// A Python string literal.
#[must_use]
pub fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 32 || c == '\u{7f}' => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", names.into_iter().map(literal).collect::<Vec<_>>().join(", "))
}

fn number(value: f64) -> String {
    // Rust's shortest form is Python's too, but for a whole number's `.0`.
    format!("{value:?}")
}

fn call(function: &str, arguments: &[String]) -> String {
    let line = format!("{function}({})", arguments.join(", "));
    if line.len() <= 88 { line } else { format!("{function}(\n    {},\n)", arguments.join(",\n    ")) }
}

fn ingest(spec: &PipelineSpec, summary: Option<&IngestSummary>) -> String {
    let name = summary.map_or(spec.dataset.name.as_str(), |summary| summary.name.as_str());
    let source = literal(if name.is_empty() { "data.csv" } else { name });
    format!("import pandas as pd\n\ndf = {}\n", read_csv(&source, spec, summary))
}

/// `pd.read_csv(…)` of a Python expression.
pub(super) fn read_csv(source: &str, spec: &PipelineSpec, summary: Option<&IngestSummary>) -> String {
    let mut arguments = vec![source.to_owned()];
    arguments.extend(read_arguments(spec, summary));
    call("pd.read_csv", &arguments)
}

/// How the file is read, as `name=value`.
pub(super) fn read_arguments(spec: &PipelineSpec, summary: Option<&IngestSummary>) -> Vec<String> {
    let options = &spec.ingest;
    let mut arguments = Vec::new();
    let delimiter = options.delimiter.clone().or_else(|| summary.map(|summary| summary.dialect.delimiter.to_string()));
    if let Some(delimiter) = delimiter.filter(|delimiter| delimiter != ",") {
        arguments.push(format!("sep={}", literal(&delimiter)));
    }
    let decimal = summary.map_or_else(|| options.decimal.clone(), |summary| summary.dialect.decimal.to_string());
    if decimal != "." {
        arguments.push(format!("decimal={}", literal(&decimal)));
    }
    let found = summary.and_then(|summary| summary.dialect.thousands).map(String::from);
    if let Some(thousands) = options.thousands.clone().or(found) {
        arguments.push(format!("thousands={}", literal(&thousands)));
    }
    let encoding =
        summary.map(|summary| summary.dialect.encoding.label().to_owned()).or_else(|| options.encoding.clone());
    if let Some(encoding) = encoding.filter(|encoding| encoding != Encoding::Utf8.label()) {
        arguments.push(format!("encoding={}", literal(&encoding)));
    }
    if options.skip_rows > 0 {
        arguments.push(format!("skiprows={}", options.skip_rows));
    }
    if !options.has_header {
        arguments.push("header=None".into());
        if let Some(summary) = summary {
            arguments.push(format!("names={}", list(summary.columns.iter().map(|column| column.name.as_str()))));
        }
    }
    if let Some(words) = &options.na_values {
        arguments.push(format!("na_values={}", list(words.iter().map(String::as_str))));
        arguments.push("keep_default_na=False".into());
    }
    arguments.extend(types(spec, summary));
    arguments.extend(long_rows(options.long_rows, summary));
    arguments
}

/// `dtype` for the columns whose type a person fixed (or that pandas would read otherwise), `parse_dates` for dates.
fn types(spec: &PipelineSpec, summary: Option<&IngestSummary>) -> Vec<String> {
    let type_of = |name: &str| {
        let found = summary.and_then(|s| s.columns.iter().find(|column| column.name == name)).map(|c| c.data_type);
        spec.ingest.types.get(name).copied().or(found)
    };
    let mut dtypes = Vec::new();
    for (name, data_type) in &spec.ingest.types {
        let word = match data_type {
            DataType::Float => "float64",
            DataType::Integer => "Int64",
            DataType::Boolean => "boolean",
            DataType::Category | DataType::Text => "string",
            DataType::Timestamp => continue,
        };
        dtypes.push(format!("{}: \"{word}\"", literal(name)));
    }
    // Codes with leading zeros, which pandas would turn into numbers.
    let codes = summary.map(|summary| summary.notes.as_slice()).unwrap_or_default();
    for note in codes.iter().filter(|note| note.code == "leading_zeros") {
        let Some(name) = &note.column else { continue };
        if !spec.ingest.types.contains_key(name) && !type_of(name).is_some_and(DataType::is_numeric) {
            dtypes.push(format!("{}: \"string\"", literal(name)));
        }
    }
    let mut dates: Vec<&str> = summary
        .map(|summary| summary.columns.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|column| column.name.as_str())
        .filter(|name| type_of(name) == Some(DataType::Timestamp))
        .collect();
    if summary.is_none() {
        dates.extend(
            spec.ingest.types.iter().filter(|(_, t)| **t == DataType::Timestamp).map(|(name, _)| name.as_str()),
        );
    }
    let mut arguments = Vec::new();
    if !dtypes.is_empty() {
        arguments.push(format!("dtype={{{}}}", dtypes.join(", ")));
    }
    if !dates.is_empty() {
        arguments.push(format!("parse_dates={}", list(dates)));
    }
    arguments
}

/// pandas stops at a record with too many fields unless told otherwise.
fn long_rows(long_rows: LongRows, summary: Option<&IngestSummary>) -> Vec<String> {
    let has_long = summary.is_some_and(|s| s.problems.first.iter().any(|p| p.kind == ProblemKind::TooManyFields));
    match (has_long, long_rows) {
        (false, _) => Vec::new(),
        (true, LongRows::Skip) => vec!["on_bad_lines=\"skip\"".into()],
        (true, LongRows::Cut) => {
            let n = summary.map_or(0, |summary| summary.columns.len());
            vec![format!("on_bad_lines=lambda fields: fields[:{n}]"), "engine=\"python\"".into()]
        }
    }
}

fn clean(spec: &PipelineSpec, known: Known<'_>) -> String {
    if spec.clean.is_empty() {
        return "# Nothing to clean.\n".into();
    }
    let on = (0..spec.clean.len()).filter(|i| spec.clean.get(*i).is_some_and(Rule::enabled));
    let out: String = on.map(|i| rule(spec, known, i) + "\n").collect();
    if out.is_empty() { "# Every rule is switched off.\n".into() } else { out }
}

/// The lines of one rule.
pub(super) fn rule(spec: &PipelineSpec, known: Known<'_>, place: usize) -> String {
    let effects = known.clean.filter(|summary| summary.effects.len() == spec.clean.len());
    // The summary's lines carry what the rule met.
    match effects.and_then(|summary| summary.effects.get(place)) {
        Some(effect) if !effect.python.is_empty() => effect.python.trim_end().to_owned(),
        _ => spec.clean.get(place).map(Rule::python).unwrap_or_default(),
    }
}

fn split(spec: &PipelineSpec) -> String {
    let target = literal(&spec.features.target);
    // The column that only weighs the rows is no feature.
    let weights = spec.train.first().and_then(|entry| entry.sample_weight());
    let features = match &spec.features.columns {
        None => {
            let target = spec.features.target.as_str();
            let others = weights.filter(|weights| *weights != target);
            format!("X = df.drop(columns={})", list([target].into_iter().chain(others)))
        }
        Some(columns) => {
            format!("X = df[{}]", list(columns.iter().map(String::as_str).filter(|name| Some(*name) != weights)))
        }
    };
    let head = format!("{features}\ny = df[{target}]\n");
    let Some(split) = &spec.split else {
        return format!("{head}# No rows are held back.\nX_train, y_train = X, y\nX_test, y_test = X, y\n");
    };
    let mut arguments = vec!["X".to_owned(), "y".into()];
    arguments.push(match split.test_size {
        TestSize::Count(n) => format!("test_size={n}"),
        TestSize::Share(share) => format!("test_size={}", number(share)),
    });
    if split.shuffle {
        arguments.push(format!("random_state={}", split.random_state));
        if let Some(column) = &split.stratify {
            arguments.push(format!("stratify=df[{}]", literal(column)));
        }
    } else {
        arguments.push("shuffle=False".into());
    }
    format!(
        "from sklearn.model_selection import train_test_split\n\n{head}X_train, X_test, y_train, y_test = {}\n",
        call("train_test_split", &arguments),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> PipelineSpec {
        let json = r#"{"pipette": 1, "dataset": {"name": "orders.csv"},
            "ingest": {"delimiter": ";", "decimal": ",", "types": {"zip": "category", "day": "timestamp"}},
            "clean": [{"rule": "drop_columns", "columns": ["id"]},
                      {"rule": "keep_numeric", "enabled": false},
                      {"rule": "fill_missing", "columns": ["weight"], "strategy": "median"}],
            "features": {"target": "score"}}"#;
        PipelineSpec::from_json(json).unwrap()
    }

    #[test]
    fn the_whole_script_reads_as_one_would_write_it() {
        assert_eq!(
            script(StepName::Train, &spec(), Known::default()),
            r#"import pandas as pd

df = pd.read_csv(
    "orders.csv",
    sep=";",
    decimal=",",
    dtype={"zip": "string"},
    parse_dates=["day"],
)

df = df.drop(columns=["id"])
df["weight"] = df["weight"].fillna(df["weight"].median())

from sklearn.model_selection import train_test_split

X = df.drop(columns=["score"])
y = df["score"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)

from sklearn.linear_model import LinearRegression

model = LinearRegression(tol=2.3e-16)
model.fit(X_train, y_train)
print(pd.Series(model.coef_, index=X_train.columns))
print("(intercept)", model.intercept_)
"#
        );
    }

    #[test]
    fn weights_are_no_feature() {
        let weighted = r#"{"estimator": "ridge", "params": {"sample_weight": "w"}}"#;
        let train = vec![serde_json::from_str(weighted).unwrap()];
        let code = step(StepName::Split, &PipelineSpec { train, ..spec() }, Known::default());
        assert!(code.contains(r#"X = df.drop(columns=["score", "w"])"#), "{code}");
    }

    #[test]
    fn names_cannot_break_out_of_their_quotes() {
        assert_eq!(literal("a\"b\\c\nd\u{1}é"), r#""a\"b\\c\nd\x01é""#);
    }

    #[test]
    fn without_a_split_the_train_rows_are_judged() {
        let spec = PipelineSpec { split: None, ..spec() };
        assert!(step(StepName::Split, &spec, Known::default()).contains("X_train, y_train = X, y"));
        assert!(!step(StepName::Evaluate, &spec, Known::default()).contains("X_test"));
    }

    #[test]
    fn test_sizes_are_counts_or_shares_as_scikit_learn_tells_them_apart() {
        let with = |test_size| {
            let split = Some(crate::split::SplitSpec { test_size, ..Default::default() });
            step(StepName::Split, &PipelineSpec { split, ..spec() }, Known::default())
        };
        assert!(with(TestSize::Count(1)).contains("test_size=1,"));
        assert!(with(TestSize::Share(0.25)).contains("test_size=0.25,"));
    }
}
