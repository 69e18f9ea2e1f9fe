//! What comes into the session: a visit's beginning, files, tables, samples; and the questions asked of the data.

use std::time::Duration;

use leptos::prelude::*;
use web_sys::File;

use super::{PREVIEWED, Session};
use crate::base::Coded;
use crate::pipeline::PipelineSpec;
use crate::ui::browser;
use crate::ui::state::action::Place;
use crate::ui::state::{PreviewOf, RowPage, Sample, incoming, link};
use crate::web::preferences;
use crate::web::protocol::{Command, Source};

/// How long no run may follow before the list of runs is asked for.
const RUNS_REST: Duration = Duration::from_millis(250);

impl Session {
    /// Shows something at once when the pipeline page opens: the spec of the link, else of the last visit, else the sample.
    pub fn begin_visit(&self) {
        if self.workspace.with_untracked(|workspace| workspace.run.request.is_some() || workspace.is_opening()) {
            return;
        }
        let last = || preferences::load(preferences::LAST_SPEC).and_then(|text| PipelineSpec::from_json(&text).ok());
        let (last, linked) = match last() {
            last if last.is_some() => (last, link::from_fragment(&browser::fragment(), "your last pipeline")),
            last => (last, link::from_fragment(&browser::fragment(), "the sample")),
        };
        let (spec, problem) = match linked {
            Some(Ok(spec)) => (Some(spec), None),
            Some(Err(error)) => (last, Some(error.report())),
            None => (last, None),
        };
        let data = link::data_of(&browser::fragment()).filter(|_| problem.is_none());
        match spec {
            Some(spec) if data.is_some() => self.open_linked(spec, data.unwrap_or_default()),
            Some(spec) => self.load_spec(spec, true),
            None => self.open_sample(0),
        }
        // After the run has begun: its beginning clears what was wrong before.
        if let Some(problem) = problem {
            self.workspace.update(|workspace| workspace.fail(problem));
        }
    }

    /// Opens what a person dropped or chose.
    pub fn open_files(&self, items: Vec<(incoming::Incoming, Option<File>)>) {
        let what: Vec<incoming::Incoming> = items.iter().map(|(item, _)| item.clone()).collect();
        if let Err(error) = incoming::check(&what) {
            return self.workspace.update(|workspace| workspace.fail(error));
        }
        if let Some((item, Some(file))) = items.into_iter().next() {
            self.open(Source::File { name: item.name }, Some(&file), self.current_spec());
        }
    }

    /// Opens a table that was pasted.
    pub fn open_pasted(&self, text: String) {
        match incoming::check_pasted(&text) {
            Ok(()) => self.open(Source::Pasted { name: "pasted.csv".into(), text }, None, self.current_spec()),
            Err(error) => self.workspace.update(|workspace| workspace.fail(error)),
        }
    }

    pub(super) fn open_sample(&self, index: usize) {
        if let Some(sample) = Sample::ALL.get(index) {
            self.open_sample_with(*sample, None);
        }
    }

    pub(super) fn open_sample_with(&self, sample: Sample, spec: Option<PipelineSpec>) {
        let url = browser::absolute(&format!("data/{}", sample.file));
        self.open(Source::Sample { name: sample.file.into(), url }, None, spec);
    }

    pub(super) fn open(&self, source: Source, file: Option<&File>, current: Option<PipelineSpec>) {
        self.cancel_timer();
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.begin_open(request));
            self.begin_run();
            client.send(&Command::Open { request, source, current, cause: None }, file.map(AsRef::as_ref));
        });
        if browser::route() == Place::Pipeline.path() {
            browser::scroll_to_top();
        } else {
            self.go(Place::Pipeline.path());
        }
    }

    pub(super) fn current_spec(&self) -> Option<PipelineSpec> {
        self.workspace.with_untracked(|workspace| workspace.has_spec.then(|| workspace.spec().clone()))
    }

    /// Asks for rows of the file.
    pub fn request_rows(&self, start: u64, count: u32) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.rows_request = Some(request));
            client.send(&Command::Rows { request, start, count }, None);
        });
    }

    /// Asks what rule `index` of this spec would change.
    pub fn request_preview(&self, of: PreviewOf, spec: PipelineSpec, index: usize) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.previews.ask(of, request));
            let (index, limit) = (u32::try_from(index).unwrap_or(u32::MAX), PREVIEWED);
            client.send(&Command::Preview { request, spec, index, limit }, None);
        });
    }

    /// Asks for one run.
    pub fn request_run(&self, run_id: &str) {
        self.workspace.update(|workspace| workspace.missing_run = false);
        self.with_client(|client| {
            let request = client.next_request();
            client.send(&Command::GetRun { request, run_id: run_id.into() }, None);
        });
    }

    /// Asks for the runs once no other run follows: who moves a slider does not wait for a long list after each move.
    pub(super) fn request_runs_at_rest(&self) {
        if let Some(timer) = self.runs_timer.get_value() {
            timer.clear();
        }
        let session = *self;
        self.runs_timer.set_value(set_timeout_with_handle(move || session.request_runs(), RUNS_REST).ok());
    }

    pub(super) fn request_runs(&self) {
        self.clock.update_value(|clock| clock.runs_asked = browser::now());
        self.with_client(|client| {
            let request = client.next_request();
            client.send(&Command::ListRuns { request }, None);
        });
    }

    /// Why the rows asked for last did not come.
    #[must_use]
    pub fn rows_error(&self) -> Signal<Option<String>> {
        let workspace = self.workspace;
        Memo::new(move |_| workspace.with(|w| w.rows_error.as_ref().map(|error| error.message.clone()))).into()
    }

    /// The rows that arrived last.
    #[must_use]
    pub fn rows(&self) -> Signal<Option<RowPage>> {
        let workspace = self.workspace;
        Memo::new(move |_| workspace.with(|workspace| workspace.rows.clone())).into()
    }
}
