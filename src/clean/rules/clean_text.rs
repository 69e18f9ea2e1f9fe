//! Tidies texts: white space and letter case.

use serde::{Deserialize, Serialize};

use crate::base::{Accepts, Param, ParamKind, python_list};
use crate::clean::operation::{Applied, Described, Group, Operation, Work, chosen, named};
use crate::clean::{CleanError, RuleError, words};
use crate::table::{Column, ColumnData, DataType, Labels, MISSING_CODE, Table};

/// Tidies the texts of category columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CleanText {
    /// `None`: every category column.
    pub columns: Option<Vec<String>>,
    /// White space at both ends goes.
    pub trim: bool,
    /// White space within becomes one space.
    pub collapse_spaces: bool,
    pub case: Case,
}

/// How letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    #[default]
    Keep,
    Lower,
    Upper,
    /// The first letter of each word large.
    Title,
}

impl Default for CleanText {
    fn default() -> Self {
        Self { columns: None, trim: true, collapse_spaces: false, case: Case::Keep }
    }
}

impl Described for CleanText {
    const NAME: &'static str = "clean_text";
    const LABEL: &'static str = "Tidy text";
    const GROUP: Group = Group::Values;
    const HELP: &'static str = "Takes white space away and writes letters alike, so that equal values are equal.";
    const WORDS: &'static str = "trim strip whitespace spaces lower upper title case";
    const PARAMS: &'static [Param] = &[
        Param::new("columns", "Columns", ParamKind::Columns { accepts: Accepts::Textual, optional: true }),
        Param::new("trim", "Trim both ends", ParamKind::Flag),
        Param::new("collapse_spaces", "One space between words", ParamKind::Flag),
        Param::new(
            "case",
            "Letters",
            ParamKind::Choice {
                options: &[("keep", "as they are"), ("lower", "small"), ("upper", "large"), ("title", "Large First")],
            },
        ),
    ];
}

impl CleanText {
    fn tidy(&self, text: &str) -> String {
        let text = if self.trim { text.trim() } else { text };
        let text = if self.collapse_spaces { collapse(text) } else { text.to_owned() };
        match self.case {
            Case::Keep => text,
            Case::Lower => text.to_lowercase(),
            Case::Upper => text.to_uppercase(),
            Case::Title => title(&text),
        }
    }
}

/// Each run of white space as one space.
fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut was_space = false;
    for c in text.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !was_space {
            out.push(' ');
        }
        was_space = c.is_whitespace();
    }
    out
}

/// Python's `str.title`: a letter after a letter is small, any other large.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_letter = false;
    for c in text.chars() {
        if after_letter {
            out.extend(c.to_lowercase());
        } else {
            let mut large = c.to_uppercase();
            out.extend(large.next());
            large.for_each(|rest| out.extend(rest.to_lowercase()));
        }
        after_letter = c.is_lowercase() || c.is_uppercase();
    }
    out
}

impl Operation for CleanText {
    fn columns(&self) -> Vec<String> {
        named(self.columns.as_ref())
    }

    fn problem(&self) -> Option<RuleError> {
        if self.columns.as_ref().is_some_and(Vec::is_empty) {
            return Some(RuleError::new("columns", "Choose at least one column, or all of them."));
        }
        let does_nothing = !self.trim && !self.collapse_spaces && self.case == Case::Keep;
        does_nothing.then(|| RuleError::new("trim", "Choose what to tidy: white space or letters."))
    }

    fn sentence(&self) -> String {
        let over = self.columns.as_ref().map_or_else(|| "every text column".into(), |names| words::list(names));
        let mut how = Vec::new();
        if self.trim {
            how.push("white space at the ends gone");
        }
        if self.collapse_spaces {
            how.push("one space between words");
        }
        match self.case {
            Case::Keep => {}
            Case::Lower => how.push("small letters"),
            Case::Upper => how.push("large letters"),
            Case::Title => how.push("first letters large"),
        }
        format!("Tidy {over}: {}", words::list(&how))
    }

    fn python(&self) -> String {
        let mut code = String::new();
        if self.trim {
            code.push_str(".str.strip()");
        }
        if self.collapse_spaces {
            code.push_str(r#".str.replace(r"\s+", " ", regex=True)"#);
        }
        match self.case {
            Case::Keep => {}
            Case::Lower => code.push_str(".str.lower()"),
            Case::Upper => code.push_str(".str.upper()"),
            Case::Title => code.push_str(".str.title()"),
        }
        let over = match &self.columns {
            None => "df.select_dtypes(include=[\"object\", \"string\"]).columns".into(),
            Some(names) => python_list(names),
        };
        format!("for column in {over}:\n    df[column] = df[column]{code}")
    }
}

impl Work for CleanText {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let mut result = table.clone();
        let mut changed_rows = vec![false; table.n_rows()];
        let mut cells = 0;
        for column in chosen(table, self.columns.as_deref(), |column| column.data_type == DataType::Category) {
            let name = || column.name.clone();
            let action = "tidy the texts of";
            let ColumnData::Category { codes, labels } = &*column.data else {
                return Err(match column.data_type {
                    DataType::Text => CleanError::ValuesNotKept { rule, action, column: name() },
                    data_type => {
                        let remedy = "Take it out of the rule.";
                        CleanError::WrongType { rule, action, column: name(), data_type, remedy }
                    }
                });
            };
            let mut dictionary = Labels::default();
            // Never more labels than there were.
            let of_label: Vec<(u16, bool)> = labels
                .iter()
                .map(|label| {
                    let tidy = self.tidy(label);
                    (dictionary.code(&tidy).unwrap_or(MISSING_CODE), tidy != *label)
                })
                .collect();
            let mut changed = 0;
            let codes = codes.iter().zip(&mut changed_rows).map(|(code, row)| {
                let (new, is_other) = of_label.get(usize::from(*code)).copied().unwrap_or((MISSING_CODE, false));
                changed += u64::from(is_other);
                *row |= is_other;
                new
            });
            let data = ColumnData::Category { codes: codes.collect(), labels: dictionary.into_vec() };
            if changed > 0 {
                cells += changed;
                result = result.with_column(Column::new(name(), column.data_type, data));
            }
        }
        Ok(Applied {
            rows: crate::clean::operation::count(&changed_rows),
            cells,
            sentence: format!("{} ({})", self.sentence(), words::count(cells, "cell")),
            python: self.python(),
            ..Applied::new(result)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_equal() {
        let labels = [" São  Paulo ", "sao paulo", "São Paulo"].map(String::from).to_vec();
        let data = ColumnData::Category { codes: vec![0, 1, 2, MISSING_CODE], labels };
        let table = Table::new(vec![Column::new("city", DataType::Category, data)], 4);
        let rule = CleanText { columns: None, trim: true, collapse_spaces: true, case: Case::Lower };
        let applied = rule.apply(&table, 1).unwrap();
        let expected = ColumnData::Category {
            codes: vec![0, 1, 0, MISSING_CODE],
            labels: vec!["são paulo".into(), "sao paulo".into()],
        };
        assert_eq!(*applied.table.columns()[0].data, expected);
        assert_eq!((applied.cells, applied.rows), (2, 2));
    }

    #[test]
    fn titles_are_pythons() {
        // Python 3.11: str.title.
        assert_eq!(
            ["hello wORLD", "it's o'neill", "ßa", "a1b", "éa"].map(title),
            ["Hello World", "It'S O'Neill", "Ssa", "A1B", "Éa"]
        );
    }
}
