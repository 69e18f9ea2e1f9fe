//! The monitor of a deployment: what was asked, whether it is still what training has seen, and a second version beside.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::model::{Asked, Changer, now};
use super::model_dialogs::AliasDialog;
use super::promotion::{Checks, promotion};
use crate::monitoring::{Report, Verdict};
use crate::registry::{Changed, Deployment};
use crate::ui::charts::Chart;
use crate::ui::session::Session;
use crate::ui::view::format::{count, decimals, exact};
use crate::ui::view::models::promotion_sentence;
use crate::ui::view::serving::references;
use crate::ui::view::serving_monitor::{
    drift_lines, drift_sentence, headlines, live_lines, shadow_lines, shadow_verdict, truth_sentence,
};
use crate::ui::view::serving_time::{Measure, measures, scene};
use crate::web::serving::Counted;

/// A deployment that is watched.
#[derive(Clone, Copy)]
struct Watched {
    session: Session,
    name: StoredValue<String>,
    /// As it is kept now.
    deployment: Memo<Option<Deployment>>,
    report: Memo<Option<Arc<Report>>>,
}

impl Watched {
    fn change(&self, change: impl FnOnce(&Deployment) -> Changed<Deployment>) {
        let saved = self.name.with_value(|name| self.session.workspace.with_untracked(|w| w.registry.deployment(name)));
        if let Some(saved) = saved {
            self.session.try_change(change(&saved.record).map(|changed| saved.change(changed)));
        }
    }
}

/// The section of a deployment's page.
#[component]
pub(super) fn Monitor(name: String) -> impl IntoView {
    let session = Session::here();
    let name = StoredValue::new(name);
    let deployment = Memo::new(move |_| {
        session.workspace.with(|w| name.with_value(|name| w.registry.deployment(name)).map(|saved| saved.record))
    });
    let models = Memo::new(move |_| session.workspace.with(|workspace| workspace.registry.model_records()));
    // Asked again whenever the settings or what an alias points to change, and when requests were counted.
    Effect::new(move || {
        deployment.track();
        models.track();
        name.with_value(|name| session.request_monitor(name));
    });
    let hearing = Counted::listen(move |counted| {
        if name.try_with_value(|name| *name == counted) == Some(true) {
            session.request_monitor(&counted);
        }
    });
    let _ = StoredValue::new_local(hearing);
    let answer = Memo::new(move |_| {
        session.workspace.with(|workspace| {
            let (of, result) = workspace.monitor.report.as_ref()?;
            (name.with_value(|name| name == of)).then(|| result.clone().map(|report| Arc::new(*report)))
        })
    });
    let report = Memo::new(move |_| answer.with(|answer| answer.as_ref().and_then(|answer| answer.clone().ok())));
    let trouble = move || answer.with(|answer| answer.as_ref().and_then(|answer| answer.clone().err()));
    let watched = Watched { session, name, deployment, report };
    let n_requests = Memo::new(move |_| report.with(|report| report.as_ref().map(|report| report.requests)));
    let has_shadow = Memo::new(move |_| report.with(|report| report.as_ref().is_some_and(|r| r.shadow.is_some())));
    let requests = move || n_requests.get().map(|n| n.to_string());
    view! {
        <section class="monitor" aria-labelledby="monitor" data-testid="monitor" data-requests=requests>
            <div class="cluster data-head">
                <h2 class="section" id="monitor">"Monitor"</h2>
                <button class="btn btn-small push" type="button" data-testid="monitor-reset" disabled=move || n_requests.get().unwrap_or(0) == 0
                    on:click=move |_| watched.change(|deployment| deployment.reset(now()))>"Count anew"</button>
            </div>
            {move || trouble().map(|error| view! { <p class="form-error" role="alert" data-testid="monitor-error">{error.message}</p> })}
            {move || match n_requests.get() {
                None => ().into_any(),
                Some(0) => view! {
                    <div class="blank"><p><b>"No requests yet"</b>"What the address is asked is counted here: how often, how fast, and whether it is still like the training rows. Ask it from a page of this site; the lines stand above."</p></div>
                }.into_any(),
                Some(_) => view! { <Numbers watched=watched/> <DriftTable watched=watched/> }.into_any(),
            }}
            <Show when=move || has_shadow.get()><Beside watched=watched/></Show>
            <TrueValues watched=watched/>
            <Settings watched=watched models=models/>
        </section>
    }
}

/// The numbers at the top, and one of them over time.
#[component]
fn Numbers(watched: Watched) -> impl IntoView {
    let report = watched.report;
    let measure = RwSignal::new("requests".to_owned());
    let threshold = move || watched.deployment.with(|one| one.as_ref().map_or(0.2, |one| one.monitoring.psi_threshold));
    let drawn = Memo::new(move |_| {
        let measure = measure.with(|key| Measure::of(key));
        report.with(|report| scene(report.as_ref()?, &measure, threshold()))
    });
    let is_drawn = Memo::new(move |_| drawn.with(Option::is_some));
    let numbers = move || {
        let lines = report.with(|report| report.as_deref().map(headlines).unwrap_or_default());
        lines
            .into_iter()
            .map(|(handle, label, value)| {
                view! { <div><dt>{label}</dt><dd data-monitor=handle>{value}</dd></div> }
            })
            .collect_view()
    };
    let choices = Memo::new(move |_| report.with(|report| report.as_deref().map(measures).unwrap_or_default()));
    let options = move || {
        choices
            .get()
            .into_iter()
            .map(|(one, words)| {
                let key = one.key();
                let is_chosen = measure.with_untracked(|measure| *measure == key);
                view! { <option value=key selected=is_chosen>{words}</option> }
            })
            .collect_view()
    };
    view! {
        <dl class="facts facts-rule facts-left">{numbers}</dl>
        <div class="cluster data-head">
            <label class="cluster small"><span class="muted">"Over time"</span>
                <select data-testid="monitor-measure" on:change=move |event| measure.set(event_target_value(&event))>{options}</select>
            </label>
        </div>
        <Show when=move || is_drawn.get() fallback=|| view! { <p class="muted">"Too few requests to draw it yet."</p> }>
            <Chart scene=Signal::derive(move || drawn.get().unwrap_or_default()) run=Signal::derive(move || Some(watched.name.get_value()))/>
        </Show>
    }
}

/// Each input beside its training rows, what drifted most first.
#[component]
fn DriftTable(watched: Watched) -> impl IntoView {
    let report = watched.report;
    let session = watched.session;
    // The target, by the model's signature on the page; a column of no other name predicts.
    let target = Memo::new(move |_| {
        session.workspace.with(|workspace| {
            let deployment = workspace.registry.deployment(&watched.name.get_value())?.record;
            let models = workspace.registry.model_records();
            let run_id = deployment.version(&models).ok()?.run_id.clone();
            let found = workspace.registry.found(&[run_id])?;
            found.runs.first().map(|run| run.spec.features.target.clone())
        })
    });
    let sentence = move || report.with(|report| report.as_deref().map(drift_sentence));
    let lines = Memo::new(move |_| {
        let target = target.get().unwrap_or_default();
        report.with(|report| {
            let report = report.as_ref()?;
            Some(drift_lines(report.drift.as_ref()?, &target, report.drift_rows))
        })
    });
    let rows = move || {
        lines
            .get()
            .unwrap_or_default()
            .into_iter()
            .map(|line| {
                let class = match line.verdict {
                    Verdict::Drifted => "tag tag-warn",
                    Verdict::Moved => "tag",
                    _ => "muted",
                };
                view! {
                    <tr data-drift=line.name data-status=line.status data-psi=exact(line.psi)>
                        <th scope="row">{line.name.clone()}</th>
                        <td class="num strong" title=exact(line.psi)>{decimals(line.psi, 2)}</td>
                        <td><span class=class>{line.words}</span></td>
                        <td>{line.moved}</td>
                        <td class="muted">{line.test}</td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <h3 class="label">"Drift"</h3>
        <p class="verdict verdict-s" role="status" data-testid="drift-sentence">{sentence}</p>
        <Show when=move || lines.with(|lines| lines.as_ref().is_some_and(|lines| !lines.is_empty()))>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Drift of inputs and prediction">
                <table class="table">
                    <caption class="sr">"Drift of inputs and prediction"</caption>
                    <thead><tr><th scope="col">"Input"</th><th scope="col" class="num" title="Population stability index against the training rows: below 0.1 about the same">"PSI"</th>
                        <th scope="col">"Verdict"</th><th scope="col">"Training → requests"</th><th scope="col">"Two-sample test"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Show>
    }
}

/// The version that is asked the same, and the way to make it answer.
#[component]
fn Beside(watched: Watched) -> impl IntoView {
    let session = watched.session;
    let shadow =
        Memo::new(move |_| watched.report.with(|report| report.as_ref().and_then(|report| report.shadow.clone())));
    let version = Memo::new(move |_| shadow.with(|shadow| shadow.as_ref().map(|shadow| shadow.version)));
    let lines = move || {
        shadow
            .get()
            .iter()
            .flat_map(shadow_lines)
            .map(|(handle, label, value)| {
                view! { <div><dt>{label}</dt><dd data-shadow=handle>{value}</dd></div> }
            })
            .collect_view()
    };
    let model = watched.deployment.with_untracked(|one| one.as_ref().map(|one| one.model.clone()).unwrap_or_default());
    let changer = Changer::new(session, model);
    let asked = RwSignal::new(None::<Asked>);
    // The runs of the version that answers and of the one beside; nothing to promote where no alias is followed.
    let ids = Memo::new(move |_| {
        let models = session.workspace.with(|workspace| workspace.registry.model_records());
        watched
            .deployment
            .with(|deployment| {
                let deployment = deployment.as_ref()?;
                let follows = models
                    .iter()
                    .any(|model| model.name == deployment.model && model.aliases.contains_key(&deployment.reference));
                let runs = [deployment.version(&models).ok()?, deployment.shadow(&models)?]
                    .map(|version| version.run_id.clone());
                follows.then(|| runs.to_vec())
            })
            .unwrap_or_default()
    });
    let check = promotion(session, ids.into());
    let reference =
        move || watched.deployment.with(|one| one.as_ref().map(|one| one.reference.clone()).unwrap_or_default());
    let promote = move || {
        let (version, check) = (version.get()?, check.get()?);
        let alias = reference();
        if ids.with(Vec::is_empty) {
            return Some(view! { <p class="muted">{format!("The address names {alias}, not an alias: there is nothing to move.")}</p> }.into_any());
        }
        let sentence = match check.passed() {
            true => promotion_sentence(&check, version, &alias),
            false => "Not yet: the check refuses. A note overrules it, and the log keeps both.".to_owned(),
        };
        Some(view! {
            <p data-testid="promote-sentence" data-passed=check.passed().to_string()>{sentence}</p>
            <Checks check=check/>
            <button class="btn" type="button" data-testid="promote" on:click=move |_| asked.set(Some(Asked::Alias(version)))>
                {format!("Promote version {version}…")}
            </button>
        }.into_any())
    };
    view! {
        <h3 class="label">{move || version.get().map(|version| format!("Version {version} beside it"))}</h3>
        <p class="verdict verdict-s" role="status" data-testid="shadow-verdict">{move || shadow.with(|shadow| shadow.as_ref().map(shadow_verdict))}</p>
        <dl class="facts facts-rule facts-left">{lines}</dl>
        {promote}
        <AliasDialog asked=asked changer=changer/>
    }
}

/// A file of true values, and the metrics that come of it.
#[component]
fn TrueValues(watched: Watched) -> impl IntoView {
    let session = watched.session;
    let reads = Memo::new(move |_| session.workspace.with(|workspace| workspace.monitor.is_reading()));
    let found = Memo::new(move |_| session.workspace.with(|workspace| workspace.monitor.truth.clone()));
    let n_sampled =
        Memo::new(move |_| watched.report.with(|report| report.as_ref().map_or(0, |report| report.sampled)));
    let on_change = move |event: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            watched.name.with_value(|name| session.read_truth(name, &file));
        }
        // The same file can be chosen again.
        input.set_value("");
    };
    let n_live = move || watched.report.with(|report| report.as_ref()?.live.as_ref().map(|live| live.n));
    let has_shadow =
        Memo::new(move |_| watched.report.with(|report| report.as_ref().is_some_and(|r| r.shadow.is_some())));
    let rows = move || {
        let lines = watched.report.with(|report| report.as_deref().map(live_lines).unwrap_or_default());
        lines
            .into_iter()
            .map(|(name, label, value, live, tested, beside)| {
                view! {
                    <tr>
                        <th scope="row">{label}</th>
                        <td class="num strong" data-live=name data-value=value.map(exact)>{live}</td>
                        <td class="num">{tested}</td>
                        {has_shadow.get().then(|| view! { <td class="num">{beside}</td> })}
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <h3 class="label">"True values"</h3>
        <p class="muted small">"A CSV with the model's inputs and the true values of its target, uploaded when they are known. Its rows are found by their inputs among those that were asked ("
            {move || count(n_sampled.get())}" of at most 1,000 are kept)."</p>
        <label class="btn btn-small file-button" aria-disabled=move || reads.get().then_some("true")>
            {move || if reads.get() { "Reading the file…" } else { "Choose file" }}
            <input class="sr" type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" aria-label="True values as CSV" data-testid="truth-input"
                disabled=move || reads.get() on:change=on_change/>
        </label>
        <div role="status">
            {move || match found.get() {
                None => ().into_any(),
                Some(Ok(matched)) => view! { <p data-testid="truth-found">{truth_sentence(matched)}</p> }.into_any(),
                Some(Err(error)) => view! { <p class="form-error" data-testid="truth-error">{error.message}</p> }.into_any(),
            }}
        </div>
        <Show when=move || n_live().is_some()>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Live metrics">
                <table class="table">
                    <caption class="muted small">{move || n_live().map(|n| format!("Over the {} rows whose true values are known", count(n)))}</caption>
                    <thead><tr><th scope="col">"Metric"</th><th scope="col" class="num">"Live"</th><th scope="col" class="num">"Test rows"</th>
                        {move || has_shadow.get().then(|| view! { <th scope="col" class="num">"Beside"</th> })}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Show>
    }
}

/// Whether rows are kept, when there is a notice, and which version is asked besides.
#[component]
fn Settings(watched: Watched, models: Memo<Vec<crate::registry::RegisteredModel>>) -> impl IntoView {
    let monitoring = Memo::new(move |_| {
        watched.deployment.with(|one| one.as_ref().map(|one| one.monitoring.clone()).unwrap_or_default())
    });
    let choices = Memo::new(move |_| {
        watched.deployment.with(|deployment| {
            let Some(deployment) = deployment else { return Vec::new() };
            let model =
                models.with(|models| models.iter().find(|model| model.name == deployment.model).map(references));
            model.unwrap_or_default().into_iter().filter(|(reference, _)| *reference != deployment.reference).collect()
        })
    });
    let set_shadow = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        let model = models.with_untracked(|models| {
            watched.deployment.with_untracked(|deployment| {
                let deployment = deployment.as_ref()?;
                models.iter().find(|model| model.name == deployment.model).cloned()
            })
        });
        if let Some(model) = model {
            let chosen = Some(chosen.as_str()).filter(|chosen| !chosen.is_empty());
            watched.change(|deployment| deployment.set_shadow(&model, chosen));
        }
    };
    let options = move || {
        let current = monitoring.with(|monitoring| monitoring.shadow.clone().unwrap_or_default());
        choices
            .get()
            .into_iter()
            .map(|(reference, words)| {
                let is_chosen = reference == current;
                view! { <option value=reference selected=is_chosen>{words}</option> }
            })
            .collect_view()
    };
    let threshold = move || monitoring.with(|monitoring| monitoring.psi_threshold.to_string());
    view! {
        <h3 class="label">"What is kept"</h3>
        <form class="form" on:submit=|event: leptos::ev::SubmitEvent| event.prevent_default()>
            <label class="check"><input type="checkbox" data-testid="monitor-samples" prop:checked=move || monitoring.with(|one| one.samples)
                on:change=move |event| { let on = event_target_checked(&event); watched.change(|deployment| deployment.sample(on)); }/>
                <span>"Keep the newest 1,000 rows of requests, for true values. Counts are kept either way; nothing leaves this browser."</span></label>
            <div class="field">
                <label for="monitor-threshold">"Drifted from a PSI of"</label>
                <input class="input" id="monitor-threshold" type="text" inputmode="decimal" autocomplete="off" data-testid="monitor-threshold"
                    prop:value=threshold on:change=move |event| { let text = event_target_value(&event); watched.change(|deployment| deployment.set_threshold(&text)); }/>
                <span class="hint">"From there on there is a notice, once 200 rows were asked. 0.2 is usual."</span>
            </div>
            <div class="field">
                <label for="monitor-shadow">"Ask besides, without answering"</label>
                <select class="input" id="monitor-shadow" data-testid="monitor-shadow" on:change=set_shadow>
                    <option value="" selected=move || monitoring.with(|one| one.shadow.is_none())>"no other version"</option>
                    {options}
                </select>
                <span class="hint">"It is asked after the answer was given, so nobody waits for it."</span>
            </div>
        </form>
    }
}
