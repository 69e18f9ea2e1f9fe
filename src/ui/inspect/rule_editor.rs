//! The fields of one cleaning rule: what it does, in which columns, with what.

use leptos::prelude::*;

use crate::clean::{FillStrategy, Rule};
use crate::ui::inspect::fields::{Choice, ColumnPicker, SelectField, TextField};
use crate::ui::view::clean;

/// A rule's fields. Every change is reported, finished or not: who uses them decides with `clean::rule_problem`.
#[component]
pub fn RuleFields(
    /// The path of the rule's settings: `clean.0`.
    #[prop(into)]
    prefix: String,
    #[prop(into)] rule: Signal<Rule>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    on_rule: Callback<Rule>,
) -> impl IntoView {
    let name = Memo::new(move |_| clean::rule_name(&rule.read()).to_owned());
    let columns = Memo::new(move |_| clean::rule_columns(&rule.read()).map(<[String]>::to_vec));
    let kinds = clean::RULES.map(|(name, words)| (name.to_owned(), words.to_owned())).to_vec();
    let on_kind = Callback::new(move |kind: String| {
        let chosen = columns.get_untracked().unwrap_or_default();
        if let Some(new) = clean::new_rule(&kind, chosen) {
            on_rule.run(clean::switched(new, clean::is_on(&rule.read_untracked())));
        }
    });
    let with_columns = move |names: Option<Vec<String>>| {
        let mut new = rule.get_untracked();
        match &mut new {
            Rule::DropColumns { columns, .. } => *columns = names.unwrap_or_default(),
            Rule::FillMissing { columns, .. } | Rule::DropMissing { columns, .. } => *columns = names,
            Rule::KeepNumeric { .. } => {}
        }
        on_rule.run(new);
    };
    let takes_all = move || matches!(name.read().as_str(), "fill_missing" | "drop_missing");
    let picks = move || name.read().as_str() == "drop_columns" || (takes_all() && columns.read().is_some());
    let (all_setting, picker_setting) = (format!("{prefix}.columns.all"), format!("{prefix}.columns"));
    let strategy_prefix = prefix.clone();
    view! {
        <SelectField
            setting=format!("{prefix}.rule")
            label="Do"
            options=Signal::stored(kinds)
            value=name
            on_pick=on_kind
        />
        <Show when=takes_all>
            <label class="check">
                <input
                    type="checkbox"
                    data-setting=all_setting.clone()
                    prop:checked=move || columns.read().is_none()
                    on:change=move |event| {
                        with_columns(if event_target_checked(&event) { None } else { Some(Vec::new()) });
                    }
                />
                "In every column"
            </label>
        </Show>
        <Show when=picks>
            <ColumnPicker
                setting=picker_setting.clone()
                legend="In"
                choices
                chosen=Signal::derive(move || columns.get().unwrap_or_default())
                on_pick=Callback::new(move |names| with_columns(Some(names)))
            />
        </Show>
        <Show when=move || name.read().as_str() == "fill_missing">
            <Strategy prefix=strategy_prefix.clone() rule on_rule />
        </Show>
    }
}

/// With what missing cells are filled.
#[component]
fn Strategy(prefix: String, rule: Signal<Rule>, on_rule: Callback<Rule>) -> impl IntoView {
    const STRATEGIES: [(&str, &str, FillStrategy); 4] = [
        ("median", "Median", FillStrategy::Median),
        ("mean", "Mean", FillStrategy::Mean),
        ("most_frequent", "Most frequent value", FillStrategy::MostFrequent),
        ("constant", "A value of mine", FillStrategy::Constant),
    ];
    let now = Memo::new(move |_| match &*rule.read() {
        Rule::FillMissing { strategy, fill_value, .. } => {
            (*strategy, fill_value.as_ref().map_or_else(String::new, clean::fill_text))
        }
        _ => (FillStrategy::Median, String::new()),
    });
    let key = Memo::new(move |_| {
        let strategy = now.read().0;
        STRATEGIES.iter().find(|(.., s)| *s == strategy).map_or_else(String::new, |(key, ..)| (*key).to_owned())
    });
    let on_strategy = Callback::new(move |key: String| {
        let mut new = rule.get_untracked();
        if let (Rule::FillMissing { strategy, fill_value, .. }, Some((.., chosen))) =
            (&mut new, STRATEGIES.iter().find(|(name, ..)| *name == key))
        {
            *strategy = *chosen;
            if *chosen != FillStrategy::Constant {
                *fill_value = None;
            }
        }
        on_rule.run(new);
    });
    let on_value = Callback::new(move |text: String| {
        if text.is_empty() {
            return Err("Type the value to fill with.".to_owned());
        }
        let mut new = rule.get_untracked();
        if let Rule::FillMissing { fill_value, .. } = &mut new {
            *fill_value = Some(clean::fill_value(&text));
        }
        on_rule.run(new);
        Ok(())
    });
    let value_setting = format!("{prefix}.fill_value");
    view! {
        <SelectField
            setting=format!("{prefix}.strategy")
            label="With"
            options=Signal::stored(STRATEGIES.map(|(key, words, _)| (key.to_owned(), words.to_owned())).to_vec())
            value=key
            on_pick=on_strategy
        />
        <Show when=move || now.read().0 == FillStrategy::Constant>
            <TextField
                setting=value_setting.clone()
                label="Value"
                value=Signal::derive(move || now.read().1.clone())
                on_text=on_value
                hint="A number for columns of numbers, a text for the rest."
            />
        </Show>
    }
}
