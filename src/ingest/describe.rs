//! A column that has been read → the table's column, its profile, and what to know of it.

use super::{
    ColumnProfile, Encoding, Note, TopValue,
    column::{Builder, Cells, Numbers, Reading, Texts},
    decode,
    dictionary::Dictionary,
    nature::{Nature, Remedy},
    notes,
    number::Form,
    statistics::{self, Scratch, Statistics},
    time,
};
use crate::base::sorted_by;
use crate::table::{Bitmap, Column, ColumnData, DataType, MISSING_CODE, MISSING_TIME};

/// The most frequent values that are listed.
const N_TOP: usize = 10;
/// Characters of an example.
const EXAMPLE: usize = 200;

/// What became of a column.
pub(super) struct Described {
    pub(super) column: Column,
    pub(super) profile: ColumnProfile,
    pub(super) notes: Vec<Note>,
}

/// What a column is described with.
pub(super) struct Context<'a> {
    pub(super) name: &'a str,
    pub(super) encoding: Encoding,
    pub(super) n_rows: usize,
    pub(super) reading: &'a Reading,
}

/// Ends a column.
pub(super) fn describe(builder: Builder, context: &Context, scratch: &mut Scratch) -> Described {
    let fixed = builder.fixed;
    let described = match builder.cells {
        // pandas makes object columns of a file without rows.
        Cells::Missing(0) => categories(Vec::new(), &Dictionary::default(), context),
        Cells::Missing(n) => numbers(Numbers::missing(n), Some(DataType::Float), context, scratch),
        Cells::Boolean(values) => booleans(values, context, scratch),
        Cells::Number(values) => numbers(values, fixed, context, scratch),
        Cells::Time(values) => times(values, context, scratch),
        Cells::Category { codes, dictionary } => categories(codes, &dictionary, context),
        Cells::Text(text) => texts(*text, fixed, context),
        Cells::Lost => texts(Texts { missing: Bitmap::zeros(context.n_rows), ..Texts::default() }, fixed, context),
    };
    with_general_notes(described, context)
}

fn with_general_notes(mut described: Described, context: &Context) -> Described {
    let profile = &described.profile;
    let general = if context.n_rows > 0 && profile.count == 0 {
        Some(notes::all_missing(context.name))
    } else if context.n_rows > 1 && profile.distinct == 1 && profile.missing == 0 {
        Some(notes::constant(context.name))
    } else {
        None
    };
    described.notes.extend(general);
    described
}

fn profile(name: &str, data_type: DataType, found: &Statistics, n_rows: usize) -> ColumnProfile {
    let [q1, median, q3] = found.quartiles;
    ColumnProfile {
        name: name.into(),
        data_type,
        count: found.count,
        missing: n_rows as u64 - found.count,
        distinct: found.distinct,
        distinct_is_estimate: false,
        min: found.min,
        max: found.max,
        mean: found.mean,
        sd: found.sd,
        q1,
        median,
        q3,
        histogram: found.histogram.clone(),
        top: Vec::new(),
        example: None,
        infinite: found.infinite,
    }
}

/// The most frequent first; ties stay in the given order.
fn top(values: impl Iterator<Item = (String, u64)>) -> Vec<TopValue> {
    let all = values.map(|(value, count)| TopValue { value, count }).collect();
    let mut all = sorted_by(all, |a, b| b.count.cmp(&a.count));
    all.truncate(N_TOP);
    all
}

fn booleans(values: Vec<f64>, context: &Context, scratch: &mut Scratch) -> Described {
    let found = statistics::describe(&values, true, scratch);
    let mut profile = profile(context.name, DataType::Boolean, &found, values.len());
    profile.histogram = None;
    let word = |value: f64| if value == 0.0 { "False".to_owned() } else { "True".to_owned() };
    profile.top = top(found.few.into_iter().flatten().map(|(value, count)| (word(value), count)));
    let column = Column::new(context.name, DataType::Boolean, ColumnData::Number(values));
    Described { column, profile, notes: Vec::new() }
}

fn numbers(numbers: Numbers, fixed: Option<DataType>, context: &Context, scratch: &mut Scratch) -> Described {
    let whole = numbers.is_whole();
    let found = statistics::describe(&numbers.values, whole, scratch);
    let has_missing = found.count < numbers.values.len() as u64;
    // A missing cell makes a float column of whole numbers, as in pandas.
    let data_type = fixed.unwrap_or(if whole && !has_missing { DataType::Integer } else { DataType::Float });
    let mut notes = Vec::new();
    if whole && numbers.has(Form::LeadingZero) {
        notes.push(notes::leading_zeros(context.name));
    }
    if found.infinite > 0 {
        let rows = numbers.values.iter().enumerate().filter(|(_, value)| value.is_infinite()).map(|(row, _)| row + 1);
        notes.push(notes::infinities(context.name, found.infinite, rows));
    }
    if numbers.has(Form::Overflow) {
        notes.push(notes::overflow(context.name));
    }
    let largest = found.histogram.as_ref().map_or(0.0, |bins| bins.min.abs().max(bins.max.abs()));
    // The squares of such values are beyond f64.
    if largest > 1e154 {
        notes.push(notes::huge_values(context.name));
    }
    let mut profile = profile(context.name, data_type, &found, numbers.values.len());
    profile.top = top(found.few.into_iter().flatten().map(|(value, count)| (value.to_string(), count)));
    let is_id = whole && found.distinct == found.count;
    profile.example = numbers.values.iter().find(|value| is_id && !value.is_nan()).map(f64::to_string);
    Described { column: Column::new(context.name, data_type, ColumnData::Number(numbers.values)), profile, notes }
}

fn times(values: Vec<i64>, context: &Context, scratch: &mut Scratch) -> Described {
    let as_number = |millis: &i64| if *millis == MISSING_TIME { f64::NAN } else { *millis as f64 };
    let found = statistics::describe(&values.iter().map(as_number).collect::<Vec<_>>(), false, scratch);
    let mut profile = profile(context.name, DataType::Timestamp, &found, values.len());
    let first = values.iter().find(|millis| **millis != MISSING_TIME);
    profile.example = first.map(|millis| time::format(*millis));
    let column = Column::new(context.name, DataType::Timestamp, ColumnData::Timestamp(values));
    Described { column, profile, notes: Vec::new() }
}

fn categories(codes: Vec<u16>, dictionary: &Dictionary, context: &Context) -> Described {
    let text = |label: &[u8]| decode::text(label, context.encoding).into_owned();
    let labels: Vec<String> = dictionary.labels().map(|(label, _)| text(label)).collect();
    let mut nature = Nature::default();
    for (label, _) in dictionary.labels() {
        if nature.is_settled() {
            break;
        }
        nature.add(label, context.reading.marks);
    }
    let count = dictionary.labels().map(|(_, count)| count).sum();
    let found = Statistics { count, distinct: dictionary.n_labels() as u64, ..Statistics::default() };
    let mut profile = profile(context.name, DataType::Category, &found, codes.len());
    let ranked = dictionary.labels().map(|(_, count)| count).enumerate().collect();
    let ranked = sorted_by(ranked, |a: &(usize, u64), b| b.1.cmp(&a.1));
    let ranked = ranked.iter().take(N_TOP).filter_map(|(code, count)| Some((cut(labels.get(*code)?), *count)));
    profile.top = top(ranked);
    profile.example = labels.first().map(|label| cut(label));
    debug_assert!(codes.iter().all(|code| *code == MISSING_CODE || usize::from(*code) < labels.len()));
    let column = Column::new(context.name, DataType::Category, ColumnData::Category { codes, labels });
    Described { column, profile, notes: remedy_notes(&nature, context) }
}

fn texts(texts: Texts, fixed: Option<DataType>, context: &Context) -> Described {
    let n_rows = texts.missing.len();
    let count = (n_rows - texts.missing.count_ones()) as u64;
    let (distinct, is_estimate) = texts.distinct.count();
    let found = Statistics { count, distinct: distinct.min(count), ..Statistics::default() };
    let mut profile = profile(context.name, DataType::Text, &found, n_rows);
    profile.distinct_is_estimate = is_estimate;
    profile.example = texts.example.as_deref().map(|example| cut(&decode::text(example, context.encoding)));
    let mut notes = remedy_notes(&texts.nature, context);
    if fixed == Some(DataType::Category) && texts.is_overflow {
        notes.push(notes::too_many_categories(context.name));
    }
    let column = Column::new(context.name, DataType::Text, ColumnData::Text { missing: texts.missing });
    Described { column, profile, notes }
}

fn remedy_notes(nature: &Nature, context: &Context) -> Vec<Note> {
    let remedy = nature.remedy();
    let note = remedy.map(|remedy| match remedy {
        Remedy::MissingTokens(tokens) => {
            let tokens: Vec<String> =
                tokens.iter().map(|token| decode::text(token, context.encoding).into_owned()).collect();
            notes::extra_missing_tokens(context.name, &tokens)
        }
        Remedy::Thousands => notes::thousands(context.name, context.reading.marks.decimal),
        Remedy::Currency => notes::currency(context.name),
        Remedy::Percent => notes::percent(context.name),
        Remedy::BigIntegers => notes::big_integers(context.name),
    });
    note.into_iter().collect()
}

fn cut(text: &str) -> String {
    text.chars().take(EXAMPLE).collect()
}
