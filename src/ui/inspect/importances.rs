//! The importances of a random forest, where a linear model has its coefficients.

use leptos::html;
use leptos::prelude::*;

use crate::estimators::Model;
use crate::ui::charts::{ExportButtons, run_shown, spark};
use crate::ui::session::Session;
use crate::ui::view::format;
use crate::ui::view::importances::{self, ImportanceRow, LISTED};

/// The table; nothing for a model that has coefficients.
pub fn importances(model: &Model) -> Option<AnyView> {
    let Model::Forest(forest) = model else { return None };
    let rows = importances::rows(model)?;
    let scene = Signal::stored(importances::picture(&rows));
    let rows = rows.into_iter().map(row).collect_view();
    let section = NodeRef::<html::Section>::new();
    let run = run_shown(use_context::<Session>());
    let n = forest.features.len();
    let more = (n > LISTED).then(|| format!("the first {LISTED} of {}", format::count(n as u64)));
    Some(
        view! {
            <section aria-labelledby="importances-title" node_ref=section data-testid="importances">
                <div class="cluster data-head">
                    <h3 class="section" id="importances-title">"What the trees split by"</h3>
                    <span class="muted small">{more}</span>
                    <span class="push">
                        <ExportButtons scene drawn=move |()| section.get_untracked().map(Into::into) run/>
                    </span>
                </div>
                <p class="sub">
                    {importances::sentence(forest)}
                    " On the training rows, where columns of many values are flattered; Evaluate’s permutation importance asks the test rows."
                </p>
                <div class="scroll-x" tabindex="0" role="region" aria-label="Table of importances">
                    <table class="table table-tight">
                        <caption class="sr">"Each feature’s share of the decrease of the squared error"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Feature"</th>
                                <th scope="col" class="num" title="Share of the decrease of the squared error">"Importance"</th>
                                <th scope="col" class="hide-s"><span class="sr">"As a bar"</span></th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any(),
    )
}

fn row(row: ImportanceRow) -> impl IntoView {
    view! {
        <tr data-importance=row.name.clone() data-value=row.full.clone()>
            <th scope="row">{row.name.clone()}</th>
            <td class="num" title=row.full.clone()>{row.shown}</td>
            <td class="hide-s">{spark(row.bar)}</td>
        </tr>
    }
}
