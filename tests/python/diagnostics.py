"""Writes tests/golden/diagnostics.json: statsmodels' OLS where golden/estimators.json has nothing: without intercept, all
influence measures, a cloud smoothed by lowess.

Run from the repository's root, with statsmodels, scikit-learn and pandas installed: python tests/python/diagnostics.py
"""
import json

import numpy as np
import pandas as pd
import statsmodels
import statsmodels.api as sm
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from statsmodels.stats.outliers_influence import variance_inflation_factor
from statsmodels.stats.stattools import durbin_watson, jarque_bera, omni_normtest

df = pd.read_csv("tests/cases/mixed.csv")
names = ["x1", "x2", "x3", "k"]
train, _ = train_test_split(np.arange(300), test_size=.2, random_state=42)
T = df.iloc[train].reset_index(drop=True)
X, y = SimpleImputer(strategy="median").fit_transform(T[names]), T["y"].to_numpy()


def describe(X, y):
    o = sm.OLS(y, X).fit()
    influence = o.get_influence()
    jb, omnibus = jarque_bera(o.resid), omni_normtest(o.resid)
    cooks = influence.cooks_distance[0]
    largest = np.argsort(-cooks)[:10]
    return dict(params=o.params.tolist(), se=o.bse.tolist(), t=o.tvalues.tolist(), p=o.pvalues.tolist(), ci90=o.conf_int(0.1).tolist(),
                hc=[o.get_robustcov_results(h).bse.tolist() for h in ("HC0", "HC1", "HC2", "HC3")], r2=o.rsquared, adj_r2=o.rsquared_adj,
                f=o.fvalue, f_p=o.f_pvalue, llf=o.llf, aic=o.aic, bic=o.bic, ess=o.ess, durbin_watson=durbin_watson(o.resid), jarque_bera=list(map(float, jb)),
                omnibus=[float(omnibus[0]), float(omnibus[1])], condition_number=float(o.condition_number),
                vif=[float(variance_inflation_factor(X, j, standardize=False)) for j in range(X.shape[1])], largest=[int(train[i]) for i in largest],
                cooks=cooks[largest].tolist(), internal=influence.resid_studentized_internal[largest].tolist(),
                external=influence.resid_studentized_external[largest].tolist(), leverage=influence.hat_matrix_diag[largest].tolist(),
                dffits=influence.dffits[0][largest].tolist(), n_influential=int((cooks > 4 / len(y)).sum()))


fitted = sm.OLS(y, sm.add_constant(X)).fit()
smooth = sm.nonparametric.lowess(fitted.resid, fitted.fittedvalues, frac=2 / 3, it=3, delta=0.01 * np.ptp(fitted.fittedvalues))
json.dump(dict(statsmodels=statsmodels.__version__, numpy=np.__version__, with_intercept=describe(sm.add_constant(X), y), without_intercept=describe(X, y),
               lowess=smooth.tolist()), open("tests/golden/diagnostics.json", "w"), separators=(",", ":"))
