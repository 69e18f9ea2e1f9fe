//! A graph under construction: nodes in order, constants once each.

use std::collections::HashMap;

use super::proto::{AttributeProto, NodeProto, TensorProto, attribute_type, data_type};

/// The name of a tensor.
pub(super) type Name = String;

#[derive(Debug, Default)]
pub(super) struct Graph {
    pub nodes: Vec<NodeProto>,
    pub constants: Vec<TensorProto>,
    /// The tensors that hold texts.
    pub texts: Vec<Name>,
    known: HashMap<(Vec<i64>, Vec<u64>), Name>,
    count: usize,
}

pub(super) fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto { name: name.into(), i: Some(value), r#type: attribute_type::INT, ..AttributeProto::default() }
}

pub(super) fn ints(name: &str, values: Vec<i64>) -> AttributeProto {
    AttributeProto { name: name.into(), ints: values, r#type: attribute_type::INTS, ..AttributeProto::default() }
}

pub(super) fn strings(name: &str, values: &[String]) -> AttributeProto {
    let strings = values.iter().map(|value| value.as_bytes().to_vec()).collect();
    AttributeProto { name: name.into(), strings, r#type: attribute_type::STRINGS, ..AttributeProto::default() }
}

pub(super) fn tensor(name: &str, value: TensorProto) -> AttributeProto {
    AttributeProto { name: name.into(), t: Some(value), r#type: attribute_type::TENSOR, ..AttributeProto::default() }
}

/// A tensor of doubles, little-endian as the format asks.
pub(super) fn doubles(dims: &[i64], values: &[f64]) -> TensorProto {
    let raw_data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    TensorProto {
        dims: dims.to_vec(),
        data_type: data_type::DOUBLE,
        raw_data: Some(raw_data),
        ..TensorProto::default()
    }
}

impl Graph {
    /// A name that nothing else has.
    fn fresh(&mut self) -> Name {
        self.count += 1;
        format!("t{}", self.count)
    }

    /// Appends a node of one output.
    pub(super) fn node(&mut self, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> Name {
        self.node_of("", op, inputs, attributes)
    }

    /// The same of another domain, such as `ai.onnx.ml`.
    pub(super) fn node_of(&mut self, domain: &str, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> Name {
        let output = self.fresh();
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|input| (*input).to_owned()).collect(),
            output: vec![output.clone()],
            op_type: op.into(),
            attribute: attributes,
            domain: domain.into(),
        });
        output
    }

    pub(super) fn op(&mut self, op: &str, inputs: &[&str]) -> Name {
        self.node(op, inputs, Vec::new())
    }

    /// A constant of doubles.
    pub(super) fn constant(&mut self, dims: &[i64], values: &[f64]) -> Name {
        let key = (dims.to_vec(), values.iter().map(|value| value.to_bits()).collect());
        if let Some(name) = self.known.get(&key) {
            return name.clone();
        }
        let name = self.fresh();
        self.constants.push(TensorProto { name: name.clone(), ..doubles(dims, values) });
        self.known.insert(key, name.clone());
        name
    }

    /// A number, shape `[1, 1]`: one for all rows.
    pub(super) fn number(&mut self, value: f64) -> Name {
        self.constant(&[1, 1], &[value])
    }

    /// A row of numbers, shape `[1, n]`.
    pub(super) fn row(&mut self, values: &[f64]) -> Name {
        self.constant(&[1, values.len() as i64], values)
    }

    /// A constant of whole numbers.
    pub(super) fn whole(&mut self, dims: &[i64], values: &[i64]) -> Name {
        let name = self.fresh();
        let raw_data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constants.push(TensorProto {
            name: name.clone(),
            dims: dims.to_vec(),
            data_type: data_type::INT64,
            raw_data: Some(raw_data),
            ..TensorProto::default()
        });
        name
    }

    /// A constant text, shape `[1, 1]`.
    pub(super) fn text(&mut self, value: &str) -> Name {
        let name = self.fresh();
        self.constants.push(TensorProto {
            name: name.clone(),
            dims: vec![1, 1],
            data_type: data_type::STRING,
            string_data: vec![value.as_bytes().to_vec()],
            ..TensorProto::default()
        });
        name
    }

    /// An operation with a number.
    pub(super) fn with(&mut self, op: &str, x: &str, value: f64) -> Name {
        let value = self.number(value);
        self.op(op, &[x, &value])
    }

    pub(super) fn cast(&mut self, x: &str, to: i32) -> Name {
        self.node("Cast", &[x], vec![int("to", i64::from(to))])
    }

    /// Some of the columns of a matrix.
    pub(super) fn columns(&mut self, x: &str, which: &[i64]) -> Name {
        let places = self.whole(&[which.len() as i64], which);
        self.node("Gather", &[x, &places], vec![int("axis", 1)])
    }

    /// `x` where `condition`, else `y`.
    pub(super) fn choose(&mut self, condition: &str, x: &str, y: &str) -> Name {
        self.op("Where", &[condition, x, y])
    }

    /// `y` where `x` is there, else missing.
    pub(super) fn keep_missing(&mut self, x: &str, y: &str) -> Name {
        let is_missing = self.op("IsNaN", &[x]);
        let missing = self.number(f64::NAN);
        self.choose(&is_missing, &missing, y)
    }
}
