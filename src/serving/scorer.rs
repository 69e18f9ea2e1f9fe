//! A run's model as what a server asks.

use super::signature::{Kind, Signature, SignatureColumn};
use crate::base::{Coded, ErrorReport};
use crate::features::InputColumn;
use crate::pipeline::Training;
use crate::table::{DataType, Table};
use crate::tracking::RunRecord;

/// What predicts from a table of the columns of its signature.
pub trait Scorer {
    /// The columns it needs.
    fn signature(&self) -> &Signature;

    /// A prediction a row.
    ///
    /// # Errors
    /// Cells that it cannot take.
    fn predict(&self, table: &Table) -> Result<Vec<f64>, ErrorReport>;
}

/// The fitted model of a run, with its encoders and target transform.
#[derive(Debug, Clone)]
pub struct RunScorer {
    training: Training,
    signature: Signature,
}

impl RunScorer {
    /// The model of a run; `None` where the run has none.
    #[must_use]
    pub fn of(run: &RunRecord) -> Option<Self> {
        let training = run.training()?.clone();
        let signature = Signature(training.features.inputs.iter().map(column).collect());
        Some(Self { training, signature })
    }

    /// What training left.
    #[must_use]
    pub fn training(&self) -> &Training {
        &self.training
    }
}

impl Scorer for RunScorer {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn predict(&self, table: &Table) -> Result<Vec<f64>, ErrorReport> {
        self.training.predict(table).map_err(|error| error.report())
    }
}

/// A column as the exported model's signature has it (export/model/mlflow.rs): numbers are doubles, since a `long` would cut
/// 1.5 to 1 without a word.
fn column(input: &InputColumn) -> SignatureColumn {
    let kind = match input.data_type {
        DataType::Boolean | DataType::Integer | DataType::Float => Kind::Double,
        DataType::Timestamp => Kind::Datetime,
        DataType::Category | DataType::Text => Kind::Text,
    };
    SignatureColumn { name: input.name.clone(), kind }
}
