//! What could stand at the caret.

use std::collections::{BTreeMap, BTreeSet};

use super::key::{ATTRIBUTES, DATASET_KEYS};
use super::lexer::{Token, tokens};
use super::{Key, Span};
use crate::tracking::RunSummary;

/// At most so many are offered.
const MAX: usize = 50;

/// What the runs at hand have: what completion draws from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    pub metrics: BTreeSet<String>,
    /// With the values of each (at most 50).
    pub params: BTreeMap<String, BTreeSet<String>>,
    /// With the values of each (at most 50).
    pub tags: BTreeMap<String, BTreeSet<String>>,
    pub run_names: BTreeSet<String>,
    pub datasets: BTreeSet<String>,
}

impl Known {
    /// What these runs have.
    #[must_use]
    pub fn of(runs: &[RunSummary]) -> Self {
        fn add(map: &mut BTreeMap<String, BTreeSet<String>>, key: &str, value: &str) {
            let values = match map.get_mut(key) {
                Some(values) => values,
                None => map.entry(key.to_owned()).or_default(),
            };
            if values.len() < MAX && !values.contains(value) {
                values.insert(value.to_owned());
            }
        }
        let mut known = Self::default();
        for run in runs {
            for metric in &run.metrics {
                if !known.metrics.contains(&metric.key) {
                    known.metrics.insert(metric.key.clone());
                }
            }
            run.params.iter().for_each(|param| add(&mut known.params, &param.key, &param.value));
            run.tags.iter().for_each(|tag| add(&mut known.tags, &tag.key, &tag.value));
            known.run_names.insert(run.info.run_name.clone());
            known.datasets.extend(run.dataset.as_ref().map(|dataset| dataset.name.clone()));
        }
        known
    }
}

/// One thing that could stand at the caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What replaces the bytes of `span`, with a space at its end where more follows.
    pub insert: String,
    pub span: Span,
    pub kind: CompletionKind,
}

/// What a completion is, for its icon and group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    Metric,
    Param,
    Tag,
    Attribute,
    Dataset,
    Operator,
    Value,
    /// AND, OR, NOT.
    Join,
}

/// What could stand at `caret` (bytes from the start): names where a condition begins, operators after a name, values
/// after an operator, AND and OR after a condition. Those that begin with what is written come first, then those that
/// have it inside.
#[must_use]
pub fn completions(text: &str, caret: usize, known: &Known) -> Vec<Completion> {
    let Some(before) = text.get(..caret) else { return Vec::new() };
    let (words, open) = words_before(before);
    // The word that is being written, if the caret touches one.
    let (done, span, partial) = match (open, words.last()) {
        (Some(start), _) => (words.as_slice(), start..caret, before.get(start..).unwrap_or_default()),
        (None, Some((Token::Word { .. } | Token::Text(_), span))) if span.end == caret => {
            (&words[..words.len() - 1], span.clone(), before.get(span.clone()).unwrap_or_default())
        }
        _ => (words.as_slice(), caret..caret, ""),
    };
    let (place, key) = place(done);
    let mut offers: Vec<(String, CompletionKind)> = Vec::new();
    match (place, key) {
        (Place::Condition, _) => conditions(known, &mut offers),
        (Place::Operator, Some(key)) => operators(&key, &mut offers),
        (Place::AfterNot, _) => {
            offers.extend(["LIKE ", "ILIKE ", "IN "].map(|word| (word.into(), CompletionKind::Operator)));
        }
        (Place::AfterIs, _) => {
            offers.extend(["NULL ", "NOT NULL "].map(|word| (word.into(), CompletionKind::Operator)));
        }
        (Place::Value, Some(key)) => values(&key, known, &mut offers),
        (Place::List, _) => offers.push(("(".into(), CompletionKind::Operator)),
        (Place::Join, _) => offers.extend(["AND ", "OR "].map(|word| (word.into(), CompletionKind::Join))),
        _ => {}
    }
    chosen(offers, partial, &span)
}

/// The words before the caret; and where a quote was opened and not closed.
fn words_before(before: &str) -> (Vec<(Token, Span)>, Option<usize>) {
    match tokens(before) {
        Ok(words) => (words, None),
        Err(error) => {
            let mut start = error.span.start;
            // The quote may end a name: tags.`a
            let head = before.get(..start).unwrap_or_default();
            if head.ends_with('.') {
                start = head.rfind(|c: char| c.is_whitespace() || c == '(').map_or(0, |place| place + 1);
            }
            (tokens(before.get(..start).unwrap_or_default()).unwrap_or_default(), Some(start))
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Condition,
    Operator,
    AfterNot,
    AfterIs,
    Value,
    List,
    Join,
    Nothing,
}

/// What comes after these words, and the key that it is about.
fn place(words: &[(Token, Span)]) -> (Place, Option<Key>) {
    let (mut place, mut key) = (Place::Condition, None);
    let (mut in_list, mut is_list) = (false, false);
    for (token, span) in words {
        let word = token.keyword().unwrap_or_default();
        place = match (place, token) {
            (Place::Condition, Token::Open) => Place::Condition,
            (Place::Condition, _) if word == "not" => Place::Condition,
            (Place::Condition, token) => match Key::of(token, span) {
                Ok(found) => {
                    key = Some(found);
                    Place::Operator
                }
                Err(_) => Place::Join,
            },
            (Place::Operator, Token::Sign(_)) => Place::Value,
            (Place::Operator, _) => match word.as_str() {
                "like" | "ilike" => Place::Value,
                "in" => {
                    is_list = true;
                    Place::List
                }
                "not" => Place::AfterNot,
                "is" => Place::AfterIs,
                _ => Place::Nothing,
            },
            (Place::AfterNot, _) if word == "in" => {
                is_list = true;
                Place::List
            }
            (Place::AfterNot, _) => Place::Value,
            (Place::AfterIs, _) if word == "null" => Place::Join,
            (Place::List, Token::Open) => {
                in_list = true;
                Place::Value
            }
            (Place::Value, _) if in_list => Place::Nothing,
            (Place::Nothing, Token::Comma) if in_list => Place::Value,
            (Place::Nothing, Token::Close) if in_list && is_list => {
                (in_list, is_list) = (false, false);
                Place::Join
            }
            (Place::Value, _) => Place::Join,
            (Place::Join, Token::Close) => Place::Join,
            (Place::Join, _) if word == "and" || word == "or" => Place::Condition,
            (Place::Join, _) => Place::Condition,
            (other, _) => other,
        };
    }
    (place, key)
}

fn conditions(known: &Known, offers: &mut Vec<(String, CompletionKind)>) {
    let mut add = |key: Key, kind| offers.push((format!("{} ", key.text()), kind));
    known.metrics.iter().for_each(|key| add(Key::Metric(key.clone()), CompletionKind::Metric));
    known.params.keys().for_each(|key| add(Key::Param(key.clone()), CompletionKind::Param));
    known.tags.keys().for_each(|key| add(Key::Tag(key.clone()), CompletionKind::Tag));
    ATTRIBUTES.iter().for_each(|(_, attribute)| add(Key::Attribute(*attribute), CompletionKind::Attribute));
    DATASET_KEYS.iter().for_each(|(_, key)| add(Key::Dataset(*key), CompletionKind::Dataset));
    offers.push(("NOT ".into(), CompletionKind::Join));
}

fn operators(key: &Key, offers: &mut Vec<(String, CompletionKind)>) {
    let words: &[&str] = if key.is_number() {
        &["< ", "<= ", "= ", "!= ", ">= ", "> ", "IS NULL ", "IS NOT NULL "]
    } else {
        &["= ", "!= ", "LIKE ", "ILIKE ", "IN ", "NOT IN ", "NOT LIKE ", "IS NULL ", "IS NOT NULL "]
    };
    offers.extend(words.iter().map(|word| ((*word).to_owned(), CompletionKind::Operator)));
}

fn values(key: &Key, known: &Known, offers: &mut Vec<(String, CompletionKind)>) {
    use super::{Attribute, DatasetKey};
    const STATUSES: [&str; 5] = ["FINISHED", "FAILED", "KILLED", "RUNNING", "SCHEDULED"];
    let values: Vec<&str> = match key {
        Key::Param(key) => known.params.get(key).into_iter().flatten().map(String::as_str).collect(),
        Key::Tag(key) => known.tags.get(key).into_iter().flatten().map(String::as_str).collect(),
        Key::Attribute(Attribute::Status) => STATUSES.into(),
        Key::Attribute(Attribute::RunName) => known.run_names.iter().map(String::as_str).collect(),
        Key::Attribute(Attribute::Model) => {
            known.params.get("model_name").into_iter().flatten().map(String::as_str).collect()
        }
        Key::Dataset(DatasetKey::Name) => known.datasets.iter().map(String::as_str).collect(),
        Key::Dataset(DatasetKey::Context) => vec!["training"],
        _ => Vec::new(),
    };
    let quoted = values.into_iter().filter_map(|value| {
        let quote = ['\'', '"'].into_iter().find(|quote| !value.contains(*quote))?;
        Some((format!("{quote}{value}{quote} "), CompletionKind::Value))
    });
    offers.extend(quoted);
}

/// The offers that go with what is written, those that begin with it first.
fn chosen(offers: Vec<(String, CompletionKind)>, partial: &str, span: &Span) -> Vec<Completion> {
    let plain = |text: &str| text.to_lowercase().replace(['`', '"', '\''], "");
    let wanted = plain(partial);
    let completion = |(insert, kind): (String, CompletionKind)| Completion { insert, span: span.clone(), kind };
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for offer in offers {
        let text = plain(&offer.0);
        let last = text.split_once('.').map_or(text.as_str(), |(_, last)| last);
        if text.trim_end() == wanted && !wanted.is_empty() {
            continue;
        }
        if text.starts_with(&wanted) || last.starts_with(&wanted) {
            first.push(completion(offer));
        } else if text.contains(&wanted) {
            later.push(completion(offer));
        }
    }
    first.extend(later);
    first.truncate(MAX);
    first
}
