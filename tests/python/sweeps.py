"""Grid and random searches in scikit-learn, written to tests/golden/sweeps.json: what every candidate is judged by in every
fold (the mean squared error, unless it says otherwise), and the choice.

    python tests/python/sweeps.py          # with pandas and scikit-learn 1.9.1
"""

import json
import os

import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
NUMBERS = ["x1", "x2", "x3", "k"]
FOLDS = KFold(5, shuffle=True, random_state=42)

df = pd.read_csv(os.path.join(HERE, "cases", "mixed.csv")).dropna(subset=["color", *NUMBERS])
y = df["y"]


def search(model, grid, columns, n_iter=None):
    X_train, _, y_train, _ = train_test_split(df[columns], y, test_size=0.2, random_state=42)
    options = {"cv": FOLDS, "scoring": "neg_mean_squared_error"}
    if n_iter is None:
        found = GridSearchCV(model, grid, **options)
    else:
        found = RandomizedSearchCV(model, grid, n_iter=n_iter, random_state=3, **options)
    found.fit(X_train, y_train)
    results = found.cv_results_
    folds = np.array([-results[f"split{fold}_test_score"] for fold in range(5)]).T
    names = [{name.split("__")[-1]: value for name, value in params.items()} for params in results["params"]]
    return {"params": names, "mse": folds.tolist(), "best": int(found.best_index_)}


def encode():
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    return ColumnTransformer([("n", numbers, NUMBERS), ("c", OneHotEncoder(drop="first", sparse_output=False), ["color"])])


def scored(model, grid, columns, target, scoring):
    """The same by another metric; errors come back with their own sign."""
    X_train, _, y_train, _ = train_test_split(df[columns], target, test_size=0.2, random_state=42)
    found = GridSearchCV(model, grid, cv=FOLDS, scoring=scoring).fit(X_train, y_train)
    results, sign = found.cv_results_, -1 if scoring.startswith("neg_") else 1
    folds = np.array([sign * results[f"split{fold}_test_score"] for fold in range(5)]).T
    return {"params": results["params"], "scores": folds.tolist(), "best": int(found.best_index_)}


# Above the middle or not: two classes that the first two columns tell apart only roughly.
high = (df["y"] > 45).astype(int)
SCORINGS = {
    "numbers": {
        "mae": "neg_mean_absolute_error",
        "rmse": "neg_root_mean_squared_error",
        "medae": "neg_median_absolute_error",
        "r2": "r2",
        "explained_variance": "explained_variance",
    },
    "classes": {
        "accuracy": "accuracy",
        "balanced_accuracy": "balanced_accuracy",
        "f1": "f1",
        "log_loss": "neg_log_loss",
        "roc_auc": "roc_auc",
    },
}
EXACT = {"tol": 1e-14, "max_iter": 1_000_000}
found = {
    "versions": {"scikit_learn": sklearn.__version__, "pandas": pd.__version__, "numpy": np.__version__},
    "ridge": search(Ridge(), {"alpha": [0.01, 1.0, 100.0, 10000.0], "fit_intercept": [True, False]}, NUMBERS),
    "linear": search(LinearRegression(tol=1e-12), {}, NUMBERS),
    "net": search(ElasticNet(**EXACT), {"alpha": [0.01, 0.1, 1.0], "l1_ratio": [0.2, 0.8]}, NUMBERS),
    "encoded": search(
        make_pipeline(encode(), Lasso(**EXACT)), {"lasso__alpha": [0.001, 0.1, 10.0]}, [*NUMBERS, "color"]
    ),
    "degrees": search(
        make_pipeline(StandardScaler(), PolynomialFeatures(include_bias=False), Ridge()),
        {"polynomialfeatures__degree": [1, 2, 3], "ridge__alpha": [0.01, 1.0, 100.0]},
        NUMBERS,
    ),
    "strategies": search(
        make_pipeline(
            ColumnTransformer([("c", OneHotEncoder(sparse_output=False), ["color"])], remainder="passthrough"),
            SimpleImputer(),
            Lasso(**EXACT),
        ),
        {"columntransformer__c__drop": [None, "first"], "lasso__alpha": [0.001, 0.1]},
        [*NUMBERS, "color"],
    ),
    "random": search(
        Ridge(), {"alpha": [float(2**i) for i in range(20)], "fit_intercept": [True, False]}, NUMBERS, n_iter=7
    ),
    "numbers": {
        name: scored(Ridge(), {"alpha": [0.01, 100.0, 10000.0]}, NUMBERS, y, scoring)
        for name, scoring in SCORINGS["numbers"].items()
    },
    "classes": {
        name: scored(
            LogisticRegression(solver="newton-cholesky", tol=1e-14, max_iter=10_000),
            {"C": [1e-6, 1e-3, 1.0]},
            ["x1", "x3"],
            high,
            scoring,
        )
        for name, scoring in SCORINGS["classes"].items()
    },
}

with open(os.path.join(HERE, "golden", "sweeps.json"), "w", encoding="utf-8") as file:
    json.dump(found, file, indent=1)
    file.write("\n")
