//! Python values as a skops file: a ZIP of a tree of typed nodes and one `.npy` file an array. It holds no code.

use serde_json::{Map, Value, json};

use super::value::Py;
use crate::export::{ExportError, ExportFile, archive};

/// The version of skops whose files these are.
const SKOPS: &str = "0.16.0";
const PROTOCOL: u32 = 2;

/// The value as a skops file.
///
/// # Errors
/// More than a ZIP can hold.
pub(super) fn skops(value: &Py) -> Result<Vec<u8>, ExportError> {
    let mut writer = Writer::default();
    let mut root = writer.node(value);
    if let Some(map) = root.as_object_mut() {
        map.insert("protocol".into(), PROTOCOL.into());
        map.insert("_skops_version".into(), SKOPS.into());
    }
    writer.files.push(ExportFile::new("schema.json", serde_json::to_vec(&root)?));
    archive::zip(&writer.files)
}

#[derive(Default)]
struct Writer {
    files: Vec<ExportFile>,
    last_id: usize,
}

impl Writer {
    fn id(&mut self) -> usize {
        self.last_id += 1;
        self.last_id
    }

    /// A node of a class, with its own fields.
    fn typed(&mut self, module: &str, class: &str, loader: &str, fields: Value) -> Value {
        let mut node = json!({ "__class__": class, "__module__": module, "__loader__": loader, "__id__": self.id() });
        if let (Some(node), Value::Object(fields)) = (node.as_object_mut(), fields) {
            node.extend(fields);
        }
        node
    }

    fn json(&mut self, text: String) -> Value {
        self.typed("builtins", "str", "JsonNode", json!({ "content": text, "is_json": true }))
    }

    fn list(&mut self, class: &str, loader: &str, values: &[Py]) -> Value {
        let content: Vec<Value> = values.iter().map(|value| self.node(value)).collect();
        self.typed("builtins", class, loader, json!({ "content": content }))
    }

    /// An array in a file of its own.
    fn array(&mut self, descr: &str, shape: &[usize], bytes: Vec<u8>) -> Value {
        let file = format!("{}.npy", self.last_id + 1);
        self.files.push(ExportFile::new(file.clone(), npy(descr, shape, bytes)));
        self.typed("numpy", "ndarray", "NdArrayNode", json!({ "type": "numpy", "file": file }))
    }

    fn dict(&mut self, pairs: Vec<(String, &'static str, Value)>) -> Value {
        let kinds: Vec<Value> =
            pairs.iter().map(|(_, kind, _)| self.typed("builtins", kind, "TypeNode", json!({}))).collect();
        let kinds = self.typed("builtins", "list", "ListNode", json!({ "content": kinds }));
        let content: Map<String, Value> = pairs.into_iter().map(|(key, _, value)| (key, value)).collect();
        self.typed("builtins", "dict", "DictNode", json!({ "content": content, "key_types": kinds }))
    }

    fn node(&mut self, value: &Py) -> Value {
        match value {
            Py::None => self.json("null".into()),
            Py::Bool(value) => self.json(value.to_string()),
            Py::Int(value) => self.json(value.to_string()),
            Py::Float(value) if value.is_nan() => self.json("NaN".into()),
            // With a point, so that it stays a float.
            Py::Float(value) => self.json(format!("{value:?}")),
            Py::Str(text) => self.json(Value::from(text.as_str()).to_string()),
            Py::List(values) => self.list("list", "ListNode", values),
            Py::Tuple(values) => self.list("tuple", "TupleNode", values),
            Py::Dict(pairs) => {
                let written = pairs.iter().map(|(key, value)| match key {
                    Py::Int(key) => (key.to_string(), "int", self.node(value)),
                    Py::Str(key) => (key.clone(), "str", self.node(value)),
                    _ => (String::new(), "str", self.node(value)),
                });
                let written = written.collect();
                self.dict(written)
            }
            Py::Doubles { shape, values } => {
                self.array("<f8", shape, values.iter().flat_map(|value| value.to_le_bytes()).collect())
            }
            Py::Ints(values) => {
                self.array("<i8", &[values.len()], values.iter().flat_map(|value| value.to_le_bytes()).collect())
            }
            Py::Objects(values) => {
                let content: Vec<Value> = values.iter().map(|value| self.node(value)).collect();
                let shape = self.node(&Py::Tuple(vec![Py::count(values.len())]));
                let fields = json!({ "content": content, "type": "json", "shape": shape });
                self.typed("numpy", "ndarray", "NdArrayNode", fields)
            }
            Py::Type { module, name } => self.typed(module, name, "TypeNode", json!({})),
            Py::Function { module, name } => self.typed(module, name, "FunctionNode", json!({})),
            Py::DType { is_object } => {
                let content =
                    if *is_object { self.node(&Py::Objects(Vec::new())) } else { self.array("<f8", &[0], Vec::new()) };
                self.typed("numpy", "dtype", "DTypeNode", json!({ "content": content }))
            }
            Py::Slice(start, stop) => {
                let content = json!({ "start": start, "stop": stop, "step": null });
                self.typed("builtins", "slice", "SliceNode", json!({ "content": content }))
            }
            Py::Object { module, class, state } => {
                let pairs = state.iter().map(|(key, value)| ((*key).to_owned(), "str", self.node(value))).collect();
                let content = self.dict(pairs);
                self.typed(module, class, "ObjectNode", json!({ "content": content }))
            }
        }
    }
}

/// numpy's file format, version 1.
fn npy(descr: &str, shape: &[usize], bytes: Vec<u8>) -> Vec<u8> {
    let shape: String = shape.iter().map(|n| format!("{n}, ")).collect();
    let mut head = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
    // The data begins at a multiple of 64 bytes.
    while (10 + head.len() + 1) % 64 != 0 {
        head.push(' ');
    }
    head.push('\n');
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((head.len() as u16).to_le_bytes());
    file.extend(head.bytes());
    file.extend(bytes);
    file
}
