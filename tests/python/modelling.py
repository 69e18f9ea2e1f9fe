"""Whole pipelines in scikit-learn, written to tests/golden/modelling.json: encoders fitted on training rows, folds that
fit everything anew, a transformed target.

    python tests/python/modelling.py          # with pandas and scikit-learn 1.9.1
"""

import json
import os

import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Lasso, LinearRegression, Ridge
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import KFold, cross_validate, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
NUMBERS = ["x1", "x2", "x3", "k"]

df = pd.read_csv(os.path.join(HERE, "cases", "mixed.csv")).dropna(subset=["color"])
X, y = df[[*NUMBERS, "color"]], df["y"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)


def encode():
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    return ColumnTransformer([("n", numbers, NUMBERS), ("c", OneHotEncoder(drop="first", sparse_output=False), ["color"])])


MODELS = {
    "ols": make_pipeline(encode(), LinearRegression(tol=1e-12)),
    "ridge": make_pipeline(encode(), Ridge(alpha=10.0)),
    "lasso": make_pipeline(encode(), Lasso(alpha=0.1, tol=1e-14, max_iter=1_000_000)),
    "log1p": TransformedTargetRegressor(make_pipeline(encode(), LinearRegression(tol=1e-12)), func=np.log1p, inverse_func=np.expm1),
}
SCORES = {"r2": "r2", "mse": "neg_mean_squared_error", "mae": "neg_mean_absolute_error"}

found = {"versions": {"scikit_learn": sklearn.__version__, "pandas": pd.__version__, "numpy": np.__version__}}
for name, model in MODELS.items():
    predicted = model.fit(X_train, y_train).predict(X_test)
    folds = KFold(5, shuffle=True, random_state=42)
    cv = cross_validate(model, X_train, y_train, cv=folds, scoring=SCORES)
    found[name] = {
        "test": {
            "r2": r2_score(y_test, predicted),
            "mse": mean_squared_error(y_test, predicted),
            "mae": mean_absolute_error(y_test, predicted),
        },
        "cv": {metric: float(np.mean(np.abs(cv[f"test_{metric}"]) if metric != "r2" else cv[f"test_{metric}"])) for metric in SCORES},
    }

with open(os.path.join(HERE, "golden", "modelling.json"), "w", encoding="utf-8") as file:
    json.dump(found, file, indent=1)
    file.write("\n")
