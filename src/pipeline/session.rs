//! What a worker holds in memory between runs: the bulky artifacts of the current dataset, and the last run's traces.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{PipelineSpec, StepName};
use crate::base::Digest;
use crate::estimators::Factor;
use crate::features::{InputColumn, Spread};
use crate::ingest::RowIndex;
use crate::split::Split;
use crate::table::Table;
use crate::validation::FoldFactors;

/// Inputs, and how each is spread.
type InputSpreads = (Vec<InputColumn>, Vec<Option<Spread>>);

/// Bulky artifacts by the digest of what they are, one of each kind: the newest.
#[derive(Debug, Default)]
pub struct Session {
    table: Option<(Digest, Rc<Table>)>,
    clean: Option<(Digest, Rc<Table>)>,
    split: Option<(Digest, Rc<Split>)>,
    index: Option<(Digest, Rc<RowIndex>)>,
    factor: Option<(Digest, Rc<Factor>)>,
    fold_factors: Option<(Digest, Rc<FoldFactors>)>,
    spreads: Option<(Digest, Rc<InputSpreads>)>,
    stored: Option<Digest>,
    last: Option<Traces>,
}

/// What is remembered of the last run, to say why the next one's steps run.
#[derive(Debug, Clone, Default)]
pub struct Traces {
    pub spec: PipelineSpec,
    /// Artifact and code version of each step that finished.
    pub artifacts: BTreeMap<StepName, (Digest, u32)>,
}

impl Session {
    pub(super) fn table(&self, artifact: &Digest) -> Option<Rc<Table>> {
        found(&self.table, artifact)
    }

    pub(super) fn clean(&self, artifact: &Digest) -> Option<Rc<Table>> {
        found(&self.clean, artifact)
    }

    pub(super) fn split(&self, artifact: &Digest) -> Option<Rc<Split>> {
        found(&self.split, artifact)
    }

    /// Keeps the table of an artifact at hand.
    pub fn keep_table(&mut self, artifact: Digest, table: Rc<Table>) {
        self.table = Some((artifact, table));
    }

    pub(super) fn keep_clean(&mut self, artifact: Digest, table: Rc<Table>) {
        self.clean = Some((artifact, table));
    }

    pub(super) fn keep_split(&mut self, artifact: Digest, split: Rc<Split>) {
        self.split = Some((artifact, split));
    }

    /// The factor of these training rows of this design matrix.
    pub(super) fn factor(&self, of: &Digest) -> Option<Rc<Factor>> {
        found(&self.factor, of)
    }

    pub(super) fn keep_factor(&mut self, of: Digest, factor: Rc<Factor>) {
        self.factor = Some((of, factor));
    }

    /// The factors of these folds of these training rows of this design matrix.
    pub(super) fn fold_factors(&self, of: &Digest) -> Option<Rc<FoldFactors>> {
        found(&self.fold_factors, of)
    }

    pub(super) fn keep_fold_factors(&mut self, of: Digest, factors: Rc<FoldFactors>) {
        self.fold_factors = Some((of, factors));
    }

    /// How these inputs are spread over the rows that `of` names.
    pub(super) fn spreads(&self, of: &Digest, inputs: &[InputColumn]) -> Option<Vec<Option<Spread>>> {
        found(&self.spreads, of).filter(|known| known.0 == inputs).map(|known| known.1.clone())
    }

    pub(super) fn keep_spreads(&mut self, of: Digest, inputs: Vec<InputColumn>, spreads: Vec<Option<Spread>>) {
        self.spreads = Some((of, Rc::new((inputs, spreads))));
    }

    pub(super) fn keep_index(&mut self, dataset: Digest, index: Rc<RowIndex>) {
        self.index = Some((dataset, index));
    }

    /// Whether the table of this digest was put into the store in this session.
    pub(super) fn is_stored(&self, artifact: &Digest) -> bool {
        self.stored.as_ref() == Some(artifact)
    }

    pub(super) fn set_stored(&mut self, artifact: Digest) {
        self.stored = Some(artifact);
    }

    /// What was stored may be gone: the table is stored again by the next run that has it.
    pub fn forget_stored(&mut self) {
        self.stored = None;
    }

    /// Where the rows of a dataset stand in its file, if it was read in this session.
    #[must_use]
    pub fn row_index(&self, dataset: &Digest) -> Option<Rc<RowIndex>> {
        found(&self.index, dataset)
    }

    /// The table that was read last.
    #[must_use]
    pub fn newest_table(&self) -> Option<Rc<Table>> {
        self.table.as_ref().map(|(_, table)| Rc::clone(table))
    }

    /// The table that the last run read: its artifact, and the table where it is in memory.
    #[must_use]
    pub fn ingested(&self) -> Option<(Digest, Option<Rc<Table>>)> {
        let (artifact, _) = self.last.as_ref()?.artifacts.get(&StepName::Ingest)?;
        Some((artifact.clone(), self.table(artifact)))
    }

    /// The clean table of this spec, where the last run made it and it is still in memory.
    #[must_use]
    pub fn cleaned(&self, spec: &PipelineSpec) -> Option<Rc<Table>> {
        let last = self.last.as_ref()?;
        let same = |a: &PipelineSpec, b: &PipelineSpec| {
            a.dataset.digest == b.dataset.digest && a.ingest == b.ingest && a.clean == b.clean
        };
        let (artifact, _) = last.artifacts.get(&StepName::Clean).filter(|_| same(&last.spec, spec))?;
        self.clean(artifact)
    }

    /// The rows that the last run trained and tested on, where they are still in memory.
    #[must_use]
    pub fn rows(&self) -> Option<Rc<Split>> {
        let (artifact, _) = self.last.as_ref()?.artifacts.get(&StepName::Split)?;
        self.split(artifact)
    }

    /// The last run, as far as it got.
    #[must_use]
    pub fn last(&self) -> Option<&Traces> {
        self.last.as_ref()
    }

    /// Remembers a run: after a reload, the newest one of the store.
    pub fn remember(&mut self, traces: Traces) {
        self.last = Some(traces);
    }
}

fn found<T>(slot: &Option<(Digest, Rc<T>)>, wanted: &Digest) -> Option<Rc<T>> {
    slot.as_ref().filter(|(digest, _)| digest == wanted).map(|(_, value)| Rc::clone(value))
}
