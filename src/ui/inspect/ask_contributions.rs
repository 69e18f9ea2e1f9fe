//! Why one prediction is what it is: for a row of the table, for a typical one, or with values that are typed in.

use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::features::InputColumn;
use crate::pipeline::{Analysis, PipelineSpec};
use crate::ui::inspect::ask::{Row, was_asked};
use crate::ui::inspect::fields::{CheckField, SelectField, TextField};
use crate::ui::inspect::parts::small_icon;
use crate::ui::session::Session;
use crate::ui::state::{Outputs, Question};
use crate::ui::view::{analysis_ask, ask_values, format};

const KIND: &str = "contributions";
const ID: &str = "ask-row";

/// What the prediction is made from.
#[derive(Clone, Copy)]
struct Chosen {
    /// Where the values start: a row of the cleaned table …
    row: RwSignal<u64>,
    /// … or a typical one.
    is_typical: RwSignal<bool>,
    /// What was typed in its stead.
    values: RwSignal<Map<String, Value>>,
}

impl Chosen {
    /// As it was asked the last time, else the first test row as it is.
    fn start(session: Session, first_test: Option<u64>) -> Self {
        let before = session.workspace.with_untracked(|workspace| match &workspace.analyses.question(KIND)?.analysis {
            Analysis::Contributions { row, values } => Some((*row, values.clone())),
            _ => None,
        });
        let (row, values) = before.clone().unwrap_or_default();
        Self {
            row: RwSignal::new(row.or(first_test).unwrap_or(0)),
            is_typical: RwSignal::new(before.is_some() && row.is_none()),
            values: RwSignal::new(values.unwrap_or_default()),
        }
    }

    /// Values of columns that the model does not predict from any more are left out.
    fn analysis(self, inputs: &[InputColumn], n_rows: u64) -> Option<Analysis> {
        let mut values = self.values.get();
        values.retain(|name, _| inputs.iter().any(|input| input.name == *name));
        if self.is_typical.get() {
            return Some(Analysis::Contributions { row: None, values: Some(values) });
        }
        let row = Some(self.row.get()).filter(|row| *row < n_rows)?;
        Some(Analysis::Contributions { row: Some(row), values: (!values.is_empty()).then_some(values) })
    }
}

#[component]
pub(super) fn Contributions(asked: Memo<PipelineSpec>, outputs: Signal<Outputs>) -> impl IntoView {
    let session = Session::here();
    let n_rows = Memo::new(move |_| outputs.read().clean.as_ref().map_or(0, |summary| summary.rows));
    let inputs = Memo::new(move |_| {
        outputs.read().train.as_ref().map(|training| training.features.inputs.clone()).unwrap_or_default()
    });
    let first_test = outputs.read_untracked().split.as_ref().and_then(|split| split.first_test.first().copied());
    let chosen = Chosen::start(session, first_test.map(u64::from));
    let question = Signal::derive(move || {
        let analysis = chosen.analysis(&inputs.read(), n_rows.get())?;
        Some(Question { spec: asked.get(), analysis })
    });
    // Once asked, every change is answered at once.
    let again = Callback::new(move |()| {
        if was_asked(session, KIND)
            && let Some(question) = question.get_untracked()
        {
            session.ask(question);
        }
    });
    view! {
        <Row
            kind=KIND
            question
            outputs
            fields=Some(view! { <RowField chosen n_rows again /> }.into_any())
            below=Some(view! { <Values chosen inputs again /> }.into_any())
        />
    }
}

/// The row that the values start from, and the rows beside it.
#[component]
fn RowField(chosen: Chosen, n_rows: Memo<u64>, again: Callback<()>) -> impl IntoView {
    let Chosen { row, is_typical, .. } = chosen;
    let error = RwSignal::new(None::<String>);
    let take = move |new: u64| {
        error.set(None);
        row.set(new);
        again.run(());
    };
    let on_text = move |event| match analysis_ask::read_row(&event_target_value(&event), n_rows.get_untracked()) {
        Ok(new) => take(new),
        Err(words) => error.set(Some(words)),
    };
    let beside = move |by: i64| take(analysis_ask::row_beside(row.get_untracked(), by, n_rows.get_untracked()));
    let is_last = Memo::new(move |_| row.get() + 1 >= n_rows.get());
    let hint = move || match n_rows.get() {
        0 => String::new(),
        n => format!("of the cleaned table, 0 to {}", format::count(n - 1)),
    };
    view! {
        <div class="field ask-row">
            <label for=ID>"Row "<span class="found">{hint}</span></label>
            <div class="cluster">
                <button
                    class="btn btn-icon btn-small"
                    type="button"
                    aria-label="Previous row"
                    data-testid="previous-row"
                    disabled=move || is_typical.get() || row.get() == 0
                    on:click=move |_| beside(-1)
                >
                    {small_icon("up")}
                </button>
                <input
                    class="input input-small"
                    class:input-bad=move || error.read().is_some()
                    id=ID
                    inputmode="numeric"
                    autocomplete="off"
                    data-setting="ask.contributions.row"
                    aria-invalid=move || error.read().is_some().then_some("true")
                    aria-describedby="ask-row-error"
                    disabled=move || is_typical.get()
                    prop:value=move || row.get().to_string()
                    on:change=on_text
                />
                <button
                    class="btn btn-icon btn-small"
                    type="button"
                    aria-label="Next row"
                    data-testid="next-row"
                    disabled=move || is_typical.get() || is_last.get()
                    on:click=move |_| beside(1)
                >
                    {small_icon("down")}
                </button>
            </div>
            <p class="hint bad" id="ask-row-error" role="alert">{move || error.get()}</p>
        </div>
    }
}

/// A field for each column that the model predicts from: what is typed takes the place of the row's value.
#[component]
fn Values(chosen: Chosen, inputs: Memo<Vec<InputColumn>>, again: Callback<()>) -> impl IntoView {
    let Chosen { is_typical, values, .. } = chosen;
    let is_open = RwSignal::new(is_typical.get_untracked() || !values.read_untracked().is_empty());
    let on_typical = Callback::new(move |on: bool| {
        is_typical.set(on);
        again.run(());
    });
    let n_typed = Memo::new(move |_| values.read().len());
    let fields = move || {
        let one = |input: InputColumn| view! { <ValueField input chosen again /> };
        inputs.get().into_iter().take(ask_values::MOST_FIELDS).map(one).collect_view()
    };
    let more = move || {
        let more = inputs.read().len().saturating_sub(ask_values::MOST_FIELDS);
        (more > 0).then(|| format!("{} more columns keep their values.", format::count(more as u64)))
    };
    let clear = move |_| {
        values.set(Map::new());
        again.run(());
    };
    view! {
        <details
            class="tech ask-values"
            data-testid="ask-values"
            prop:open=move || is_open.get()
            on:toggle=move |event| is_open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open())
        >
            <summary>
                {move || match n_typed.get() {
                    0 => "Type in other values".to_owned(),
                    1 => "Type in other values (1 is)".to_owned(),
                    n => format!("Type in other values ({n} are)"),
                }}
            </summary>
            <div class="cluster ask-values-head">
                <CheckField
                    setting="ask.contributions.typical"
                    label="Start from a typical row"
                    checked=is_typical
                    on_tick=on_typical
                />
                <button
                    class="btn btn-small"
                    type="button"
                    data-testid="ask-values-clear"
                    disabled=move || n_typed.get() == 0
                    on:click=clear
                >
                    "Clear what is typed"
                </button>
            </div>
            <div class="ask-value-fields">{fields}</div>
            <p class="hint">{more}</p>
        </details>
    }
}

/// One column's value: chosen from its categories, or typed.
#[component]
fn ValueField(input: InputColumn, chosen: Chosen, again: Callback<()>) -> impl IntoView {
    let Chosen { values, .. } = chosen;
    let input = StoredValue::new(input);
    let name = input.with_value(|input| input.name.clone());
    let key = name.clone();
    let value = Memo::new(move |_| values.read().get(&key).cloned());
    let text = Memo::new(move |_| value.read().as_ref().map(ask_values::typed).unwrap_or_default());
    let mark = Signal::derive(move || {
        let value = value.read();
        let is_unseen =
            value.as_ref().is_some_and(|value| input.with_value(|input| ask_values::is_unseen(input, value)));
        if is_unseen { "new to the model" } else { "" }
    });
    let take = move |text: &str| -> Result<(), String> {
        let read = input.with_value(|input| ask_values::read(input, text))?;
        if value.read_untracked().as_ref() != read.as_ref() {
            values.update(|values| {
                let name = input.with_value(|input| input.name.clone());
                match read {
                    Some(value) => values.insert(name, value),
                    None => values.remove(&name),
                };
            });
            again.run(());
        }
        Ok(())
    };
    let setting = format!("ask.contributions.values.{name}");
    match input.with_value(|input| ask_values::choices(input, "as in the row")) {
        Some(options) => view! {
            <SelectField
                setting
                label=name
                mark
                options=Signal::stored(options)
                value=text
                on_pick=Callback::new(move |text: String| {
                    // A choice from the list is always one.
                    take(&text).ok();
                })
            />
        }
        .into_any(),
        None => {
            let hint = input.with_value(ask_values::range_words).unwrap_or_else(|| "text".into());
            view! {
                <TextField
                    setting
                    label=name
                    mark
                    value=text
                    on_text=Callback::new(move |text: String| take(&text))
                    hint
                    placeholder="as in the row"
                />
            }
            .into_any()
        }
    }
}
