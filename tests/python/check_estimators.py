"""Runs the Python that each estimator shows (tests/golden/estimators_python.json) and compares its model with ours.

Run from the repository's root: python tests/python/check_estimators.py
"""

import json
import sys
import warnings

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
data = json.load(open("tests/golden/iterative.json"))
X_train = pd.DataFrame({f"x{j}": column for j, column in enumerate(data["x"])})
df = X_train.assign(**{'w "1"': [1.0 + i % 4 for i in range(len(X_train))]})
worst = 0.0
for entry in json.load(open("tests/golden/estimators_python.json")):
    name = entry["spec"]["estimator"]
    y_train = pd.Series(data["label" if name == "logistic_regression" else "y"])
    names = {"X_train": X_train, "y_train": y_train, "df": df}
    exec(entry["python"], names)
    model = names["model"]
    if name == "dummy_regressor":
        found, expected = np.ravel(model.constant_), np.array([entry["intercept"]])
    elif name == "random_forest_regressor":
        found, expected = model.feature_importances_, np.array(entry["importances"])
    else:
        coef = pd.Series(np.ravel(model.coef_), index=model.feature_names_in_).reindex(X_train.columns, fill_value=0.0)
        found, expected = np.append(coef, model.intercept_), np.array(entry["coef"] + [entry["intercept"]])
    error = np.abs(found - expected).max() / np.abs(expected).max()
    # A forest's ties may be parted otherwise.
    # scikit-learn's L-BFGS for Huber stops at about 1e-3 of the coefficients; lasso's dual gap at 1e-12 leaves 1e-6.
    limit = {"huber_regressor": 1e-2, "random_forest_regressor": 2e-2, "lasso": 1e-6, "elastic_net": 1e-6, "quantile_regressor": 1e-7}.get(name, 1e-9)
    print(f"{'ok ' if error <= limit else 'BAD'} {error:8.1e} {json.dumps(entry['spec'])}")
    worst = max(worst, error / limit)
sys.exit(int(worst > 1))
