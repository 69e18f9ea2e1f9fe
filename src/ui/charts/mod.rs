//! Draws scenes: SVG out of plain marks, with a title, a line that says how to read it, and its numbers as a table.

use leptos::prelude::*;

use crate::ui::view::charts::{DataTable, Mark, Scene};
use crate::ui::view::charts_cells::Spark;

/// A plot with its caption and, folded, its numbers.
#[component]
pub fn Chart(#[prop(into)] scene: Signal<Scene>) -> impl IntoView {
    view! {
        <figure class="plot">
            <figcaption>
                {move || scene.read().title.clone()}
                <span>{move || scene.read().how_to_read.clone()}</span>
            </figcaption>
            {move || {
                let scene = scene.get();
                view! {
                    <svg viewBox=format!("0 0 {} {}", scene.width, scene.height) role="img" aria-label=scene.summary>
                        {marks(scene.marks)}
                    </svg>
                    {numbers(scene.table)}
                }
            }}
        </figure>
    }
}

fn numbers(table: DataTable) -> impl IntoView {
    let head = table.head.into_iter().map(|name| view! { <th scope="col" class="num">{name}</th> }).collect_view();
    let rows = table
        .rows
        .into_iter()
        .map(|cells| {
            let mut cells = cells.into_iter();
            let first = cells.next().unwrap_or_default();
            let rest = cells.map(|cell| view! { <td class="num">{cell}</td> }).collect_view();
            view! { <tr><th scope="row" class="num">{first}</th>{rest}</tr> }
        })
        .collect_view();
    view! {
        <details class="tech chart-data">
            <summary>"The numbers"</summary>
            <div class="scroll-x chart-data-box" tabindex="0" role="region" aria-label="The numbers behind the picture">
                <table class="table table-tight"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
            </div>
        </details>
    }
}

/// A small picture in a cell.
pub fn spark(spark: Spark) -> impl IntoView {
    let view_box = format!("0 0 {} {}", spark.width, spark.height);
    let class =
        if spark.class.starts_with("forest") { spark.class.to_owned() } else { format!("spark {}", spark.class) };
    let role = spark.label.is_some().then_some("img");
    let hidden = spark.label.is_none().then_some("true");
    view! {
        <svg class=class viewBox=view_box role=role aria-label=spark.label aria-hidden=hidden>{marks(spark.marks)}</svg>
    }
}

fn marks(marks: Vec<Mark>) -> impl IntoView {
    marks.into_iter().map(draw).collect_view()
}

fn draw(mark: Mark) -> AnyView {
    match mark {
        Mark::Rect { x, y, width, height, class, opacity, tip } => {
            let tip = tip.map(|tip| view! { <title>{tip}</title> });
            view! { <rect x=x y=y width=width height=height class=class fill-opacity=opacity>{tip}</rect> }.into_any()
        }
        Mark::Path { d, class } => view! { <path d=d class=class></path> }.into_any(),
        Mark::Circle { x, y, r, class, tip } => {
            let tip = tip.map(|tip| view! { <title>{tip}</title> });
            view! { <circle cx=x cy=y r=r class=class>{tip}</circle> }.into_any()
        }
        Mark::Text { x, y, anchor, text, class } => {
            view! { <text x=x y=y class=class text-anchor=anchor.as_str()>{text}</text> }.into_any()
        }
    }
}
