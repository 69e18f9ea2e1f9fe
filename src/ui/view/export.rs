//! A plot as a file: its picture as SVG text that stands alone, its numbers as CSV.

use crate::ui::view::charts::{DataTable, Mark, Scene};

/// Space around the picture and between its lines of words, in the plot's own units.
const MARGIN: f64 = 16.0;
/// Height of the heading: the title, and the line that says how to read it.
const HEAD: f64 = 44.0;
/// Generic families, so that the file looks alike without the page's font.
const FONT: &str = "system-ui,sans-serif";

/// The colours that a file takes along, as they are drawn now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    pub surface: String,
    pub strong: String,
    pub muted: String,
    /// SVG's presentation attributes of each class of mark, such as `fill` and `rgb(11, 122, 117)`.
    pub classes: Vec<(&'static str, Vec<(&'static str, String)>)>,
}

impl Look {
    /// The attributes of a class, each with a space before it. An opacity of the mark's own replaces that of its class.
    fn of(&self, class: &str, opacity: Option<f64>) -> String {
        let mut out = opacity.map(|opacity| format!(" fill-opacity=\"{opacity}\"")).unwrap_or_default();
        let attributes = self.classes.iter().filter(|(name, _)| *name == class).flat_map(|(_, attributes)| attributes);
        for (name, value) in attributes.filter(|(name, _)| opacity.is_none() || *name != "fill-opacity") {
            out += &format!(" {name}=\"{}\"", escaped(value));
        }
        out
    }
}

/// The classes of a scene's marks, each once with the element that its first mark is, in the order of their first mark.
#[must_use]
pub fn classes(scene: &Scene) -> Vec<(&'static str, &'static str)> {
    let mut classes = Vec::new();
    gather(&scene.marks, &mut classes);
    classes
}

fn gather(marks: &[Mark], classes: &mut Vec<(&'static str, &'static str)>) {
    for mark in marks {
        let (class, element) = match mark {
            Mark::Rect { class, .. } => (class, "rect"),
            Mark::Path { class, .. } => (class, "path"),
            Mark::Circle { class, .. } => (class, "circle"),
            Mark::Text { class, .. } => (class, "text"),
            Mark::Link { marks, .. } => {
                gather(marks, classes);
                continue;
            }
        };
        if classes.iter().all(|(known, _)| known != class) {
            classes.push((*class, element));
        }
    }
}

/// Width and height of the picture that [`svg`] makes, in pixels.
#[must_use]
pub fn size(scene: &Scene) -> (f64, f64) {
    (scene.width + 2.0 * MARGIN, scene.height + HEAD + 2.0 * MARGIN)
}

/// The scene as a file of SVG 1.1: heading, marks, and the summary as its description. Every colour stands at its mark,
/// because many programs read no style sheet in a picture.
#[must_use]
pub fn svg(scene: &Scene, look: &Look) -> String {
    let (width, height) = size(scene);
    let title = escaped(&scene.title);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FONT}\">\n<title>{title}</title>\n<desc>{}</desc>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
        escaped(&scene.summary),
        escaped(&look.surface),
    );
    out += &heading(MARGIN + 14.0, 14, 500, &look.strong, &title);
    out += &heading(MARGIN + 32.0, 12, 400, &look.muted, &escaped(&scene.how_to_read));
    out += &format!("<g transform=\"translate({MARGIN} {})\">\n", MARGIN + HEAD);
    for mark in &scene.marks {
        out += &drawn(mark, look);
    }
    out + "</g>\n</svg>\n"
}

fn heading(y: f64, size: u32, weight: u32, fill: &str, text: &str) -> String {
    let fill = escaped(fill);
    format!(
        "<text x=\"{MARGIN}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{fill}\">{text}</text>\n"
    )
}

fn drawn(mark: &Mark, look: &Look) -> String {
    match mark {
        Mark::Rect { x, y, width, height, class, opacity, tip } => {
            let at = format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{}", look.of(class, *opacity));
            element("rect", &at, tip.as_deref())
        }
        Mark::Circle { x, y, r, class, tip } => {
            element("circle", &format!("cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{}", look.of(class, None)), tip.as_deref())
        }
        Mark::Path { d, class } => element("path", &format!("d=\"{}\"{}", escaped(d), look.of(class, None)), None),
        // A file is looked at elsewhere, where the address leads nowhere.
        Mark::Link { marks, .. } => marks.iter().map(|mark| drawn(mark, look)).collect(),
        Mark::Text { x, y, anchor, text, class } => {
            let (anchor, text) = (anchor.as_str(), escaped(text));
            format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\"{}>{text}</text>\n", look.of(class, None))
        }
    }
}

fn element(name: &str, attributes: &str, tip: Option<&str>) -> String {
    match tip {
        Some(tip) => format!("<{name} {attributes}><title>{}</title></{name}>\n", escaped(tip)),
        None => format!("<{name} {attributes}/>\n"),
    }
}

/// A text inside XML, in an element or an attribute; characters that XML 1.0 does not have are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// The numbers behind a picture as CSV (RFC 4180). Numbers are written for programs: a hyphen as minus, no thousands
/// separators. What a spreadsheet would take for a formula gets an apostrophe before it.
#[must_use]
pub fn csv(table: &DataTable) -> String {
    let mut out = String::new();
    for cells in std::iter::once(&table.head).chain(&table.rows) {
        let line: Vec<String> = cells.iter().map(|cell| field(cell)).collect();
        out += &line.join(",");
        out += "\r\n";
    }
    out
}

fn field(cell: &str) -> String {
    let text = match plain_number(cell) {
        Some(number) => number,
        None if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '−']) => format!("'{cell}"),
        None => cell.to_owned(),
    };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// A number as shown, such as `−1,234.5` or `1.2e−7`, as programs write it; `None` for anything else.
fn plain_number(cell: &str) -> Option<String> {
    let text = cell.replace('−', "-");
    let whole = text.trim_start_matches(['-', '+']).split(['.', 'e']).next()?;
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let is_digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let is_grouped = is_digits(first) && groups.clone().all(|group| group.len() == 3 && is_digits(group));
    let has_groups = groups.next().is_some();
    if !is_grouped || (has_groups && first.len() > 3) {
        return None;
    }
    // A comma behind the point makes it no number.
    let plain = text.replacen(whole, &whole.replace(',', ""), 1);
    plain.parse::<f64>().ok().filter(|number| number.is_finite()).map(|_| plain)
}

/// A file's name out of the plot's title and the run's name: letters and digits, the rest as hyphens; never empty.
#[must_use]
pub fn file_name(title: &str, run: Option<&str>, extension: &str) -> String {
    let parts: Vec<String> =
        [Some(title), run].into_iter().flatten().map(slug).filter(|part| !part.is_empty()).collect();
    let name = if parts.is_empty() { "plot".to_owned() } else { parts.join("_") };
    format!("{name}.{extension}")
}

fn slug(text: &str) -> String {
    /// File systems take 255 bytes.
    const LONGEST: usize = 60;
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.chars().take(LONGEST).collect::<String>().trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::charts::{Anchor, line, rect, text};

    fn scene() -> Scene {
        Scene {
            width: 100.0,
            height: 50.0,
            title: "A < B & \"C\"".into(),
            how_to_read: "Dots: rows.".into(),
            summary: "It rises.".into(),
            marks: vec![
                rect(0.0, 1.0, 10.0, 20.0, "m-soft").with_tip("3 > 2"),
                line((0.0, 0.0), (5.0, 5.0), "ref"),
                text(5.0, 9.0, Anchor::End, "<script>", "axis"),
                rect(0.0, 0.0, 1.0, 1.0, "m-soft"),
            ],
            table: DataTable::default(),
        }
    }

    fn look() -> Look {
        Look {
            surface: "rgb(1, 2, 3)".into(),
            strong: "black".into(),
            muted: "grey".into(),
            classes: vec![
                ("m-soft", vec![("fill", "red".into()), ("fill-opacity", ".1".into())]),
                ("ref", vec![("stroke", "blue".into())]),
            ],
        }
    }

    #[test]
    fn a_picture_stands_alone() {
        assert_eq!(classes(&scene()), [("m-soft", "rect"), ("ref", "path"), ("axis", "text")]);
        let svg = svg(&scene(), &look());
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"132\" height=\"126\""), "{svg}");
        for part in [
            "<title>A &lt; B &amp; &quot;C&quot;</title>",
            "<desc>It rises.</desc>",
            "<rect width=\"132\" height=\"126\" fill=\"rgb(1, 2, 3)\"/>",
            "<rect x=\"0\" y=\"1\" width=\"10\" height=\"20\" fill=\"red\" fill-opacity=\".1\"><title>3 &gt; 2</title></rect>",
            "<path d=\"M0 0L5 5\" stroke=\"blue\"/>",
            "text-anchor=\"end\">&lt;script&gt;</text>",
        ] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
        // Nothing from outside: no class, style sheet, link or script.
        for part in ["class=", "<style", "href", "<script", "url("] {
            assert!(!svg.contains(part), "{part} in {svg}");
        }
        assert_eq!(svg.matches("<g ").count(), svg.matches("</g>").count());
    }

    #[test]
    fn a_mark_has_no_attribute_twice() {
        let mark =
            Mark::Rect { x: 0.0, y: 0.0, width: 1.0, height: 1.0, class: "m-soft", opacity: Some(0.5), tip: None };
        assert_eq!(
            drawn(&mark, &look()),
            "<rect x=\"0\" y=\"0\" width=\"1\" height=\"1\" fill-opacity=\"0.5\" fill=\"red\"/>\n"
        );
    }

    #[test]
    fn numbers_are_written_for_programs() {
        for (shown, written) in [
            ("−1,234.5", "-1234.5"),
            ("1.2e−7", "1.2e-7"),
            ("12,345,678", "12345678"),
            ("0", "0"),
            ("-3", "-3"),
            ("+2", "+2"),
        ] {
            assert_eq!(field(shown), written);
            assert!(written.parse::<f64>().is_ok());
        }
        for (shown, written) in [("1,2", "\"1,2\""), ("1234,567", "\"1234,567\""), ("–", "–"), ("inf", "inf")] {
            assert_eq!(field(shown), written);
        }
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(field(cell), written);
        }
        let table = DataTable { head: vec!["a".into(), "b".into()], rows: vec![vec!["1,000".into(), "x\ny".into()]] };
        assert_eq!(csv(&table), "a,b\r\n1000,\"x\ny\"\r\n");
    }

    #[test]
    fn files_are_named_for_plot_and_run() {
        assert_eq!(
            file_name("Predicted against actual", Some("bold-fox 7"), "svg"),
            "predicted-against-actual_bold-fox-7.svg"
        );
        assert_eq!(file_name("Größe: ../x", None, "csv"), "größe-x.csv");
        assert_eq!(file_name("//", Some(""), "png"), "plot.png");
        assert_eq!(file_name(&"a".repeat(300), None, "png").len(), 64);
    }
}
