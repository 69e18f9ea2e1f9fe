//! The pipeline as Python: what the page shows of each step, a script, a notebook, a ZenML project.

mod dask;
pub mod model;
mod notebook;
mod pieces;
pub mod python;
mod script;
pub(crate) mod sweep;
#[cfg(test)]
mod tests;
mod zenml;

pub use notebook::notebook;
pub use script::script;
pub use zenml::project;

use super::{Export, ExportGroup, ExportKind};

/// A Python script.
pub(super) const SCRIPT: Export = Export {
    kind: ExportKind::Script,
    name: "script",
    title: "Python script",
    group: ExportGroup::Code,
    takes_many: false,
    ending: ".py",
    media_type: "text/x-python",
    contains: "The pipeline as one Python file for pandas and scikit-learn. The data is not in it.",
    usage: &[
        "pip install pandas==3.1.1 scikit-learn==1.9.1",
        "python FILE data.csv",
        "python FILE data.csv --json numbers.json writes metrics and coefficients in full precision.",
    ],
};

/// A Jupyter notebook.
pub(super) const NOTEBOOK: Export = Export {
    kind: ExportKind::Notebook,
    name: "notebook",
    title: "Jupyter notebook",
    group: ExportGroup::Code,
    takes_many: false,
    ending: ".ipynb",
    media_type: "application/x-ipynb+json",
    contains: "The pipeline as a Jupyter notebook, a cell a rule with its sentence. The data is not in it.",
    usage: &[
        "Put the CSV file beside it.",
        "pip install pandas==3.1.1 scikit-learn==1.9.1 notebook",
        "jupyter notebook FILE",
    ],
};

/// A ZenML project.
pub(super) const ZENML: Export = Export {
    kind: ExportKind::Zenml,
    name: "zenml",
    title: "ZenML project",
    group: ExportGroup::Code,
    takes_many: false,
    ending: "-zenml.zip",
    media_type: "application/zip",
    contains: "The pipeline as a ZenML project, with MLflow tracking if wanted, and with Dask for what outgrows one machine. The data is not in it.",
    usage: &[
        "unzip FILE -d project && cd project && pip install -r req.txt && ./setup.sh",
        "Put the CSV file into data/, then: python run_pipeline.py",
        "On a cluster: python run_pipeline.py --engine dask --scheduler tcp://HOST:8786",
    ],
};
