//! Python values: what a fitted scikit-learn object consists of.

/// A value that both file formats can hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Py {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    List(Vec<Py>),
    Tuple(Vec<Py>),
    Dict(Vec<(Py, Py)>),
    /// A numpy array of doubles.
    Doubles {
        shape: Vec<usize>,
        values: Vec<f64>,
    },
    /// A numpy array of whole numbers, of one dimension.
    Ints(Vec<i64>),
    /// A numpy array of objects, of one dimension.
    Objects(Vec<Py>),
    /// A class.
    Type {
        module: &'static str,
        name: &'static str,
    },
    /// A function, by its name.
    Function {
        module: &'static str,
        name: &'static str,
    },
    /// numpy's dtype of doubles or of objects.
    DType {
        is_object: bool,
    },
    Slice(usize, usize),
    /// An object with what its `__dict__` holds.
    Object {
        module: &'static str,
        class: &'static str,
        state: Vec<(&'static str, Py)>,
    },
}

impl Py {
    pub(super) fn text(text: &str) -> Self {
        Self::Str(text.to_owned())
    }

    pub(super) fn doubles(values: Vec<f64>) -> Self {
        Self::Doubles { shape: vec![values.len()], values }
    }

    pub(super) fn count(n: usize) -> Self {
        Self::Int(n as i64)
    }

    pub(super) fn texts(texts: &[String]) -> Self {
        Self::Objects(texts.iter().map(|text| Self::text(text)).collect())
    }
}
