//! The parts of the page that are loaded when they are first opened: each is a module of its own in the release, split off
//! by wasm-split (`.ci/split.mjs`). In a debug build they are plain functions.
//!
//! A name in `lazy!` is that of a module; functions of one name share it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::pipeline::{PipelineSpec, StepName};
use crate::tracking::{RunRecord, RunSummary};
use crate::ui::components::{Icon, RowSource};
use crate::ui::inspect::{
    AskMore, CleanResult, CleanSettings, EvaluateResult, EvaluateSettings, IngestResult, IngestSettings, LeakCompare,
    Path, SplitResult, SplitSettings, TrainResult, TrainSettings,
};
use crate::ui::pages::{
    ComparePage, DatasetsPage, ForeignRunPage, ModelsPage, Offers, PipelinesPage, RunPage, RunsPage, ServingPage,
    ShareForm, StackPage,
};
use crate::ui::state::Outputs;
use crate::web::protocol::WhichRuns;

/// What every inspector is given.
#[derive(Clone, Copy)]
pub struct Given {
    pub spec: Signal<PipelineSpec>,
    pub outputs: Signal<Outputs>,
    pub on_change: Callback<PipelineSpec>,
    pub rows: RowSource,
}

#[cfg(all(feature = "lazy", not(debug_assertions)))]
type NotLoaded = wasm_split_helpers::SplitLoaderError;
#[cfg(not(all(feature = "lazy", not(debug_assertions))))]
type NotLoaded = std::convert::Infallible;

macro_rules! lazy {
    ($($module:ident: fn $name:ident($($argument:ident: $kind:ty),*) $body:block)*) => {
        $(
            #[cfg(all(feature = "lazy", not(debug_assertions)))]
            #[wasm_split_helpers::wasm_split($module, fallible)]
            fn $name($($argument: $kind),*) -> Result<AnyView, NotLoaded> {
                Ok($body)
            }

            #[cfg(not(all(feature = "lazy", not(debug_assertions))))]
            async fn $name($($argument: $kind),*) -> Result<AnyView, NotLoaded> {
                Ok($body)
            }
        )*
    };
}

/// The part once it is there; else, without a network or after a new release, what to do about it.
fn shown(part: impl Future<Output = Result<AnyView, NotLoaded>> + Send + 'static) -> AnyView {
    Suspend::new(async move { part.await.unwrap_or_else(|_| not_loaded()) }).into_any()
}

fn not_loaded() -> AnyView {
    view! {
        <div class="note note-warn" role="alert" data-code="page.part_not_loaded">
            <Icon name="warn"/>
            <div>
                <strong>"This part of the page could not be loaded"</strong>
                <p>"The connection was lost, or there is a new version. Your runs are kept: reload the page."</p>
            </div>
        </div>
    }
    .into_any()
}

lazy! {
    ingest: fn ingest_settings(given: Given) {
        view! { <IngestSettings spec=given.spec outputs=given.outputs on_change=given.on_change/> }.into_any()
    }
    ingest: fn ingest_result(given: Given) {
        view! { <IngestResult spec=given.spec outputs=given.outputs on_change=given.on_change rows=given.rows/> }.into_any()
    }
    clean: fn clean_settings(given: Given) {
        view! { <CleanSettings spec=given.spec outputs=given.outputs on_change=given.on_change/> }.into_any()
    }
    clean: fn clean_result(given: Given) {
        view! { <CleanResult spec=given.spec outputs=given.outputs on_change=given.on_change/> }.into_any()
    }
    split: fn split_settings(given: Given) {
        view! { <SplitSettings spec=given.spec outputs=given.outputs on_change=given.on_change/> }.into_any()
    }
    split: fn split_result(given: Given) {
        view! { <SplitResult spec=given.spec outputs=given.outputs on_change=given.on_change/> }.into_any()
    }
    train: fn train_settings(given: Given) {
        view! { <TrainSettings spec=given.spec outputs=given.outputs on_change=given.on_change/> }.into_any()
    }
    train: fn train_result(given: Given) {
        view! { <TrainResult spec=given.spec outputs=given.outputs on_change=given.on_change/> }.into_any()
    }
    ask: fn ask_more(spec: Signal<PipelineSpec>, outputs: Signal<Outputs>) {
        view! { <AskMore spec outputs/> }.into_any()
    }
    ask: fn path_part(spec: Signal<PipelineSpec>, outputs: Signal<Outputs>, on_change: Callback<PipelineSpec>) {
        view! { <Path spec outputs on_change/> }.into_any()
    }
    ask: fn leak_part(rule: usize, spec: Signal<PipelineSpec>, outputs: Signal<Outputs>) {
        view! { <LeakCompare rule spec outputs/> }.into_any()
    }
    compare: fn compare_page() {
        view! { <ComparePage/> }.into_any()
    }
    models: fn models_page() {
        view! { <ModelsPage/> }.into_any()
    }
    models: fn serving_page() {
        view! { <ServingPage/> }.into_any()
    }
    saved: fn pipelines_page() {
        view! { <PipelinesPage/> }.into_any()
    }
    saved: fn datasets_page() {
        view! { <DatasetsPage/> }.into_any()
    }
    stack: fn stack_page() {
        view! { <StackPage/> }.into_any()
    }
    share: fn exports_part(which: Signal<WhichRuns>, close: Callback<()>) {
        view! { <Offers which close/> }.into_any()
    }
    share: fn share_form(spec: Signal<PipelineSpec>, close: Callback<()>) {
        view! { <ShareForm spec close/> }.into_any()
    }
    runs: fn runs_page(runs: Signal<Arc<Vec<RunSummary>>>, is_known: Signal<bool>) {
        view! { <Show when=move || is_known.get()><RunsPage runs=runs/></Show> }.into_any()
    }
    runs: fn foreign_run_page(run: RunSummary) {
        view! { <ForeignRunPage run=run/> }.into_any()
    }
    runs: fn run_page(run: Signal<Option<Arc<RunRecord>>>, on_reproduce: Callback<PipelineSpec>) {
        view! { <RunPage run=run on_reproduce=on_reproduce/> }.into_any()
    }
}

/// The settings of a step. `arrived` is set once some are there: what stands below them need not move then.
pub fn settings(step: StepName, given: Given, arrived: RwSignal<bool>) -> AnyView {
    type Part = std::pin::Pin<Box<dyn Future<Output = Result<AnyView, NotLoaded>> + Send>>;
    let part: Part = match step {
        StepName::Ingest => Box::pin(ingest_settings(given)),
        StepName::Clean => Box::pin(clean_settings(given)),
        StepName::Split => Box::pin(split_settings(given)),
        StepName::Train => Box::pin(train_settings(given)),
        StepName::Evaluate => {
            arrived.set(true);
            return view! { <EvaluateSettings spec=given.spec outputs=given.outputs on_change=given.on_change/> }
                .into_any();
        }
    };
    let part = async move {
        let part = part.await;
        arrived.set(true);
        part
    };
    shown(part)
}

/// The result of a step.
pub fn result(step: StepName, given: Given) -> AnyView {
    match step {
        StepName::Ingest => shown(ingest_result(given)),
        StepName::Clean => shown(clean_result(given)),
        StepName::Split => shown(split_result(given)),
        StepName::Train => shown(train_result(given)),
        StepName::Evaluate => {
            view! { <EvaluateResult spec=given.spec outputs=given.outputs on_change=given.on_change/> }.into_any()
        }
    }
}

/// Questions about the model.
pub fn ask(spec: Signal<PipelineSpec>, outputs: Signal<Outputs>) -> AnyView {
    shown(ask_more(spec, outputs))
}

/// The regularisation path.
pub fn path(spec: Signal<PipelineSpec>, outputs: Signal<Outputs>, on_change: Callback<PipelineSpec>) -> AnyView {
    shown(path_part(spec, outputs, on_change))
}

/// A rule that leaks beside its remedy.
pub fn leak(rule: usize, spec: Signal<PipelineSpec>, outputs: Signal<Outputs>) -> AnyView {
    shown(leak_part(rule, spec, outputs))
}

/// What runs can be taken out as.
pub fn exports(which: Signal<WhichRuns>, close: Callback<()>) -> AnyView {
    shown(exports_part(which, close))
}

/// A pipeline as a link.
pub fn share(spec: Signal<PipelineSpec>, close: Callback<()>) -> AnyView {
    shown(share_form(spec, close))
}

/// The table of runs, once `is_known`.
pub fn runs(runs: Signal<Arc<Vec<RunSummary>>>, is_known: Signal<bool>) -> AnyView {
    // The part loads while the runs are read.
    shown(runs_page(runs, is_known))
}

/// One run.
pub fn run(run: Signal<Option<Arc<RunRecord>>>, on_reproduce: Callback<PipelineSpec>) -> AnyView {
    shown(run_page(run, on_reproduce))
}

/// A run of which there is only its row.
pub fn foreign_run(run: RunSummary) -> AnyView {
    shown(foreign_run_page(run))
}

/// Runs side by side.
pub fn compare() -> AnyView {
    shown(compare_page())
}

/// Registered models.
pub fn models() -> AnyView {
    shown(models_page())
}

/// Deployments.
pub fn serving() -> AnyView {
    shown(serving_page())
}

/// Saved pipelines.
pub fn pipelines() -> AnyView {
    shown(pipelines_page())
}

/// Datasets.
pub fn datasets() -> AnyView {
    shown(datasets_page())
}

/// Stacks, triggers, storage.
pub fn stack() -> AnyView {
    shown(stack_page())
}
