//! One column while it is read: its type widens as its cells demand.

use super::{
    dictionary::Dictionary,
    distinct::Distinct,
    hash,
    missing::MissingTokens,
    nature::Nature,
    number::{self, Form, Marks},
    time,
};
use crate::table::{Bitmap, DataType, MISSING_CODE, MISSING_TIME};

/// How cells are read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) marks: Marks,
    pub(super) missing: MissingTokens,
}

/// A column while it is read.
#[derive(Debug, Clone)]
pub(super) struct Builder {
    /// The type that a person fixed.
    pub(super) fixed: Option<DataType>,
    pub(super) cells: Cells,
    /// All cells were read in an earlier pass.
    is_complete: bool,
}

/// The cells so far.
#[derive(Debug, Clone)]
pub(super) enum Cells {
    /// Only missing cells: how many.
    Missing(usize),
    /// 1 and 0; NaN is missing.
    Boolean(Vec<f64>),
    Number(Numbers),
    Time(Vec<i64>),
    Category {
        codes: Vec<u16>,
        dictionary: Dictionary,
    },
    Text(Box<Texts>),
    /// Text whose first cells were stored as numbers: the file has to be read again.
    Lost,
}

/// Cells that are numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    pub(super) values: Vec<f64>,
    /// A bit for each form that occurred.
    forms: u8,
}

impl Numbers {
    /// `n` missing cells.
    pub(super) fn missing(n: usize) -> Self {
        Self { values: vec![f64::NAN; n], forms: 0 }
    }

    /// Whether a number of this form occurred.
    pub(super) fn has(&self, form: Form) -> bool {
        self.forms >> form as u8 & 1 == 1
    }

    /// Whether all numbers are whole (and there is one).
    pub(super) fn is_whole(&self) -> bool {
        self.forms != 0 && ![Form::Float, Form::Overflow, Form::Infinity].iter().any(|form| self.has(*form))
    }
}

/// What is kept of free text.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    pub(super) missing: Bitmap,
    pub(super) distinct: Distinct,
    pub(super) example: Option<Vec<u8>>,
    pub(super) nature: Nature,
    /// Had more distinct values than a category may have.
    pub(super) is_overflow: bool,
}

/// A cell that a fixed type does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    /// The row, counted from the first cell given.
    pub(super) row: usize,
    pub(super) value: Vec<u8>,
    pub(super) expected: &'static str,
}

impl Builder {
    /// An empty column. `is_text`: what is not fixed is known to hold text.
    pub(super) fn new(fixed: Option<DataType>, is_text: bool) -> Self {
        let cells = match fixed {
            Some(DataType::Boolean) => Cells::Boolean(Vec::new()),
            Some(DataType::Integer | DataType::Float) => Cells::Number(Numbers::default()),
            Some(DataType::Timestamp) => Cells::Time(Vec::new()),
            Some(DataType::Text) => Cells::Text(Box::default()),
            None if !is_text => Cells::Missing(0),
            Some(DataType::Category) | None => Cells::Category { codes: Vec::new(), dictionary: Dictionary::default() },
        };
        Self { fixed, cells, is_complete: false }
    }

    /// Whether the file has to be read again for this column. `at_end`: no more cells follow.
    pub(super) fn is_lost(&self, at_end: bool) -> bool {
        match &self.cells {
            Cells::Lost => true,
            // Whole numbers beyond 2^53 are rounded: a float column bears that, an integer column does not.
            Cells::Number(numbers) => {
                at_end && self.fixed.is_none() && numbers.is_whole() && numbers.has(Form::BigInteger)
            }
            _ => false,
        }
    }

    /// The column for the next pass over the file: complete, or text from the start.
    pub(super) fn again(self) -> Self {
        if self.is_lost(true) { Self::new(None, true) } else { Self { is_complete: true, ..self } }
    }

    /// Takes the cells of a block in; `None` is a cell that its record does not have.
    ///
    /// # Errors
    /// The first cell that does not fit a fixed type.
    pub(super) fn feed<'a, I>(
        &mut self,
        cells: impl Fn(usize) -> I,
        n_rows: usize,
        reading: &Reading,
    ) -> Result<(), Misfit>
    where
        I: Iterator<Item = Option<&'a [u8]>>,
    {
        let mut row = 0;
        while row < n_rows && !self.is_complete {
            row += match &mut self.cells {
                Cells::Missing(n) => {
                    let taken = cells(row).take_while(|cell| is_missing(*cell, reading)).count();
                    *n += taken;
                    taken
                }
                Cells::Boolean(values) => feed_booleans(values, cells(row), reading, self.fixed.is_some()),
                Cells::Number(numbers) => {
                    feed_numbers(numbers, cells(row), reading, self.fixed == Some(DataType::Integer))
                }
                Cells::Time(values) => feed_times(values, cells(row), reading),
                Cells::Category { codes, dictionary } => feed_categories(codes, dictionary, cells(row), reading),
                Cells::Text(texts) => feed_texts(texts, cells(row), reading),
                Cells::Lost => n_rows - row,
            };
            if row < n_rows {
                // The first cell that was not taken.
                let cell = cells(row).next().flatten().unwrap_or_default();
                self.widen(cell, row, reading)?;
            }
        }
        Ok(())
    }

    fn widen(&mut self, cell: &[u8], row: usize, reading: &Reading) -> Result<(), Misfit> {
        let expected = match self.fixed {
            Some(DataType::Boolean) => Some("True or False"),
            Some(DataType::Integer) => Some("a whole number of at most 2^53"),
            Some(DataType::Float) => Some("a number"),
            Some(DataType::Timestamp) => Some("an ISO date or time (2018-01-17 10:00:00)"),
            Some(DataType::Category | DataType::Text) | None => None,
        };
        if let Some(expected) = expected {
            return Err(Misfit { row, value: cell.to_vec(), expected });
        }
        self.cells = match std::mem::replace(&mut self.cells, Cells::Lost) {
            Cells::Missing(n) => first_cells(cell, n, reading),
            Cells::Category { codes, dictionary } => overflow(&codes, &dictionary, reading.marks),
            _ => Cells::Lost,
        };
        Ok(())
    }
}

/// A column whose first cell that is not missing is `cell`, after `n` missing ones.
fn first_cells(cell: &[u8], n: usize, reading: &Reading) -> Cells {
    if boolean(cell).is_some() {
        Cells::Boolean(vec![f64::NAN; n])
    } else if number::parse(cell, reading.marks).is_some() {
        Cells::Number(Numbers::missing(n))
    } else if time::parse(cell).is_some() {
        Cells::Time(vec![MISSING_TIME; n])
    } else {
        Cells::Category { codes: vec![MISSING_CODE; n], dictionary: Dictionary::default() }
    }
}

/// Free text: a category column with too many values.
fn overflow(codes: &[u16], dictionary: &Dictionary, marks: Marks) -> Cells {
    let mut texts = Texts { is_overflow: true, ..Texts::default() };
    codes.iter().for_each(|code| texts.missing.push(*code == MISSING_CODE));
    for (label, _) in dictionary.labels() {
        texts.distinct.add(hash::bytes(label));
        if !texts.nature.is_settled() {
            texts.nature.add(label, marks);
        }
    }
    texts.example = dictionary.labels().next().map(|(label, _)| label.to_vec());
    Cells::Text(Box::new(texts))
}

/// pandas' booleans: `True`, `true`, `TRUE` and their opposites.
#[inline]
pub(super) fn boolean(cell: &[u8]) -> Option<f64> {
    match cell {
        b"True" | b"true" | b"TRUE" => Some(1.0),
        b"False" | b"false" | b"FALSE" => Some(0.0),
        _ => None,
    }
}

#[inline]
fn is_missing(cell: Option<&[u8]>, reading: &Reading) -> bool {
    cell.is_none_or(|cell| reading.missing.contains(cell))
}

// Each of these takes cells as long as they fit, and returns how many it took.

fn feed_booleans<'a>(
    values: &mut Vec<f64>,
    cells: impl Iterator<Item = Option<&'a [u8]>>,
    reading: &Reading,
    is_fixed: bool,
) -> usize {
    let before = values.len();
    for cell in cells {
        if is_missing(cell, reading) {
            values.push(f64::NAN);
            continue;
        }
        let cell = cell.unwrap_or_default();
        let digit = || match cell {
            b"1" if is_fixed => Some(1.0),
            b"0" if is_fixed => Some(0.0),
            _ => None,
        };
        let Some(value) = boolean(cell).or_else(digit) else { break };
        values.push(value);
    }
    values.len() - before
}

fn feed_numbers<'a>(
    numbers: &mut Numbers,
    cells: impl Iterator<Item = Option<&'a [u8]>>,
    reading: &Reading,
    whole_only: bool,
) -> usize {
    let values = &mut numbers.values;
    let before = values.len();
    let mut forms = numbers.forms;
    let marks = reading.marks;
    for cell in cells {
        let Some(cell) = cell else {
            values.push(f64::NAN);
            continue;
        };
        if reading.missing.shadow_values && reading.missing.contains(cell) {
            values.push(f64::NAN);
            continue;
        }
        match number::parse(cell, marks) {
            Some(number) if !whole_only || matches!(number.form, Form::Integer | Form::LeadingZero) => {
                forms |= 1 << number.form as u8;
                values.push(number.value);
            }
            None if reading.missing.contains(cell) => values.push(f64::NAN),
            _ => break,
        }
    }
    numbers.forms = forms;
    numbers.values.len() - before
}

fn feed_times<'a>(values: &mut Vec<i64>, cells: impl Iterator<Item = Option<&'a [u8]>>, reading: &Reading) -> usize {
    let before = values.len();
    for cell in cells {
        match cell.and_then(time::parse) {
            Some(millis) if !(reading.missing.shadow_values && is_missing(cell, reading)) => values.push(millis),
            _ if is_missing(cell, reading) => values.push(MISSING_TIME),
            _ => break,
        }
    }
    values.len() - before
}

fn feed_categories<'a>(
    codes: &mut Vec<u16>,
    dictionary: &mut Dictionary,
    cells: impl Iterator<Item = Option<&'a [u8]>>,
    reading: &Reading,
) -> usize {
    let before = codes.len();
    for cell in cells {
        let code = match cell {
            None => Some(MISSING_CODE),
            Some(cell) => dictionary.code(cell, &reading.missing),
        };
        let Some(code) = code else { break };
        codes.push(code);
    }
    codes.len() - before
}

fn feed_texts<'a>(texts: &mut Texts, cells: impl Iterator<Item = Option<&'a [u8]>>, reading: &Reading) -> usize {
    let before = texts.missing.len();
    for cell in cells {
        let missing = is_missing(cell, reading);
        texts.missing.push(missing);
        if missing {
            continue;
        }
        let cell = cell.unwrap_or_default();
        texts.distinct.add(hash::bytes(cell));
        if texts.example.is_none() {
            texts.example = Some(cell.to_vec());
        }
        if !texts.nature.is_settled() {
            texts.nature.add(cell, reading.marks);
        }
    }
    texts.missing.len() - before
}
