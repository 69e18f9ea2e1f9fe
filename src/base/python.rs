//! Values as Python code.

use serde_json::Value;

/// A Python string literal in double quotes.
#[must_use]
pub fn python_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Control characters, and those that turn the direction of writing, would hide what the code says.
            c if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A Python list of strings.
#[must_use]
pub fn python_list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| python_string(name)).collect();
    format!("[{}]", names.join(", "))
}

/// A finite number as Python reads it.
#[must_use]
pub fn python_number(value: f64) -> String {
    // A whole number without its point, and no hundreds of zeros for the very large.
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value}") } else { format!("{value:?}") }
}

/// A value of JSON as Python writes it.
#[must_use]
pub fn python_literal(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), python_number),
        Value::String(text) => python_string(text),
        Value::Array(values) => format!("[{}]", values.iter().map(python_literal).collect::<Vec<_>>().join(", ")),
        Value::Object(_) => "{}".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_text_is_escaped() {
        assert_eq!(python_string("say \"hi\" \\ there"), r#""say \"hi\" \\ there""#);
        assert_eq!(python_string("a\nb\r\t\0\u{202e}ü"), r#""a\nb\r\t\u0000\u202eü""#);
        assert_eq!(python_list(&["a".into(), "'".into()]), r#"["a", "'"]"#);
        assert_eq!([700.0, 0.5, -3.0, 1e300, 1e-9].map(python_number), ["700", "0.5", "-3", "1e300", "1e-9"]);
    }
}
