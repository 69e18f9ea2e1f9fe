//! The buttons that take a plot out of the page: as PNG, as SVG, its numbers as CSV.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use crate::ui::session::Session;
use crate::ui::view::charts::Scene;
use crate::ui::view::export::{self, Look};
use crate::web::{files, picture};

/// The pixels of a PNG for one of the plot: sharp in print.
const PNG_SCALE: f64 = 3.0;
/// What of a mark's look goes into the file.
const PROPERTIES: [&str; 10] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
    "font-size",
    "font-weight",
];
/// What needs not be said, because SVG has it so.
const DEFAULTS: [(&str, &str); 8] = [
    ("fill-opacity", "1"),
    ("stroke", "none"),
    ("stroke-width", "1"),
    ("stroke-dasharray", "none"),
    ("stroke-linecap", "butt"),
    ("stroke-linejoin", "miter"),
    ("stroke-opacity", "1"),
    ("font-weight", "400"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Png,
    Svg,
    Csv,
}

impl Format {
    /// Its name on the button, its extension, its handle.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Png => ("PNG", "png", "chart-png"),
            Self::Svg => ("SVG", "svg", "chart-svg"),
            Self::Csv => ("CSV", "csv", "chart-csv"),
        }
    }
}

/// One small button a format. `drawn` gives the element that holds the drawn marks; `run` is the name of the run shown.
#[component]
pub fn ExportButtons(
    scene: Signal<Scene>,
    #[prop(into)] drawn: Callback<(), Option<Element>>,
    run: Signal<Option<String>>,
    /// What is saved, where the scene is only made for it.
    #[prop(optional)]
    title: Option<&'static str>,
) -> impl IntoView {
    let session = use_context::<Session>();
    let save = move |format: Format| {
        let scene = scene.get_untracked();
        let (_, extension, _) = format.words();
        let name = export::file_name(&scene.title, run.get_untracked().as_deref(), extension);
        let say = move |done: Result<(), JsValue>, name: &str| {
            if let Some(session) = session {
                session.say(
                    &done.map_or_else(|_| "The browser refused the download".to_owned(), |()| format!("Saved {name}")),
                );
            }
        };
        if format == Format::Csv {
            return say(files::download(&name, "text/csv", &export::csv(&scene.table)), &name);
        }
        let Some(drawn) = drawn.run(()) else { return };
        let svg = export::svg(&scene, &look(&scene, &drawn));
        if format == Format::Svg {
            return say(files::download(&name, "image/svg+xml", &svg), &name);
        }
        let (width, height) = export::size(&scene);
        spawn_local(async move {
            let done = match picture::png(&svg, width * PNG_SCALE, height * PNG_SCALE).await {
                Ok(png) => files::download_blob(&name, &png),
                Err(error) => Err(error),
            };
            say(done, &name);
        });
    };
    let buttons = [Format::Png, Format::Svg, Format::Csv]
        .map(|format| {
            let (label, _, testid) = format.words();
            let what = move || title.map_or_else(|| scene.read().title.clone(), str::to_owned);
            let aria = move || format!("{label}: save {}", what());
            view! {
                <button class="btn btn-quiet btn-small" type="button" data-testid=testid aria-label=aria on:click=move |_| save(format)>
                    {label}
                </button>
            }
        })
        .collect_view();
    view! { <div class="chart-save" role="group" aria-label="Save this plot">{buttons}</div> }
}

/// The colours that the theme gives the drawn marks; the style sheet stays the one place that knows them.
fn look(scene: &Scene, figure: &Element) -> Look {
    let classes = export::classes(scene)
        .into_iter()
        .map(|(class, element)| {
            let drawn = figure.query_selector(&format!("svg [class=\"{class}\"]")).ok().flatten();
            let look = drawn.map(|element| attributes(&element)).or_else(|| of_undrawn(figure, element, class));
            (class, look.unwrap_or_default())
        })
        .collect();
    let caption = figure.query_selector("figcaption, h3").ok().flatten();
    let line = figure.query_selector("figcaption > span, .muted").ok().flatten();
    let body = document().body().map(Element::from);
    Look {
        surface: computed(body.as_ref(), "background-color"),
        strong: computed(caption.as_ref(), "color"),
        muted: computed(line.as_ref(), "color"),
        classes,
    }
}

/// The look of a mark that is only drawn in the file, as of a table's cells: of one that is there for a moment.
fn of_undrawn(figure: &Element, element: &str, class: &str) -> Option<Vec<(&'static str, String)>> {
    let svg = |name: &str| document().create_element_ns(Some("http://www.w3.org/2000/svg"), name).ok();
    let (picture, mark) = (svg("svg")?, svg(element)?);
    mark.set_attribute("class", class).ok()?;
    picture.append_child(&mark).ok()?;
    figure.append_child(&picture).ok()?;
    let look = attributes(&mark);
    picture.remove();
    Some(look)
}

fn attributes(element: &Element) -> Vec<(&'static str, String)> {
    let is_text = element.tag_name() == "text";
    PROPERTIES
        .into_iter()
        .filter(|property| is_text || !property.starts_with("font"))
        // Numbers without a unit are what every program reads.
        .map(|property| (property, computed(Some(element), property).replace("px", "")))
        .filter(|(property, value)| !value.is_empty() && !DEFAULTS.contains(&(*property, value.as_str())))
        .collect()
}

fn computed(element: Option<&Element>, property: &str) -> String {
    let style = element.and_then(|element| window().get_computed_style(element).ok().flatten());
    style.and_then(|style| style.get_property_value(property).ok()).unwrap_or_default()
}
