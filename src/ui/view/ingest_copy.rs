//! The profile as text that a spreadsheet takes: tab-separated, numbers in full precision.

use crate::ingest::IngestSummary;
use crate::ui::view::profile::profile_row;

const HEAD: [&str; 8] = ["column", "type", "missing", "distinct", "min", "median", "max", "mean"];

/// One line a column under a line of names.
#[must_use]
pub fn profile_tsv(file: &IngestSummary) -> String {
    let mut lines = vec![HEAD.join("\t")];
    for profile in &file.columns {
        let row = profile_row(profile, file.rows);
        let counts = [row.missing.to_string(), row.distinct.to_string()];
        let full = row.full;
        let cells = [cell(&row.name), row.data_type.as_str().to_owned()].into_iter().chain(counts);
        lines.push(cells.chain([full.min, full.median, full.max, full.mean]).collect::<Vec<_>>().join("\t"));
    }
    lines.join("\n")
}

/// One cell: no tab or line end within, and nothing that a spreadsheet would run as a formula.
fn cell(text: &str) -> String {
    let text = text.replace(['\t', '\n', '\r'], " ");
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{IngestOptions, Outcome, Reader};

    #[test]
    fn every_column_is_a_line_and_no_name_is_a_formula() {
        let mut reader = Reader::new("t.csv", &IngestOptions::default()).unwrap();
        reader.push(b"x,=1+1,when\n1,a,2020-01-01\n2.5,b,2020-01-02\n,b,\n").unwrap();
        let Outcome::Done(finishing) = reader.finish().unwrap() else { panic!("one pass is enough") };
        let text = profile_tsv(&finishing.finish().summary);
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.len() == HEAD.len()));
        assert_eq!(lines[1], ["x", "float", "1", "2", "1", "1.75", "2.5", "1.75"]);
        assert_eq!(lines[2][..3], ["'=1+1", "category", "0"]);
        assert_eq!(lines[3][..3], ["when", "timestamp", "1"]);
    }
}
