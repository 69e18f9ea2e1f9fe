//! Python values as a pickle of protocol 4, by its opcodes (Python's `pickletools` describes them).

use super::value::Py;

/// A pickle of the value.
pub(super) fn pickle(value: &Py) -> Vec<u8> {
    let mut writer = Writer { bytes: vec![0x80, 4] };
    writer.value(value);
    writer.bytes.push(b'.');
    writer.bytes
}

struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn code(&mut self, code: u8) {
        self.bytes.push(code);
    }

    fn global(&mut self, module: &str, name: &str) {
        self.bytes.extend(format!("c{module}\n{name}\n").bytes());
    }

    fn text(&mut self, text: &str) {
        self.code(b'X');
        self.bytes.extend((text.len() as u32).to_le_bytes());
        self.bytes.extend(text.bytes());
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.code(b'B');
        self.bytes.extend((bytes.len() as u32).to_le_bytes());
        self.bytes.extend(bytes);
    }

    fn int(&mut self, value: i64) {
        match i32::try_from(value) {
            Ok(value) => {
                self.code(b'J');
                self.bytes.extend(value.to_le_bytes());
            }
            Err(_) => {
                self.bytes.extend([0x8a, 8]);
                self.bytes.extend(value.to_le_bytes());
            }
        }
    }

    fn items<'a>(&mut self, values: impl Iterator<Item = &'a Py>, end: u8) {
        self.code(b'(');
        values.for_each(|value| self.value(value));
        self.code(end);
    }

    fn value(&mut self, value: &Py) {
        match value {
            Py::None => self.code(b'N'),
            Py::Bool(value) => self.code(if *value { 0x88 } else { 0x89 }),
            Py::Int(value) => self.int(*value),
            Py::Float(value) => {
                self.code(b'G');
                self.bytes.extend(value.to_be_bytes());
            }
            Py::Str(text) => self.text(text),
            Py::List(values) => {
                self.code(b']');
                self.items(values.iter(), b'e');
            }
            Py::Tuple(values) => self.items(values.iter(), b't'),
            Py::Dict(pairs) => {
                self.code(b'}');
                self.items(pairs.iter().flat_map(|(key, value)| [key, value]), b'u');
            }
            Py::Doubles { shape, values } => {
                let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                self.array(shape, "f8", |writer| writer.raw(&bytes));
            }
            Py::Ints(values) => {
                let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                self.array(&[values.len()], "i8", |writer| writer.raw(&bytes));
            }
            Py::Objects(values) => {
                self.array(&[values.len()], "O8", |writer| {
                    writer.code(b']');
                    writer.items(values.iter(), b'e');
                });
            }
            Py::Type { module, name } | Py::Function { module, name } => self.global(module, name),
            Py::DType { is_object } => self.dtype(if *is_object { "O8" } else { "f8" }),
            Py::Slice(start, stop) => {
                self.global("builtins", "slice");
                self.int(*start as i64);
                self.int(*stop as i64);
                self.bytes.extend(b"N\x87R");
            }
            Py::Object { module, class, state } => {
                self.global(module, class);
                self.bytes.extend(b")\x81}(");
                for (key, value) in state {
                    self.text(key);
                    self.value(value);
                }
                self.bytes.extend(b"ub");
            }
        }
    }

    /// `numpy.dtype(code, False, True)`, then its state.
    fn dtype(&mut self, code: &str) {
        let is_object = code == "O8";
        self.global("numpy", "dtype");
        self.text(code);
        self.bytes.extend(b"\x89\x88\x87R(");
        self.int(3);
        self.text(if is_object { "|" } else { "<" });
        self.bytes.extend(b"NNN");
        self.int(-1);
        self.int(-1);
        self.int(if is_object { 63 } else { 0 });
        self.bytes.extend(b"tb");
    }

    /// `numpy.core.multiarray._reconstruct(numpy.ndarray, (0,), b"b")`, then its state: version, shape, dtype, order, cells.
    fn array(&mut self, shape: &[usize], dtype: &str, cells: impl FnOnce(&mut Self)) {
        self.global("numpy.core.multiarray", "_reconstruct");
        self.global("numpy", "ndarray");
        self.int(0);
        self.code(0x85);
        self.raw(b"b");
        self.bytes.extend(b"\x87R(");
        self.int(1);
        self.code(b'(');
        shape.iter().for_each(|n| self.int(*n as i64));
        self.code(b't');
        self.dtype(dtype);
        self.code(0x89);
        cells(self);
        self.bytes.extend(b"tb");
    }
}
