//! The search field of the runs table: what was read, what is wrong and where, what could stand at the caret.

use crate::search::{Comparison, Completion, Filter, Key, Known, Node, Span, only_here};

/// What the field's text says, as far as it can be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// That of the last text that could be read.
    pub filter: Filter,
    pub trouble: Option<Trouble>,
    /// Why MLflow would refuse the search.
    pub only_here: Option<&'static str>,
}

/// What is wrong with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Characters before the place.
    pub caret: usize,
    /// How many characters are meant; at least one.
    pub length: usize,
    pub words: String,
    /// Another text that would do, and what in it is other.
    pub remedy: Option<(String, String)>,
}

impl Reading {
    /// Reads a text. One that cannot be read leaves the filter `before` as it is.
    #[must_use]
    pub fn of(text: &str, before: Option<&Filter>) -> Self {
        match Filter::parse(text) {
            Ok(filter) => Self { only_here: only_here(&filter), filter, trouble: None },
            Err(error) => Self {
                filter: before.cloned().unwrap_or_default(),
                trouble: Some(trouble(text, &error.span, error.to_string(), None)),
                only_here: None,
            },
        }
    }

    /// The same, with a name that no run has pointed out.
    #[must_use]
    pub fn with_known(mut self, text: &str, known: &Known) -> Self {
        let unknown =
            self.filter.root.as_ref().filter(|_| self.trouble.is_none()).and_then(|root| unknown(root, known));
        if let Some((comparison, what, key)) = unknown {
            let nearest = nearest(&comparison.key, &key, known);
            let mut words = format!("No run here has a {what} named {key}.");
            let remedy = nearest.and_then(|nearest| {
                let start = text.get(..comparison.span.start)?;
                let rest = text.get(comparison.span.start..)?;
                let end = rest.find(|c: char| c.is_whitespace() || "<>=!".contains(c)).unwrap_or(rest.len());
                Some((format!("{start}{nearest}{}", rest.get(end..)?), nearest))
            });
            if let Some((_, nearest)) = &remedy {
                words += &format!(" Nearest: {nearest}.");
            }
            self.trouble = Some(trouble(text, &comparison.span, words, remedy));
        }
        self
    }
}

fn trouble(text: &str, span: &Span, words: String, remedy: Option<(String, String)>) -> Trouble {
    let caret = text.char_indices().take_while(|(place, _)| *place < span.start).count();
    let length = text.get(span.clone()).map_or(1, |part| part.chars().count()).max(1);
    Trouble { caret, length, words, remedy }
}

/// The first comparison with a key that no run has.
fn unknown<'a>(node: &'a Node, known: &Known) -> Option<(&'a Comparison, &'static str, String)> {
    match node {
        Node::And(parts) | Node::Or(parts) => parts.iter().find_map(|part| unknown(part, known)),
        Node::Not(part) => unknown(part, known),
        Node::Name(_) => None,
        Node::Compare(comparison) => {
            let (what, key) = match &comparison.key {
                Key::Metric(key) if !known.metrics.contains(key) => ("metric", key),
                Key::Param(key) if !known.params.contains_key(key) => ("parameter", key),
                Key::Tag(key) if !known.tags.contains_key(key) => ("tag", key),
                _ => return None,
            };
            Some((comparison, what, key.clone()))
        }
    }
}

/// The key of the same kind that is at most two letters (a third of a short name) away, as it is written in a search.
fn nearest(of: &Key, key: &str, known: &Known) -> Option<String> {
    let names: Vec<Key> = match of {
        Key::Metric(_) => known.metrics.iter().cloned().map(Key::Metric).collect(),
        Key::Param(_) => known.params.keys().cloned().map(Key::Param).collect(),
        _ => known.tags.keys().cloned().map(Key::Tag).collect(),
    };
    let name = |key: &Key| match key {
        Key::Metric(name) | Key::Param(name) | Key::Tag(name) => name.clone(),
        _ => String::new(),
    };
    let at_most = (key.chars().count() / 3).clamp(1, 2);
    let near = names.iter().map(|other| (distance(key, &name(other)), other));
    near.filter(|(distance, _)| *distance <= at_most).min_by_key(|(distance, _)| *distance).map(|(_, key)| key.text())
}

/// Levenshtein's distance: letters to insert, take out or replace.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&row, j) + usize::from(x != *y);
            next.push(replaced.min(at(&row, j + 1) + 1).min(at(&next, j) + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// The text with a completion taken in, and the caret after it, both in UTF-16 units as the browser counts.
#[must_use]
pub fn completed(text: &str, completion: &Completion) -> (String, u32) {
    let before = text.get(..completion.span.start).unwrap_or_default();
    let mut after = text.get(completion.span.end..).unwrap_or_default();
    if completion.insert.ends_with(' ') {
        after = after.strip_prefix(' ').unwrap_or(after);
    }
    let start = format!("{before}{}", completion.insert);
    let caret = u32::try_from(start.encode_utf16().count()).unwrap_or(u32::MAX);
    (start + after, caret)
}

/// Bytes before a caret that the browser gives in UTF-16 units.
#[must_use]
pub fn byte_caret(text: &str, caret: u32) -> usize {
    let mut units = 0;
    for (place, c) in text.char_indices() {
        if units >= caret {
            return place;
        }
        units += if c.len_utf16() == 2 { 2 } else { 1 };
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::runs;
    use super::*;
    use crate::search::completions;

    #[test]
    fn the_last_good_filter_stays() {
        let good = Reading::of("metrics.r2 > 0.5", None);
        assert_eq!((good.trouble.clone(), good.only_here), (None, None));
        let bad = Reading::of("é metrics.r2 >", Some(&good.filter));
        assert_eq!(bad.filter, good.filter);
        let bad = Reading::of("metrics.r2 > 0.5 AND foo.x = 1", Some(&good.filter));
        let trouble = bad.trouble.unwrap();
        assert_eq!((trouble.caret, trouble.length), (21, 5));
        assert!(Reading::of("status = 'FAILED' OR status = 'KILLED'", None).only_here.is_some());
        assert_eq!(Reading::of("", Some(&good.filter)), Reading::default());
    }

    #[test]
    fn a_name_that_no_run_has_is_pointed_out() {
        let known = Known::of(&runs());
        let text = "metrics.r2 > 0 AND params.test_sise = '0.2'";
        let reading = Reading::of(text, None).with_known(text, &known);
        let trouble = reading.trouble.unwrap();
        assert_eq!(trouble.caret, 19);
        let remedy = ("metrics.r2 > 0 AND params.test_size = '0.2'".to_owned(), "params.test_size".to_owned());
        assert_eq!(trouble.remedy, Some(remedy));
        let text = "params.zzz = '1'";
        let trouble = Reading::of(text, None).with_known(text, &known).trouble.unwrap();
        assert_eq!((trouble.words.as_str(), trouble.remedy), ("No run here has a parameter named zzz.", None));
        let text = "metrics.r2 > 0";
        assert_eq!(Reading::of(text, None).with_known(text, &known).trouble, None);
    }

    #[test]
    fn distances_are_counted_in_letters() {
        assert_eq!([distance("kitten", "sitting"), distance("", "ab"), distance("é", "e")], [3, 2, 1]);
    }

    #[test]
    fn a_completion_takes_the_place_of_what_is_written() {
        let known = Known::of(&runs());
        let text = "é params.tes = 1";
        let caret = byte_caret(text, 12);
        assert_eq!(caret, 13);
        let offer = completions("params.tes", 10, &known).into_iter().next().unwrap();
        assert_eq!(completed("params.tes = 1", &offer), ("params.test_size = 1".into(), 17));
        assert_eq!(byte_caret("𝛼b", 2), 4);
        assert_eq!(byte_caret("ab", 9), 2);
    }
}
