#!/usr/bin/env python3
"""Writes tests/golden/sample.json: what pandas and scikit-learn say about data/olist_customers_dataset.csv.

    python3 -m venv target/venv && target/venv/bin/pip install pandas scikit-learn
    target/venv/bin/python tests/golden/make_sample.py

The steps are those of the course that Pipette follows: drop the dates, fill the product's dimensions with their medians,
keep numeric columns, drop two codes, split 80:20 with seed 42, fit LinearRegression.
"""

import json
import math
import platform
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn import metrics
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

ROOT = Path(__file__).parents[2]
DATES = [
    "order_approved_at",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
    "order_estimated_delivery_date",
    "order_purchase_timestamp",
]
DIMENSIONS = ["product_weight_g", "product_length_cm", "product_height_cm", "product_width_cm"]
CODES = ["customer_zip_code_prefix", "order_item_id"]
TARGET = "review_score"


def clean(table):
    table = table.drop(columns=DATES)
    for column in DIMENSIONS:
        table[column] = table[column].fillna(table[column].median())
    table["review_comment_message"] = table["review_comment_message"].fillna("No review")
    return table.select_dtypes(include=[np.number]).drop(columns=CODES)


def scores(y_true, y_pred, n_features):
    n, r2, mse = len(y_true), metrics.r2_score(y_true, y_pred), metrics.mean_squared_error(y_true, y_pred)
    return {
        "mse": mse,
        "rmse": math.sqrt(mse),
        "mae": metrics.mean_absolute_error(y_true, y_pred),
        "r2": r2,
        "adj_r2": 1 - (1 - r2) * (n - 1) / (n - n_features - 1),
        "medae": metrics.median_absolute_error(y_true, y_pred),
        "max_error": metrics.max_error(y_true, y_pred),
        "mape": metrics.mean_absolute_percentage_error(y_true, y_pred),
        "explained_variance": metrics.explained_variance_score(y_true, y_pred),
    }


def main():
    raw = pd.read_csv(ROOT / "data" / "olist_customers_dataset.csv")
    table = clean(raw)
    X, y = table.drop(columns=TARGET), table[TARGET]
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)
    model = LinearRegression().fit(X_train, y_train)
    predicted = model.predict(X_test)
    golden = {
        "file": "data/olist_customers_dataset.csv",
        "generator": "tests/golden/make_sample.py",
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pandas": pd.__version__,
            "scikit_learn": sklearn.__version__,
        },
        "rows": len(raw),
        "columns": len(raw.columns),
        "missing": {name: int(count) for name, count in raw.isna().sum().items() if count},
        "medians": {name: float(raw[name].median()) for name in DIMENSIONS},
        "features": list(X.columns),
        "target": TARGET,
        "n_train": len(X_train),
        "n_test": len(X_test),
        "coefficients": dict(zip(X.columns, model.coef_.tolist())),
        "intercept": float(model.intercept_),
        "metrics": {
            "train": scores(y_train, model.predict(X_train), X.shape[1]),
            "test": scores(y_test, predicted, X.shape[1]),
        },
        "first_train_rows": X_train.index[:10].tolist(),
        "first_test_rows": [
            {"row": int(row), "x": X_test.loc[row].tolist(), "y": int(y_test[row]), "predicted": float(p)}
            for row, p in zip(X_test.index[:10], predicted)
        ],
    }
    target = Path(__file__).with_name("sample.json")
    target.write_text(json.dumps(golden, indent=1) + "\n")
    print(f"{target.relative_to(ROOT)}: test R² {golden['metrics']['test']['r2']:.4f}")


if __name__ == "__main__":
    main()
