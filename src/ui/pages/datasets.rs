//! Datasets by content: who read them, and what changed from one version of a file to the next.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::run_dataset::profile_of;
use super::run_parts::{clock, run_href};
use crate::tracking::RunSummary;
use crate::ui::components::{CopyButton, Unfold};
use crate::ui::inspect::profile_sheet::counted_columns;
use crate::ui::session::Session;
use crate::ui::view::datasets::{
    DatasetLine, Earlier, datasets, drift, drift_lines, more_readers, profiled_by, schema_words,
};
use crate::ui::view::format::count;
use crate::ui::view::runs_text::{ago, date_time};

/// Runs that are named before the rest is folded.
const NAMED: usize = 5;

/// What the address asks for: a dataset that is marked, one whose changes are shown and the version that they are from, and how
/// to ask for these.
#[derive(Clone, Copy)]
struct Chosen {
    marked: Memo<Option<String>>,
    changes: Memo<Option<DatasetLine>>,
    from: Memo<Option<String>>,
    choose: Callback<Asked>,
}

/// A dataset whose changes are to be shown, and the version that they are from; without it, the one before.
type Asked = (Option<String>, Option<String>);

/// The page of datasets. `?dataset=DIGEST` marks one and brings it into sight; `?changes=DIGEST` shows what changed to that
/// version from the one before, with `&from=DIGEST` from that one.
#[component]
pub fn DatasetsPage() -> impl IntoView {
    let session = Session::here();
    session.request_contents();
    let clock = clock();
    let runs = Memo::new(move |_| {
        session.workspace.with(|workspace| workspace.runs.clone().unwrap_or_else(|| Arc::new(Vec::new())))
    });
    let is_read = Memo::new(move |_| session.workspace.with(|workspace| workspace.registry.datasets.is_some()));
    let lines = Memo::new(move |_| {
        let all = session.workspace.with(|workspace| workspace.registry.datasets.clone());
        runs.with(|runs| datasets(all.as_ref().map_or(&[], |all| all.as_slice()), runs))
    });
    let query = use_query_map();
    let changes = Memo::new(move |_| {
        let digest = query.read().get("changes")?;
        lines.with(|lines| lines.iter().find(|line| line.digest == digest && !line.earlier.is_empty()).cloned())
    });
    let navigate = StoredValue::new_local(use_navigate());
    let from = Memo::new(move |_| query.read().get("from"));
    let choose = Callback::new(move |(digest, from): Asked| {
        let from = from.map(|from| format!("&from={from}")).unwrap_or_default();
        let path = digest.map_or_else(|| "/datasets".to_owned(), |digest| format!("/datasets?changes={digest}{from}"));
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate.with_value(|navigate| navigate(&path, options));
    });
    let marked = Memo::new(move |_| {
        let digest = query.read().get("dataset")?;
        // Only what is there goes into a selector.
        lines.with(|lines| lines.iter().find(|line| line.digest == digest).map(|line| line.digest.clone()))
    });
    Effect::new(move || {
        if let Some(digest) = marked.get() {
            // The row is drawn after this, and the router goes to the top of a new page.
            request_animation_frame(move || request_animation_frame(move || bring_into_sight(&digest)));
        }
    });
    let chosen = Chosen { marked, changes, from, choose };
    view! {
        <div class="page">
            <div class="head head-page"><h1>"Datasets"</h1>
                <span class="muted small">"By content: the same bytes are the same dataset, whatever the file is called"</span></div>
            <Show when=move || is_read.get() fallback=|| view! {
                <div aria-busy="true"><p class="sr" role="status">"Reading the datasets"</p><p aria-hidden="true"><span class="sk sk-4 bigsk"></span></p></div>
            }>
                <Show when=move || !lines.with(Vec::is_empty) fallback=|| view! {
                    <div class="blank"><p><b>"No datasets yet"</b>"Every file that a run reads is listed here, in this browser only."</p><a class="btn" href="./">"To the pipeline"</a></div>
                }>
                    <div class="stack">
                        <div class="scroll-x" tabindex="0" role="region" aria-label="Datasets">
                            <table class="table">
                                <caption class="sr">"Datasets, last used first"</caption>
                                <thead><tr><th scope="col">"Name"</th><th scope="col">"Digest"</th><th scope="col" class="num">"Rows"</th>
                                    <th scope="col" class="num">"Columns"</th><th scope="col" class="num">"Size"</th><th scope="col" class="num">"Runs"</th>
                                    <th scope="col">"Version"</th><th scope="col">"Last used"</th></tr></thead>
                                <tbody><For each=move || lines.get() key=DatasetLine::clone let:line>{row(line, clock, chosen, runs)}</For></tbody>
                            </table>
                        </div>
                        {move || changes.get().map(|line| view! { <Changes line=line chosen=chosen runs=runs/> })}
                    </div>
                </Show>
            </Show>
        </div>
    }
}

/// Scrolls to a dataset's row.
fn bring_into_sight(digest: &str) {
    let found = document().query_selector(&format!("[data-dataset=\"{digest}\"]")).ok().flatten();
    if let Some(row) = found {
        row.scroll_into_view();
    }
}

/// A dataset: its line, and below it the runs that read it and its profile.
fn row(line: DatasetLine, clock: Signal<i64>, chosen: Chosen, runs: Memo<Arc<Vec<RunSummary>>>) -> impl IntoView {
    let (digest, time) = (line.digest.clone(), line.last_used);
    let n_runs = line.runs.len();
    let (version, of) = line.version;
    let place = if of == 1 { "the only one".to_owned() } else { format!("{version} of {of}") };
    let of_this = StoredValue::new(digest.clone());
    let is_changes = move || {
        of_this.with_value(|own| chosen.changes.with(|line| line.as_ref().is_some_and(|line| line.digest == *own)))
    };
    let is_marked =
        Memo::new(move |_| of_this.with_value(|own| chosen.marked.with(|marked| marked.as_ref() == Some(own))));
    let changes = (!line.earlier.is_empty()).then(|| {
        view! {
            <button class="btn btn-small btn-quiet" type="button" data-testid="dataset-changes" aria-pressed=move || is_changes().to_string()
                aria-label=format!("What changed to version {version} of {}", line.name)
                on:click=move |_| chosen.choose.run(((!is_changes()).then(|| of_this.get_value()), None))>"What changed"</button>
        }
    });
    let columns = usize::try_from(line.columns).unwrap_or(usize::MAX);
    let title = format!("Profile of {}", counted_columns(columns));
    view! {
        <tr data-dataset=line.digest.clone() data-runs=n_runs.to_string() class:on=move || is_changes() || is_marked.get()
            aria-current=move || is_marked.get().then_some("true")>
            <th scope="row" class="name">{line.name}</th>
            <td><span class="stepcell"><code title=line.digest.clone()>{line.short}</code><CopyButton text=Signal::stored(digest) what="the digest"/></span></td>
            <td class="num">{count(line.rows)}</td>
            <td class="num">{count(line.columns)}</td>
            <td class="num">{line.bytes}</td>
            <td class="num">{count(n_runs as u64)}</td>
            <td>{place}{changes}</td>
            <td class="muted" title=date_time(time)>{move || ago(clock.get(), time)}</td>
        </tr>
        <tr class="unfolded">
            <td colspan="8"><div class="dataset-more">
                {readers(line.runs)}
                <Unfold title=title handle="dataset-profile"><DatasetProfile digest=of_this.get_value() runs=runs/></Unfold>
            </div></td>
        </tr>
    }
}

/// The runs that read a dataset: the newest by name, the rest folded.
fn readers(mut runs: Vec<(String, String)>) -> impl IntoView {
    let rest = StoredValue::new(runs.split_off(runs.len().min(NAMED)));
    let n_rest = rest.with_value(Vec::len);
    let links = |runs: Vec<(String, String)>| {
        let links = runs
            .into_iter()
            .map(|(id, name)| view! { <a class="link" data-reader=id.clone() href=run_href(&id)>{name}</a> });
        view! { <span class="chips">{links.collect_view()}</span> }
    };
    if runs.is_empty() {
        return view! { <p class="small muted">"No run that read it is kept."</p> }.into_any();
    }
    view! {
        <p class="small"><span class="muted">"Read by "</span>{links(runs)}</p>
        {(n_rest > 0).then(|| view! {
            <Unfold title=more_readers(n_rest) handle="dataset-runs">{links(rest.get_value())}</Unfold>
        })}
    }
    .into_any()
}

/// The profile of a dataset, from the record of the newest finished run that read it.
#[component]
fn DatasetProfile(digest: String, runs: Memo<Arc<Vec<RunSummary>>>) -> impl IntoView {
    let session = Session::here();
    let ids = Memo::new(move |_| runs.with(|runs| profiled_by(runs, &digest)).into_iter().collect::<Vec<_>>());
    let found = session.records(ids.into());
    move || {
        if ids.with(Vec::is_empty) {
            return view! { <p class="muted">"The profile comes from a finished run that read it, and none is kept."</p> }.into_any();
        }
        let Some(found) = found.get() else {
            return view! { <p aria-busy="true" role="status" class="muted">"Reading the profile"</p> }.into_any();
        };
        let profile = found.runs.first().and_then(|run| profile_of(run));
        profile.unwrap_or_else(|| view! { <p class="muted">"The run that read it keeps no profile."</p> }.into_any())
    }
}

/// What changed to a version of a file from an earlier one.
#[component]
fn Changes(line: DatasetLine, chosen: Chosen, runs: Memo<Arc<Vec<RunSummary>>>) -> impl IntoView {
    let session = Session::here();
    let after = line.digest.clone();
    let (name, version) = (line.name.clone(), line.version.0);
    let earlier = line.earlier.clone();
    let before = Memo::new(move |_| chosen.from.with(|from| line.compared_with(from.as_deref()).cloned()));
    let to = StoredValue::new(after.clone());
    let ids = Memo::new(move |_| {
        let before = before.get().map(|before| before.digest).unwrap_or_default();
        runs.with(|runs| {
            [&before, &after].into_iter().filter_map(|digest| profiled_by(runs, digest)).collect::<Vec<_>>()
        })
    });
    let found = session.records(ids.into());
    let all = RwSignal::new(false);
    let body = move || {
        if ids.with(Vec::len) < 2 {
            return view! { <p class="muted">"The profile of a version comes from a finished run that read it, and of one of these versions no such run is kept."</p> }.into_any();
        }
        let Some(found) = found.get() else {
            return view! { <p aria-busy="true" role="status" class="muted">"Reading the profiles"</p> }.into_any();
        };
        let drift = match found.runs.as_slice() {
            [old, new] => drift(old, new),
            _ => None,
        };
        let Some(drift) = drift else {
            return view! { <p class="muted">"A run that read it keeps no profile."</p> }.into_any();
        };
        let lines = drift_lines(&drift);
        let quiet = lines.iter().filter(|line| !line.is_noted).count();
        let shown = lines.into_iter().filter(move |line| line.is_noted || all.get()).map(|line| view! {
            <tr data-drift-column=line.name.clone() data-magnitude=line.magnitude>
                <th scope="row" class="name">{line.name.clone()}</th><td>{line.magnitude}</td><td class="num">{line.psi}</td>
                <td class="num">{line.missing}</td><td class="wide">{line.words}</td></tr>
        });
        let schema = schema_words(&drift).into_iter().map(|words| view! { <li>{words}</li> });
        view! {
            <p class="verdict verdict-s" data-testid="drift-sentence">{drift.sentence.clone()}</p>
            <ul class="sub">{schema.collect_view()}</ul>
            <div class="scroll-x after" tabindex="0" role="region" aria-label="Columns that changed">
                <table class="table"><caption class="sr">"Columns, those that changed most first"</caption>
                    <thead><tr><th scope="col">"Column"</th><th scope="col">"Effect"</th><th scope="col" class="num">"PSI"</th><th scope="col" class="num">"Missing"</th><th scope="col">"In words"</th></tr></thead>
                    <tbody>{shown.collect_view()}</tbody></table>
            </div>
            {(quiet > 0).then(|| view! {
                <button class="btn btn-small btn-quiet" type="button" aria-pressed=move || all.get().to_string() on:click=move |_| all.update(|all| *all = !*all)>
                    {format!("{quiet} columns are about the same")}
                </button>
            })}
        }
        .into_any()
    };
    let title = move || {
        before.with(|before| {
            let from = before.as_ref().map_or(0, |before| before.version);
            format!("From version {from} to {version} of {name}")
        })
    };
    // With one earlier version there is nothing to choose.
    let choice = (earlier.len() > 1).then(|| {
        let option = |earlier: Earlier| {
            let digest = earlier.digest.clone();
            let is_it = move || before.with(|before| before.as_ref().is_some_and(|before| before.digest == digest));
            view! { <option value=earlier.digest selected=is_it>{earlier.words}</option> }
        };
        let options = earlier.into_iter().map(option).collect_view();
        let choose = move |event| {
            chosen.choose.run((Some(to.get_value()), Some(event_target_value(&event))));
        };
        view! {
            <label class="cluster small"><span class="muted">"Compared with"</span>
                <select data-testid="compared-with" on:change=choose>{options}</select></label>
        }
    });
    view! {
        <section aria-labelledby="drift" data-testid="drift">
            <div class="cluster data-head"><h2 class="section" id="drift">{title}</h2>{choice}</div>
            {body}
        </section>
    }
}
