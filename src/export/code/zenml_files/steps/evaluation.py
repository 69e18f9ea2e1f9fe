from typing import Annotated, Any, Dict, Tuple

import mlflow
import pandas as pd
from sklearn.base import BaseEstimator
from zenml import log_metadata, step
from zenml.client import Client

from src.evaluation import coefficients, parts, scores
from src.model_dev import cross_validated

experiment_tracker = Client().active_stack.experiment_tracker


@step(experiment_tracker=experiment_tracker.name if experiment_tracker else None)
def evaluate_model(
    model: BaseEstimator,
    X_train: pd.DataFrame,
    X_test: pd.DataFrame,
    y_train: pd.Series,
    y_test: pd.Series,
@@PARAMETER@@) -> Tuple[Annotated[float, "@@FIRST@@"], Annotated[float, "@@SECOND@@"], Annotated[Dict[str, Any], "numbers"]]:
    """Judges the model on the rows held back, and on those it was trained on."""
    found = {}
    for part, X_part, y_part in parts(X_train, X_test, y_train, y_test):
        found.update((f"{part}.{name}", value) for name, value in scores(model, X_part, y_part).items())
    found.update(cross_validated(model, X_train, y_train, @@DF@@))
    if experiment_tracker:
        mlflow.log_metrics(found)
    log_metadata(found)
    first, second = (found.get(f"test.{name}", float("nan")) for name in ("@@FIRST@@", "@@SECOND@@"))
    return first, second, {"coef": coefficients(model, X_train), "metrics": found}
