//! Cross-validation: whether, in which folds, and what it found.

use leptos::html;
use leptos::prelude::*;
use serde_json::Map;

use crate::base::Param;
use crate::clean::ColumnBrief;
use crate::evaluate::{EVALUATE_PARAMS, EvaluateSummary};
use crate::pipeline::PipelineSpec;
use crate::split::cv::CvSpec;
use crate::ui::charts::{ExportButtons, run_shown, spark};
use crate::ui::inspect::draft_form::DraftForm;
use crate::ui::inspect::fields::{SelectField, edit};
use crate::ui::inspect::parts::words;
use crate::ui::session::Session;
use crate::ui::view::{classes, folds};
use crate::validation::CvSummary;

/// How the training rows are cut into folds, and the confidence of intervals.
#[component]
pub fn FoldSettings(
    spec: Signal<PipelineSpec>,
    /// The columns left after cleaning.
    #[prop(into)]
    columns: Signal<Vec<ColumnBrief>>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let saved = Memo::new(move |_| spec.read().evaluate.cv.clone());
    // Holds a kind that still needs a column; a change from elsewhere replaces it.
    let draft = RwSignal::new(saved.get_untracked());
    Effect::new(move || draft.set(saved.get()));
    let kinds: Vec<(String, String)> = [(String::new(), "Off".to_owned())]
        .into_iter()
        .chain(CvSpec::CATALOGUE.iter().map(|entry| (entry.kind.to_owned(), entry.label.to_owned())))
        .collect();
    let kind = Memo::new(move |_| draft.read().as_ref().map_or_else(String::new, |cv| cv.kind().to_owned()));
    let on_kind = Callback::new(move |kind: String| {
        let cv = CvSpec::fresh(&kind);
        draft.set(cv.clone());
        if !cv.as_ref().is_some_and(folds::is_unfinished) {
            edit(spec, on_change, |spec| spec.evaluate.cv = cv);
        }
    });
    let params = Memo::new(move |_| {
        let kind = kind.read();
        CvSpec::CATALOGUE
            .iter()
            .find(|entry| entry.kind == *kind)
            .map(|entry| entry.params.to_vec())
            .unwrap_or_default()
    });
    let on_values = Callback::new(move |values: Map<String, serde_json::Value>| {
        let cv = folds::with_values(&kind.read_untracked(), values)?;
        edit(spec, on_change, |spec| spec.evaluate.cv = Some(cv));
        Ok(())
    });
    let doubt = Memo::new(move |_| folds::Doubt::of(&spec.read(), &columns.read()));
    let says = move || match &*draft.read() {
        None => "One cut into training and test rows can be lucky. Folds predict each training row from others.".into(),
        Some(cv) if folds::is_unfinished(cv) => "Choose the column that says which rows belong together.".into(),
        Some(cv) => cv.sentence(),
    };
    view! {
        <SelectField
            setting="evaluate.cv.kind"
            label="Cross-validation"
            options=Signal::stored(kinds)
            value=kind
            on_pick=on_kind
        />
        <p class="hint">{says}</p>
        {move || doubt.get().map(|doubt| {
            let (sentence, remedy) = (doubt.sentence(), doubt.remedy());
            let mend = move |_| edit(spec, on_change, |spec| doubt.mend(spec, &columns.read_untracked()));
            view! {
                <div class="stacked" role="status" data-testid="folds-doubt">
                    <p class="hint">{sentence}</p>
                    <button class="btn btn-small" type="button" on:click=mend>{remedy}</button>
                </div>
            }
        })}
        <DraftForm
            prefix="evaluate.cv"
            params
            values=Memo::new(move |_| draft.read().as_ref().map(folds::values).unwrap_or_default())
            columns
            on_values
        />
        <Confidence spec columns on_change />
    }
}

/// Of all intervals.
#[component]
fn Confidence(
    spec: Signal<PipelineSpec>,
    columns: Signal<Vec<ColumnBrief>>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    const NAME: &str = "confidence";
    // Only what the engine does yet.
    let params: Vec<Param> = EVALUATE_PARAMS.iter().filter(|param| param.name == NAME).copied().collect();
    let values = Memo::new(move |_| Map::from_iter([(NAME.to_owned(), spec.read().evaluate.confidence.into())]));
    let on_values = Callback::new(move |values: Map<String, serde_json::Value>| {
        if let Some(confidence) = values.get(NAME).and_then(serde_json::Value::as_f64) {
            edit(spec, on_change, |spec| spec.evaluate.confidence = confidence);
        }
        Ok(())
    });
    view! { <DraftForm prefix="evaluate" params=Signal::stored(params) values columns on_values /> }
}

/// What the folds found: the sentence, and each metric's mean and spread.
pub(super) fn fold_result(cv: &CvSummary, summary: &EvaluateSummary) -> AnyView {
    let target = summary.target.as_str();
    let (baseline, _) = classes::baseline_words(summary.classification.is_some());
    let rows = folds::rows(cv, target);
    let scene = Signal::stored(folds::picture(cv, &rows));
    let section = NodeRef::<html::Section>::new();
    let run = run_shown(use_context::<Session>());
    let rows = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row" title=row.explanation>{row.word}" "<span class="muted">{row.unit}</span></th>
                    <td
                        class="num strong" data-metric=row.name data-split="cv"
                        data-value=row.mean_full.clone() data-sd=row.sd_full.clone() title=row.mean_full
                    >
                        {row.mean}
                    </td>
                    <td class="num" title=row.sd_full>{row.sd}</td>
                    <td class="num muted">{row.baseline}</td>
                    <td class="hide-s">{row.dots.map(spark)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section
            aria-labelledby="cv-title" node_ref=section data-testid="cross-validation" data-folds=cv.n_folds.to_string()
        >
            <div class="cluster data-head">
                <h3 class="section" id="cv-title">"Cross-validation"</h3>
                <span class="push">
                    <ExportButtons scene drawn=move |()| section.get_untracked().map(Into::into) run/>
                </span>
            </div>
            <p class="verdict verdict-s">{words(folds::sentence(cv, target))}</p>
            <p class="sub">{folds::rows_sentence(cv)}</p>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Metrics of cross-validation">
                <table class="table table-tight">
                    <caption class="sr">"Metrics over the folds: mean, standard deviation, and each fold as a dot"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Metric"</th>
                            <th scope="col" class="num">"Mean"</th>
                            <th scope="col" class="num" title="Standard deviation over the folds">"Spread"</th>
                            <th scope="col" class="num">{baseline}</th>
                            <th scope="col" class="hide-s">"Folds"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
