//! A run's whole pipeline for rows that it has not seen: cleaning rules, encoders, model.

use std::collections::BTreeSet;

use super::ScoreError;
use crate::clean::{CleanError, FrozenRules, Skipped};
use crate::evaluate::Task;
use crate::features::FeaturesError;
use crate::ingest::{IngestOptions, WantedColumn};
use crate::pipeline::{PipelineSpec, StepOutput, Training};
use crate::table::{DataType, Table};

/// What became of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// What the model is judged by: the prediction, or the probability of the second class. Else why there is none.
    pub(super) score: Result<f64, String>,
    /// The target as the rules leave it; NaN where it is not known.
    pub(super) actual: f64,
}

/// The pipeline of a run.
#[derive(Debug, Clone)]
pub struct RunPipeline {
    training: Training,
    rules: FrozenRules,
    options: IngestOptions,
    columns: Vec<(String, DataType)>,
    required: BTreeSet<String>,
}

impl RunPipeline {
    /// The pipeline of a finished run: its spec, and what its steps left.
    ///
    /// # Errors
    /// `NoModel` where it did not get so far, or was made elsewhere.
    pub fn new(spec: &PipelineSpec, outputs: &[StepOutput]) -> Result<Self, ScoreError> {
        let (mut ingest, mut clean, mut training) = (None, None, None);
        for output in outputs {
            match output {
                StepOutput::Ingest(summary) => ingest = Some(summary),
                StepOutput::Clean(summary) => clean = Some(summary),
                StepOutput::Train(found) => training = Some((**found).clone()),
                StepOutput::Split(_) | StepOutput::Evaluate(_) => {}
            }
        }
        let (Some(ingest), Some(clean), Some(training)) = (ingest, clean, training) else {
            return Err(ScoreError::NoModel);
        };
        let columns: Vec<(String, DataType)> =
            ingest.columns.iter().map(|column| (column.name.clone(), column.data_type)).collect();
        let names: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
        let rules = FrozenRules::new(&spec.clean, &clean.effects, &names, &training.features.target);
        let inputs: Vec<String> = training.features.inputs.iter().map(|input| input.name.clone()).collect();
        let required = rules.sources(&inputs, true);
        Ok(Self { training, rules, options: spec.ingest.clone(), columns, required })
    }

    /// How files are read.
    #[must_use]
    pub fn options(&self) -> &IngestOptions {
        &self.options
    }

    /// The rules that do not apply to new rows.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        self.rules.skipped()
    }

    /// The column that is predicted.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.training.features.target
    }

    pub(super) fn task(&self) -> Task {
        Task::of(self.training.model.classes())
    }

    pub(super) fn n_features(&self) -> usize {
        self.training.features.names.len()
    }

    /// The columns of a file that are read: those that predictions need, and the target's.
    pub(super) fn wanted(&self) -> Vec<WantedColumn> {
        let of_target = self.rules.sources(&[self.target().to_owned()], false);
        let wanted = |(name, data_type): &(String, DataType)| WantedColumn {
            name: name.clone(),
            data_type: *data_type,
            is_lenient: !self.required.contains(name),
        };
        let is_read = |name: &String| self.required.contains(name) || of_target.contains(name);
        self.columns.iter().filter(|(name, _)| is_read(name)).map(wanted).collect()
    }

    /// Whether a file with these columns has all that predictions need.
    pub(super) fn check(&self, names: &[String]) -> Result<(), ScoreError> {
        let missing: Vec<String> = self.required.iter().filter(|name| !names.contains(name)).cloned().collect();
        if missing.is_empty() { Ok(()) } else { Err(ScoreError::MissingColumns(missing)) }
    }

    /// The prediction that a score stands for.
    pub(super) fn prediction(&self, score: f64) -> f64 {
        match self.task() {
            Task::Regression => score,
            Task::Classification([first, second]) => first + (second - first) * score,
        }
    }

    /// What becomes of each row. `faults` says of rows why they cannot be read.
    pub(super) fn score(&self, table: &Table, faults: Vec<Option<String>>) -> Vec<Row> {
        let unread = |fault: Option<String>| Row { score: Err(fault.unwrap_or_default()), actual: f64::NAN };
        let readable: Vec<u32> =
            (0..).zip(&faults).filter(|(_, fault)| fault.is_none()).map(|(place, _)| place).collect();
        let mut rows: Vec<Row> = faults.into_iter().map(unread).collect();
        self.score_rows(table, &readable, &mut rows);
        rows
    }

    /// All at once; where a row stops that, by halves until it is found.
    fn score_rows(&self, table: &Table, places: &[u32], rows: &mut [Row]) {
        if places.is_empty() {
            return;
        }
        match self.attempt(&table.take_rows(places)) {
            Ok(found) => {
                for (place, row) in places.iter().zip(found) {
                    rows.get_mut(*place as usize).into_iter().for_each(|to| *to = row.clone());
                }
            }
            Err(reason) if places.len() == 1 => {
                let place = places.first().and_then(|place| rows.get_mut(*place as usize));
                place.into_iter().for_each(|row| row.score = Err(reason.clone()));
            }
            Err(_) => {
                let (first, second) = places.split_at(places.len() / 2);
                self.score_rows(table, first, rows);
                self.score_rows(table, second, rows);
            }
        }
    }

    fn attempt(&self, table: &Table) -> Result<Vec<Row>, String> {
        let cleaned = self.rules.apply(table).map_err(|error| of_cell(&error))?;
        let mut rows = vec![Row { score: Err(String::new()), actual: f64::NAN }; table.n_rows()];
        for (place, reason) in cleaned.left_out {
            rows.get_mut(place as usize).into_iter().for_each(|row| row.score = Err(reason.clone()));
        }
        if cleaned.rows.is_empty() {
            return Ok(rows);
        }
        let features = &self.training.features;
        let matrix = features.features(&cleaned.table).map_err(|error| of_features(&error))?;
        let all: Vec<u32> = (0..u32::try_from(cleaned.rows.len()).unwrap_or(u32::MAX)).collect();
        let mut scores = Vec::with_capacity(all.len());
        self.training.model.score_columns(&matrix.columns(), &all, &mut scores);
        let actual = cleaned.table.column(&features.target).and_then(|column| column.numbers());
        for ((place, score), at) in cleaned.rows.iter().zip(scores).zip(0_usize..) {
            let Some(row) = rows.get_mut(*place as usize) else { continue };
            let score = features.inverse_target(score);
            row.score = if score.is_finite() { Ok(score) } else { Err("The prediction is not finite.".into()) };
            row.actual = actual.and_then(|actual| actual.get(at).copied()).unwrap_or(f64::NAN);
        }
        Ok(rows)
    }
}

/// Why the features of one row cannot be had.
fn of_features(error: &FeaturesError) -> String {
    match error {
        FeaturesError::MissingCells { column, .. } => format!("{column} is missing."),
        FeaturesError::InfiniteCells { column, .. } => format!("{column} is infinite."),
        FeaturesError::UnknownCategories { unknown, .. } => {
            format!("{}: training has not seen “{}”.", unknown.column, unknown.values.join(", "))
        }
        FeaturesError::LogDomain { column, above, function, .. } => {
            format!("{column} is not above {above}, which {function} needs.")
        }
        other => other.to_string(),
    }
}

/// Why a rule cannot take the cell of one row.
fn of_cell(error: &CleanError) -> String {
    match error {
        CleanError::Unreadable { rule, column, value, expected, .. } => {
            format!("{column}: “{value}” is not {expected} (rule {rule}).")
        }
        other => other.to_string(),
    }
}
