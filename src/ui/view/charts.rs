//! Pictures as plain data: a scene has marks in pixels, made from data by scales. The component only draws it.
//!
//! A plot is 520 × 330 units; text keeps its own size, which the stylesheet sets for each width of the screen.

use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;

use crate::ui::view::format;

/// Width of a plot, in its own units.
pub const WIDTH: f64 = 520.0;
/// Height of a plot, in its own units.
pub const HEIGHT: f64 = 330.0;
const RIGHT: f64 = 512.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 286.0;
/// Where the numbers under the horizontal axis stand.
const X_LABELS: f64 = 306.0;
/// Where the axes' names stand.
const AXIS_NAMES: f64 = 324.0;

/// A picture with its words.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    pub width: f64,
    pub height: f64,
    /// What it shows, two or three words.
    pub title: String,
    /// One line that says how to read it.
    pub how_to_read: String,
    /// What it says, as a sentence: the text alternative.
    pub summary: String,
    /// From back to front.
    pub marks: Vec<Mark>,
    /// The numbers behind it.
    pub table: DataTable,
}

/// The numbers behind a picture, as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataTable {
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// One drawn thing. `class` is a class of the stylesheet; `tip` is what hovering it says.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    Rect {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        class: &'static str,
        opacity: Option<f64>,
        tip: Option<String>,
    },
    Path {
        d: String,
        class: &'static str,
    },
    Circle {
        x: f64,
        y: f64,
        r: f64,
        class: &'static str,
        tip: Option<String>,
    },
    Text {
        x: f64,
        y: f64,
        anchor: Anchor,
        text: String,
        class: &'static str,
    },
    /// Marks that lead somewhere; `label` is what a screen reader says of it.
    Link {
        href: String,
        label: String,
        marks: Vec<Mark>,
    },
}

/// Which end of a text stands at its x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// SVG's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A linear map from data to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    pub domain: (f64, f64),
    pub range: (f64, f64),
}

impl Scale {
    /// A scale over `domain`; one of no length, or not finite, is widened so that its value stands in the middle.
    #[must_use]
    pub fn new(domain: (f64, f64), range: (f64, f64)) -> Self {
        let (low, high) = domain;
        let domain = match (low.is_finite(), high.is_finite()) {
            (true, true) if low < high => (low, high),
            (true, true) => {
                let half = if low == 0.0 { 0.5 } else { low.abs() * 0.05 };
                (low.min(high) - half, low.max(high) + half)
            }
            _ => (0.0, 1.0),
        };
        Self { domain, range }
    }

    /// The pixel of a value, to a tenth.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        let (low, high) = self.domain;
        let (from, to) = self.range;
        // Halves, so that a domain as wide as f64 itself does not overflow.
        tenth(from + (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0) * (to - from))
    }

    /// Whether a value is inside the domain.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        (self.domain.0..=self.domain.1).contains(&value)
    }

    /// The value, or the end of the domain that it lies beyond.
    #[must_use]
    pub fn clamp(&self, value: f64) -> f64 {
        value.max(self.domain.0).min(self.domain.1)
    }
}

/// Rounds to a tenth of a pixel.
#[must_use]
pub fn tenth(value: f64) -> f64 {
    // Adding zero turns −0 into 0.
    (value * 10.0).round() / 10.0 + 0.0
}

/// At most `max` round numbers inside `[low, high]`, ascending; none when the ends are not finite or too near each other to
/// tell ticks apart.
#[must_use]
pub fn ticks(low: f64, high: f64, max: usize) -> Vec<f64> {
    let span = high - low;
    if !(span.is_finite() && span > 0.0) || span < low.abs().max(high.abs()) * 1e-9 {
        return Vec::new();
    }
    // plotters compares with absolute epsilons, so the span is brought to between 1 and 10 by a power of ten.
    let exponent = span.log10().floor() as i32;
    let Ok(half) = i32::try_from((exponent / 2) as i64) else { return Vec::new() };
    // Two steps, because 10^exponent itself may not be a number.
    let (first, second) = (10f64.powi(-half), 10f64.powi(half - exponent));
    let coord = RangedCoordf64::from(low * first * second..high * first * second);
    let points: Vec<f64> = coord.key_points(max);
    points
        .into_iter()
        .map(|point| clean(point / second / first, span))
        .filter(|tick| (low..=high).contains(tick))
        .collect()
}

/// Takes off the digits that only rounding put there.
fn clean(value: f64, span: f64) -> f64 {
    let digits = (3.0 - span.log10().floor()).clamp(-300.0, 300.0) as i32;
    if (0..290).contains(&digits) {
        let unit = 10f64.powi(digits);
        if (value * unit).is_finite() && (value * unit).abs() < 1e15 {
            return (value * unit).round() / unit + 0.0;
        }
    }
    value
}

/// Labels for ticks: as many decimals as their step needs, all alike; in powers of ten where plain digits would be too long.
#[must_use]
pub fn tick_labels(ticks: &[f64]) -> Vec<String> {
    let largest = ticks.iter().fold(0.0_f64, |largest, tick| largest.max(tick.abs()));
    let step = ticks.windows(2).filter_map(|pair| Some(pair.get(1)? - pair.first()?)).fold(f64::INFINITY, f64::min);
    let step = if step.is_finite() && step > 0.0 { step } else { largest };
    if largest == 0.0 {
        return ticks.iter().map(|_| "0".to_owned()).collect();
    }
    if largest >= 1e15 || step < 1e-6 {
        return ticks.iter().map(|tick| power_of_ten(*tick)).collect();
    }
    let (unit, word) = match largest {
        l if l >= 1e10 => (1e9, " bn"),
        l if l >= 1e7 => (1e6, " M"),
        _ => (1.0, ""),
    };
    let decimals = decimals_of(step / unit);
    ticks
        .iter()
        .map(
            |tick| {
                if *tick == 0.0 {
                    "0".to_owned()
                } else {
                    format!("{}{word}", format::decimals(*tick / unit, decimals))
                }
            },
        )
        .collect()
}

/// How many decimals show a step of this size without loss; at most 9.
fn decimals_of(step: f64) -> usize {
    (0..9).find(|d| ((step * 10f64.powi(*d)).round() / 10f64.powi(*d) - step).abs() < step * 1e-6).unwrap_or(9) as usize
}

fn power_of_ten(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa: f64 = mantissa.parse().unwrap_or(0.0);
    let mantissa = format!("{}", (mantissa * 1000.0).round() / 1000.0).replace('-', "−");
    let raised: String = exponent
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '0' => '⁰',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4' => '⁴',
            '5' => '⁵',
            '6' => '⁶',
            '7' => '⁷',
            '8' => '⁸',
            _ => '⁹',
        })
        .collect();
    format!("{mantissa}×10{raised}")
}

/// A plot's area with its two scales: axes are drawn by it, marks are placed by it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    pub x: Scale,
    pub y: Scale,
    y_ticks: Vec<f64>,
}

impl Plot {
    /// A plot over these domains; the left margin is as wide as the numbers there need.
    #[must_use]
    pub fn new(x: (f64, f64), y: (f64, f64)) -> Self {
        let y = Scale::new(y, (BOTTOM, TOP));
        let y_ticks = ticks(y.domain.0, y.domain.1, 6);
        let longest = tick_labels(&y_ticks).iter().map(|label| label.chars().count()).max().unwrap_or(0);
        let left = (16.0 + 8.0 * longest as f64).max(40.0);
        Self { x: Scale::new(x, (left, RIGHT)), y, y_ticks }
    }

    /// Left edge, in pixels.
    #[must_use]
    pub fn left(&self) -> f64 {
        self.x.range.0
    }

    /// Right edge, in pixels.
    #[must_use]
    pub fn right(&self) -> f64 {
        self.x.range.1
    }

    /// Lower edge, in pixels.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        BOTTOM
    }

    /// Horizontal grid lines with their numbers; the one at zero is stronger.
    #[must_use]
    pub fn grid(&self) -> Vec<Mark> {
        let labels = tick_labels(&self.y_ticks);
        let mut marks = Vec::new();
        for (tick, label) in self.y_ticks.iter().zip(labels) {
            let y = self.y.at(*tick);
            let class = if *tick == 0.0 { "base" } else { "grid" };
            marks.push(line((self.left(), y), (self.right(), y), class));
            marks.push(text(self.left() - 8.0, y + 4.0, Anchor::End, label, "axis"));
        }
        marks
    }

    /// The base line with round numbers under it.
    #[must_use]
    pub fn x_axis(&self) -> Vec<Mark> {
        let at = ticks(self.x.domain.0, self.x.domain.1, 6);
        let labels = tick_labels(&at);
        self.x_axis_with(at.into_iter().zip(labels).collect())
    }

    /// The base line with these values named under it.
    #[must_use]
    pub fn x_axis_with(&self, labels: Vec<(f64, String)>) -> Vec<Mark> {
        let mut marks = vec![line((self.left(), BOTTOM), (self.right(), BOTTOM), "base")];
        marks.extend(
            labels.into_iter().map(|(value, label)| text(self.x.at(value), X_LABELS, Anchor::Middle, label, "axis")),
        );
        marks
    }

    /// What the axes mean, at their ends.
    #[must_use]
    pub fn axis_names(&self, y: &str, x: &str) -> Vec<Mark> {
        vec![
            text(self.left(), AXIS_NAMES, Anchor::Start, format!("{y} ↑"), "axis"),
            text(self.right(), AXIS_NAMES, Anchor::End, x.to_owned(), "axis"),
        ]
    }
}

/// A straight line in pixels.
#[must_use]
pub fn line(from: (f64, f64), to: (f64, f64), class: &'static str) -> Mark {
    Mark::Path { d: format!("M{} {}L{} {}", tenth(from.0), tenth(from.1), tenth(to.0), tenth(to.1)), class }
}

/// A text in pixels.
#[must_use]
pub fn text(x: f64, y: f64, anchor: Anchor, text: impl Into<String>, class: &'static str) -> Mark {
    Mark::Text { x: tenth(x), y: tenth(y), anchor, text: text.into(), class }
}

/// A bar in pixels; widths below zero are drawn as nothing.
#[must_use]
pub fn rect(x: f64, y: f64, width: f64, height: f64, class: &'static str) -> Mark {
    let (width, height) = (tenth(width).max(0.0), tenth(height).max(0.0));
    Mark::Rect { x: tenth(x), y: tenth(y), width, height, class, opacity: None, tip: None }
}

impl Mark {
    /// The same mark with words for whoever hovers it.
    #[must_use]
    pub fn with_tip(mut self, words: impl Into<String>) -> Self {
        if let Self::Rect { tip, .. } | Self::Circle { tip, .. } = &mut self {
            *tip = Some(words.into());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks(0.0, 1.0, 6), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(ticks(-3.4, 2.2, 6), [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0]);
        assert_eq!(ticks(1.6, 5.0, 6), [2.0, 3.0, 4.0, 5.0]);
    }

    #[test]
    fn ticks_survive_any_range() {
        for (low, high) in [(0.0, 1e-300), (-1e300, 1e300), (1e-12, 3e-12), (1e9, 1e9 + 5.0), (-7e17, 2e18)] {
            let ticks = ticks(low, high, 6);
            assert!((2..=7).contains(&ticks.len()), "{low} to {high}: {ticks:?}");
            assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "{low} to {high}: {ticks:?}");
            assert!(ticks.iter().all(|tick| (low..=high).contains(tick)));
        }
        for (low, high) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (1e16, 1e16 + 2.0)] {
            assert!(ticks(low, high, 6).is_empty(), "{low} to {high}");
        }
    }

    #[test]
    fn labels_have_the_decimals_of_their_step() {
        assert_eq!(tick_labels(&[-0.2, -0.1, 0.0, 0.1]), ["−0.2", "−0.1", "0", "0.1"]);
        assert_eq!(tick_labels(&[1.10, 1.12, 1.14]), ["1.10", "1.12", "1.14"]);
        assert_eq!(tick_labels(&[0.0, 1000.0, 2000.0]), ["0", "1,000", "2,000"]);
        assert_eq!(tick_labels(&[10e6, 12.5e6]), ["10.0 M", "12.5 M"]);
        assert_eq!(tick_labels(&[0.0, 1e-8, 2e-8]), ["0", "1×10⁻⁸", "2×10⁻⁸"]);
    }

    #[test]
    fn a_scale_places_values_and_keeps_to_its_ends() {
        let scale = Scale::new((1.0, 5.0), (286.0, 10.0));
        assert_eq!((scale.at(1.0), scale.at(3.0), scale.at(5.0)), (286.0, 148.0, 10.0));
        assert_eq!(scale.clamp(9.0), 5.0);
        assert!(scale.holds(5.0) && !scale.holds(5.1));
        // All values alike: in the middle, not at infinity.
        assert_eq!(Scale::new((4.0, 4.0), (0.0, 100.0)).at(4.0), 50.0);
        assert_eq!(Scale::new((f64::NAN, 4.0), (0.0, 100.0)).domain, (0.0, 1.0));
        assert_eq!(Scale::new((-1.7e308, 1.7e308), (0.0, 100.0)).at(0.0), 50.0);
    }
}
