from zenml import pipeline

from steps.clean_data import clean_df
from steps.config import ModelNameConfig
from steps.evaluation import evaluate_model
from steps.ingest_data import ingest_df
from steps.model_train import train_model


@pipeline(enable_cache=True)
def train_pipeline(data_path: str, data_digest: str, code_digest: str):
    """Ingest, clean, train, evaluate."""
    df = ingest_df(data_path, data_digest)
    @@PARTS@@ = clean_df(df, code_digest)
    model = train_model(@@TRAIN@@, config=ModelNameConfig())
    evaluate_model(model, @@ALL@@)
