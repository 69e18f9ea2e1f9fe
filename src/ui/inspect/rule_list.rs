//! The list of cleaning rules: switch, move, edit, remove; each with what it did.

use leptos::prelude::*;

use crate::clean::RuleEffect;
use crate::pipeline::PipelineSpec;
use crate::ui::inspect::fields::edit;
use crate::ui::inspect::parts::{FieldTrouble, focus, icon, small_icon, words};
use crate::ui::inspect::rule_details::RuleEditor;
use crate::ui::state::Outputs;
use crate::ui::view::leaks::{self, Remedy};
use crate::ui::view::{clean, format};

/// The rules, in order. Rows keep their place: moving a rule moves what they say.
#[component]
pub fn RuleList(
    spec: Signal<PipelineSpec>,
    outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let n = Memo::new(move |_| spec.read().clean.len());
    let on = move || spec.read().clean.iter().filter(|rule| clean::is_on(rule)).count();
    let editing = RwSignal::new(None::<usize>);
    let dragged = RwSignal::new(None::<usize>);
    view! {
        <section aria-labelledby="rules-title">
            <div class="cluster data-head">
                <h3 class="section" id="rules-title">"Rules"</h3>
                <span class="muted small">{move || format!("in this order; {} of {} on", on(), n.get())}</span>
            </div>
            <Show
                when=move || { n.get() > 0 }
                fallback=|| view! {
                    <div class="blank"><p><b>"No rules yet"</b>"Rules drop columns, fill gaps or drop rows, in order. Add the first one in the settings."</p></div>
                }
            >
                <div class="rule-head label" aria-hidden="true">
                    <span></span><span></span><span>"Rule"</span><span class="num">"Effect"</span>
                    <span class="rule-ba">"After it"</span><span></span><span></span><span></span>
                </div>
                <ol class="rules">
                    <For each=move || 0..n.get() key=|i| *i let:i>
                        <RuleRow i spec outputs editing dragged on_change />
                    </For>
                </ol>
            </Show>
        </section>
    }
}

#[component]
fn RuleRow(
    i: usize,
    spec: Signal<PipelineSpec>,
    outputs: Signal<Outputs>,
    editing: RwSignal<Option<usize>>,
    dragged: RwSignal<Option<usize>>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let rule = Memo::new(move |_| spec.read().clean.get(i).cloned());
    // An effect belongs to the rule only while there are as many of both: else the run is still to come.
    let effect = Memo::new(move |_| {
        let n = spec.read().clean.len();
        let summary = outputs.read().clean.clone()?;
        summary.effects.get(i).filter(|_| summary.effects.len() == n).cloned()
    });
    let is_on = move || rule.read().as_ref().is_some_and(clean::is_on);
    let is_open = Memo::new(move |_| editing.get() == Some(i));
    let is_last = Memo::new(move |_| spec.read().clean.len() == i + 1);
    let move_to = move |to: usize, focus_on: &'static str| {
        edit(spec, on_change, |spec| spec.clean = clean::moved(std::mem::take(&mut spec.clean), i, to));
        editing.set(None);
        // The rule's buttons are now in another row: the focus goes with it.
        focus(&format!("rule-{to}-{focus_on}"));
    };
    let remove = move |_| {
        editing.set(None);
        edit(spec, on_change, |spec| {
            if i < spec.clean.len() {
                spec.clean.remove(i);
            }
        });
    };
    let toggle = move |_| editing.update(|open| *open = if *open == Some(i) { None } else { Some(i) });
    let switch = move |event| {
        let on = event_target_checked(&event);
        edit(spec, on_change, |spec| {
            if let Some(rule) = spec.clean.get_mut(i) {
                *rule = clean::switched(rule.clone(), on);
            }
        });
    };
    let says = move || rule.get().map(|rule| words(clean::rule_sentence(&rule, effect.read().as_ref())));
    let leak = move || {
        effect.read().as_ref().is_some_and(|effect| effect.leaks && effect.enabled).then(|| {
            view! { <span class="tag tag-warn">{small_icon("warn")}"leaks"</span> }
        })
    };
    let remedy = Memo::new(move |_| {
        let outputs = outputs.read();
        let summary = outputs.clean.as_ref()?;
        leaks::remedy(&spec.read(), i, effect.read().as_ref()?, &summary.columns)
    });
    let fix = move |_| {
        if let Some(Remedy::Fit(mended)) = remedy.get_untracked() {
            editing.set(None);
            edit(spec, on_change, |spec| *spec = *mended.spec);
        }
    };
    // The button itself stays the same while the spec that it would make changes.
    let way_out = Memo::new(move |_| match &*remedy.read() {
        None => None,
        Some(Remedy::Fit(mended)) => Some(Ok((mended.action, mended.note))),
        Some(Remedy::Words(words)) => Some(Err(words.clone())),
    });
    let about_leak = move || {
        let way_out = way_out.get()?;
        let why = effect.read().as_ref().and_then(|effect| effect.leak.clone());
        let button = match way_out {
            Ok((action, note)) => view! {
                {note}" "<button class="btn btn-small" type="button" data-testid="fix-leak" on:click=fix>{action}</button>
            }
            .into_any(),
            Err(words) => words.into_any(),
        };
        Some(view! { <span class="rule-leak"><span>{why}</span>" "{button}</span> })
    };
    view! {
        <li
            class="rule"
            class:rule-off=move || !is_on()
            class:rule-on=move || is_open.get()
            data-rule=i.to_string()
            data-rows-after=move || effect.read().as_ref().map(|effect| effect.rows_after.to_string())
            data-columns-after=move || effect.read().as_ref().map(|effect| effect.columns_after.to_string())
            data-cells=move || effect.read().as_ref().map(|effect| effect.cells.to_string())
            on:dragover=move |event| {
                if dragged.get_untracked().is_some() {
                    event.prevent_default();
                }
            }
            on:drop=move |event| {
                event.prevent_default();
                if let Some(from) = dragged.get_untracked().filter(|from| *from != i) {
                    edit(spec, on_change, |spec| spec.clean = clean::moved(std::mem::take(&mut spec.clean), from, i));
                    editing.set(None);
                }
                dragged.set(None);
            }
        >
            <span
                class="grip muted"
                draggable="true"
                aria-hidden="true"
                title="Drag to move"
                on:dragstart=move |event| {
                    dragged.set(Some(i));
                    if let Some(transfer) = event.data_transfer() {
                        // Firefox drags nothing without data; a failure only means no drag.
                        let _ = transfer.set_data("text/plain", &(i + 1).to_string());
                    }
                }
                on:dragend=move |_| dragged.set(None)
            >
                {icon("grip")}
            </span>
            <span class="rule-n">{i + 1}</span>
            <span class="rule-text">
                {says}" "{leak}{about_leak}
                <FieldTrouble is_about=move |report| {
                    report.code.starts_with("clean.") && [" ", ","].iter().any(|after| report.message.starts_with(&format!("Rule {}{after}", i + 1)))
                } />
            </span>
            <span class="rule-eff num">{move || effect_words(is_on(), effect.get())}</span>
            <span class="rule-ba muted">{move || after(effect.get())}</span>
            <label class="switch">
                <input
                    type="checkbox"
                    role="switch"
                    aria-label=format!("Rule {} on", i + 1)
                    data-setting=format!("clean.{i}.enabled")
                    prop:checked=is_on
                    on:change=switch
                />
                <span></span>
            </label>
            <span class="rule-buttons">
                <button
                    class="btn btn-icon btn-small"
                    type="button"
                    id=format!("rule-{i}-up")
                    aria-label=format!("Move rule {} up", i + 1)
                    disabled=i == 0
                    on:click=move |_| move_to(i.saturating_sub(1), "up")
                >
                    {icon("up")}
                </button>
                <button
                    class="btn btn-icon btn-small"
                    type="button"
                    id=format!("rule-{i}-down")
                    aria-label=format!("Move rule {} down", i + 1)
                    disabled=move || is_last.get()
                    on:click=move |_| move_to(i + 1, "down")
                >
                    {icon("down")}
                </button>
                <button
                    class="btn btn-icon btn-small"
                    type="button"
                    aria-label=format!("Edit rule {}", i + 1)
                    aria-expanded=move || is_open.get().to_string()
                    on:click=toggle
                >
                    {icon("pencil")}
                </button>
                <button
                    class="btn btn-icon btn-small"
                    type="button"
                    aria-label=format!("Remove rule {}", i + 1)
                    on:click=remove
                >
                    {icon("cross")}
                </button>
            </span>
            <Show when=move || is_open.get()>
                <RuleEditor i rule effect spec outputs on_change />
            </Show>
        </li>
    }
}

fn effect_words(is_on: bool, effect: Option<RuleEffect>) -> String {
    match effect {
        _ if !is_on => "off".into(),
        Some(effect) => clean::effect_words(&effect),
        None => "–".into(),
    }
}

fn after(effect: Option<RuleEffect>) -> String {
    effect.map_or_else(String::new, |effect| {
        format!("{} × {}", format::count(effect.rows_after), format::count(effect.columns_after))
    })
}
