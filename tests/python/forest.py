"""Random forests of scikit-learn, written to tests/golden/forest.json: how well they predict two datasets, and what they
predict, with the parameters that tests/it/estimators_forest.rs uses.

    python tests/python/forest.py          # with pandas and scikit-learn 1.9.1
"""

import json
import os

import numpy as np
import pandas as pd
import sklearn
from sklearn.ensemble import RandomForestRegressor

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def mixed():
    df = pd.read_csv(os.path.join(HERE, "cases", "mixed.csv")).dropna(subset=["x1", "x2"])
    return df[["x1", "x2", "x3", "k"]], df["y"]


def friedman():
    """Friedman's first problem, from a generator that is easily written anywhere: 400 rows, 5 features that count, 2 not."""
    state, rows = 12345, []
    for _ in range(400):
        row = []
        for _ in range(8):
            state = (state * 1103515245 + 12345) % 2**31
            row.append((state >> 8) % 10000 / 10000)
        rows.append(row)
    a = np.array(rows)
    y = 10 * np.sin(np.pi * a[:, 0] * a[:, 1]) + 20 * (a[:, 2] - 0.5) ** 2 + 10 * a[:, 3] + 5 * a[:, 4] + a[:, 7]
    return pd.DataFrame(a[:, :7], columns=[f"f{j}" for j in range(7)]), pd.Series(y)


PARAMS = [
    {"n_estimators": 50, "max_depth": 8},
    {"n_estimators": 20, "max_depth": None, "min_samples_leaf": 3, "max_features": 0.5},
    {"n_estimators": 30, "max_depth": 5, "min_samples_split": 10, "random_state": 7},
]

found = {"versions": {"scikit_learn": sklearn.__version__, "numpy": np.__version__}, "cases": []}
for name, (X, y) in [("mixed", mixed()), ("friedman", friedman())]:
    is_test = np.arange(len(X)) % 4 == 3
    for params in PARAMS:
        model = RandomForestRegressor(**{"random_state": 42, **params}).fit(X[~is_test], y[~is_test])
        found["cases"].append(
            {
                "data": name,
                "params": params,
                "r2_test": model.score(X[is_test], y[is_test]),
                "r2_train": model.score(X[~is_test], y[~is_test]),
                "nodes": [int(tree.tree_.node_count) for tree in model.estimators_],
                "importances": model.feature_importances_.tolist(),
                "predictions": model.predict(X[is_test]).tolist(),
            }
        )

with open(os.path.join(HERE, "golden", "forest.json"), "w", encoding="utf-8") as file:
    json.dump(found, file, indent=1)
    file.write("\n")
