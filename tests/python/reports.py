"""Writes tests/golden/reports.json: statsmodels' WLS (with and without intercept, and with rows of weight 0) and Logit (with
and without intercept, and a rare class), on the training rows of tests/cases/mixed.csv.

Run from the repository's root, with statsmodels, scikit-learn and pandas installed: python tests/python/reports.py
"""
import json
import warnings

import numpy as np
import pandas as pd
import statsmodels
import statsmodels.api as sm
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from statsmodels.stats.diagnostic import het_breuschpagan
from statsmodels.stats.stattools import durbin_watson, jarque_bera, omni_normtest

df = pd.read_csv("tests/cases/mixed.csv")
names = ["x1", "x2", "x3", "k"]
train, _ = train_test_split(np.arange(300), test_size=.2, random_state=42)
T = df.iloc[train].reset_index(drop=True)
X, y = SimpleImputer(strategy="median").fit_transform(T[names]), T["y"].to_numpy()
# By the row of the file: from a quarter to two and three quarters.
weights = 0.25 + (train * 7 % 11) / 4
some_zero = np.where(train % 13 == 0, 0.0, weights)


def finite(value):
    return float(value) if np.isfinite(value) else None


def wls(X, w, first):
    o = sm.WLS(y, X, weights=w).fit()
    # statsmodels' influence is of least squares: of the rows scaled by √w it is what it is of rows elsewhere.
    influence = sm.OLS(o.model.wendog, o.model.wexog).fit().get_influence()
    jb, omnibus = jarque_bera(o.wresid), omni_normtest(o.wresid)
    cooks = influence.cooks_distance[0]
    largest = np.argsort(-cooks)[:10]
    others = lambda j: sm.WLS(X[:, j], np.delete(X, j, axis=1), weights=w).fit().rsquared
    with np.errstate(divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        llf, aic, bic = finite(o.llf), finite(o.aic), finite(o.bic)
    ahead = o.get_prediction(X[:5], weights=w.mean()).summary_frame(alpha=0.1)
    return dict(
        params=o.params.tolist(), se=o.bse.tolist(), t=o.tvalues.tolist(), p=o.pvalues.tolist(), ci90=o.conf_int(0.1).tolist(),
        hc=[o.get_robustcov_results(h).bse.tolist() for h in ("HC0", "HC1", "HC2", "HC3")],
        r2=o.rsquared, adj_r2=o.rsquared_adj, f=o.fvalue, f_p=o.f_pvalue, llf=llf, aic=aic, bic=bic, ess=o.ess, ssr=o.ssr,
        scale=o.scale, df_model=o.df_model, df_resid=o.df_resid, durbin_watson=durbin_watson(o.wresid),
        jarque_bera=list(map(float, jb)), omnibus=[float(omnibus[0]), float(omnibus[1])],
        breusch_pagan=list(map(float, het_breuschpagan(o.wresid, X))) if first else None,
        condition_number=float(o.condition_number), vif=[float(1 / (1 - others(j))) for j in range(first, X.shape[1])],
        largest=[int(train[i]) for i in largest], fitted=o.fittedvalues[largest].tolist(), resid=o.resid[largest].tolist(),
        leverage=influence.hat_matrix_diag[largest].tolist(), cooks=cooks[largest].tolist(),
        internal=influence.resid_studentized_internal[largest].tolist(),
        external=influence.resid_studentized_external[largest].tolist(), dffits=influence.dffits[0][largest].tolist(),
        n_influential=int((cooks > 4 / len(y)).sum()), ahead={name: ahead[name].tolist() for name in ahead},
    )


def logit(X, y):
    o = sm.Logit(y, X).fit(tol=1e-14, maxiter=100, disp=0)
    # Of the constant alone, fitted as far as the model: left to itself, statsmodels' stops eight digits in, and the p-value of
    # the likelihood ratio has seven.
    null = sm.Logit(y, np.ones(len(y))).fit(tol=1e-14, maxiter=100, disp=0)
    o.set_null_options(llnull=null.llf)
    return dict(
        params=o.params.tolist(), se=o.bse.tolist(), z=o.tvalues.tolist(), p=o.pvalues.tolist(), ci90=o.conf_int(0.1).tolist(),
        odds=np.exp(o.params).tolist(), odds_ci90=np.exp(o.conf_int(0.1)).tolist(), llf=o.llf, llnull=o.llnull,
        prsquared=o.prsquared, llr=o.llr, llr_p=o.llr_pvalue, aic=o.aic, bic=o.bic, deviance=-2 * o.llf,
        df_model=o.df_model, df_resid=o.df_resid,
    )


with_ones = sm.add_constant(X)
found = dict(
    statsmodels=statsmodels.__version__, numpy=np.__version__,
    wls=dict(
        with_intercept=wls(with_ones, weights, 1), without_intercept=wls(X, weights, 0),
        some_weigh_nothing=wls(with_ones, some_zero, 1),
    ),
    logit=dict(
        with_intercept=logit(with_ones, (y > 45).astype(float)), without_intercept=logit(X, (y > 45).astype(float)),
        rare=logit(with_ones, (y > 60).astype(float)),
    ),
)
json.dump(found, open("tests/golden/reports.json", "w"), separators=(",", ":"))
