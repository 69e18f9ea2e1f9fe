//! The flat YAML of `meta.yaml`, from a hand that is not trusted.

use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::{Yaml, YamlLoader};

use super::ImportError;
use super::tree::Tree;

/// How deep what stands in it may be nested.
const MAX_DEPTH: usize = 32;

/// The keys and values of a YAML file.
pub(super) struct Meta(Yaml);

impl Meta {
    /// A file of a tree; `None` where there is none.
    pub(super) fn read(tree: &Tree, path: &str) -> Result<Option<Self>, ImportError> {
        let Some(text) = tree.text(path)? else { return Ok(None) };
        let unreadable = |reason: String| ImportError::Unreadable { path: path.to_owned(), reason };
        check(text).map_err(unreadable)?;
        let documents = YamlLoader::load_from_str(text).map_err(|error| unreadable(error.to_string()))?;
        match documents.into_iter().next() {
            Some(yaml @ Yaml::Hash(_)) => Ok(Some(Self(yaml))),
            _ => Err(unreadable("it holds no keys".to_owned())),
        }
    }

    /// A scalar as it is written; `None` where it lacks or is null.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        scalar(&self.0[key])
    }

    /// A whole number, such as a time.
    pub(super) fn int(&self, key: &str) -> Option<i64> {
        match &self.0[key] {
            Yaml::Integer(value) => Some(*value),
            other => scalar(other)?.parse().ok(),
        }
    }

    /// A scalar one level down.
    pub(super) fn inner(&self, key: &str, inner: &str) -> Option<String> {
        scalar(&self.0[key][inner])
    }

    /// The keys of a mapping one level down.
    pub(super) fn keys(&self, key: &str) -> Vec<String> {
        self.0[key].as_hash().into_iter().flat_map(|hash| hash.keys()).filter_map(scalar).collect()
    }
}

fn scalar(yaml: &Yaml) -> Option<String> {
    match yaml {
        Yaml::String(text) | Yaml::Real(text) => Some(text.clone()),
        Yaml::Integer(value) => Some(value.to_string()),
        Yaml::Boolean(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Refuses what makes a small file large (references to what stood before) or a call too deep (nesting), before anything is
/// built of it: this reads event by event.
fn check(text: &str) -> Result<(), String> {
    let mut parser = Parser::new_from_str(text);
    let mut depth = 0_usize;
    loop {
        let (event, _) = parser.next_token().map_err(|error| error.to_string())?;
        match event {
            Event::StreamEnd => return Ok(()),
            Event::Alias(_) => return Err("it refers to itself, which MLflow's files do not".to_owned()),
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(format!("it is nested over {MAX_DEPTH} levels deep"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn laughs_and_depths_are_refused_before_they_are_built() {
        assert_eq!(check("a: 1\nb: [1, 2]\nc: {x: 'y'}\n"), Ok(()));
        assert!(check("a: &a [x]\nb: [*a, *a]\n").unwrap_err().contains("refers to itself"));
        assert!(check(&format!("a: {}{}", "[".repeat(100), "]".repeat(100))).is_err());
        assert!(check(&"[".repeat(200_000)).is_err());
        let deep: String = (0..2000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
        assert!(check(&deep).unwrap_err().contains("32 levels"));
    }
}
