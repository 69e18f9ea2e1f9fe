//! The profile: a row a column, unfolding into what else is known and what can be done.
//!
//! A row belongs to a place in the file and changes in place, so that the focus stays where it is when the file is read anew.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ingest::{ColumnProfile, IngestSummary};
use crate::pipeline::PipelineSpec;
use crate::ui::charts::spark;
use crate::ui::components::CopyButton;
use crate::ui::inspect::fields::{SelectField, edit};
use crate::ui::inspect::parts::{icon, words};
use crate::ui::view::ingest_copy::profile_tsv;
use crate::ui::view::profile::{self, ProfileRow, Range};
use crate::ui::view::{clean, correlation, format, quick};

/// Columns shown before more are asked for: each row draws a picture.
const SHOWN: usize = 100;

/// Of each column with the target.
pub type Correlations = Arc<Vec<(String, Option<f64>)>>;

/// The file as it was read last.
pub type File = Memo<Option<Arc<IngestSummary>>>;

/// The profile of the file's columns.
#[component]
pub fn ProfileTable(
    file: File,
    spec: Signal<PipelineSpec>,
    target: Memo<String>,
    guessed: Memo<bool>,
    correlations: Memo<Correlations>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let filter = RwSignal::new(String::new());
    let limit = RwSignal::new(SHOWN);
    let found =
        Memo::new(move |_| file.read().as_ref().map_or_else(Vec::new, |file| profile::matching(file, &filter.read())));
    let n_columns = Memo::new(move |_| file.read().as_ref().map_or(0, |file| file.columns.len()));
    let listed = move || {
        let mut listed = found.get();
        listed.truncate(limit.get());
        listed
    };
    let open = RwSignal::new(None::<usize>);
    let copied = Signal::derive(move || file.read().as_ref().map_or_else(String::new, |file| profile_tsv(file)));
    view! {
        <section aria-labelledby="profile-title">
            <div class="cluster data-head">
                <h3 class="section" id="profile-title">"Columns"</h3>
                <span class="muted small" role="status">
                    {move || {
                        let n = found.read().len();
                        if n == n_columns.get() { "in file order".to_owned() } else { format!("{n} of {}", n_columns.get()) }
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
                    <CopyButton text=copied what="the table of columns"/>
                </span>
            </div>
            <div class="scroll-x" tabindex="0" role="region" aria-label=move || format!("Profile of {} columns", n_columns.get())>
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
                            <th scope="col" class="with-target" title="Pearson's correlation with the target, over the rows that both have">
                                "With target"
                            </th>
                            <th scope="col"><span class="sr">"Marks"</span></th>
                            <th scope="col"><span class="sr">"More"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=listed key=|i| *i let:i>
                            <ProfileLine i file spec target guessed correlations open on_change />
                        </For>
                    </tbody>
                </table>
            </div>
            <Show when=move || found.read().is_empty() && !filter.read().is_empty()>
                <div class="blank">
                    <p><b>"No column matches"</b>{move || format!("None of {} names holds “{}”.", n_columns.get(), filter.get())}</p>
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

#[component]
fn ProfileLine(
    i: usize,
    file: File,
    spec: Signal<PipelineSpec>,
    target: Memo<String>,
    guessed: Memo<bool>,
    correlations: Memo<Correlations>,
    open: RwSignal<Option<usize>>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let profile = Memo::new(move |_| file.read().as_ref().and_then(|file| file.columns.get(i).cloned()));
    let n_rows = Memo::new(move |_| file.read().as_ref().map_or(0, |file| file.rows));
    let row = Memo::new(move |_| profile.read().as_ref().map(|profile| profile::profile_row(profile, n_rows.get())));
    let name = Memo::new(move |_| profile.read().as_ref().map_or_else(String::new, |profile| profile.name.clone()));
    let tags = Memo::new(move |_| match (&*profile.read(), &*file.read()) {
        (Some(profile), Some(file)) => profile::tags(profile, file, &target.read(), guessed.get()),
        _ => Vec::new(),
    });
    let is_open = Memo::new(move |_| open.get() == Some(i));
    let of = move |value: fn(&ProfileRow) -> String| move || row.read().as_ref().map(value);
    let toggle = move |_| open.update(|open| *open = if *open == Some(i) { None } else { Some(i) });
    view! {
        <tr
            data-column=move || name.get()
            data-type=of(|row| row.data_type.as_str().to_owned())
            data-missing=of(|row| row.missing.to_string())
            data-distinct=of(|row| row.distinct.to_string())
            data-min=of(|row| row.full.min.clone())
            data-max=of(|row| row.full.max.clone())
            data-mean=of(|row| row.full.mean.clone())
            data-median=of(|row| row.full.median.clone())
            class:on=move || is_open.get()
        >
            {move || row.get().map(cells)}
            <td class="with-target num">
                {move || correlation::with_target(&correlations.read(), &name.read()).map(|cell| view! {
                    <span data-correlation=cell.full.clone() title=cell.full>{cell.shown}</span>
                    {spark(cell.bar)}
                })}
            </td>
            <td class="tagcell num">
                {move || {
                    tags.get()
                        .into_iter()
                        .map(|tag| {
                            let class = if tag.is_warning { "tag tag-warn" } else { "tag tag-accent" };
                            view! { <span class=class title=tag.explanation>{tag.word}</span> }
                        })
                        .collect_view()
                }}
            </td>
            <td class="num">
                <button
                    class="btn btn-icon btn-small"
                    type="button"
                    aria-label=move || format!("More for {}", name.get())
                    aria-expanded=move || is_open.get().to_string()
                    on:click=toggle
                >
                    {icon("more")}
                </button>
            </td>
        </tr>
        <Show when=move || is_open.get()>
            <Unfolded name profile spec target open on_change />
        </Show>
    }
}

/// The cells of a row up to its range.
pub(super) fn cells(row: ProfileRow) -> impl IntoView {
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
    let missing_class = match (row.missing, row.mostly_missing) {
        (0, _) => "muted",
        (_, true) => "caution",
        _ => "",
    };
    let picture = match row.spark {
        Some(picture) => spark(picture).into_any(),
        None => view! { <span class="muted">"–"</span> }.into_any(),
    };
    view! {
        <td><span class="type">{row.glyph}</span></td>
        <th scope="row" class="name" title=row.name.clone()>{row.name.clone()}</th>
        <td class="missing-cell">
            {spark(row.missing_bar)}
            <span class=missing_class title=row.missing_share>{format::count(row.missing)}</span>
        </td>
        <td class="num hide-s">{row.distinct_shown}</td>
        <td>{picture}</td>
        {middle}
    }
}

/// What else is known of a column, and what can be done with it.
#[component]
fn Unfolded(
    name: Memo<String>,
    profile: Memo<Option<ColumnProfile>>,
    spec: Signal<PipelineSpec>,
    target: Memo<String>,
    open: RwSignal<Option<usize>>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let facts = move || {
        let details = profile.read().as_ref().map(profile::details).unwrap_or_default();
        details.into_iter().map(|(word, value)| view! { <dt>{word}</dt><dd>{value}</dd> }).collect_view()
    };
    let is_target = Memo::new(move |_| *target.read() == *name.read());
    let as_target = Memo::new(move |_| match &*profile.read() {
        Some(profile) => quick::as_target(&spec.read(), profile),
        None => Err(String::new()),
    });
    let use_as_target = move |_| {
        if let Ok(new) = as_target.get_untracked() {
            edit(spec, on_change, |spec| *spec = new);
        }
    };
    let drop = move |_| {
        open.set(None);
        let name = name.get_untracked();
        edit(spec, on_change, |spec| spec.clean = clean::with_dropped(std::mem::take(&mut spec.clean), &name));
    };
    let quick = move |make: fn(&PipelineSpec, &ColumnProfile) -> Result<PipelineSpec, String>, test_id, words| {
        let made = Memo::new(move |_| match &*profile.read() {
            Some(profile) => make(&spec.read(), profile),
            None => Err(String::new()),
        });
        let act = move |_| {
            if let Ok(new) = made.get_untracked() {
                edit(spec, on_change, |spec| *spec = new);
            }
        };
        view! {
            <button
                class="btn btn-small"
                type="button"
                data-testid=test_id
                disabled=move || made.read().is_err()
                title=move || made.read().as_ref().err().cloned()
                on:click=act
            >
                {words}
            </button>
        }
    };
    let fixed = Signal::derive(move || {
        let fixed = spec.read().ingest.types.get(&*name.read()).copied();
        fixed.map_or_else(String::new, |data_type| data_type.as_str().to_owned())
    });
    let types = Signal::derive(move || {
        let auto = match (fixed.read().is_empty(), &*profile.read()) {
            (true, Some(profile)) => format!("{}, found", profile::type_word(profile.data_type)),
            _ => "Find out".to_owned(),
        };
        let rest = profile::TYPES.iter().map(|t| (t.as_str().to_owned(), profile::type_word(*t).to_owned()));
        std::iter::once((String::new(), auto)).chain(rest).collect::<Vec<_>>()
    });
    let on_type = Callback::new(move |word: String| {
        let name = name.get_untracked();
        edit(spec, on_change, |spec| {
            match profile::TYPES.into_iter().find(|data_type| data_type.as_str() == word) {
                Some(data_type) => spec.ingest.types.insert(name, data_type),
                None => spec.ingest.types.remove(&name),
            };
        });
    });
    view! {
        <tr class="unfolded">
            <td></td>
            <td colspan="10">
                <div class="unfolded-in">
                    <dl class="facts facts-left">{facts}</dl>
                    <SelectField
                        setting=format!("ingest.types.{}", name.get_untracked())
                        label="Type"
                        options=types
                        value=fixed
                        on_pick=on_type
                    />
                    <div class="cluster">
                        <button
                            class="btn btn-small"
                            type="button"
                            disabled=move || is_target.get() || as_target.read().is_err()
                            title=move || as_target.read().as_ref().err().cloned()
                            on:click=use_as_target
                        >
                            "Use as target"
                        </button>
                        <button
                            class="btn btn-small"
                            type="button"
                            disabled=move || is_target.get()
                            data-testid="column-drop"
                            title=move || is_target.get().then_some("The target cannot be dropped.")
                            on:click=drop
                        >
                            "Drop this column"
                        </button>
                        {quick(quick::filled, "column-fill", "Fill gaps")}
                        {quick(quick::encoded, "column-encode", "Encode")}
                    </div>
                </div>
            </td>
        </tr>
    }
}
