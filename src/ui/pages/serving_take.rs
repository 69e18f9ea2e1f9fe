//! A deployment's model taken away: what answers where this browser does not reach.

use leptos::prelude::*;

use super::export::Offer;
use crate::export::find;
use crate::web::protocol::WhichRuns;

/// The exports that predict elsewhere, in the order of use.
const TAKEN: [&str; 4] = ["docker", "model", "onnx", "html"];

/// One click each.
#[component]
pub(super) fn TakeAway(run_id: Signal<Vec<String>>) -> impl IntoView {
    let which = Signal::derive(move || WhichRuns::Runs(run_id.get()));
    let offers = TAKEN.into_iter().filter_map(find).map(|export| view! { <Offer export which/> }).collect_view();
    view! {
        <section aria-labelledby="take-away" data-testid="take-away">
            <h2 class="section" id="take-away">"Take away"</h2>
            <h3 class="export-group-title">"The same model, where this browser does not reach"</h3>
            <ul class="export-list">{offers}</ul>
        </section>
    }
}
