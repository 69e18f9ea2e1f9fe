//! The profile of a file to be read only: a row a column, where there is no pipeline at hand to change.

use leptos::prelude::*;

use crate::ingest::IngestSummary;
use crate::ui::inspect::profile_table::cells;
use crate::ui::view::format::count;
use crate::ui::view::profile::{profile_row, typical};

/// Columns drawn before all are asked for: each row draws a picture.
const SHOWN: usize = 100;

/// The table.
pub fn profile_sheet(file: &IngestSummary) -> impl IntoView + use<> {
    let n_columns = file.columns.len();
    let all = RwSignal::new(n_columns <= SHOWN);
    let lines: Vec<_> = file.columns.iter().map(|column| (profile_row(column, file.rows), typical(column))).collect();
    let rows = move || {
        let shown = if all.get() { n_columns } else { SHOWN };
        let rows = lines.iter().take(shown).cloned().map(|(row, typical)| {
            let cells = cells(row.clone());
            view! {
                <tr
                    data-column=row.name.clone()
                    data-type=row.data_type.as_str()
                    data-missing=row.missing.to_string()
                    data-distinct=row.distinct.to_string()
                    data-min=row.full.min.clone()
                    data-max=row.full.max.clone()
                    data-mean=row.full.mean.clone()
                    data-median=row.full.median.clone()
                >
                    {cells}
                    <td class="muted">{typical}</td>
                </tr>
            }
        });
        rows.collect_view()
    };
    view! {
        <div class="scroll-x" tabindex="0" role="region" aria-label=format!("Profile of {} of {}", counted_columns(n_columns), file.name)>
            <table class="table table-tight table-profile">
                <caption class="sr">"Profile: one row per column"</caption>
                <thead><tr>
                    <th scope="col"><span class="sr">"Type"</span></th>
                    <th scope="col">"Column"</th>
                    <th scope="col">"Missing"</th>
                    <th scope="col" class="num hide-s">"Distinct"</th>
                    <th scope="col">"Distribution"</th>
                    <th scope="col" class="num">"Min"</th>
                    <th scope="col" class="num">"Median"</th>
                    <th scope="col" class="num">"Max"</th>
                    <th scope="col">"Mean, or most frequent"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <Show when=move || !all.get()>
            <button class="btn btn-small after" type="button" on:click=move |_| all.set(true)>
                {format!("Show all {}", counted_columns(n_columns))}
            </button>
        </Show>
    }
}

/// `1 column`, `12 columns`.
#[must_use]
pub fn counted_columns(n: usize) -> String {
    format!("{} {}", count(n as u64), if n == 1 { "column" } else { "columns" })
}
