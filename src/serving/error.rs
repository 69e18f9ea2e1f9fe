//! Why a request has no prediction, in MLflow's words.

use serde_json::json;
use thiserror::Error;

use super::server::Response;

/// What follows where an old client may be asking.
const PROTOCOL_CHANGED: &str = "IMPORTANT: The MLflow Model scoring protocol has changed in MLflow version 2.0. If you are seeing this error, you are likely using an outdated scoring request format. To resolve the error, either update your request format or adjust your MLflow Model's requirements file to specify an older version of MLflow (for example, change the 'mlflow' requirement specifier to 'mlflow==1.30.0'). If you are making a request using the MLflow client (e.g. via `mlflow.pyfunc.spark_udf()`), upgrade your MLflow client to a version >= 2.0 in order to use the new request format. For more information about the updated MLflow Model scoring protocol in MLflow 2.0, see https://mlflow.org/docs/latest/models.html#deploy-mlflow-models.";

/// MLflow lists the keys in any order.
pub(super) const INPUT_FORMAT: &str = "The input must be a JSON dictionary with exactly one of the input fields {'dataframe_split', 'instances', 'dataframe_records', 'inputs'}";

/// Why a request was refused. Each is an HTTP answer (`response`).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScoringError {
    #[error("Not Found")]
    NotFound,

    #[error("Method Not Allowed")]
    Method,

    #[error("The scoring server only supports UTF-8")]
    Charset,

    #[error("Unrecognized content type parameters: {0}. {PROTOCOL_CHANGED}")]
    Parameters(String),

    #[error(
        "This predictor only supports the following content types: Types: ['text/csv', 'application/json', 'application/vnd.apache.parquet']. Got '{0}'."
    )]
    ContentType(String),

    /// MLflow takes it; a tab would need megabytes for it.
    #[error("Parquet cannot be read here. Send text/csv or application/json.")]
    Parquet,

    /// What is asked cannot be read.
    #[error("{0}")]
    Input(String),

    #[error("{INPUT_FORMAT}. Received dictionary with input fields: [{0}]. {PROTOCOL_CHANGED}")]
    Fields(String),

    #[error(
        "Failed to parse input as a Pandas DataFrame. Ensure that the input is a valid CSV-formatted Pandas DataFrame produced using the `pandas.DataFrame.to_csv()` method. Error: '{0}'"
    )]
    Csv(String),

    #[error(
        "Invalid input. Data is not compatible with model signature. Failed to convert column {column} to type '{to}'. Error: '{error}'"
    )]
    Conversion { column: String, to: &'static str, error: String },

    #[error(
        "Failed to predict data '{data}'. \nError: Failed to enforce schema of data '{data}' with schema '{schema}'. Error: {error}"
    )]
    Schema { data: String, schema: String, error: String },

    /// The model could not take a cell; `0` says which and why.
    #[error(
        "Encountered an unexpected error while evaluating the model. Verify that the serialized input Dataframe is compatible with the model for inference."
    )]
    Model(String),

    /// Nothing is deployed under this name.
    #[error("{0}")]
    NoModel(String),
}

impl ScoringError {
    /// The answer to whoever asked.
    #[must_use]
    pub fn response(&self) -> Response {
        let words = self.to_string();
        let bad = json!({ "error_code": "BAD_REQUEST", "message": words, "sqlstate": "KAM00", "error_class": "INVALID_PARAMETER_VALUE" });
        let with_trace = |trace: &str| {
            let mut bad = bad.clone();
            bad["stack_trace"] = trace.into();
            Response::json(400, &bad)
        };
        match self {
            Self::NotFound => Response::json(404, &json!({ "detail": words })),
            Self::Method => Response::json(405, &json!({ "detail": words })),
            Self::Charset | Self::Parameters(_) | Self::ContentType(_) | Self::Parquet => Response::text(415, words),
            Self::NoModel(_) => {
                Response::json(404, &json!({ "error_code": "RESOURCE_DOES_NOT_EXIST", "message": words }))
            }
            Self::Input(_) | Self::Fields(_) | Self::Conversion { .. } => Response::json(400, &bad),
            Self::Csv(error) => with_trace(error),
            Self::Model(reason) => with_trace(reason),
            Self::Schema { .. } => Response::json(
                400,
                &json!({
                    "error_code": "INVALID_PARAMETER_VALUE",
                    "message": words,
                    "sqlstate": "KAM01",
                    "error_class": "SCHEMA_ENFORCEMENT_FAILED",
                }),
            ),
        }
    }
}
