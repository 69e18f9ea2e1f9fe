//! The sections of a run's page, each over one part of the record.

use std::sync::Arc;

use leptos::prelude::*;

use super::run_parts::{RunLink, run_href, step_icon};
use crate::pipeline::{StepOutput, StepStatus};
use crate::tracking::{RunRecord, RunSummary, VERSION_TAG};
use crate::ui::components::{Icon, Unfold};
use crate::ui::inspect::importances::importances;
use crate::ui::inspect::report::report_section;
use crate::ui::session::Session;
use crate::ui::view::classes::baseline_words;
use crate::ui::view::format::{MISSING, duration, exact, number};
use crate::ui::view::run::{
    CoefficientLine, coefficient_lines, metric_lines, model_summary, param_lines, rule_lines, training, verdict,
};
use crate::ui::view::run_against::{against as against_other, others};
use crate::ui::view::run_steps::{self, StepLine, step_label, step_lines, total_seconds};
use crate::ui::view::runs_text::metric_text;
use crate::ui::view::train::ratio_name;

/// Coefficients shown before a person asks for all.
const FIRST: usize = 6;

/// Whether the run's model tells classes apart.
fn is_classification(run: &RunRecord) -> bool {
    run.outputs.iter().any(|output| match output {
        StepOutput::Evaluate(evaluation) => evaluation.classification.is_some(),
        _ => false,
    })
}

/// The sentence, and every metric against the baseline.
#[component]
pub(super) fn Metrics(run: Arc<RunRecord>, row: Memo<RunSummary>) -> impl IntoView {
    let session = Session::here();
    let others = Memo::new(move |_| {
        let runs = session.workspace.with(|workspace| workspace.runs.clone());
        row.with(|row| others(row, runs.as_deref().map(Vec::as_slice).unwrap_or_default()))
    });
    let says = verdict(&run)
        .into_iter()
        .map(|piece| if piece.strong { view! { <b>{piece.text}</b> }.into_any() } else { piece.text.into_any() })
        .collect_view();
    let lines = metric_lines(&run);
    let (_, against) = baseline_words(is_classification(&run));
    let is_empty = lines.is_empty();
    let has_folds = lines.iter().any(|line| line.cv.is_some());
    let value = |name: String, split: &'static str, value: Option<f64>, class: &'static str| {
        let text = value.map_or_else(|| MISSING.to_owned(), metric_text);
        let exact = value.map(exact);
        view! { <td class=class data-metric=name data-split=split data-value=exact.clone() title=exact>{text}</td> }
    };
    let rows = lines
        .into_iter()
        .map(|line| {
            view! {
                <tr>
                    <th scope="row">{line.label}</th>
                    {value(line.name.clone(), "test", line.test, "num strong")}
                    <td class="num delta">{line.against_mean.unwrap_or_else(|| MISSING.into())}</td>
                    {
                        let name = line.name.clone();
                        move || others.get().into_iter().map(|other| {
                            let text = row.with(|row| against_other(row, &other.run, &name));
                            view! { <td class="num delta hide-s" data-against=other.run.info.run_id>{text.unwrap_or_else(|| MISSING.into())}</td> }
                        }).collect_view()
                    }
                    {value(line.name.clone(), "train", line.train, "num")}
                    {has_folds.then(|| value(line.name, "cv", line.cv, "num"))}
                    <td class="wide hide-s"></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section id="good" aria-labelledby="run-good">
            <h2 class="sr" id="run-good">"How good"</h2>
            {if is_empty {
                view! { <p class="verdict muted">"Nothing was measured: the run did not get as far as evaluation."</p> }.into_any()
            } else {
                view! {
                    <div class="says"><p class="verdict">{says}</p></div>
                    <div class="scroll-x" tabindex="0" role="region" aria-label="Table of metrics">
                        <table class="table">
                            <caption class="sr">"Metrics"</caption>
                            <thead><tr>
                                <th scope="col">"Metric"</th>
                                <th scope="col" class="num">"Test"</th>
                                <th scope="col" class="num">{against}</th>
                                {move || others.get().into_iter().map(|other| view! {
                                    <th scope="col" class="num hide-s"><a class="link" href=run_href(&other.run.info.run_id) title=other.run.info.run_name>{other.title}</a></th>
                                }).collect_view()}
                                <th scope="col" class="num">"Train"</th>
                                {has_folds.then(|| view! { <th scope="col" class="num">"Folds"</th> })}
                                <td class="wide hide-s"></td>
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
}

/// The five steps with their bars on one time line.
#[component]
pub(super) fn Steps(run: Arc<RunRecord>) -> impl IntoView {
    let lines = step_lines(&run);
    let total = total_seconds(&run);
    let summary = run_steps::summary(&run);
    let rows = lines.into_iter().map(step_row).collect_view();
    view! {
        <section id="steps" aria-labelledby="run-steps">
            <div class="cluster data-head">
                <h2 class="section" id="run-steps">"Steps"</h2>
                <span class="muted small">{summary}</span>
            </div>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Table of steps">
                <table class="table table-steps">
                    <caption class="sr">"Steps with their times"</caption>
                    <thead><tr>
                        <th scope="col">"Step"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col" class="hide-s"><span class="ganttax"><span>"0"</span><span>{duration(total)}</span></span></th>
                        <th scope="col" class="num">"Time"</th>
                        <th scope="col" class="num">"Memory"</th>
                        <th scope="col">"Result"</th>
                        <th scope="col">"How"</th>
                        <th scope="col">"Why"</th>
                        <th scope="col" class="num">"Artifact"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

fn step_row(line: StepLine) -> impl IntoView {
    let (begin, width) = line.bar;
    // A step of no time at all still leaves a mark.
    let bar_width = (width * 400.0).max(if line.time.is_empty() { 0.0 } else { 1.0 });
    let bar_left = (begin * 400.0).min(400.0 - bar_width);
    let mark = match line.status {
        StepStatus::Cached => "m-quiet",
        StepStatus::Failed => "m-bad",
        _ => "m",
    };
    let tone = if line.status == StepStatus::Failed { "stepcell bad" } else { "stepcell" };
    let data_seconds = exact(line.seconds);
    let (reason, title) = (line.reason.clone(), line.reason.clone());
    view! {
        <tr
            data-step=line.step.as_str()
            data-status=line.status.as_str()
            data-seconds=data_seconds.clone()
            data-reason=reason
        >
            <th scope="row"><span class="stepcell name"><Icon name=line.step.as_str()/>{step_label(line.step)}</span></th>
            <td class="muted"><span class=tone><Icon name=step_icon(line.status) small=true/>{line.status_word}</span></td>
            <td class="hide-s">
                <svg class="gantt" viewBox="0 0 400 20" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="m-track" x="0" y="9.5" width="400" height="1"></rect>
                    <rect class=mark x=bar_left.to_string() y="6" width=bar_width.to_string() height="8"></rect>
                </svg>
            </td>
            <td class="num" title=format!("{data_seconds} s")>
                {if line.time.is_empty() { MISSING.to_owned() } else { line.time }}
            </td>
            <td class="num muted">{if line.memory.is_empty() { MISSING.to_owned() } else { line.memory }}</td>
            <td>{line.result}</td>
            <td class="muted">{line.how}</td>
            <td class="muted clip" title=title>
                {line.reason}
                {line.made_by.map(|run_id| view! { " "<RunLink run_id=run_id text="That run" /> })}
            </td>
            <td class="num">
                {line.artifact.map(|artifact| view! { <code title=line.digest>{artifact}</code> })}
            </td>
        </tr>
    }
}

/// The coefficients, those that move predictions most first, or what a forest splits by; and the regression report.
#[component]
pub(super) fn Model(run: Arc<RunRecord>) -> impl IntoView {
    let train = training(&run)?;
    let lines = coefficient_lines(train);
    let n_features = train.model.features().len();
    let more = lines.len().saturating_sub(FIRST + 1);
    let all = RwSignal::new(more == 0);
    let summary = model_summary(train);
    let importances = importances(&train.model);
    // A model of trees has no coefficients: no table of none.
    let has_coefficients = importances.is_none();
    let report = (train.report.is_some() || train.logit.is_some()).then(|| {
        let run = Arc::clone(&run);
        view! { <Unfold title="Regression report" handle="run-report">{report(&run)}</Unfold> }
    });
    let warnings = train
        .warnings
        .iter()
        .map(|warning| view! { <p class="small caution">{warning.message.clone()}</p> })
        .collect_view();
    let target = train.target.clone();
    let ratio = ratio_name(train);
    let are_tested = lines.iter().any(|line| line.se.is_some());
    let rows = move || {
        let is_intercept = |line: &CoefficientLine| line.bar.is_none();
        let shown = lines.iter().enumerate().filter(|(index, line)| all.get() || *index < FIRST || is_intercept(line));
        shown.map(|(_, line)| coefficient_row(line.clone(), are_tested)).collect_view()
    };
    Some(view! {
        <section id="model" aria-labelledby="run-model">
            <div class="cluster data-head">
                <h2 class="section" id="run-model">"Model"</h2>
                <span class="muted small">{summary}</span>
                {(more > 0).then(|| view! {
                    <button class="btn btn-small btn-quiet push" type="button" aria-pressed=move || all.get().to_string()
                        on:click=move |_| all.update(|all| *all = !*all)>
                        {move || if all.get() { format!("The {FIRST} largest") } else { format!("All {n_features}") }}
                    </button>
                })}
            </div>
            {warnings}
            {importances}
            {has_coefficients.then(|| view! {
                <div class="scroll-x" tabindex="0" role="region" aria-label="Coefficients">
                    <table class="table">
                        <caption class="sr">{format!("Coefficients, largest effect on {target} first")}</caption>
                        <thead><tr>
                            <th scope="col">"Feature"</th>
                            <th scope="col" class="hide-s">{format!("{target} per standard deviation")}</th>
                            <th scope="col" class="num">"Coefficient"</th>
                            {are_tested.then(|| view! {
                                <th scope="col" class="num">"Std. error"</th>
                                <th scope="col" class="num">{ratio}</th>
                            })}
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            })}
            {report}
        </section>
    })
}

/// The report as Train shows it.
fn report(run: &Arc<RunRecord>) -> Option<AnyView> {
    let training = Arc::new(training(run)?.clone());
    report_section(&training, Signal::stored(Some(run.info.run_name.clone())))
}

fn coefficient_row(line: CoefficientLine, is_tested: bool) -> impl IntoView {
    let zero = line.zero * 360.0;
    let optional = |value: Option<f64>| value.map_or_else(|| MISSING.to_owned(), number);
    let name = line.name.clone();
    let title = line.per_sd.map(|per_sd| format!("{} per standard deviation", number(per_sd)));
    view! {
        <tr
            data-coefficient=name
            data-value=exact(line.value)
            data-se=line.se.map(exact)
            data-t=line.t.map(exact)
        >
            <th scope="row" class="name">{line.name}</th>
            <td class="hide-s" title=title>
                <svg class="forest" viewBox="0 0 360 24" aria-hidden="true">
                    <path class="l-rule" d=format!("M{zero:.1} 0V24")></path>
                    {line.bar.map(|(left, width)| view! {
                        <rect class="m" x=format!("{:.1}", left * 360.0) y="9" width=format!("{:.1}", (width * 360.0).max(1.0)) height="6"></rect>
                    })}
                </svg>
            </td>
            <td class="num strong" title=exact(line.value)>{number(line.value)}</td>
            {is_tested.then(|| view! {
                <td class="num muted" title=line.se.map(exact)>{optional(line.se)}</td>
                <td class="num muted" title=line.t.map(exact)>{optional(line.t)}</td>
            })}
        </tr>
    }
}

/// Settings beyond which there is a search among them.
const SEARCHED: usize = 10;

/// The settings, and the rules in their order.
#[component]
pub(super) fn Params(run: Arc<RunRecord>) -> impl IntoView {
    let lines = param_lines(&run);
    let has_search = lines.len() > SEARCHED;
    let search = RwSignal::new(String::new());
    let is_found = move |text: &str| {
        search.with(|search| search.to_lowercase().split_whitespace().all(|word| text.contains(word)))
    };
    let texts: Vec<String> = lines.iter().map(|(key, value)| format!("{key} {value}").to_lowercase()).collect();
    let n_found = move || texts.iter().filter(|text| is_found(text)).count();
    let params = lines
        .into_iter()
        .map(|(key, value)| {
            let (name, text) = (key.clone(), format!("{key} {value}").to_lowercase());
            view! { <div data-param=name hidden=move || !is_found(&text)><dt>{key}</dt><dd>{value}</dd></div> }
        })
        .collect_view();
    let rules = rule_lines(&run);
    view! {
        <section id="params" aria-labelledby="run-params">
            <div class="cluster data-head">
                <h2 class="section" id="run-params">"Parameters and rules"</h2>
                {has_search.then(|| view! {
                    <input class="input input-small input-find" type="search" data-testid="param-search" aria-label="Search parameters" placeholder="Search parameters"
                        prop:value=move || search.get() on:input=move |event| search.set(event_target_value(&event))/>
                    <span class="muted small" role="status">{move || (!search.with(|s| s.trim().is_empty())).then(|| format!("{} found", n_found()))}</span>
                })}
            </div>
            <div class="plots plots-tight">
                <dl class="facts facts-left facts-rule">{params}</dl>
                {if rules.is_empty() {
                    view! { <p class="muted small">"No cleaning rules."</p> }.into_any()
                } else {
                    let rules = rules.into_iter().map(|rule| view! { <li>{rule}</li> }).collect_view();
                    view! { <ol class="rulelist">{rules}</ol> }.into_any()
                }}
            </div>
        </section>
    }
}

/// What computed the run.
#[component]
pub(super) fn Environment(run: Arc<RunRecord>) -> impl IntoView {
    let version = run.tags.iter().find(|tag| tag.key == VERSION_TAG).map(|tag| tag.value.clone());
    view! {
        <section id="prov" aria-labelledby="run-prov">
            <h2 class="section" id="run-prov">"Provenance"</h2>
            <dl class="facts facts-left facts-rule">
                {version.map(|version| view! { <div><dt>"Computed by"</dt><dd>{format!("Pipette {version}")}</dd></div> })}
                <div><dt>"Run id"</dt><dd><code>{run.info.run_id.clone()}</code></dd></div>
                <div><dt>"Same pipeline, same digest"</dt><dd>"same numbers on every machine"</dd></div>
            </dl>
        </section>
    }
}
