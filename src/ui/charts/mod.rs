//! Draws scenes: SVG out of plain marks, with a title, a line that says how to read it, and its numbers as a table.

mod export;

use leptos::html;
use leptos::prelude::*;

pub use self::export::ExportButtons;
use crate::ui::session::Session;
use crate::ui::view::charts::{DataTable, Mark, Scene};
use crate::ui::view::charts_cells::Spark;

/// A plot with its caption and, folded, its numbers; and the buttons that save it.
#[component]
pub fn Chart(
    #[prop(into)] scene: Signal<Scene>,
    /// Whose plot it is, for the files' names; the run of the pipeline page where nothing is said.
    #[prop(optional, into)]
    run: Option<Signal<Option<String>>>,
    /// What is drawn over it and moves, such as a line at a slider's value; the rest is not drawn again for it.
    #[prop(optional, into)]
    over: Option<Signal<Vec<Mark>>>,
) -> impl IntoView {
    let figure = NodeRef::<html::Figure>::new();
    let session = use_context::<Session>();
    let run = run.unwrap_or_else(|| run_shown(session));
    view! {
        <figure class="plot" node_ref=figure>
            <figcaption>
                {move || scene.read().title.clone()}
                <span>{move || scene.read().how_to_read.clone()}</span>
            </figcaption>
            {move || {
                let scene = scene.get();
                // What is inside a picture is hidden from those who hear it; links must not be.
                let has_links = scene.marks.iter().any(|mark| matches!(mark, Mark::Link { .. }));
                let role = if has_links { "group" } else { "img" };
                view! {
                    <svg viewBox=format!("0 0 {} {}", scene.width, scene.height) role=role aria-label=scene.summary>
                        {marks(scene.marks)}
                        {over.map(|over| move || marks(over.get()))}
                    </svg>
                    {numbers(scene.table)}
                }
            }}
            <ExportButtons scene drawn=move |()| figure.get_untracked().map(Into::into) run/>
        </figure>
    }
}

/// The name of the run that the pipeline page shows.
pub fn run_shown(session: Option<Session>) -> Signal<Option<String>> {
    Signal::derive(move || session.and_then(|session| session.shown_run.with(|run| run.run_name.clone())))
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
        Mark::Link { href, label, marks } => {
            let marks: Vec<AnyView> = marks.into_iter().map(draw).collect();
            leptos::svg::a().attr("href", href).attr("aria-label", label).child(marks).into_any()
        }
        Mark::Text { x, y, anchor, text, class } => {
            view! { <text x=x y=y class=class text-anchor=anchor.as_str()>{text}</text> }.into_any()
        }
    }
}
