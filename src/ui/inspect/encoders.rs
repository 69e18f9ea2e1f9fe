//! The encoders, in order: add, edit, move, remove; and what is done with the target.

use leptos::prelude::*;
use serde_json::Map;

use crate::clean::ColumnBrief;
use crate::features::{ENCODERS, EncoderEntry, EncoderInfo, EncoderSpec};
use crate::pipeline::PipelineSpec;
use crate::ui::inspect::draft_form::{DraftForm, GroupedSelect, grouped};
use crate::ui::inspect::fields::edit;
use crate::ui::inspect::parts::{FieldTrouble, focus, icon, small_icon};
use crate::ui::view::encoders::{self, Unencoded};

/// The list of encoders, and a new one for it.
#[component]
pub fn Encoders(
    spec: Signal<PipelineSpec>,
    /// The columns left after cleaning.
    #[prop(into)]
    columns: Signal<Vec<ColumnBrief>>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let n = Memo::new(move |_| spec.read().features.encoders.len());
    let editing = RwSignal::new(None::<usize>);
    let new = RwSignal::new("one_hot_encoder".to_owned());
    let hint = move || ENCODERS.iter().find(|info| info.name == *new.read()).map_or("", |info| info.help).to_owned();
    let add = move |_| {
        let Ok(encoder) = EncoderSpec::fresh(&new.read_untracked(), None) else { return };
        let at = n.get_untracked();
        edit(spec, on_change, |spec| spec.features.encoders.push(encoder.into()));
        editing.set(Some(at));
    };
    let left = Memo::new(move |_| {
        let spec = spec.read();
        let columns = columns.read();
        let columns = columns.iter().map(|column| (column.name.as_str(), column.data_type));
        encoders::unencoded(&spec.features, columns)
    });
    let option = |info: &EncoderInfo| (info.group, info.name, info.label);
    view! {
        <fieldset class="field encoders" data-setting="features.encoders">
            <legend class="legend">
                "Encoders "<span class="found">{move || if n.get() > 0 { "in this order" } else { "" }}</span>
            </legend>
            {move || offers(left.get(), spec, on_change)}
            <ol class="encoder-list">
                <For each=move || 0..n.get() key=|i| *i let:i>
                    <EncoderRow i spec columns editing on_change />
                </For>
            </ol>
            <GroupedSelect
                setting="features.encoders.new"
                label="Add an encoder"
                options=grouped(ENCODERS.iter().map(option))
                value=new
                on_pick=Callback::new(move |name| new.set(name))
                hint=Signal::derive(hint)
            />
            <p>
                <button class="btn btn-small" type="button" data-testid="add-encoder" on:click=add>
                    {small_icon("plus")}"Add"
                </button>
            </p>
        </fieldset>
    }
}

/// Columns that are no numbers yet, with the encoder that would make some of them.
fn offers(left: Vec<Unencoded>, spec: Signal<PipelineSpec>, on_change: Callback<PipelineSpec>) -> AnyView {
    /// More are counted.
    const SHOWN: usize = 8;
    if left.is_empty() {
        return ().into_any();
    }
    let more = left.len().saturating_sub(SHOWN);
    let all = left.clone();
    let encode_all = move |_| {
        edit(spec, on_change, |spec| all.iter().for_each(|column| encoders::encode(&mut spec.features, column)));
    };
    let n_possible = left.iter().filter(|column| column.encoder.is_some()).count();
    let rows = left
        .into_iter()
        .take(SHOWN)
        .map(|column| {
            let (name, holds, can) = (column.column.clone(), column.holds, column.encoder.is_some());
            let title = column.column.clone();
            let encode = move |_| edit(spec, on_change, |spec| encoders::encode(&mut spec.features, &column));
            view! {
                <li class="encoder-offer">
                    <span class="picker-name" title=title>{name.clone()}</span>
                    <span class="found">{holds}</span>
                    {if can {
                        view! {
                            <button
                                class="btn btn-small" type="button" data-encode=name.clone()
                                aria-label=format!("Encode {name}") on:click=encode
                            >
                                "Encode it"
                            </button>
                        }
                        .into_any()
                    } else {
                        view! { <span class="found">"leave out"</span> }.into_any()
                    }}
                </li>
            }
        })
        .collect_view();
    view! {
        <p class="hint caution">"A model needs numbers. These features are not:"</p>
        <ul class="encoder-offers">{rows}</ul>
        {(more > 0).then(|| view! { <p class="hint">{format!("and {more} more.")}</p> })}
        {(n_possible > 1).then(|| view! {
            <p>
                <button class="btn btn-small" type="button" data-testid="encode-all" on:click=encode_all>
                    {format!("Encode all {n_possible}")}
                </button>
            </p>
        })}
    }
    .into_any()
}

/// One encoder: its line, its buttons, and its fields once opened. Rows keep their place: moving one moves what they say.
#[component]
fn EncoderRow(
    i: usize,
    spec: Signal<PipelineSpec>,
    #[prop(into)] columns: Signal<Vec<ColumnBrief>>,
    editing: RwSignal<Option<usize>>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let encoder = Memo::new(move |_| spec.read().features.encoders.get(i).cloned());
    let is_open = Memo::new(move |_| editing.get() == Some(i));
    let is_last = Memo::new(move |_| spec.read().features.encoders.len() == i + 1);
    let move_to = move |to: usize, focus_on: &'static str| {
        if to >= spec.read_untracked().features.encoders.len() {
            return;
        }
        edit(spec, on_change, |spec| encoders::move_encoder(&mut spec.features.encoders, i, to));
        editing.set(None);
        // What was moved is now in another row: the focus goes with it.
        focus(&format!("encoder-{to}-{focus_on}"));
    };
    let remove = move |_| {
        editing.set(None);
        edit(spec, on_change, |spec| {
            if i < spec.features.encoders.len() {
                spec.features.encoders.remove(i);
            }
        });
    };
    let toggle = move |_| editing.update(|open| *open = if *open == Some(i) { None } else { Some(i) });
    let says = move || encoder.read().as_ref().map(EncoderEntry::sentence);
    view! {
        <li class="encoder" class:rule-on=move || is_open.get() data-encoder=i.to_string()>
            <span class="encoder-text"><span class="muted">{i + 1}". "</span>{says}</span>
            <span class="rule-buttons">
                <button
                    class="btn btn-icon btn-small" type="button" id=format!("encoder-{i}-up")
                    aria-label=format!("Move encoder {} up", i + 1) disabled=i == 0
                    on:click=move |_| move_to(i.saturating_sub(1), "up")
                >
                    {icon("up")}
                </button>
                <button
                    class="btn btn-icon btn-small" type="button" id=format!("encoder-{i}-down")
                    aria-label=format!("Move encoder {} down", i + 1) disabled=move || is_last.get()
                    on:click=move |_| move_to(i + 1, "down")
                >
                    {icon("down")}
                </button>
                <button
                    class="btn btn-icon btn-small" type="button" id=format!("encoder-{i}-edit")
                    aria-label=format!("Edit encoder {}", i + 1) aria-expanded=move || is_open.get().to_string()
                    title="Edit; Alt with ↑ or ↓ moves it"
                    on:click=toggle
                    on:keydown=move |event| {
                        let to = match event.key().as_str() {
                            "ArrowUp" if i > 0 => i - 1,
                            "ArrowDown" => i + 1,
                            _ => return,
                        };
                        if event.alt_key() {
                            event.prevent_default();
                            move_to(to, "edit");
                        }
                    }
                >
                    {icon("pencil")}
                </button>
                <button
                    class="btn btn-icon btn-small" type="button" aria-label=format!("Remove encoder {}", i + 1)
                    on:click=remove
                >
                    {icon("cross")}
                </button>
            </span>
            <FieldTrouble is_about=move |report| encoder.read().as_ref().is_some_and(|encoder| encoders::is_about(encoder, &report.message)) />
            <Show when=move || is_open.get()>
                <div class="encoder-editor" role="group" aria-label=format!("Encoder {}", i + 1)>
                    {fields(i, encoder, spec, columns, on_change)}
                </div>
            </Show>
        </li>
    }
}

fn fields(
    i: usize,
    encoder: Memo<Option<EncoderEntry>>,
    spec: Signal<PipelineSpec>,
    columns: Signal<Vec<ColumnBrief>>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let params =
        Memo::new(move |_| encoder.read().as_ref().map(|encoder| encoder.params().to_vec()).unwrap_or_default());
    let values =
        Memo::new(move |_| encoder.read().as_ref().map(|encoder| EncoderSpec::to_map(encoder)).unwrap_or_default());
    let on_values = Callback::new(move |values: Map<String, serde_json::Value>| {
        let new = EncoderSpec::from_map(values)
            .map_err(|error| (Some(error.param).filter(|param| !param.is_empty()), error.message))?;
        edit(spec, on_change, |spec| {
            if let Some(place) = spec.features.encoders.get_mut(i) {
                *place = place.with_first(new);
            }
        });
        Ok(())
    });
    let hidden =
        Memo::new(move |_| encoder.read().as_ref().map(|encoder| encoders::hidden(encoder)).unwrap_or_default());
    let help = move || encoder.read().as_ref().map(|encoder| encoder.info().help);
    view! {
        <p class="hint">{help}</p>
        <DraftForm prefix=format!("features.encoders.{i}") params values columns hidden on_values />
    }
}
