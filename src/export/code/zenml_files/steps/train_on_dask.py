from typing import Annotated, Any, Dict, Tuple

import mlflow
from sklearn.base import BaseEstimator
from zenml import ArtifactConfig, log_metadata, step
from zenml.client import Client
from zenml.enums import ArtifactType

from src.dask_engine import run

experiment_tracker = Client().active_stack.experiment_tracker


@step(experiment_tracker=experiment_tracker.name if experiment_tracker else None)
def train_on_dask(data_path: str, scheduler: str, block: int, data_digest: str, code_digest: str) -> Tuple[
    Annotated[BaseEstimator, ArtifactConfig(name="model", artifact_type=ArtifactType.MODEL)],
    Annotated[Dict[str, Any], "numbers"],
]:
    """The whole pipeline on the cluster. The digests make ZenML run it again when file or code have changed."""
    model, found = run(data_path, scheduler, block)
    if experiment_tracker:
        mlflow.log_metrics(found["metrics"])
    log_metadata(found["metrics"])
    return model, found
