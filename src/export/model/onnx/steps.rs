//! The steps of a model as nodes.

use super::graph::{Graph, Name, int, ints, strings};
use super::proto::data_type;
use crate::export::ExportError;
use crate::export::model::program::{Filling, Keys, Op, Row, Slot, Step};
use crate::features::Extrapolation;

/// Where a value stands: a column of a tensor of shape `[N, width]`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub tensor: Name,
    pub column: usize,
    pub width: usize,
}

/// A graph with the values made so far. Missing numbers are NaN, missing texts are empty.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub graph: Graph,
    pub places: Vec<Place>,
}

const DAY: f64 = 86_400_000.0;
const HOUR: f64 = 3_600_000.0;

pub(super) fn not_expressible(what: &str, remedy: &'static str) -> ExportError {
    ExportError::NotExpressible { what: what.into(), format: "ONNX", remedy }
}

impl Values {
    /// The tensor of one value, shape `[N, 1]`.
    fn value(&mut self, slot: Slot) -> Name {
        let Some(place) = self.places.get(slot).cloned() else { return Name::new() };
        if place.width == 1 { place.tensor } else { self.graph.columns(&place.tensor, &[place.column as i64]) }
    }

    /// The tensor of several values side by side; whole tensors where all their columns are asked for in a row.
    pub(super) fn side_by_side(&mut self, slots: &[Slot]) -> Name {
        let mut parts: Vec<Name> = Vec::new();
        let mut rest: Vec<Place> = slots.iter().filter_map(|slot| self.places.get(*slot).cloned()).collect();
        while let Some(first) = rest.first().cloned() {
            let run = rest
                .iter()
                .enumerate()
                .take_while(|(place, next)| next.tensor == first.tensor && next.column == first.column + place);
            let n = run.count();
            rest.drain(..n);
            if n == first.width {
                parts.push(first.tensor);
            } else {
                let which: Vec<i64> = (first.column..first.column + n).map(|column| column as i64).collect();
                parts.push(self.graph.columns(&first.tensor, &which));
            }
        }
        let names: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            [only] => only.clone(),
            _ => self.graph.node("Concat", &names, vec![int("axis", 1)]),
        }
    }

    pub(super) fn push(&mut self, tensor: &str, width: usize) {
        self.places.extend((0..width).map(|column| Place { tensor: tensor.to_owned(), column, width }));
    }

    /// Appends the nodes of a step.
    ///
    /// # Errors
    /// `NotExpressible` for counts of words and characters.
    pub(super) fn step(&mut self, step: &Step) -> Result<(), ExportError> {
        let made = match &step.op {
            Op::Fill { from, value } => self.fill(*from, value),
            Op::IsMissing { from } => self.is_missing(*from),
            Op::Standardize { from, center, scale } => {
                let x = self.value(*from);
                let x = self.graph.with("Sub", &x, *center);
                self.graph.with("Div", &x, *scale)
            }
            Op::Rescale { from, scale, shift, clip } => self.rescale(*from, *scale, *shift, *clip),
            Op::Clip { from, low, high } => {
                let x = self.value(*from);
                self.clip(&x, *low, *high)
            }
            Op::Log { from, plus_one } => self.log(*from, *plus_one),
            Op::YeoJohnson { from, lambda, center, scale } => {
                let x = self.value(*from);
                let x = self.graph.yeo_johnson(&x, *lambda);
                let x = self.graph.with("Sub", &x, *center);
                self.graph.with("Div", &x, *scale)
            }
            Op::Rank { from, quantiles, shares, normal } => self.rank(*from, quantiles, shares, *normal),
            Op::Bin { from, edges, one_hot } => self.bin(*from, edges, *one_hot),
            Op::Spline { from, knots, degree, extrapolation } => {
                self.spline(*from, (knots, *degree), *extrapolation, step.makes)
            }
            Op::Product { from } => self.product(from),
            Op::Lookup { from, keys, rows, missing, unknown } => {
                let others = [unknown.as_ref(), missing.as_ref()];
                self.lookup(*from, (keys, rows), others, step.makes)?
            }
            Op::DateParts { from, parts } => self.date_parts(*from, parts),
            Op::TextCounts { .. } => {
                let remedy = "Take the encoder text_features out, or use model.json, which has its own reader.";
                return Err(not_expressible("Counting the words and characters of a text", remedy));
            }
        };
        if step.makes > 0 {
            self.push(&made, step.makes);
        }
        Ok(())
    }

    fn fill(&mut self, from: Slot, value: &Filling) -> Name {
        let x = self.value(from);
        match value {
            Filling::Number(value) => {
                let is_missing = self.graph.op("IsNaN", &[&x]);
                let value = self.graph.number(*value);
                self.graph.choose(&is_missing, &value, &x)
            }
            Filling::Text(text) => {
                let is_missing = self.is_empty(&x);
                let text = self.graph.text(text);
                let filled = self.graph.choose(&is_missing, &text, &x);
                self.graph.texts.push(filled.clone());
                filled
            }
        }
    }

    fn is_empty(&mut self, x: &str) -> Name {
        let empty = self.graph.text("");
        self.graph.op("Equal", &[x, &empty])
    }

    fn is_missing(&mut self, from: Slot) -> Name {
        let x = self.value(from);
        let is_missing = if self.is_text(&x) { self.is_empty(&x) } else { self.graph.op("IsNaN", &[&x]) };
        self.graph.cast(&is_missing, data_type::DOUBLE)
    }

    fn rescale(&mut self, from: Slot, scale: f64, shift: f64, clip: bool) -> Name {
        let x = self.value(from);
        let scaled = self.graph.with("Mul", &x, scale);
        let moved = self.graph.with("Add", &scaled, shift);
        if !clip {
            return moved;
        }
        self.clip(&moved, Some(0.0), Some(1.0))
    }

    fn clip(&mut self, x: &str, low: Option<f64>, high: Option<f64>) -> Name {
        let mut cut = x.to_owned();
        for (op, bound) in [("Max", low), ("Min", high)] {
            if let Some(bound) = bound {
                cut = self.graph.with(op, &cut, bound);
            }
        }
        self.graph.keep_missing(x, &cut)
    }

    fn log(&mut self, from: Slot, plus_one: bool) -> Name {
        let x = self.value(from);
        let log = if plus_one { self.graph.log1p(&x) } else { self.graph.op("Log", &[&x]) };
        let is_inside = self.graph.with("Greater", &x, if plus_one { -1.0 } else { 0.0 });
        let missing = self.graph.number(f64::NAN);
        self.graph.choose(&is_inside, &log, &missing)
    }

    /// How many of the ascending places are at most (or below) x, shape `[N, 1]`, whole numbers.
    fn count(&mut self, comparison: &str, x: &str, places: &[f64]) -> Name {
        let places = self.graph.row(places);
        let is_upto = self.graph.op(comparison, &[x, &places]);
        let ones = self.graph.cast(&is_upto, data_type::INT64);
        let axes = self.graph.whole(&[1], &[1]);
        self.graph.op("ReduceSum", &[&ones, &axes])
    }

    /// A value of a list by its place, shape `[N, 1]`.
    fn pick(&mut self, values: &[f64], places: &str) -> Name {
        let list = self.graph.constant(&[values.len() as i64], values);
        self.graph.op("Gather", &[&list, places])
    }

    /// Linear interpolation; beyond the ends their values. Where places are equal the last counts.
    fn interpolate(&mut self, x: &str, places: &[f64], values: &[f64]) -> Name {
        let last = places.len().saturating_sub(1) as i64;
        let after = self.count("GreaterOrEqual", x, places);
        let (one, zero, end) =
            (self.graph.whole(&[1, 1], &[1]), self.graph.whole(&[1, 1], &[0]), self.graph.whole(&[1, 1], &[last]));
        let before = self.graph.op("Sub", &[&after, &one]);
        let before = self.graph.op("Max", &[&before, &zero]);
        let after = self.graph.op("Min", &[&after, &end]);
        let (x0, x1) = (self.pick(places, &before), self.pick(places, &after));
        let (y0, y1) = (self.pick(values, &before), self.pick(values, &after));
        let (rise, run) = (self.graph.op("Sub", &[&y1, &y0]), self.graph.op("Sub", &[&x1, &x0]));
        let slope = self.graph.op("Div", &[&rise, &run]);
        let way = self.graph.op("Sub", &[x, &x0]);
        let climbed = self.graph.op("Mul", &[&slope, &way]);
        let between = self.graph.op("Add", &[&climbed, &y0]);
        // On a place, and beyond the last one, there is nothing to interpolate.
        let is_on = self.graph.op("Equal", &[x, &x0]);
        let is_end = self.graph.op("Equal", &[&before, &after]);
        let is_fixed = self.graph.op("Or", &[&is_on, &is_end]);
        self.graph.choose(&is_fixed, &y0, &between)
    }

    fn rank(&mut self, from: Slot, quantiles: &[f64], shares: &[f64], normal: bool) -> Name {
        let x = self.value(from);
        let mirror = |list: &[f64]| -> Vec<f64> { list.iter().rev().map(|value| -value).collect() };
        let (first, last) =
            (quantiles.first().copied().unwrap_or(f64::NAN), quantiles.last().copied().unwrap_or(f64::NAN));
        let above = self.interpolate(&x, quantiles, shares);
        let negative = self.graph.op("Neg", &[&x]);
        let below = self.interpolate(&negative, &mirror(quantiles), &mirror(shares));
        let twice = self.graph.op("Sub", &[&above, &below]);
        let share = self.graph.with("Mul", &twice, 0.5);
        let bound = 1e-7;
        let (is_lowest, is_highest) = if normal {
            let (lower, upper) = (self.graph.with("Sub", &x, bound), self.graph.with("Add", &x, bound));
            (self.graph.with("Less", &lower, first), self.graph.with("Greater", &upper, last))
        } else {
            (self.graph.with("LessOrEqual", &x, first), self.graph.with("GreaterOrEqual", &x, last))
        };
        let (zero, one) = (self.graph.number(0.0), self.graph.number(1.0));
        let share = self.graph.choose(&is_highest, &one, &share);
        let share = self.graph.choose(&is_lowest, &zero, &share);
        if !normal {
            return self.graph.keep_missing(&x, &share);
        }
        let edge = bound - f64::EPSILON;
        let inside = self.graph.with("Max", &share, edge);
        let inside = self.graph.with("Min", &inside, 1.0 - edge);
        let deviate = self.graph.deviate(&inside);
        self.graph.keep_missing(&x, &deviate)
    }

    fn bin(&mut self, from: Slot, edges: &[f64], one_hot: bool) -> Name {
        let x = self.value(from);
        // A constant column has one bin and no edge.
        let bin = if edges.is_empty() {
            self.count("GreaterOrEqual", &x, &[f64::INFINITY])
        } else {
            self.count("GreaterOrEqual", &x, edges)
        };
        let number = self.graph.cast(&bin, data_type::DOUBLE);
        let made = if one_hot {
            let all: Vec<f64> = (0..=edges.len()).map(|bin| bin as f64).collect();
            let all = self.graph.row(&all);
            let is_it = self.graph.op("Equal", &[&number, &all]);
            self.graph.cast(&is_it, data_type::DOUBLE)
        } else {
            number
        };
        self.graph.keep_missing(&x, &made)
    }

    /// Cox–de Boor over all splines at once, one order after another.
    fn spline(
        &mut self,
        from: Slot,
        (knots, degree): (&[f64], usize),
        extrapolation: Extrapolation,
        n_made: usize,
    ) -> Name {
        let x = self.value(from);
        let knot = |index: usize| knots.get(index).copied().unwrap_or(f64::NAN);
        let last = knots.len().saturating_sub(degree + 1);
        let inside = self.graph.with("Max", &x, knot(degree));
        let inside = self.graph.with("Min", &inside, knot(last));
        let upto = self.count("GreaterOrEqual", &inside, knots);
        let piece = self.graph.cast(&upto, data_type::DOUBLE);
        let piece = self.graph.with("Sub", &piece, 1.0);
        let piece = self.graph.with("Max", &piece, degree as f64);
        let piece = self.graph.with("Min", &piece, last.saturating_sub(1) as f64);
        let at = if extrapolation == Extrapolation::Continue { x.clone() } else { inside.clone() };
        let pieces: Vec<f64> = (0..knots.len().saturating_sub(1)).map(|piece| piece as f64).collect();
        let pieces = self.graph.row(&pieces);
        let is_it = self.graph.op("Equal", &[&piece, &pieces]);
        let mut basis = self.graph.cast(&is_it, data_type::DOUBLE);
        let mut slopes = basis.clone();
        for order in 1..=degree {
            let n = knots.len().saturating_sub(order);
            let widths: Vec<f64> = (0..n).map(|i| knot(i + order) - knot(i)).collect();
            // Where knots coincide the share is 0: divided by infinity.
            let widths: Vec<f64> = widths.into_iter().map(|w| if w > 0.0 { w } else { f64::INFINITY }).collect();
            let widths = self.graph.row(&widths);
            let share = self.graph.op("Div", &[&basis, &widths]);
            let left: Vec<i64> = (0..n.saturating_sub(1) as i64).collect();
            let right: Vec<i64> = left.iter().map(|i| i + 1).collect();
            let (left, right) = (self.graph.columns(&share, &left), self.graph.columns(&share, &right));
            let lower: Vec<f64> = (0..n.saturating_sub(1)).map(knot).collect();
            let upper: Vec<f64> = (0..n.saturating_sub(1)).map(|i| knot(i + order + 1)).collect();
            let (lower, upper) = (self.graph.row(&lower), self.graph.row(&upper));
            let (rise, fall) = (self.graph.op("Sub", &[&at, &lower]), self.graph.op("Sub", &[&upper, &at]));
            let (rising, falling) = (self.graph.op("Mul", &[&left, &rise]), self.graph.op("Mul", &[&right, &fall]));
            basis = self.graph.op("Add", &[&rising, &falling]);
            let difference = self.graph.op("Sub", &[&left, &right]);
            slopes = self.graph.with("Mul", &difference, order as f64);
        }
        if extrapolation == Extrapolation::Linear {
            let beyond = self.graph.op("Sub", &[&x, &inside]);
            let risen = self.graph.op("Mul", &[&beyond, &slopes]);
            basis = self.graph.op("Add", &[&basis, &risen]);
        }
        let wanted: Vec<i64> = (0..n_made as i64).collect();
        let made = self.graph.columns(&basis, &wanted);
        self.graph.keep_missing(&x, &made)
    }

    fn product(&mut self, from: &[Slot]) -> Name {
        let mut factors = from.iter();
        let Some(first) = factors.next() else {
            // One for each row: as many rows as the first value has.
            let x = self.value(0);
            let shape = self.graph.op("Shape", &[&x]);
            let value = super::graph::doubles(&[1], &[1.0]);
            return self.graph.node("ConstantOfShape", &[&shape], vec![super::graph::tensor("value", value)]);
        };
        let mut product = self.value(*first);
        for factor in factors {
            let factor = self.value(*factor);
            product = self.graph.op("Mul", &[&product, &factor]);
        }
        product
    }

    /// The place of the key first, then the row of that place: an unknown value has the last but one, a missing one the last.
    fn lookup(
        &mut self,
        from: Slot,
        (keys, rows): (&Keys, &[Row]),
        others: [Option<&Row>; 2],
        n_made: usize,
    ) -> Result<Name, ExportError> {
        let x = self.value(from);
        let n = keys.len() as i64;
        let place = match keys {
            Keys::Texts(texts) => {
                if texts.iter().any(String::is_empty) {
                    let remedy = "Give the empty category a name in cleaning, or use model.json.";
                    return Err(not_expressible("A category that is an empty text", remedy));
                }
                let mut all = texts.clone();
                all.push(String::new());
                let mut places: Vec<i64> = (0..n).collect();
                places.push(n + 1);
                let attributes =
                    vec![strings("keys_strings", &all), ints("values_int64s", places), int("default_int64", n)];
                self.graph.node_of("ai.onnx.ml", "LabelEncoder", &[&x], attributes)
            }
            Keys::Numbers(numbers) => {
                let keys = self.graph.row(numbers);
                let is_key = self.graph.op("Equal", &[&x, &keys]);
                let is_key = self.graph.cast(&is_key, data_type::INT64);
                let places: Vec<i64> = (0..n).map(|place| place - n).collect();
                let places = self.graph.whole(&[1, n], &places);
                let found = self.graph.op("Mul", &[&is_key, &places]);
                let axes = self.graph.whole(&[1], &[1]);
                let found = self.graph.op("ReduceSum", &[&found, &axes]);
                let unknown = self.graph.whole(&[1, 1], &[n]);
                let found = self.graph.op("Add", &[&found, &unknown]);
                let is_missing = self.graph.op("IsNaN", &[&x]);
                let missing = self.graph.whole(&[1, 1], &[n + 1]);
                self.graph.choose(&is_missing, &missing, &found)
            }
        };
        // Where Pipette refuses a value, ONNX answers NaN: it has no errors.
        let refused: Row = vec![None; n_made];
        let all = rows.iter().chain(others.into_iter().map(|row| row.unwrap_or(&refused)));
        let cells: Vec<f64> = all.flatten().map(|cell| cell.unwrap_or(f64::NAN)).collect();
        let table = self.graph.constant(&[n + 2, n_made as i64], &cells);
        let flat = self.graph.whole(&[1], &[-1]);
        let place = self.graph.op("Reshape", &[&place, &flat]);
        Ok(self.graph.op("Gather", &[&table, &place]))
    }

    fn is_text(&self, tensor: &str) -> bool {
        self.graph.texts.iter().any(|text| text == tensor)
    }

    /// Proleptic Gregorian, after Howard Hinnant's `civil_from_days`; exact in doubles for all dates that a file can hold.
    fn date_parts(&mut self, from: Slot, parts: &[String]) -> Name {
        let time = self.value(from);
        let graph = &mut self.graph;
        let days = graph.with("Div", &time, DAY);
        let day = graph.op("Floor", &[&days]);
        let modulo = |graph: &mut Graph, x: &str, n: f64| {
            let whole = graph.with("Div", x, n);
            let whole = graph.op("Floor", &[&whole]);
            let whole = graph.with("Mul", &whole, n);
            graph.op("Sub", &[x, &whole])
        };
        let over = |graph: &mut Graph, x: &str, n: f64| {
            let shared = graph.with("Div", x, n);
            graph.op("Floor", &[&shared])
        };
        // Days since 0000-03-01, in eras of 400 years.
        let z = graph.with("Add", &day, 719_468.0);
        let era = over(graph, &z, 146_097.0);
        let of_era = modulo(graph, &z, 146_097.0);
        let (a, b, c) =
            (over(graph, &of_era, 1_460.0), over(graph, &of_era, 36_524.0), over(graph, &of_era, 146_096.0));
        let year = graph.op("Sub", &[&of_era, &a]);
        let year = graph.op("Add", &[&year, &b]);
        let year = graph.op("Sub", &[&year, &c]);
        let year = over(graph, &year, 365.0);
        let of_year = {
            let (whole, fourth, century) =
                (graph.with("Mul", &year, 365.0), over(graph, &year, 4.0), over(graph, &year, 100.0));
            let left = graph.op("Sub", &[&of_era, &whole]);
            let left = graph.op("Sub", &[&left, &fourth]);
            graph.op("Add", &[&left, &century])
        };
        let month = graph.with("Mul", &of_year, 5.0);
        let month = graph.with("Add", &month, 2.0);
        let month = over(graph, &month, 153.0);
        let start = graph.with("Mul", &month, 153.0);
        let start = graph.with("Add", &start, 2.0);
        let start = over(graph, &start, 5.0);
        let of_month = graph.op("Sub", &[&of_year, &start]);
        let of_month = graph.with("Add", &of_month, 1.0);
        let is_early = graph.with("Less", &month, 10.0);
        let (later, earlier) = (graph.with("Add", &month, 3.0), graph.with("Sub", &month, 9.0));
        let month = graph.choose(&is_early, &later, &earlier);
        let eras = graph.with("Mul", &era, 400.0);
        let year = graph.op("Add", &[&year, &eras]);
        let turned = graph.with("LessOrEqual", &month, 2.0);
        let turned = graph.cast(&turned, data_type::DOUBLE);
        let year = graph.op("Add", &[&year, &turned]);
        let weekday = graph.with("Add", &day, 3.0);
        let weekday = modulo(graph, &weekday, 7.0);
        let hour = over(graph, &time, HOUR);
        let hour = modulo(graph, &hour, 24.0);
        let all: Vec<Name> = parts
            .iter()
            .map(|part| match part.as_str() {
                "year" => year.clone(),
                "month" => month.clone(),
                "day" => of_month.clone(),
                "day_of_week" => weekday.clone(),
                "hour" => hour.clone(),
                _ => days.clone(),
            })
            .collect();
        let names: Vec<&str> = all.iter().map(String::as_str).collect();
        let made = graph.node("Concat", &names, vec![int("axis", 1)]);
        graph.keep_missing(&time, &made)
    }
}
