from typing import Annotated

import mlflow
import pandas as pd
from sklearn.base import BaseEstimator
from zenml import ArtifactConfig, step
from zenml.client import Client
from zenml.enums import ArtifactType

from src.model_dev import @@MODEL@@
from steps.config import ModelNameConfig

experiment_tracker = Client().active_stack.experiment_tracker


@step(experiment_tracker=experiment_tracker.name if experiment_tracker else None)
def train_model(
    X_train: pd.DataFrame,
    y_train: pd.Series,
@@PARAMETER@@    config: ModelNameConfig,
) -> Annotated[BaseEstimator, ArtifactConfig(name="model", artifact_type=ArtifactType.MODEL)]:
    """Fits the model; with the MLflow stack its settings and the model are logged."""
    if experiment_tracker:
        mlflow.sklearn.autolog()
        mlflow.set_tag("model_name", config.model_name)
    return @@MODEL@@().train(X_train, y_train@@DF@@)
