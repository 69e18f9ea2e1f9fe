//! Whether a version should take the place of the one in use: both runs are asked, the answers stand line by line.

use leptos::prelude::*;

use super::model::Asked;
use crate::registry::{Check, Promotion, check_promotion};
use crate::ui::components::Icon;
use crate::ui::session::Session;
use crate::ui::view::models::{CHAMPION, ModelView, promotion_sentence};

/// The check of the second of two runs against the first, which is in use; of fewer there is nothing to ask. `None` until
/// both were read.
pub(super) fn promotion(session: Session, ids: Signal<Vec<String>>) -> Memo<Option<Promotion>> {
    let found = session.records(ids);
    Memo::new(move |_| {
        let ids = ids.get();
        let found = found.get()?;
        Some(match (ids.as_slice(), found.runs.as_slice()) {
            ([_, _], [in_use, candidate]) => check_promotion(candidate, Some(in_use)),
            ([_, _], _) => Promotion {
                checks: vec![Check {
                    question: "Are both runs kept?",
                    passed: None,
                    words: "A run of these versions is not kept any more, so nobody can compare them.".into(),
                }],
            },
            _ => Promotion { checks: Vec::new() },
        })
    })
}

/// Each question with its answer.
#[component]
pub(super) fn Checks(check: Promotion) -> impl IntoView {
    let lines = check.checks.into_iter().map(|check| {
        let (class, icon, word) = match check.passed {
            Some(true) => ("ok", "check", "yes"),
            Some(false) => ("no", "cross", "no"),
            None => ("no", "dash", "nobody can tell"),
        };
        view! {
            <li class=class data-check=word><Icon name=icon small=true/>
                <span><b>{check.question}" "{word}</b>" "<span class="muted">{check.words}</span></span></li>
        }
    });
    view! { <ul class="checks">{lines.collect_view()}</ul> }
}

/// Of the version that is next: whether it should be champion, and the way to make it so. Nothing without a champion.
#[component]
pub(super) fn Promote(view: Memo<ModelView>, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let session = Session::here();
    let next = Memo::new(move |_| view.with(|view| view.champion.zip(view.candidate)));
    let ids = Memo::new(move |_| {
        let Some((champion, candidate)) = next.get() else { return Vec::new() };
        // Which runs these are, the versions know.
        view.with(|view| {
            let run = |version: u32| view.versions.iter().find(|line| line.version == version);
            [champion, candidate].into_iter().filter_map(|version| Some(run(version)?.run_id.clone())).collect()
        })
    });
    let check = promotion(session, ids.into());
    let body = move |version: u32| {
        let check = check.get()?;
        let (passed, sentence) = (
            check.passed(),
            match check.passed() {
                true => promotion_sentence(&check, version, CHAMPION),
                false => "Not yet: the check refuses. A note overrules it, and the log keeps both.".to_owned(),
            },
        );
        let label = if passed { "Move @champion here…" } else { "Move @champion anyway, with a note…" };
        Some(view! {
            <p class="verdict verdict-s" data-testid="promote-sentence" data-passed=passed.to_string()>{sentence}</p>
            <Checks check=check/>
            <button class="btn" type="button" data-testid="promote" on:click=move |_| asked.set(Some(Asked::Alias(version)))>{label}</button>
        })
    };
    view! {
        <Show when=move || next.with(Option::is_some)>
            <section class="promote" aria-labelledby="model-promote" data-promote=move || next.get().map(|(_, version)| version.to_string())>
                <div class="cluster data-head"><h2 class="section" id="model-promote">
                    {move || next.get().map(|(_, version)| format!("Promote version {version}?"))}</h2></div>
                {move || next.get().and_then(|(_, version)| body(version))}
            </section>
        </Show>
    }
}
