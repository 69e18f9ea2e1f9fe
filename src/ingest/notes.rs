//! What a person should know or decide, in plain words. Codes are stable, sentences are not.

use super::Note;

fn note(code: &str, column: Option<&str>, message: String) -> Note {
    Note { code: code.into(), column: column.map(Into::into), message }
}

pub(super) fn windows_1252() -> Note {
    let message = "The file is not UTF-8 and was read as Windows-1252. If letters look wrong, save it as UTF-8.";
    note("windows_1252", None, message.into())
}

pub(super) fn no_rows() -> Note {
    note("no_rows", None, "The file has a header and no rows: there is nothing to train on.".into())
}

pub(super) fn decimal_comma(thousands: bool) -> Note {
    let grouped = if thousands { " and a point between thousands" } else { "" };
    note("decimal_comma", None, format!("Numbers were read with a decimal comma{grouped}, as the file writes them."))
}

pub(super) fn looks_like_no_header() -> Note {
    let message = "The first line holds values, not names: it may be a row. If so, say has_header = false.";
    note("looks_like_no_header", None, message.into())
}

/// `line` is where the header seems to be, `skipped` how many lines come before it.
pub(super) fn title_row(is_comment: bool, first_line: u64, line: u64, skipped: usize) -> Note {
    let (code, what) = if is_comment { ("comment_lines", "a comment") } else { ("title_row", "a title") };
    let message = format!(
        "Line {first_line} looks like {what}, and the header seems to be on line {line}. If so, say skip_rows = {skipped}."
    );
    note(code, None, message)
}

pub(super) fn extra_columns(n_extra: usize, names: &[String]) -> Note {
    let fields = if n_extra == 1 { "one field" } else { "several fields" };
    let message = format!(
        "Every row has {fields} more than the header has names; the last columns are named {}. \
         pandas would make the first column an index instead.",
        names.join(", ")
    );
    note("extra_column", None, message)
}

pub(super) fn trailing_delimiter() -> Note {
    let message = "Every row ends with a delimiter that the header does not have; the empty field after it is ignored.";
    note("trailing_delimiter", None, message.into())
}

pub(super) fn unknown_type(column: &str) -> Note {
    let message = format!("A type is fixed for {column}, but the file has no column of that name.");
    note("unknown_type_column", Some(column), message)
}

pub(super) fn padded_name(column: &str) -> Note {
    let message = format!("The name {column:?} has spaces around it. It is kept as it is, as pandas does.");
    note("padded_name", Some(column), message)
}

pub(super) fn index_column(column: &str) -> Note {
    let message = format!("{column} counts the rows: it looks like an exported index. Drop it with a rule.");
    note("index_column", Some(column), message)
}

pub(super) fn all_missing(column: &str) -> Note {
    let message =
        format!("Every cell of {column} is missing: there is no median to fill it with. Drop it with a rule.");
    note("all_missing_column", Some(column), message)
}

pub(super) fn constant(column: &str) -> Note {
    let message = format!("{column} has the same value in every row: it explains nothing. Drop it with a rule.");
    note("constant_column", Some(column), message)
}

pub(super) fn leading_zeros(column: &str) -> Note {
    let message = format!(
        "Numbers in {column} start with zeros, as codes do (postcodes, ids); as numbers they lose them. Make it text if \
         it is a code."
    );
    note("leading_zeros", Some(column), message)
}

pub(super) fn infinities(column: &str, n: u64, rows: impl Iterator<Item = usize>) -> Note {
    let rows: Vec<String> = rows.take(5).map(|row| row.to_string()).collect();
    let more = if n > rows.len() as u64 { " and more" } else { "" };
    let message = format!(
        "{column} has {n} infinite {}, in row {}{more}. A model cannot be fitted with them.",
        if n == 1 { "cell" } else { "cells" },
        rows.join(", ")
    );
    note("infinities", Some(column), message)
}

pub(super) fn overflow(column: &str) -> Note {
    let message = format!("Some numbers in {column} are beyond the range of f64 (1.8e308) and were read as infinite.");
    note("overflow_to_infinity", Some(column), message)
}

pub(super) fn huge_values(column: &str) -> Note {
    let message =
        format!("{column} has values so large that their squares overflow: a model cannot be fitted with them.");
    note("huge_values", Some(column), message)
}

pub(super) fn big_integers(column: &str) -> Note {
    let message = format!(
        "{column} has whole numbers beyond 2^53, which an f64 would round. It is kept as text; fix its type to float to \
         round them."
    );
    note("big_integers", Some(column), message)
}

pub(super) fn extra_missing_tokens(column: &str, tokens: &[String]) -> Note {
    let tokens: Vec<String> = tokens.iter().map(|token| format!("{token:?}")).collect();
    let message =
        format!("{column} holds numbers but for {}. List them as missing to read it as numbers.", tokens.join(", "));
    note("extra_missing_tokens", Some(column), message)
}

pub(super) fn thousands(column: &str, decimal: u8) -> Note {
    let mark = if decimal == b',' { '.' } else { ',' };
    let message =
        format!("Numbers in {column} have thousands separators. Say thousands = {:?} to read them.", mark.to_string());
    note("thousands", Some(column), message)
}

pub(super) fn currency(column: &str) -> Note {
    note(
        "currency",
        Some(column),
        format!("{column} holds amounts with a currency sign, read as text. Strip the sign to use them as numbers."),
    )
}

pub(super) fn percent(column: &str) -> Note {
    note(
        "percent",
        Some(column),
        format!("{column} holds percentages, read as text. Strip the % to use them as numbers."),
    )
}

pub(super) fn too_many_categories(column: &str) -> Note {
    let message =
        format!("{column} has more than 65,535 distinct values, too many for a category: it is read as text.");
    note("too_many_categories", Some(column), message)
}
