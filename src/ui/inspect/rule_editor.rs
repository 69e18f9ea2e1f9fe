//! The fields of one cleaning rule: what it does, in which columns, with what.

use leptos::prelude::*;

use crate::clean::{ColumnBrief, Rule, RuleError, RuleInfo};
use crate::ui::inspect::params_form::ParamsForm;
use crate::ui::inspect::parts::words;
use crate::ui::inspect::rule_picker::RulePicker;
use crate::ui::view::{clean, rules};

/// A rule's fields. Every change is reported, finished or not: who uses them decides with `problem`.
#[component]
pub fn RuleFields(
    /// The path of the rule's settings: `clean.0`.
    #[prop(into)]
    prefix: String,
    #[prop(into)] rule: Signal<Rule>,
    #[prop(into)] columns: Signal<Vec<ColumnBrief>>,
    /// What is wrong with the rule, as far as it is to be said yet.
    #[prop(into)]
    problem: Signal<Option<RuleError>>,
    on_rule: Callback<Rule>,
) -> impl IntoView {
    let name = Memo::new(move |_| rule.read().name());
    let params = Memo::new(move |_| rule.read().params().to_vec());
    let hidden = Memo::new(move |_| -> Vec<&'static str> {
        let rule = rule.read();
        let shown = rules::visible(&rule);
        rule.params().iter().map(|param| param.name).filter(|name| shown.iter().all(|p| p.name != *name)).collect()
    });
    let values = Memo::new(move |_| rules::values(&rule.read()));
    let wrong = Memo::new(move |_| problem.get().map(|problem| (problem.param, problem.message)));
    let span = Memo::new(move |_| problem.get().and_then(|problem| problem.span));
    let on_pick = Callback::new(move |kind: &'static str| {
        if kind == name.get_untracked() {
            return;
        }
        if let Some(mut new) = Rule::fresh(kind, &columns.read_untracked()) {
            new.set_enabled(rule.read_untracked().enabled());
            on_rule.run(new);
        }
    });
    let on_param = Callback::new(move |(param, value)| {
        let new = rules::changed(&rule.read_untracked(), param, value).map_err(|error| error.message)?;
        on_rule.run(new);
        Ok(())
    });
    let setting = format!("{prefix}.rule");
    let help = move || RuleInfo::named(name.get()).map_or("", |info| info.help);
    // Of the rule as a whole: no field to stand at.
    let whole = move || problem.get().filter(|problem| problem.param.is_none()).map(|problem| problem.message);
    let says = move || match rule.read().problem() {
        None => words(clean::rule_sentence(&rule.read(), None)).into_any(),
        Some(_) => help().into_any(),
    };
    view! {
        <RulePicker setting value=name on_pick />
        <p class="rule-says">{says}</p>
        <ParamsForm prefix params values columns problem=wrong span hidden on_param />
        <p class="hint bad" role="alert">{whole}</p>
    }
}
