//! Small pictures inside table cells: sparklines, missing bars, forest rows.

use crate::ingest::{ColumnProfile, Histogram};
use crate::table::DataType;
use crate::ui::view::charts::{Anchor, Mark, Scale, line, rect, tenth, text, tick_labels, ticks};
use crate::ui::view::format;

/// A small picture with its text alternative; decorative when `label` is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Spark {
    /// Class of the stylesheet that sets its size, beside `spark`.
    pub class: &'static str,
    pub width: f64,
    pub height: f64,
    pub label: Option<String>,
    pub marks: Vec<Mark>,
}

const SPARK_WIDTH: f64 = 96.0;
const SPARK_HEIGHT: f64 = 20.0;

/// The distribution of a column: its histogram, or the shares of its values; `None` when there is none to show.
#[must_use]
pub fn distribution(profile: &ColumnProfile) -> Option<Spark> {
    match (&profile.histogram, profile.data_type) {
        (Some(histogram), DataType::Integer | DataType::Float | DataType::Timestamp) => {
            Some(histogram_spark(&profile.name, histogram, profile.data_type))
        }
        _ => shares(profile),
    }
}

fn histogram_spark(name: &str, histogram: &Histogram, data_type: DataType) -> Spark {
    let most = histogram.counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let total: u64 = histogram.counts.iter().sum();
    let slot = SPARK_WIDTH / histogram.counts.len().max(1) as f64;
    let width = (histogram.max - histogram.min) / histogram.counts.len().max(1) as f64;
    let mut marks = Vec::new();
    for (i, n) in histogram.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        // A few rows beside thousands stay visible.
        let height = (*n as f64 / most * SPARK_HEIGHT).max(1.0);
        let low = histogram.min + width * i as f64;
        let tip = format!(
            "{} to {}: {}, {}",
            edge(low, data_type, histogram.max - histogram.min),
            edge(low + width, data_type, histogram.max - histogram.min),
            format::count(*n),
            format::percent(*n as f64 / total.max(1) as f64),
        );
        let bar = rect(slot * i as f64, SPARK_HEIGHT - height, slot - slot.min(4.0) * 0.2, height, "m-soft");
        marks.push(bar.with_tip(tip));
    }
    marks.push(line((0.0, SPARK_HEIGHT), (SPARK_WIDTH, SPARK_HEIGHT), "l-rule"));
    Spark { class: "", width: SPARK_WIDTH, height: SPARK_HEIGHT, label: Some(format!("Distribution of {name}")), marks }
}

/// A value of a column whose values span `span`: a number, or for timestamps a day, with its time when all are within days.
#[must_use]
pub fn edge(value: f64, data_type: DataType, span: f64) -> String {
    const DAY: f64 = 86_400_000.0;
    match data_type {
        DataType::Timestamp if span > 4.0 * DAY => format::date((value / DAY).floor() * DAY),
        DataType::Timestamp => format::date(value),
        _ => format::number(value),
    }
}

/// The most frequent values as parts of one bar, the first darkest.
fn shares(profile: &ColumnProfile) -> Option<Spark> {
    let first = profile.top.first()?;
    // Where each value is rare, a bar of shares would be empty.
    let shown: u64 = profile.top.iter().map(|value| value.count).sum();
    if first.count <= 1 || shown * 10 < profile.count {
        return None;
    }
    let mut x = 0.0;
    let mut marks = vec![rect(0.0, 4.0, SPARK_WIDTH, 12.0, "m-track")];
    for (i, value) in profile.top.iter().enumerate() {
        let share = value.count as f64 / profile.count as f64;
        let width = share * SPARK_WIDTH;
        let tip = format!("{}: {}, {}", value.value, format::count(value.count), format::percent(share));
        let gap = if width > 2.0 { 0.8 } else { 0.0 };
        marks.push(rect(x, 4.0, (width - gap).max(0.4), 12.0, if i == 0 { "m-mid" } else { "m-soft" }).with_tip(tip));
        x += width;
    }
    let label = format!(
        "Shares of {} values, largest {} with {} rows",
        format::count(profile.distinct),
        first.value,
        format::count(first.count),
    );
    Some(Spark { class: "", width: SPARK_WIDTH, height: SPARK_HEIGHT, label: Some(label), marks })
}

/// How much of a column is missing, as a bar; empty when nothing is.
#[must_use]
pub fn missing_bar(missing: u64, rows: u64) -> Spark {
    let mut marks = Vec::new();
    if missing > 0 {
        let width = 48.0 * missing as f64 / rows.max(1) as f64;
        marks.push(rect(0.0, 8.0, 48.0, 4.0, "m-track"));
        marks.push(rect(0.0, 8.0, width.max(1.5), 4.0, "m-miss"));
    }
    Spark { class: "miss", width: 48.0, height: SPARK_HEIGHT, label: None, marks }
}

/// Width of a forest plot's row.
pub const FOREST_WIDTH: f64 = 360.0;

/// An estimate with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub value: f64,
    /// Lower and upper end; `None` where the fit gives no interval.
    pub interval: Option<(f64, f64)>,
}

/// The common scale of a forest plot. Intervals far longer than every estimate are cut, so that they cannot hide the rest.
#[must_use]
pub fn forest_scale(estimates: &[Estimate]) -> Scale {
    let largest = estimates.iter().map(|e| e.value.abs()).filter(|v| v.is_finite()).fold(0.0, f64::max);
    let limit = if largest > 0.0 { largest * 4.0 } else { f64::INFINITY };
    let ends = estimates.iter().flat_map(|e| {
        let (low, high) = e.interval.unwrap_or((e.value, e.value));
        [low, high, e.value]
    });
    let (mut low, mut high) = (0.0_f64, 0.0_f64);
    for end in ends.filter(|end| end.is_finite()) {
        low = low.min(end.max(-limit));
        high = high.max(end.min(limit));
    }
    Scale::new((low, high), (8.0, FOREST_WIDTH - 8.0))
}

/// The axis over a forest plot.
#[must_use]
pub fn forest_axis(scale: &Scale) -> Spark {
    let at = ticks(scale.domain.0, scale.domain.1, 7);
    let labels = tick_labels(&at);
    let marks = at
        .iter()
        .zip(labels)
        .map(|(tick, label)| {
            // Labels near an end lean inwards.
            let x = scale.at(*tick);
            let anchor = match x {
                x if x < 20.0 => Anchor::Start,
                x if x > FOREST_WIDTH - 20.0 => Anchor::End,
                _ => Anchor::Middle,
            };
            let x = match anchor {
                Anchor::Start => x - 8.0,
                Anchor::Middle => x,
                Anchor::End => x + 8.0,
            };
            text(x, 12.0, anchor, label, "axis")
        })
        .collect();
    Spark { class: "forest forest-axis", width: FOREST_WIDTH, height: 16.0, label: None, marks }
}

/// One row of a forest plot: zero, interval, estimate. Grey when it cannot be told from zero.
#[must_use]
pub fn forest_row(estimate: &Estimate, scale: &Scale, told_from_zero: bool, label: String) -> Spark {
    let zero = scale.at(0.0);
    let mut marks = vec![line((zero, 0.0), (zero, 24.0), "l-rule")];
    if let Some((low, high)) = estimate.interval {
        let class = if told_from_zero { "l-int" } else { "l-int-quiet" };
        let (from, to) = (scale.at(scale.clamp(low)), scale.at(scale.clamp(high)));
        marks.push(line((from, 12.0), (to, 12.0), class));
        // Where it is cut, an arrow's head says so.
        if !scale.holds(low) {
            marks.push(Mark::Path { d: format!("M{} 8L{from} 12L{} 16", tenth(from + 4.0), tenth(from + 4.0)), class });
        }
        if !scale.holds(high) {
            marks.push(Mark::Path { d: format!("M{} 8L{to} 12L{} 16", tenth(to - 4.0), tenth(to - 4.0)), class });
        }
    }
    let class = if told_from_zero { "m" } else { "m-quiet" };
    marks.push(Mark::Circle { x: scale.at(scale.clamp(estimate.value)), y: 12.0, r: 4.0, class, tip: None });
    Spark { class: "forest", width: FOREST_WIDTH, height: 24.0, label: Some(label), marks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_interval_does_not_hide_the_estimates() {
        let narrow = Estimate { value: 1.0, interval: Some((0.5, 1.5)) };
        let wide = Estimate { value: -0.5, interval: Some((-1e6, 1e6)) };
        let scale = forest_scale(&[narrow, wide]);
        assert_eq!(scale.domain, (-4.0, 4.0));
        let row = forest_row(&wide, &scale, false, String::new());
        // Zero, interval, two heads, dot.
        assert_eq!(row.marks.len(), 5);
        assert_eq!(forest_scale(&[narrow]).domain, (0.0, 1.5));
    }

    #[test]
    fn a_forest_without_anything_is_still_a_scale() {
        assert_eq!(forest_scale(&[]).domain, (-0.5, 0.5));
        assert_eq!(forest_scale(&[Estimate { value: f64::NAN, interval: None }]).domain, (-0.5, 0.5));
    }

    #[test]
    fn a_missing_bar_is_never_too_short_to_see() {
        let bar = missing_bar(1, 10_000_000);
        assert!(matches!(bar.marks.last(), Some(Mark::Rect { width, .. }) if *width == 1.5));
        assert_eq!(missing_bar(0, 10).marks, []);
    }
}
