//! Removes columns.

use std::collections::HashSet;

use super::apply::{Applied, names_lost};
use super::words;
use crate::table::Table;

/// The table without `columns`, which are all there.
pub(super) fn apply(table: &Table, columns: &[String]) -> Applied {
    let names: HashSet<&String> = columns.iter().collect();
    let kept = table.filter_columns(|column| !names.contains(&column.name));
    Applied {
        dropped_columns: names_lost(table, &kept),
        sentence: sentence(columns),
        python: python(columns),
        ..Applied::new(kept)
    }
}

pub(super) fn sentence(columns: &[String]) -> String {
    format!("Drop {}", words::list(columns))
}

pub(super) fn python(columns: &[String]) -> String {
    format!("df = df.drop(columns={})", words::python_list(columns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn named_columns_go_and_the_rest_is_shared() {
        let table = Table::new(["a", "b", "c"].map(|name| Column::float(name, vec![1.0])).to_vec(), 1);
        let applied = apply(&table, &["c".into(), "a".into()]);
        assert_eq!(applied.dropped_columns, ["a", "c"]);
        assert_eq!(applied.sentence, "Drop c and a");
        assert_eq!(applied.python, r#"df = df.drop(columns=["c", "a"])"#);
        let (before, after) = (table.column("b").unwrap(), applied.table.column("b").unwrap());
        assert!(std::sync::Arc::ptr_eq(&before.data, &after.data));
        assert_eq!(applied.table.columns().len(), 1);
    }
}
