//! The model as ONNX, in doubles from end to end: encoders included, an input a column.

mod functions;
mod graph;
mod proto;
mod steps;

use prost::Message;

use self::graph::{Graph, Name, doubles, int, ints, tensor};
use self::proto::{
    Dimension, DimensionValue, GraphProto, ModelProto, NodeProto, OperatorSetId, Shape, StringEntry, TensorType,
    TypeProto, ValueInfo, data_type,
};
use self::steps::Values;
use super::file::{ended, training};
use super::lower::program;
use super::program::{Program, ValueType};
use crate::estimators::{ForestModel, Model, Tree};
use crate::export::ExportError;
use crate::tracking::RunRecord;

/// Equality of texts came with 19.
const OPSET: i64 = 19;
/// `LabelEncoder` of texts; forests need the `TreeEnsemble` of 5, which has doubles.
const ML_OPSET: i64 = 3;
const ML_OPSET_TREES: i64 = 5;
const IR_VERSION: i64 = 9;
const ML: &str = "ai.onnx.ml";

/// `model.onnx`. Inputs of shape `[N, 1]`: doubles for numbers (booleans as 1 and 0) and dates (milliseconds since 1970, UTC),
/// texts for categories; NaN and the empty text are missing. Output `prediction` of shape `[N, 1]`; a logistic model also has
/// `probability` of the second class. A value that the page would refuse gives NaN.
///
/// # Errors
/// `NoModel`; `NotExpressible` for counts of words, for empty categories, and for infinite coefficients.
pub(super) fn onnx(run: &RunRecord) -> Result<Vec<u8>, ExportError> {
    let program = program(training(run)?)?;
    let mut values = Values::default();
    let mut inputs = Vec::with_capacity(program.inputs.len());
    for input in &program.inputs {
        let is_text = input.value_type == ValueType::Text;
        inputs.push(value_info(&input.name, if is_text { data_type::STRING } else { data_type::DOUBLE }));
        // A name that a tensor of ours may have too stands behind a node.
        let inner = values.graph.op("Identity", &[&input.name]);
        if is_text {
            values.graph.texts.push(inner.clone());
        }
        values.push(&inner, 1);
    }
    for step in &program.steps {
        values.step(step)?;
    }
    let slots: Vec<usize> = program.features.iter().map(|feature| feature.from).collect();
    let features = values.side_by_side(&slots);
    let graph = values.graph;
    let taken: Vec<&str> = program.inputs.iter().map(|input| input.name.as_str()).collect();
    finish(run, &program, graph, &features, inputs, &taken)
}

fn finish(
    run: &RunRecord,
    program: &Program,
    mut graph: Graph,
    features: &str,
    inputs: Vec<ValueInfo>,
    taken: &[&str],
) -> Result<Vec<u8>, ExportError> {
    let (estimate, probability) = estimate(&mut graph, &program.model, features);
    let prediction = match &program.target_transform {
        Some(back) => graph.back(back, &estimate),
        None => estimate,
    };
    let mut outputs = Vec::new();
    for (name, from) in [("prediction", Some(prediction)), ("probability", probability)] {
        let Some(from) = from else { continue };
        let name = free(name, taken);
        graph.nodes.push(NodeProto {
            input: vec![from],
            output: vec![name.clone()],
            op_type: "Identity".into(),
            ..NodeProto::default()
        });
        outputs.push(value_info(&name, data_type::DOUBLE));
    }
    rename(&mut graph, taken, &outputs);
    let uses_trees = matches!(program.model, Model::Forest(_));
    let card = super::file::model_file(run)?.card;
    let entry = |key: &str, value: String| StringEntry { key: key.into(), value };
    let model = ModelProto {
        ir_version: IR_VERSION,
        producer_name: "pipette".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        doc_string: card.summary,
        graph: Some(GraphProto {
            node: graph.nodes,
            name: card.pipeline,
            initializer: graph.constants,
            input: inputs,
            output: outputs,
        }),
        opset_import: vec![
            OperatorSetId { domain: String::new(), version: OPSET },
            OperatorSetId { domain: ML.into(), version: if uses_trees { ML_OPSET_TREES } else { ML_OPSET } },
        ],
        metadata_props: vec![
            entry("run_id", card.run_id),
            entry("run_name", card.run_name),
            entry("estimator", card.estimator),
            entry("target", program.target.clone()),
            entry("trained", ended(run, "%Y-%m-%dT%H:%M:%SZ")),
            entry("dataset", card.dataset.map(|dataset| dataset.digest).unwrap_or_default()),
        ],
    };
    Ok(model.encode_to_vec())
}

/// A name that no input has.
fn free(name: &str, taken: &[&str]) -> Name {
    let mut name = name.to_owned();
    while taken.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// Gives our own tensors names that no column has.
fn rename(graph: &mut Graph, taken: &[&str], outputs: &[ValueInfo]) {
    let mut prefix = "t".to_owned();
    let starts = |name: &str, prefix: &str| {
        name.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    while taken.iter().any(|name| starts(name, &prefix)) {
        prefix.push('t');
    }
    if prefix == "t" {
        return;
    }
    let is_kept = |name: &str| outputs.iter().any(|output| output.name == name);
    let new = |name: &str| format!("{}{name}", &prefix[1..]);
    for node in &mut graph.nodes {
        let is_entrance = node.op_type == "Identity" && node.input.iter().all(|name| taken.contains(&name.as_str()));
        if !is_entrance {
            node.input.iter_mut().for_each(|name| *name = new(name));
        }
        node.output.iter_mut().filter(|name| !is_kept(name)).for_each(|name| *name = new(name));
    }
    graph.constants.iter_mut().for_each(|constant| constant.name = new(&constant.name));
}

/// What the model says, and for one that tells classes apart the probability of the second.
fn estimate(graph: &mut Graph, model: &Model, features: &str) -> (Name, Option<Name>) {
    match model {
        Model::Linear(model) => (weighted_sum(graph, &model.coef, model.intercept, features), None),
        Model::Logistic(model) => {
            let odds = weighted_sum(graph, &model.coef, model.intercept, features);
            let probability = graph.op("Sigmoid", &[&odds]);
            let [first, second] = model.classes;
            let scaled = graph.with("Mul", &probability, second - first);
            (graph.with("Add", &scaled, first), Some(probability))
        }
        Model::Constant(model) => {
            let zeros = vec![0.0; model.features.len()];
            (weighted_sum(graph, &zeros, model.value, features), None)
        }
        Model::Forest(model) => (forest(graph, model, features), None),
    }
}

/// `features · coef + intercept`, shape `[N, 1]`.
fn weighted_sum(graph: &mut Graph, coef: &[f64], intercept: f64, features: &str) -> Name {
    let weights = graph.constant(&[coef.len() as i64, 1], coef);
    let sum = graph.op("MatMul", &[features, &weights]);
    graph.with("Add", &sum, intercept)
}

/// The mean of the trees. A missing feature makes the prediction missing: a tree alone would send it right.
fn forest(graph: &mut Graph, model: &ForestModel, features: &str) -> Name {
    let mut nodes = Nodes::default();
    model.trees.iter().for_each(|tree| nodes.tree(tree));
    let Nodes { roots, feature, split, left, left_is_leaf, right, right_is_leaf, leaves } = nodes;
    let modes = proto::TensorProto {
        dims: vec![feature.len() as i64],
        data_type: data_type::UINT8,
        raw_data: Some(vec![0; feature.len()]),
        ..proto::TensorProto::default()
    };
    let attributes = vec![
        int("aggregate_function", 1),
        int("post_transform", 0),
        int("n_targets", 1),
        ints("tree_roots", roots),
        ints("nodes_featureids", feature),
        tensor("nodes_splits", doubles(&[split.len() as i64], &split)),
        tensor("nodes_modes", modes),
        ints("nodes_truenodeids", left),
        ints("nodes_trueleafs", left_is_leaf),
        ints("nodes_falsenodeids", right),
        ints("nodes_falseleafs", right_is_leaf),
        ints("leaf_targetids", vec![0; leaves.len()]),
        tensor("leaf_weights", doubles(&[leaves.len() as i64], &leaves)),
    ];
    let total = graph.node_of(ML, "TreeEnsemble", &[features], attributes);
    let mean = graph.with("Div", &total, model.trees.len() as f64);
    let nothing = weighted_sum(graph, &vec![0.0; model.features.len()], 0.0, features);
    graph.op("Add", &[&mean, &nothing])
}

/// Trees as `TreeEnsemble` lists them: splits and leaves apart.
#[derive(Default)]
struct Nodes {
    roots: Vec<i64>,
    feature: Vec<i64>,
    split: Vec<f64>,
    left: Vec<i64>,
    left_is_leaf: Vec<i64>,
    right: Vec<i64>,
    right_is_leaf: Vec<i64>,
    leaves: Vec<f64>,
}

impl Nodes {
    fn tree(&mut self, tree: &Tree) {
        let n_before = self.feature.len() as i64;
        let is_leaf = |node: usize| tree.right.get(node).is_none_or(|right| *right == 0);
        // Where each node of the tree stands among the splits or among the leaves.
        let (mut n_splits, mut n_leaves) = (n_before, self.leaves.len() as i64);
        let places: Vec<i64> = (0..tree.value.len())
            .map(|node| {
                let count = if is_leaf(node) { &mut n_leaves } else { &mut n_splits };
                *count += 1;
                *count - 1
            })
            .collect();
        let place = |node: usize| places.get(node).copied().unwrap_or(0);
        self.roots.push(n_before);
        for (node, value) in tree.value.iter().enumerate() {
            if is_leaf(node) {
                self.leaves.push(*value);
                continue;
            }
            let right = tree.right.get(node).copied().unwrap_or(0) as usize;
            self.split(
                tree.feature.get(node).copied().unwrap_or(0),
                *value,
                [node + 1, right].map(|child| (place(child), is_leaf(child))),
            );
        }
        // A tree of one leaf: a split whose sides are the same leaf.
        if is_leaf(0) {
            self.split(0, 0.0, [(place(0), true); 2]);
        }
    }

    fn split(&mut self, feature: u32, value: f64, [left, right]: [(i64, bool); 2]) {
        self.feature.push(i64::from(feature));
        self.split.push(value);
        self.left.push(left.0);
        self.left_is_leaf.push(i64::from(left.1));
        self.right.push(right.0);
        self.right_is_leaf.push(i64::from(right.1));
    }
}

fn value_info(name: &str, elem_type: i32) -> ValueInfo {
    let dim = vec![
        Dimension { value: Some(DimensionValue::Param("N".into())) },
        Dimension { value: Some(DimensionValue::Value(1)) },
    ];
    let tensor_type = Some(TensorType { elem_type, shape: Some(Shape { dim }) });
    ValueInfo { name: name.into(), r#type: Some(TypeProto { tensor_type }), doc_string: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::model::suite::trained;
    use crate::pipeline::StepOutput;

    #[test]
    fn inputs_keep_their_names_whatever_they_are() {
        let mut run = trained();
        let rename = |name: &mut String| *name = name.replace('x', "t3");
        let StepOutput::Train(training) = &mut run.outputs[0] else { panic!() };
        let mut text = serde_json::to_value(&training.features).unwrap().to_string();
        text = text.replace("\"x\"", "\"t3\"").replace("\"c\"", "\"prediction\"");
        training.features = serde_json::from_str(&text).unwrap();
        if let Model::Linear(model) = &mut training.summary.model {
            model.features.iter_mut().for_each(rename);
        }
        let model = ModelProto::decode(onnx(&run).unwrap().as_slice()).unwrap();
        let graph = model.graph.unwrap();
        let names = |list: &[ValueInfo]| list.iter().map(|value| value.name.clone()).collect::<Vec<_>>();
        assert_eq!(
            (names(&graph.input), names(&graph.output)),
            (vec!["t3".into(), "prediction".into()], vec!["prediction_".into()])
        );
        // Each tensor is made once, and before it is used.
        let mut made: Vec<&str> = graph.input.iter().map(|input| input.name.as_str()).collect();
        made.extend(graph.initializer.iter().map(|constant| constant.name.as_str()));
        for node in &graph.node {
            assert!(node.input.iter().all(|name| made.contains(&name.as_str())), "{node:?}");
            assert!(node.output.iter().all(|name| !made.contains(&name.as_str())), "{node:?}");
            made.extend(node.output.iter().map(String::as_str));
        }
    }
}
