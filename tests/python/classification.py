"""Logistic regression and what it is judged by in scikit-learn, written to tests/golden/classification.json: two targets of
tests/cases/mixed.csv, one of them rare, on test rows, training rows and folds, beside DummyClassifier.

    python tests/python/classification.py          # with pandas and scikit-learn 1.9.1
"""

import json
import os
import warnings

import numpy as np
import pandas as pd
import sklearn
from sklearn import metrics
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, train_test_split

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
NUMBERS = ["x1", "x3"]
# A metric that is 0 because nothing is predicted positive is meant so.
warnings.filterwarnings("ignore", category=sklearn.exceptions.UndefinedMetricWarning)

df = pd.read_csv(os.path.join(HERE, "cases", "mixed.csv"))
df["high"] = (df["y"] > 45).astype(int)
df["rare"] = (df["y"] > 70).astype(int)
df = df.dropna(subset=[*NUMBERS, "y"])


def judge(model, X, y):
    probability = model.predict_proba(X)[:, list(model.classes_).index(1)]
    predicted = model.predict(X)
    return {
        "accuracy": metrics.accuracy_score(y, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, predicted),
        "precision": metrics.precision_score(y, predicted),
        "recall": metrics.recall_score(y, predicted),
        "f1": metrics.f1_score(y, predicted),
        "log_loss": metrics.log_loss(y, probability, labels=[0, 1]),
        "roc_auc": metrics.roc_auc_score(y, probability),
        "confusion": metrics.confusion_matrix(y, predicted, labels=[0, 1]).tolist(),
    }


def finite(value):
    """None where a fold has none: JSON has no NaN."""
    return float(value) if np.isfinite(value) else None


def logistic():
    return LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-14, max_iter=10_000)


found = {"versions": {"scikit_learn": sklearn.__version__, "pandas": pd.__version__, "numpy": np.__version__}}
for target in ["high", "rare"]:
    X, y = df[NUMBERS], df[target]
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=42)
    model = logistic().fit(X_train, y_train)
    baseline = DummyClassifier(strategy="most_frequent").fit(X_train, y_train)
    folds = []
    for train, test in KFold(5, shuffle=True, random_state=42).split(X_train):
        fitted = logistic().fit(X_train.iloc[train], y_train.iloc[train])
        scores = judge(fitted, X_train.iloc[test], y_train.iloc[test])
        del scores["confusion"]
        folds.append(scores)
    found[target] = {
        "test": judge(model, X_test, y_test),
        "train": judge(model, X_train, y_train),
        "baseline": judge(baseline, X_test, y_test),
        "cv_mean": {name: finite(np.mean([fold[name] for fold in folds])) for name in folds[0]},
        "cv_sd": {name: finite(np.std([fold[name] for fold in folds], ddof=1)) for name in folds[0]},
    }

with open(os.path.join(HERE, "golden", "classification.json"), "w", encoding="utf-8") as file:
    json.dump(found, file, indent=1)
    file.write("\n")
