//! Values as Python, numpy and pandas print them: MLflow's messages quote what was sent.

use super::frame::Scalar;

/// numpy and pandas show the ends of what is longer.
const NUMPY_SHOWN: usize = 1000;
const NUMPY_EDGE: usize = 3;
const PANDAS_SHOWN: usize = 60;
const PANDAS_EDGE: usize = 5;

/// A string as Python's `repr` quotes it.
pub(super) fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() && u32::from(c) < 0x100 => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// Bytes as Python's `repr` quotes them.
pub(super) fn bytes_repr(bytes: &[u8]) -> String {
    let has = |wanted: u8| bytes.contains(&wanted);
    let quote = if has(b'\'') && !has(b'"') { b'"' } else { b'\'' };
    let mut out = String::from("b");
    out.push(char::from(quote));
    for byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            byte if *byte == quote => out.extend(['\\', char::from(*byte)]),
            0x20..=0x7e => out.push(char::from(*byte)),
            byte => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(char::from(quote));
    out
}

/// Texts in brackets.
pub(super) fn list(texts: &[String]) -> String {
    format!("[{}]", texts.join(", "))
}

/// A float as Python's `repr` writes it.
pub(super) fn number(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    format!("{value:?}")
}

/// The cells as numbers; NaN where one is none.
fn numbers_of(cells: &[&Scalar]) -> Vec<f64> {
    let number = |cell: &&Scalar| match cell {
        Scalar::Int(value) | Scalar::Float(value) => *value,
        _ => f64::NAN,
    };
    cells.iter().map(number).collect()
}

// ── numpy ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A list of rows as numpy prints an array of two dimensions.
pub(super) fn array_text(rows: &[Vec<Scalar>]) -> String {
    let width = rows.first().map_or(0, Vec::len);
    let is_long = rows.len() * width > NUMPY_SHOWN;
    let cut = |length: usize| -> Vec<Option<usize>> {
        if is_long && length > 2 * NUMPY_EDGE {
            let end = (length - NUMPY_EDGE..length).map(Some);
            (0..NUMPY_EDGE).map(Some).chain([None]).chain(end).collect()
        } else {
            (0..length).map(Some).collect()
        }
    };
    let (shown_rows, shown_columns) = (cut(rows.len()), cut(width));
    let shown: Vec<&Scalar> = (shown_rows.iter().flatten())
        .flat_map(|row| shown_columns.iter().flatten().filter_map(|column| rows[*row].get(*column)))
        .collect();
    let words = words_of(&shown);
    let mut words = words.iter();
    let lines = shown_rows.iter().map(|row| match row {
        None => "...".to_owned(),
        Some(_) => {
            let cells = shown_columns.iter().map(|column| match column {
                None => "...",
                Some(_) => words.next().map_or("", String::as_str),
            });
            format!("[{}]", cells.collect::<Vec<_>>().join(" "))
        }
    });
    format!("[{}]", lines.collect::<Vec<_>>().join("\n "))
}

/// An array of one dimension.
pub(super) fn flat_text(cells: &[Scalar]) -> String {
    let text = array_text(&[cells.to_vec()]);
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(&text).to_owned()
}

/// The cells at one width, as numpy would have them in one array.
fn words_of(cells: &[&Scalar]) -> Vec<String> {
    let is = |test: fn(&Scalar) -> bool| cells.iter().all(|cell| test(cell));
    let padded = |words: Vec<String>| {
        let width = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
        words.into_iter().map(|word| format!("{word:>width$}")).collect()
    };
    if is(|cell| matches!(cell, Scalar::Int(_))) {
        return padded(cells.iter().map(|cell| cell.repr()).collect());
    }
    if is(|cell| matches!(cell, Scalar::Int(_) | Scalar::Float(_))) {
        return floats(&numbers_of(cells));
    }
    // Mixed with text, numpy makes all of it text.
    if cells.iter().any(|cell| matches!(cell, Scalar::Text(_)))
        && !cells.iter().any(|cell| matches!(cell, Scalar::Null))
    {
        let quoted = |cell: &&Scalar| match cell {
            Scalar::Text(text) => repr(text),
            other => repr(&other.repr()),
        };
        let words: Vec<String> = cells.iter().map(quoted).collect();
        let width = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
        return words.into_iter().map(|word| format!("{word:<width$}")).collect();
    }
    padded(cells.iter().map(|cell| cell.repr()).collect())
}

/// Floats as numpy prints them at its precision of 8, all at one width.
fn floats(values: &[f64]) -> Vec<String> {
    let sizes = values.iter().map(|value| value.abs()).filter(|size| size.is_finite() && *size > 0.0);
    let (min, max) = sizes.fold((f64::INFINITY, 0.0_f64), |(min, max), size| (min.min(size), max.max(size)));
    let is_scientific = max > 0.0 && (max >= 1e8 || min < 1e-4 || max / min > 1000.0);
    if is_scientific {
        return scientific(values);
    }
    let parts: Vec<(String, String)> = values
        .iter()
        .map(|value| {
            if !value.is_finite() {
                return (number(*value), String::new());
            }
            let shortest = format!("{value}");
            let digits = shortest.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            let text = if digits > 8 { format!("{value:.8}") } else { shortest };
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            (whole.to_owned(), fraction.trim_end_matches('0').to_owned())
        })
        .collect();
    let is_finite = |place: usize| values[place].is_finite();
    let right = (0..parts.len()).filter(|i| is_finite(*i)).map(|i| parts[i].1.len()).max().unwrap_or(0);
    let left = (0..parts.len()).filter(|i| is_finite(*i)).map(|i| parts[i].0.len()).max().unwrap_or(0);
    let odd = (0..parts.len()).filter(|i| !is_finite(*i)).map(|i| parts[i].0.len()).max().unwrap_or(0);
    let left = left.max(odd.saturating_sub(right + 1));
    let whole = left + 1 + right;
    let word = |(place, (int, fraction)): (usize, &(String, String))| {
        if is_finite(place) { format!("{int:>left$}.{fraction:<right$}") } else { format!("{int:>whole$}") }
    };
    parts.iter().enumerate().map(word).collect()
}

fn scientific(values: &[f64]) -> Vec<String> {
    let digits_of = |value: &f64| {
        let text = format!("{value:e}");
        let digits = text.split_once('e').map_or(text.as_str(), |(digits, _)| digits);
        digits.split_once('.').map_or(0, |(_, fraction)| fraction.len()).min(8)
    };
    let digits = values.iter().filter(|value| value.is_finite()).map(digits_of).max().unwrap_or(0);
    let words: Vec<String> = values.iter().map(|value| exponential(*value, digits)).collect();
    let width = words.iter().map(String::len).max().unwrap_or(0);
    words.into_iter().map(|word| format!("{word:>width$}")).collect()
}

/// As C's `%.*e`: an exponent of two digits with its sign; numpy keeps the point of `1.e+00`.
fn exponential(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return number(value);
    }
    let text = format!("{value:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if digits == 0 { "." } else { "" };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{mantissa}{point}e{sign}{exponent:0>2}")
}

// ── pandas ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Columns as pandas prints a frame, in one block however wide.
pub(super) fn frame_text(index: Option<&[String]>, columns: &[(String, Vec<Scalar>)], n_rows: usize) -> String {
    let is_long = n_rows > PANDAS_SHOWN;
    let shown: Vec<usize> = match is_long {
        true => (0..PANDAS_EDGE).chain(n_rows - PANDAS_EDGE..n_rows).collect(),
        false => (0..n_rows).collect(),
    };
    let label = |row: usize| index.and_then(|index| index.get(row).cloned()).unwrap_or_else(|| row.to_string());
    let mut blocks = vec![block(String::new(), shown.iter().map(|row| label(*row)).collect(), is_long, false)];
    for (name, cells) in columns {
        let cells: Vec<&Scalar> = shown.iter().filter_map(|row| cells.get(*row)).collect();
        let is_number = !cells.is_empty() && cells.iter().all(|cell| matches!(cell, Scalar::Int(_) | Scalar::Float(_)));
        let header = if is_number { format!(" {name}") } else { name.clone() };
        blocks.push(block(header, cells_text(&cells), is_long, true));
    }
    let n_lines = blocks.first().map_or(0, Vec::len);
    let lines = (0..n_lines).map(|line| blocks.iter().map(|block| block[line].as_str()).collect::<Vec<_>>().join(" "));
    let mut text = lines.collect::<Vec<_>>().join("\n");
    if is_long {
        text.push_str(&format!("\n\n[{n_rows} rows x {} columns]", columns.len()));
    }
    text
}

/// A header and its cells at one width.
fn block(header: String, mut cells: Vec<String>, is_long: bool, is_right: bool) -> Vec<String> {
    if is_long {
        let dots = if is_right { "..." } else { ".." };
        cells.insert(PANDAS_EDGE, dots.into());
    }
    cells.insert(0, header);
    let width = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
    let pad = |cell: String| if is_right { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
    cells.into_iter().map(pad).collect()
}

fn cells_text(cells: &[&Scalar]) -> Vec<String> {
    let is_float = cells.iter().any(|cell| matches!(cell, Scalar::Float(_)));
    let is_number = cells.iter().all(|cell| matches!(cell, Scalar::Int(_) | Scalar::Float(_)));
    if is_float && is_number {
        return pandas_floats(&numbers_of(cells));
    }
    let word = |cell: &&Scalar| match cell {
        Scalar::Text(text) => format!(" {text}"),
        Scalar::Int(value) if *value < 0.0 => cell.repr(),
        other => format!(" {}", other.repr()),
    };
    cells.iter().map(word).collect()
}

/// Floats as pandas prints a column: six decimals, less the zeros that all have at their end.
fn pandas_floats(values: &[f64]) -> Vec<String> {
    let word = |value: &f64| {
        if value.is_nan() { " NaN".into() } else { format!("{}{value:.6}", if *value < 0.0 { "" } else { " " }) }
    };
    let mut words: Vec<String> = values.iter().map(word).collect();
    let can_lose = |words: &[String]| {
        let numbers = || words.iter().filter(|word| word.contains('.'));
        numbers().next().is_some() && numbers().all(|word| word.ends_with('0') && !word.ends_with(".0"))
    };
    while can_lose(&words) {
        for word in words.iter_mut().filter(|word| word.contains('.')) {
            word.pop();
        }
    }
    let is_too_long = words.iter().any(|word| word.len() > 12);
    let has_large = values.iter().any(|value| value.abs() > 1e6);
    let has_small = values.iter().any(|value| *value != 0.0 && value.abs() < 1e-6);
    if has_small || is_too_long && has_large {
        let word = |value: &f64| format!("{}{}", if *value < 0.0 { "" } else { " " }, exponential(*value, 6));
        words = values.iter().map(word).collect();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_look_as_in_python() {
        assert_eq!([repr("it's"), repr("say \"hi\""), repr("a\nb\\")], ["\"it's\"", "'say \"hi\"'", "'a\\nb\\\\'"]);
        assert_eq!(bytes_repr("{é'".as_bytes()), "b\"{\\xc3\\xa9'\"");
        assert_eq!([1.0, 1e16, 1.5e-5, 0.1, -0.0].map(number), ["1.0", "1e+16", "1.5e-05", "0.1", "-0.0"]);
    }

    #[test]
    fn arrays_look_as_in_numpy() {
        let row = |values: &[f64]| values.iter().map(|value| Scalar::Float(*value)).collect::<Vec<_>>();
        // numpy 2.4: str(np.array([[10., 1., 1.], [20.5, 2., 2.]])), np.array([[1e9, 1.25]]), np.array([[1., np.nan]])
        assert_eq!(
            array_text(&[row(&[10.0, 1.0, 1.0]), row(&[20.5, 2.0, 2.0])]),
            "[[10.   1.   1. ]\n [20.5  2.   2. ]]"
        );
        assert_eq!(array_text(&[row(&[1e9, 1.25])]), "[[1.00e+09 1.25e+00]]");
        assert_eq!(array_text(&[row(&[1.0, f64::NAN])]), "[[ 1. nan]]");
        assert_eq!(flat_text(&[Scalar::Int(1.0), Scalar::Int(20.0)]), "[ 1 20]");
        assert_eq!(array_text(&[vec![Scalar::Text("a".into()), Scalar::Int(1.0)]]), "[['a' '1']]");
    }

    #[test]
    fn frames_look_as_in_pandas() {
        let column = |name: &str, values: &[f64]| (name.to_owned(), values.iter().map(|v| Scalar::Float(*v)).collect());
        let one = [column("price", &[10.0]), column("freight_value", &[1.0])];
        assert_eq!(frame_text(None, &one, 1), "   price  freight_value\n0   10.0            1.0");
        let text = ("a".to_owned(), vec![Scalar::Text("foo".into()), Scalar::Null]);
        let mixed =
            [text, column("x", &[-1.25, f64::NAN]), ("n".to_owned(), vec![Scalar::Int(3.0), Scalar::Int(-12.0)])];
        let wanted = "      a     x   n\n0   foo -1.25   3\n1  None   NaN -12";
        assert_eq!(frame_text(None, &mixed, 2), wanted);
        assert!(frame_text(None, &[column("x", &[0.0; 61])], 61).ends_with("60  0.0\n\n[61 rows x 1 columns]"));
    }
}
