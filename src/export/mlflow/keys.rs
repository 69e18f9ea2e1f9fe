//! Names of params, metrics and tags as paths of files.

use std::collections::{BTreeMap, BTreeSet};

/// The paths that stand for these keys, in order: the keys themselves wherever MLflow's file store can hold them.
///
/// Every MLflow allows letters, digits, `_`, `-`, `.`, space and `/`, where `/` makes a folder (3 allows `:` too, which no file
/// on Windows may have). Other signs become `_`, and so does a `/` where a folder would take another key's place; a number
/// tells apart what would then be the same.
pub(super) fn paths<'a>(keys: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut files: BTreeSet<String> = BTreeSet::new();
    let mut folders: BTreeSet<String> = BTreeSet::new();
    let mut paths = Vec::new();
    for key in keys {
        let clean: String = key.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
        let mut path = if is_path(&clean) { clean } else { flat(&clean) };
        let parents = |path: &str| -> Vec<String> {
            path.match_indices('/').filter_map(|(at, _)| path.get(..at)).map(str::to_owned).collect()
        };
        if parents(&path).iter().any(|parent| files.contains(parent)) {
            path = flat(&path);
        }
        let stem = path.clone();
        let mut number = 1;
        while files.contains(&path) || folders.contains(&path) {
            number += 1;
            path = format!("{stem}_{number}");
        }
        folders.extend(parents(&path));
        files.insert(path.clone());
        paths.push(path);
    }
    paths
}

/// The keys that have another path, by their path.
pub(super) fn renamed<'a>(keys: impl IntoIterator<Item = &'a str> + Clone) -> BTreeMap<String, String> {
    let paths = paths(keys.clone());
    let changed = paths.into_iter().zip(keys).filter(|(path, key)| path != key);
    changed.map(|(path, key)| (path, key.to_owned())).collect()
}

/// MLflow asks Python's `\w`, which takes letters and digits of all scripts, but not the marks that some scripts write vowels
/// with. Of other scripts than these, `_` stands in.
fn is_allowed(c: char) -> bool {
    let is_letter = matches!(c, 'À'..='ɏ' | 'Ͱ'..='ԯ' | 'ぁ'..='ヺ' | '一'..='鿿' | '가'..='힣') && c.is_alphabetic();
    c.is_ascii_alphanumeric() || is_letter || matches!(c, '_' | '-' | '.' | ' ' | '/')
}

fn is_path(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn flat(path: &str) -> String {
    let flat = path.replace('/', "_");
    if is_path(&flat) { flat } else { format!("_{flat}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mlflow_can_hold_stays_and_nothing_leaves_the_folder() {
        let keys = ["alpha", "train.1.alpha", "val/mae", "val", "../../x", "..", "", "a\\b", "a=b", "a?b", "/etc"];
        let expected =
            ["alpha", "train.1.alpha", "val/mae", "val_2", ".._.._x", "_..", "_", "a_b", "a_b_2", "a_b_3", "_etc"];
        assert_eq!(paths(keys), expected);
        assert_eq!(paths(["größe", "价格", "क\u{947}"]), ["größe", "价格", "__"]);
        assert_eq!(paths(["val", "val/mae"]), ["val", "val_mae"]);
        assert_eq!(renamed(["a", "a=b"]), [("a_b".to_owned(), "a=b".to_owned())].into());
    }
}
