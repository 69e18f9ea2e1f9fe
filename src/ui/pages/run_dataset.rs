//! The dataset of a run: what it read, its profile, and the way to the dataset among all.

use std::sync::Arc;

use leptos::prelude::*;

use crate::tracking::RunRecord;
use crate::ui::components::{CopyButton, Unfold};
use crate::ui::inspect::profile_sheet::{counted_columns, profile_sheet};
use crate::ui::view::datasets::profile;
use crate::ui::view::format::{bytes, count};

/// The page of datasets with one of them marked, relative to the page's base.
pub(super) fn dataset_href(digest: &str) -> String {
    format!("datasets?dataset={digest}")
}

/// The dataset the run read; its profile where the run's record has one.
#[component]
pub(super) fn Dataset(run: Arc<RunRecord>) -> impl IntoView {
    let dataset = run.dataset.clone()?;
    let digest = dataset.digest.to_string();
    let (handle, title, href) = (digest.clone(), digest.clone(), dataset_href(&digest));
    let size = format!("{}, {} rows, {} columns", bytes(dataset.bytes), count(dataset.rows), count(dataset.columns));
    let profile = profile(&run).map(|file| {
        let title = format!("Profile of {}", counted_columns(file.columns.len()));
        let run = Arc::clone(&run);
        view! { <Unfold title=title handle="dataset-profile">{profile_of(&run)}</Unfold> }
    });
    Some(view! {
        <section id="dataset" aria-labelledby="run-dataset">
            <h2 class="section" id="run-dataset">"Dataset"</h2>
            <dl
                class="facts facts-left facts-rule"
                data-testid="dataset"
                data-rows=dataset.rows.to_string()
                data-columns=dataset.columns.to_string()
                data-bytes=dataset.bytes.to_string()
                data-digest=handle
            >
                <div><dt>"Name"</dt><dd><a class="link" href=href>{dataset.name.clone()}</a></dd></div>
                <div><dt>"Digest"</dt><dd><span class="stepcell">
                    <code title=title>{format!("blake3 {}…", dataset.digest.short(16))}</code>
                    <CopyButton text=Signal::stored(digest) what="the dataset’s digest" />
                </span></dd></div>
                <div><dt>"Size"</dt><dd>{size}</dd></div>
            </dl>
            {profile}
        </section>
    })
}

/// The profile that a run's record keeps, as a table.
pub(super) fn profile_of(run: &RunRecord) -> Option<AnyView> {
    profile(run).map(|file| profile_sheet(file).into_any())
}
