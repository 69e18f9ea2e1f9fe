//! The profile: a row a column, unfolding into what else is known and what can be done.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ingest::{ColumnProfile, IngestSummary};
use crate::pipeline::PipelineSpec;
use crate::ui::charts::spark;
use crate::ui::inspect::fields::{SelectField, edit};
use crate::ui::inspect::parts::{icon, words};
use crate::ui::view::ingest::{self, Range};
use crate::ui::view::{clean, format};

/// Columns shown before more are asked for: each row draws a picture.
const SHOWN: usize = 100;

/// The profile of the file's columns.
#[component]
pub fn ProfileTable(
    summary: Arc<IngestSummary>,
    spec: Signal<PipelineSpec>,
    target: Memo<String>,
    guessed: Memo<bool>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let filter = RwSignal::new(String::new());
    let limit = RwSignal::new(SHOWN);
    let summary = StoredValue::new(summary);
    let found = Memo::new(move |_| summary.with_value(|summary| ingest::matching(summary, &filter.read())));
    let listed = move || {
        let mut listed = found.get();
        listed.truncate(limit.get());
        listed
    };
    let n_columns = summary.with_value(|summary| summary.columns.len());
    let open = RwSignal::new(None::<usize>);
    view! {
        <section aria-labelledby="profile-title">
            <div class="cluster data-head">
                <h3 class="section" id="profile-title">"Columns"</h3>
                <span class="muted small" role="status">
                    {move || {
                        let n = found.read().len();
                        if n == n_columns { "in file order".to_owned() } else { format!("{n} of {n_columns}") }
                    }}
                </span>
                <span class="push cluster">
                    <label class="sr" for="find-column">"Find a column"</label>
                    <input
                        class="input input-find"
                        id="find-column"
                        type="search"
                        placeholder="Find a column"
                        autocomplete="off"
                        prop:value=move || filter.get()
                        on:input=move |event| filter.set(event_target_value(&event))
                    />
                </span>
            </div>
            <div class="scroll-x" tabindex="0" role="region" aria-label=format!("Profile of {n_columns} columns")>
                <table class="table table-tight table-profile">
                    <caption class="sr">"Profile: one row per column"</caption>
                    <thead>
                        <tr>
                            <th scope="col"><span class="sr">"Type"</span></th>
                            <th scope="col">"Column"</th>
                            <th scope="col">"Missing"</th>
                            <th scope="col" class="num hide-s">"Distinct"</th>
                            <th scope="col">"Distribution"</th>
                            <th scope="col" class="num">"Min"</th>
                            <th scope="col" class="num">"Median"</th>
                            <th scope="col" class="num">"Max"</th>
                            <th scope="col"><span class="sr">"Marks"</span></th>
                            <th scope="col"><span class="sr">"More"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=listed key=|i| *i let:i>
                            {row(summary, i, spec, target, guessed, open, on_change)}
                        </For>
                    </tbody>
                </table>
            </div>
            <Show when=move || found.read().is_empty()>
                <div class="blank">
                    <p><b>"No column matches"</b>{move || format!("None of {n_columns} names holds “{}”.", filter.get())}</p>
                    <button class="btn btn-small" type="button" on:click=move |_| filter.set(String::new())>"Show all"</button>
                </div>
            </Show>
            <Show when=move || { found.read().len() > limit.get() }>
                <button
                    class="btn btn-small after"
                    type="button"
                    on:click=move |_| limit.update(|limit| *limit += SHOWN)
                >
                    {move || format!("Show {} more", (found.read().len() - limit.get()).min(SHOWN))}
                </button>
            </Show>
        </section>
    }
}

fn row(
    summary: StoredValue<Arc<IngestSummary>>,
    i: usize,
    spec: Signal<PipelineSpec>,
    target: Memo<String>,
    guessed: Memo<bool>,
    open: RwSignal<Option<usize>>,
    on_change: Callback<PipelineSpec>,
) -> Option<impl IntoView> {
    let summary = summary.get_value();
    let profile = summary.columns.get(i)?.clone();
    let row = ingest::profile_row(&profile, summary.rows);
    let is_open = Memo::new(move |_| open.get() == Some(i));
    let middle = match row.range {
        Range::Numbers(cells) => cells
            .into_iter()
            .map(|(shown, full)| view! { <td class="num" title=full>{shown}</td> })
            .collect_view()
            .into_any(),
        Range::Words(prose) => {
            view! { <td class="muted" colspan="3"><span class="most">{words(prose)}</span></td> }.into_any()
        }
    };
    let tags = {
        let profile = profile.clone();
        move || {
            ingest::tags(&profile, &summary, &target.read(), guessed.get())
                .into_iter()
                .map(|tag| {
                    let class = if tag.is_warning { "tag tag-warn" } else { "tag tag-accent" };
                    view! { <span class=class title=tag.explanation>{tag.word}</span> }
                })
                .collect_view()
        }
    };
    let missing_class = match (row.missing, row.mostly_missing) {
        (0, _) => "muted",
        (_, true) => "caution",
        _ => "",
    };
    let name = row.name.clone();
    let toggle = move |_| open.update(|open| *open = if *open == Some(i) { None } else { Some(i) });
    Some(view! {
        <tr
            data-column=row.name.clone()
            data-type=row.data_type.as_str()
            data-missing=row.missing.to_string()
            data-distinct=row.distinct.to_string()
            data-min=row.full.min
            data-max=row.full.max
            data-mean=row.full.mean
            data-median=row.full.median
            class:on=move || is_open.get()
        >
            <td><span class="type">{row.glyph}</span></td>
            <th scope="row" class="name" title=row.name.clone()>{row.name.clone()}</th>
            <td class="missing-cell">
                {spark(row.missing_bar)}
                <span class=missing_class title=row.missing_share>{format::count(row.missing)}</span>
            </td>
            <td class="num hide-s">{row.distinct_shown}</td>
            <td>{row.spark.map_or_else(|| view! { <span class="muted">"–"</span> }.into_any(), |s| spark(s).into_any())}</td>
            {middle}
            <td class="tagcell num">{tags}</td>
            <td class="num">
                <button
                    class="btn btn-icon btn-small"
                    type="button"
                    aria-label=format!("More for {}", row.name)
                    aria-expanded=move || is_open.get().to_string()
                    on:click=toggle
                >
                    {icon("more")}
                </button>
            </td>
        </tr>
        <Show when=move || is_open.get()>
            {unfolded(&name, &profile, spec, target, open, on_change)}
        </Show>
    })
}

/// What else is known of a column, and what can be done with it.
fn unfolded(
    name: &str,
    profile: &ColumnProfile,
    spec: Signal<PipelineSpec>,
    target: Memo<String>,
    open: RwSignal<Option<usize>>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView + use<> {
    let facts = ingest::details(profile)
        .into_iter()
        .map(|(word, value)| view! { <dt>{word}</dt><dd>{value}</dd> })
        .collect_view();
    let (for_target, for_drop, for_type) = (name.to_owned(), name.to_owned(), name.to_owned());
    let is_target = {
        let name = name.to_owned();
        Memo::new(move |_| *target.read() == name)
    };
    let is_numeric = profile.data_type.is_numeric();
    let use_as_target = move |_| {
        let name = for_target.clone();
        edit(spec, on_change, |spec| {
            if let Some(columns) = &mut spec.features.columns {
                columns.retain(|column| *column != name);
            }
            spec.features.target = name;
        });
    };
    let drop = move |_| {
        let name = for_drop.clone();
        open.set(None);
        edit(spec, on_change, |spec| spec.clean = clean::with_dropped(std::mem::take(&mut spec.clean), &name));
    };
    let fixed = {
        let name = name.to_owned();
        Signal::derive(move || {
            spec.read().ingest.types.get(&name).map_or_else(String::new, |data_type| data_type.as_str().to_owned())
        })
    };
    let found = format!("{}, found", ingest::type_word(profile.data_type));
    let types = Signal::derive(move || {
        let auto = if fixed.read().is_empty() { found.clone() } else { "Find out".to_owned() };
        let rest = ingest::TYPES.iter().map(|t| (t.as_str().to_owned(), ingest::type_word(*t).to_owned()));
        std::iter::once((String::new(), auto)).chain(rest).collect::<Vec<_>>()
    });
    let on_type = Callback::new(move |word: String| {
        let name = for_type.clone();
        edit(spec, on_change, |spec| {
            match ingest::TYPES.into_iter().find(|data_type| data_type.as_str() == word) {
                Some(data_type) => spec.ingest.types.insert(name, data_type),
                None => spec.ingest.types.remove(&name),
            };
        });
    });
    let why_not = (!is_numeric).then_some("Only a column of numbers can be predicted.");
    view! {
        <tr class="unfolded">
            <td></td>
            <td colspan="9">
                <div class="unfolded-in">
                    <dl class="facts facts-left">{facts}</dl>
                    <SelectField setting=format!("ingest.types.{name}") label="Type" options=types value=fixed on_pick=on_type />
                    <div class="cluster">
                        <button
                            class="btn btn-small"
                            type="button"
                            disabled=move || is_target.get() || !is_numeric
                            title=why_not
                            on:click=use_as_target
                        >
                            "Use as target"
                        </button>
                        <button class="btn btn-small" type="button" disabled=move || is_target.get() on:click=drop>
                            "Drop this column"
                        </button>
                    </div>
                </div>
            </td>
        </tr>
    }
}
