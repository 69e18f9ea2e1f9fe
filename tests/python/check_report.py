"""Runs the Python that a report and a cross-validation show (`RegressionReport::python`, `cross_validation_python`) on the case of the tests, and checks a few of its numbers
against golden/estimators.json and golden/reports.json. The code's text is held by tests/golden/report.py, report_wls.py,
report_logit.py and cross_validation.py, which tests compare with what the core writes.

Run from the repository's root, with statsmodels installed: python tests/python/check_report.py
"""
import json

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split

df = pd.read_csv("tests/cases/mixed.csv")
names = ["x1", "x2", "x3", "k"]
train, _ = train_test_split(np.arange(300), test_size=.2, random_state=42)
X_train = SimpleImputer(strategy="median").fit_transform(df.iloc[train][names])
y_train = df["y"].to_numpy()[train]
scope = dict(X_train=X_train, y_train=y_train)
exec(open("tests/golden/report.py").read(), scope)
golden = json.load(open("tests/golden/estimators.json"))["statsmodels_ols"]
np.testing.assert_allclose(scope["ols"].params, golden["params"], rtol=1e-9)
np.testing.assert_allclose(scope["ols"].get_robustcov_results("HC3").bse, golden["robust_std_err"]["HC3"], rtol=1e-9)
frame = pd.DataFrame(X_train, columns=names)
exec(open("tests/golden/report.py").read(), dict(X_train=frame, y_train=y_train))

reports = json.load(open("tests/golden/reports.json"))
weights = 0.25 + (train * 7 % 11) / 4
for X in [X_train, frame]:
    scope = dict(X_train=X, y_train=y_train, w_train=weights)
    exec(open("tests/golden/report_wls.py").read(), scope)
    expected = reports["wls"]["with_intercept"]
    np.testing.assert_allclose(scope["wls"].bse, expected["se"], rtol=1e-9)
    np.testing.assert_allclose([1 / (1 - other.rsquared) for other in scope["others"]], expected["vif"], rtol=1e-9)
    scope = dict(X_train=X, y_train=pd.Series(y_train > 45) if X is frame else (y_train > 45).astype(int))
    exec(open("tests/golden/report_logit.py").read(), scope)
    expected = reports["logit"]["with_intercept"]
    np.testing.assert_allclose(scope["logit"].bse, expected["se"], rtol=1e-9)
    # The constant alone is fitted to eight digits by default.
    np.testing.assert_allclose(scope["logit"].llr_pvalue, expected["llr_p"], rtol=1e-7)

from sklearn.linear_model import LinearRegression

scope = dict(X_train=X_train, y_train=y_train, model=LinearRegression())
exec(open("tests/golden/cross_validation.py").read(), scope)
expected = json.load(open("tests/golden/estimators.json"))["cross_val_score"]["kfold_shuffle42_r2"]
np.testing.assert_allclose(scope["scores"]["test_r2"], expected, rtol=1e-9)
print("the report's Python gives the report's numbers, from arrays and from frames")
