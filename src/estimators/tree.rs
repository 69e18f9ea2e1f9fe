//! A grown regression tree, and a forest of them: what is kept with a run and predicts.

use serde::{Deserialize, Serialize};

/// A binary tree, its nodes in depth-first order: the child on the left is the next node. Columns of equal length, because a
/// forest has many nodes and each name would be written with each.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tree {
    /// The feature that a node asks for, by place; 0 for a leaf.
    pub feature: Vec<u32>,
    /// Rows with at most this value go left; for a leaf, its prediction.
    pub value: Vec<f64>,
    /// The node on the right; 0 for a leaf, as the root is no child.
    pub right: Vec<u32>,
}

/// `ŷ` is the mean over the trees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForestModel {
    pub features: Vec<String>,
    pub trees: Vec<Tree>,
    /// A feature's share of the decrease of the squared error on the training rows: adds up to 1, or is 0 where no tree splits.
    pub importances: Vec<f64>,
}

impl Tree {
    /// The prediction for a row, by what gives its features; NaN for a misshapen tree.
    pub(super) fn predict(&self, of: impl Fn(usize) -> f64) -> f64 {
        let mut node = 0;
        while let (Some(value), Some(right), Some(feature)) =
            (self.value.get(node), self.right.get(node), self.feature.get(node))
        {
            if *right == 0 {
                return *value;
            }
            // Forwards only, so that a damaged tree comes to an end too.
            node = if of(*feature as usize) <= *value { node + 1 } else { (*right as usize).max(node + 1) };
        }
        f64::NAN
    }

    /// Number of nodes.
    #[must_use]
    pub fn n_nodes(&self) -> usize {
        self.value.len()
    }
}

impl ForestModel {
    /// As `Model::predict_columns`.
    pub(super) fn predict_columns(&self, columns: &[&[f64]], rows: &[u32], predictions: &mut Vec<f64>) {
        for row in rows {
            let of =
                |j: usize| columns.get(j).and_then(|column| column.get(*row as usize)).copied().unwrap_or(f64::NAN);
            let total: f64 = self.trees.iter().map(|tree| tree.predict(of)).sum();
            let is_there = columns.first().is_none_or(|column| (*row as usize) < column.len());
            predictions.push(if is_there { total / self.trees.len() as f64 } else { f64::NAN });
        }
    }

    /// Features with their importance, the largest first.
    #[must_use]
    pub fn by_importance(&self) -> Vec<(&str, f64)> {
        let mut list: Vec<(&str, f64)> =
            self.features.iter().map(String::as_str).zip(self.importances.iter().copied()).collect();
        list.sort_by(|a, b| b.1.total_cmp(&a.1));
        list
    }
}
