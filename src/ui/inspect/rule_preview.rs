//! What a rule would change, under its form: asked for a moment after the last change, in a box of one size.

use std::time::Duration;

use leptos::prelude::*;

use crate::clean::Rule;
use crate::pipeline::PipelineSpec;
use crate::ui::session::Session;
use crate::ui::state::{Outputs, PreviewOf};
use crate::ui::view::preview::{self, CellView};

/// Changes closer together than this are asked about once.
const PAUSE: Duration = Duration::from_millis(300);

/// The preview of `rule` at place `index` of the spec's rules.
#[component]
pub fn RulePreview(
    of: PreviewOf,
    #[prop(into)] rule: Signal<Rule>,
    #[prop(into)] index: Signal<usize>,
    /// The rule can be applied.
    #[prop(into)]
    is_ready: Signal<bool>,
    spec: Signal<PipelineSpec>,
    outputs: Signal<Outputs>,
) -> impl IntoView {
    let session = Session::here();
    // The spec up to this rule, and the file that it is asked of.
    let wanted = Memo::new(move |_| {
        if !is_ready.get() {
            return None;
        }
        let digest = outputs.read().ingest.as_ref().map(|file| file.digest.clone())?;
        let spec = spec.read();
        let mut clean: Vec<Rule> = spec.clean.iter().take(index.get()).cloned().collect();
        clean.push(rule.get());
        let (dataset, ingest) = (spec.dataset.clone(), spec.ingest.clone());
        Some((PipelineSpec { dataset, ingest, clean, ..PipelineSpec::default() }, digest))
    });
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(Some(handle)) = timer.try_update_value(Option::take) {
            handle.clear();
        }
    };
    Effect::new(move || {
        stop();
        let Some((spec, _)) = wanted.get() else {
            return session.workspace.update(|workspace| workspace.previews.forget(of));
        };
        let ask = move || {
            let index = spec.clean.len().saturating_sub(1);
            session.request_preview(of, spec, index);
        };
        timer.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    });
    on_cleanup(move || {
        stop();
        session.workspace.update(|workspace| workspace.previews.forget(of));
    });
    let told = Memo::new(move |_| session.workspace.read().previews.of(of));
    let shown = Memo::new(move |_| told.read().0.as_ref().map(|answer| preview::view(answer)));
    let body = move || match shown.get() {
        None if !is_ready.get() => {
            view! { <p class="muted">"Once the rule is complete, what it changes stands here."</p> }.into_any()
        }
        None => view! { <p class="muted">"Looking at the table …"</p> }.into_any(),
        Some(view) => match view.error {
            Some(error) => view! { <p class="caution">{error}</p> }.into_any(),
            None => {
                let notes = view.notes.into_iter().map(|note| view! { <p class="muted">{note}</p> }).collect_view();
                let cells = view.cells.into_iter().map(line).collect_view();
                view! {
                    <p data-testid="preview-counts"><b>{view.counts}</b></p>
                    {notes}
                    <ul class="preview-cells">{cells}</ul>
                }
                .into_any()
            }
        },
    };
    // Said aloud; the cells are there to be read.
    let counts = move || shown.get().map(|view| view.error.unwrap_or(view.counts));
    view! {
        <section class="preview" aria-label="What this rule changes" data-testid="preview">
            <h4 class="label">"What it changes"</h4>
            <p class="sr" role="status">{counts}</p>
            <div
                class="preview-box"
                class:preview-old=move || told.read().1
                tabindex="0"
                role="region"
                aria-label="Changed cells"
            >
                {body}
            </div>
        </section>
    }
}

fn line(cell: CellView) -> impl IntoView {
    let before =
        cell.before.map(|before| view! { <span class="chg-b"><span class="sr">"before "</span>{before}</span> });
    let word = if before.is_some() { "becomes " } else { "is " };
    view! {
        <li>
            <span class="muted">{format!("Row {} · ", cell.row)}<code>{cell.column}</code></span>
            <span class="preview-change">
                {before}
                <span class="muted" aria-hidden="true">"→"</span>
                <span class="chg-a"><span class="sr">{word}</span>{cell.after}</span>
            </span>
        </li>
    }
}
