//! A comparison as text for others: Markdown, TSV, LaTeX.

use super::Comparison;

/// Four significant digits, or more where a number needs them to be an integer.
pub(super) fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-5..9).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let decimals = usize::try_from(3 - magnitude).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

impl Comparison {
    /// Rows of cells: a heading, then metrics, params and coefficients; the first cell of each row names it. Of metrics,
    /// with `exact` all digits.
    fn cells(&self, exact: bool) -> [Vec<Vec<String>>; 3] {
        let number = |value: &Option<f64>| match value {
            Some(value) if exact => value.to_string(),
            Some(value) => short(*value),
            None => String::new(),
        };
        let row = |name: &str, cells: Vec<String>| [vec![name.to_owned()], cells].concat();
        let metrics = self.metrics.iter().map(|metric| row(&metric.key, metric.values.iter().map(number).collect()));
        let params = self
            .params
            .iter()
            .map(|param| row(&param.key, param.values.iter().map(|value| value.clone().unwrap_or_default()).collect()));
        let coefficients = self
            .coefficients
            .iter()
            .map(|coefficient| row(&coefficient.name, coefficient.values.iter().map(number).collect()));
        [metrics.collect(), params.collect(), coefficients.collect()]
    }

    const TITLES: [&str; 3] = ["metric", "param", "coefficient"];

    fn is_best(&self, row: usize, run: usize) -> bool {
        self.metrics.get(row).is_some_and(|metric| metric.best.contains(&run))
    }

    /// As Markdown: the sentence, then a table each of metrics (best in bold), params and coefficients.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let clean = |cell: &str| cell.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " ");
        let mut text = format!("{}\n", self.sentence);
        for (section, (title, rows)) in Self::TITLES.iter().zip(self.cells(false)).enumerate() {
            if rows.is_empty() {
                continue;
            }
            let names: Vec<String> = self.names.iter().map(|name| clean(name)).collect();
            text.push_str(&format!("\n| {title} | {} |\n|---|{}\n", names.join(" | "), "---:|".repeat(names.len())));
            for (place, row) in rows.iter().enumerate() {
                let cell = |(column, cell): (usize, &String)| {
                    let cell = clean(cell);
                    let is_best = section == 0 && column > 0 && self.is_best(place, column - 1);
                    if is_best { format!("**{cell}**") } else { cell }
                };
                let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
                text.push_str(&format!("| {} |\n", cells.join(" | ")));
            }
        }
        text
    }

    /// As tab-separated values with all digits, for a spreadsheet: the kind of row, its name, a column a run.
    #[must_use]
    pub fn to_tsv(&self) -> String {
        let clean = |cell: &String| cell.replace(['\t', '\n', '\r'], " ");
        let names: Vec<String> = self.names.iter().map(clean).collect();
        let mut text = format!("kind\tname\t{}\n", names.join("\t"));
        for (title, rows) in Self::TITLES.iter().zip(self.cells(true)) {
            for row in rows {
                let cells: Vec<String> = row.iter().map(clean).collect();
                text.push_str(&format!("{title}\t{}\n", cells.join("\t")));
            }
        }
        text
    }

    /// As a LaTeX `tabular` (booktabs), best metrics in bold.
    #[must_use]
    pub fn to_latex(&self) -> String {
        let mut text = format!("\\begin{{tabular}}{{l{}}}\n\\toprule\n", "r".repeat(self.names.len()));
        let names: Vec<String> = self.names.iter().map(|name| latex(name)).collect();
        text.push_str(&format!(" & {} \\\\\n", names.join(" & ")));
        for (section, rows) in self.cells(false).into_iter().enumerate() {
            if rows.is_empty() {
                continue;
            }
            text.push_str("\\midrule\n");
            for (place, row) in rows.iter().enumerate() {
                let cell = |(column, cell): (usize, &String)| {
                    let is_best = section == 0 && column > 0 && self.is_best(place, column - 1);
                    if is_best { format!("\\textbf{{{}}}", latex(cell)) } else { latex(cell) }
                };
                let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
                text.push_str(&format!("{} \\\\\n", cells.join(" & ")));
            }
        }
        text.push_str("\\bottomrule\n\\end{tabular}\n");
        text
    }
}

fn latex(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => clean.push_str("\\textbackslash{}"),
            '~' => clean.push_str("\\textasciitilde{}"),
            '^' => clean.push_str("\\textasciicircum{}"),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                clean.push('\\');
                clean.push(c);
            }
            '\n' | '\r' | '\t' => clean.push(' '),
            c => clean.push(c),
        }
    }
    clean
}
