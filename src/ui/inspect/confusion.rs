//! What the judged rows were predicted as, of a model that tells classes apart.

use leptos::prelude::*;

use crate::evaluate::EvaluateSummary;
use crate::ui::view::classes::{self, MatrixRow};

/// The confusion matrix; nothing for a regression.
pub(super) fn confusion(summary: &EvaluateSummary) -> Option<AnyView> {
    let found = classes::matrix(summary)?;
    let predicted = found.classes.clone();
    let heads = predicted
        .iter()
        .map(|class| view! { <th scope="col" class="num">{format!("Predicted {class}")}</th> })
        .collect_view();
    let rows = found.rows.into_iter().map(|line| row(line, &predicted)).collect_view();
    Some(
        view! {
            <section aria-labelledby="confusion-title" data-testid="confusion">
                <h3 class="section" id="confusion-title">"What rows were taken for"</h3>
                <p class="verdict verdict-s">{found.sentence}</p>
                <div class="scroll-x" tabindex="0" role="region" aria-label="Confusion matrix">
                    <table class="table table-tight table-confusion">
                        <caption class="sr">{format!("Rows by actual and predicted {}", summary.target)}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{format!("Actual {}", summary.target)}</th>
                                {heads}
                                <th scope="col" class="num">"Right"</th>
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

fn row(row: MatrixRow, predicted: &[String; 2]) -> impl IntoView + use<> {
    let cells = row
        .counts
        .into_iter()
        .zip(predicted.clone())
        .map(|(cell, predicted)| {
            view! {
                <td
                    class="num"
                    class:strong=cell.is_right
                    data-actual=row.actual.clone()
                    data-predicted=predicted
                    data-value=cell.n.to_string()
                >
                    {cell.shown}
                </td>
            }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row">{row.actual.clone()}</th>
            {cells}
            <td class="num">{row.right}</td>
        </tr>
    }
}
