//! Several candidates: which values and which other estimators to try, and the heat map of what the folds said.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use crate::base::Param;
use crate::estimators::EstimatorSpec;
use crate::features::EncoderEntry;
use crate::pipeline::{PipelineSpec, RandomSearch, Training};
use crate::ui::charts::{Chart, ExportButtons, run_shown};
use crate::ui::inspect::fields::{SelectField, TextField, edit};
use crate::ui::inspect::parts::{icon, words};
use crate::ui::session::Session;
use crate::ui::view::sweep::{self, Tried};
use crate::ui::view::sweep_result::{self, SweepRow};
use crate::ui::view::{charts::Scene, ingest, sweep_picture};

/// Lists of values for each entry, and further estimators.
#[component]
pub fn SweepSettings(spec: Signal<PipelineSpec>, on_change: Callback<PipelineSpec>) -> impl IntoView {
    let entries = Memo::new(move |_| spec.read().train.iter().map(|entry| entry.name().to_owned()).collect::<Vec<_>>());
    let n_encoders = Memo::new(move |_| spec.read().features.encoders.len());
    let plan = Memo::new(move |_| sweep::plan(&spec.read()));
    let is_sweep = Memo::new(move |_| spec.read().is_sweep());
    let is_open = RwSignal::new(is_sweep.get_untracked());
    let others = Memo::new(move |_| {
        let first = [(String::new(), "Add an estimator".to_owned())];
        first.into_iter().chain(sweep::others(&spec.read())).collect::<Vec<_>>()
    });
    let on_add = Callback::new(move |name: String| {
        let Ok(estimator) = EstimatorSpec::fresh(&name) else { return };
        edit(spec, on_change, |spec| spec.train.push(estimator.into()));
    });
    let scorings = Memo::new(move |_| sweep::scorings(&spec.read()));
    let scoring = Memo::new(move |_| spec.read().scoring().as_str().to_owned());
    let on_scoring =
        Callback::new(move |name: String| edit(spec, on_change, |spec| *spec = sweep::with_scoring(spec, &name)));
    let n_iter = Memo::new(move |_| spec.read().search.map(|search| search.n_iter.to_string()).unwrap_or_default());
    let on_n_iter = Callback::new(move |text: String| {
        let search = match text.trim() {
            "" => None,
            text => match text.parse::<u32>() {
                Ok(n_iter @ 1..=10_000) => {
                    Some(RandomSearch { n_iter, ..spec.read_untracked().search.unwrap_or_default() })
                }
                _ => return Err("A number from 1 to 10,000; nothing tries all.".to_owned()),
            },
        };
        edit(spec, on_change, |spec| spec.search = search);
        Ok(())
    });
    let is_drawn = Memo::new(move |_| spec.read().search.is_some());
    let seed = Memo::new(move |_| spec.read().search.map(|search| search.random_state.to_string()).unwrap_or_default());
    let on_seed = Callback::new(move |text: String| {
        let Ok(random_state) = text.trim().parse::<u32>() else {
            return Err("A whole number from 0 to 4,294,967,295.".to_owned());
        };
        edit(spec, on_change, |spec| {
            if let Some(search) = &mut spec.search {
                search.random_state = random_state;
            }
        });
        Ok(())
    });
    view! {
        <details
            class="more-settings sweep-settings"
            data-testid="sweep-settings"
            prop:open=move || is_open.get()
            on:toggle=move |event| is_open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open())
        >
            <summary>"Try several and keep the best"</summary>
            {move || {
                entries
                    .get()
                    .into_iter()
                    .enumerate()
                    .map(|(place, _)| view! { <Entry place spec on_change /> })
                    .collect_view()
            }}
            {move || (0..n_encoders.get()).map(|place| view! { <EncoderValues place spec on_change /> }).collect_view()}
            <SelectField
                setting="train.add"
                label="Another estimator"
                options=others
                value=Signal::stored(String::new())
                on_pick=on_add
            />
            <Show when=move || is_sweep.get()>
                <SelectField
                    setting="evaluate.scoring"
                    label="Judge by"
                    options=scorings
                    value=scoring
                    on_pick=on_scoring
                />
                <TextField
                    setting="search.n_iter"
                    label="Draw only so many at random"
                    value=n_iter
                    on_text=on_n_iter
                    inputmode="numeric"
                    placeholder="all"
                />
                <Show when=move || is_drawn.get()>
                    <TextField
                        setting="search.random_state"
                        label="Seed of the draw"
                        value=seed
                        on_text=on_seed
                        inputmode="numeric"
                    />
                </Show>
            </Show>
            <p class="hint" role="status" data-testid="sweep-plan">{move || plan.get()}</p>
        </details>
    }
}

/// One entry of `train`: a field for each parameter that can be tried.
#[component]
fn Entry(place: usize, spec: Signal<PipelineSpec>, on_change: Callback<PipelineSpec>) -> impl IntoView {
    let entry = Memo::new(move |_| spec.read().train.get(place).cloned().unwrap_or_default());
    let tried = sweep::tried(&entry.read_untracked());
    let label = entry.read_untracked().label();
    let fields = tried
        .into_iter()
        .map(|Tried { param, example, .. }| {
            let text = Memo::new(move |_| entry.read().values(param.name).map(sweep::values_text).unwrap_or_default());
            let on_text = Callback::new(move |text: String| {
                let new = sweep::with_text(&entry.read_untracked(), &param, &text)?;
                edit(spec, on_change, |spec| {
                    if let Some(old) = spec.train.get_mut(place) {
                        *old = new;
                    }
                });
                Ok(())
            });
            view! {
                <TextField
                    setting=format!("train.{place}.values.{}", param.name)
                    label=format!("{}: values", param.label)
                    value=text
                    on_text
                    placeholder=example
                />
            }
        })
        .collect_view();
    let remove = (place > 0).then(|| {
        view! {
            <button
                class="btn btn-small btn-icon push"
                type="button"
                aria-label=format!("Do not try {label}")
                data-testid=format!("train-remove-{place}")
                on:click=move |_| edit(spec, on_change, |spec| {
                    if place < spec.train.len() {
                        spec.train.remove(place);
                    }
                })
            >
                {icon("cross")}
            </button>
        }
    });
    view! {
        <fieldset class="field sweep-entry">
            <legend class="sr">{format!("Values of {label} to try")}</legend>
            <div class="cluster" aria-hidden=(place == 0).to_string()><span class="estimator">{label}</span>{remove}</div>
            {fields}
        </fieldset>
    }
}

/// One encoder: a field for each parameter that can be tried, closed until somebody wants to.
#[component]
fn EncoderValues(place: usize, spec: Signal<PipelineSpec>, on_change: Callback<PipelineSpec>) -> impl IntoView {
    let entry = Memo::new(move |_| spec.read().features.encoders.get(place).cloned());
    // Another encoder in this place has other fields; another value has the same.
    let fields = Memo::new(move |_| {
        let entry = entry.read();
        let of = |entry: &EncoderEntry| sweep::tried_of_encoder(entry).into_iter().map(|one| (one.param, one.example));
        entry.as_ref().map(|entry| (entry.label(), of(entry).collect::<Vec<_>>()))
    });
    let is_tried = entry.read_untracked().as_ref().is_some_and(|entry| !entry.lists().is_empty());
    let field = move |(param, example): (Param, &'static str)| {
        let text = Memo::new(move |_| {
            let entry = entry.read();
            entry.as_ref().and_then(|entry| entry.values(param.name)).map(sweep::values_text).unwrap_or_default()
        });
        let on_text = Callback::new(move |text: String| {
            let Some(old) = entry.get_untracked() else { return Ok(()) };
            let new = sweep::encoder_with_text(&old, &param, &text)?;
            edit(spec, on_change, |spec| {
                if let Some(old) = spec.features.encoders.get_mut(place) {
                    *old = new;
                }
            });
            Ok(())
        });
        view! {
            <TextField
                setting=format!("features.encoders.{place}.values.{}", param.name)
                label=format!("{}: values", param.label)
                value=text
                on_text
                placeholder=example
            />
        }
    };
    move || {
        let (label, fields) = fields.get().filter(|(_, fields)| !fields.is_empty())?;
        let title = format!("Values of encoder {}, {label}", place + 1);
        Some(view! {
            <details class="sweep-encoder" data-testid=format!("sweep-encoder-{place}") prop:open=is_tried>
                <summary>{title}</summary>
                <div class="sweep-entry">{fields.into_iter().map(field).collect_view()}</div>
            </details>
        })
    }
}

/// What the folds said of every candidate; each can be taken as a run.
pub(super) fn sweep_result(
    training: Arc<Training>,
    spec: Signal<PipelineSpec>,
    on_change: Callback<PipelineSpec>,
) -> Option<AnyView> {
    training.sweep.as_ref()?;
    let best_first = RwSignal::new(true);
    let target = training.target.clone();
    let most = RwSignal::new(sweep_result::MOST_ROWS);
    let of_all = training.clone();
    let target_of_all = target.clone();
    // Made when it is saved: of all candidates, however many are listed.
    let scene = Signal::derive(move || {
        let found = of_all.sweep.as_ref();
        let view = found.map(|found| sweep_result::view(found, &target_of_all, best_first.get(), usize::MAX));
        view.map(|view| sweep_picture::heat(&view)).unwrap_or_default()
    });
    let section = NodeRef::<html::Section>::new();
    let run = run_shown(use_context::<Session>());
    let shown = Memo::new(move |_| {
        training
            .sweep
            .as_ref()
            .map(|found| (sweep_result::view(found, &target, best_first.get(), most.get()), found.candidates.clone()))
    });
    let take = move |place: usize| {
        let candidate = shown.read_untracked().as_ref().and_then(|(_, all)| all.get(place).cloned());
        let Some(candidate) = candidate else { return };
        edit(spec, on_change, |spec| {
            // Judged by the same folds, so that the two can be compared.
            spec.evaluate.cv = spec.folds();
            *spec = spec.with_candidate(&candidate);
        });
    };
    let words_of = |view: &sweep_result::SweepView| (view.metric, view.direction, view.has_r2);
    let (metric, direction, has_r2) =
        shown.read_untracked().as_ref().map_or(("", "", false), |(view, _)| words_of(view));
    let head = move || {
        let n = shown.read().as_ref().map_or(0, |(view, _)| view.n_folds);
        // Of many folds the cells would be too narrow to read.
        (0..n.min(MOST_FOLDS)).map(|fold| view! { <th scope="col" class="num">{fold + 1}</th> }).collect_view()
    };
    let rows = move || {
        let shown = shown.read();
        let rows = shown.as_ref().map(|(view, _)| view.rows.clone()).unwrap_or_default();
        rows.into_iter().map(|row| heat_row(row, has_r2, take)).collect_view()
    };
    let says = move || shown.read().as_ref().map(|(view, _)| words(view.sentence.clone()));
    let second = move || shown.read().as_ref().and_then(|(view, _)| view.second.clone());
    let more = move || {
        let n = shown.read().as_ref().map_or(0, |(view, _)| view.more);
        (n > 0).then(|| {
            let words = format!("Show {} more", ingest::counted(n as u64, "candidate", "candidates"));
            view! {
                <button class="btn btn-small" type="button" data-testid="all-candidates" on:click=move |_| most.set(usize::MAX)>
                    {words}
                </button>
            }
        })
    };
    let curve = shown.read_untracked().as_ref().and_then(|(view, _)| view.curve.clone());
    Some(
        view! {
            <section class="report" aria-labelledby="sweep-title" node_ref=section data-testid="sweep">
                <div class="cluster data-head">
                    <h3 class="section" id="sweep-title">"Candidates"</h3>
                    <span class="push cluster">
                        <ExportButtons title="Candidates" scene drawn=move |()| section.get_untracked().map(Into::into) run/>
                        <button
                            class="btn btn-small"
                            type="button"
                            aria-pressed=move || (!best_first.get()).to_string()
                            on:click=move |_| best_first.update(|first| *first = !*first)
                        >
                            "As listed"
                        </button>
                    </span>
                </div>
                <p class="verdict verdict-s">{says}</p>
                <p class="sub">{second}</p>
                {curve.map(picture)}
                <div class="scroll-x" tabindex="0" role="region" aria-label="Candidates and folds">
                    <table class="table table-tight table-heat">
                        <caption class="sr">{format!("{metric} of each candidate in each fold; {direction}")}</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Candidate"</th>
                                <th scope="col" class="num" title=format!("{metric}, mean over the folds; {direction}")>
                                    {format!("Mean {metric}")}
                                </th>
                                {has_r2.then(|| view! { <th scope="col" class="num">"R²"</th> })}
                                {head}
                                <th scope="col"><span class="sr">"Take"</span></th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <p class="sub">{more}</p>
            </section>
        }
        .into_any(),
    )
}

/// Folds that are shown side by side.
const MOST_FOLDS: usize = 12;

fn heat_row(row: SweepRow, has_r2: bool, take: impl Fn(usize) + Copy + 'static) -> AnyView {
    let place = row.place;
    let cells = row
        .cells
        .into_iter()
        .take(MOST_FOLDS)
        .map(|cell| view! { <td class=cell.shade title=cell.full>{cell.shown}</td> })
        .collect_view();
    let error = row.error.map(|error| view! { <td class="reason" colspan="20">{error}</td> });
    view! {
        <tr data-candidate=place.to_string() data-best=row.is_best.to_string()>
            <th scope="row">{row.name}" "<span class="found">{row.mark}</span></th>
            <td class="num strong" data-value=row.mean_full.clone() title=row.mean_full>{row.mean}</td>
            {has_r2.then(|| view! { <td class="num">{row.r2}</td> })}
            {cells}
            {error}
            <td>
                <button class="btn btn-small" type="button" on:click=move |_| take(place)>
                    "Take"<span class="sr">{" this candidate as a run"}</span>
                </button>
            </td>
        </tr>
    }
    .into_any()
}

fn picture(scene: Scene) -> AnyView {
    view! { <div class="plots"><Chart scene=Signal::stored(scene) /></div> }.into_any()
}
