"""Writes tests/golden/monitoring.json: two-sample tests by SciPy and the population stability index written out with NumPy.

Run from the repository's root, with scipy installed: python tests/python/monitoring.py
"""
import json

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(7)


def psi(p, q):
    p, q = (np.maximum(np.asarray(x, float) / np.sum(x), 1e-4) for x in (p, q))
    return float(np.sum((q - p) * np.log(q / p)))


def numbers(training, asked):
    """PSI over the deciles of training and the missing cells; Kolmogorov-Smirnov at every 2.5 % of training."""
    t, a = (x[~np.isnan(x)] for x in (training, asked))
    edges = np.quantile(t, np.arange(1, 10) / 10, method="inverted_cdf")
    count = lambda x: np.bincount(np.searchsorted(edges, x, side="left"), minlength=10)
    gaps = [np.isnan(training).sum(), np.isnan(asked).sum()]
    groups = [[*count(t), gaps[0]], [*count(a), gaps[1]]] if sum(gaps) else [count(t), count(a)]
    knots = np.unique(t) if len(np.unique(t)) <= 40 else np.quantile(t, np.arange(1, 41) / 40, method="inverted_cdf")
    ecdf = lambda x: np.searchsorted(np.sort(x), knots, side="right") / len(x)
    d = float(np.abs(ecdf(t) - ecdf(a)).max())
    en = len(t) * len(a) / (len(t) + len(a))
    whole = stats.ks_2samp(t, a, method="asymp")
    return dict(training=[None if np.isnan(x) else float(x) for x in training], asked=[None if np.isnan(x) else float(x) for x in asked],
                psi=psi(*groups), d=d, p=float(stats.kstwobign.sf(np.sqrt(en) * d)), whole_d=float(whole.statistic), whole_p=float(whole.pvalue))


def categories(training, asked, labels):
    """PSI over the categories; chi-squared without correction."""
    table = np.array([training, asked])
    test = stats.chi2_contingency(table, correction=False)
    return dict(labels=labels, training=training, asked=asked, psi=psi(*table), chi2=float(test.statistic), df=int(test.dof), p=float(test.pvalue))


n = np.round(rng.normal(100, 20, 1000), 3)
gaps = np.where(rng.random(400) < .1, np.nan, rng.normal(112, 25, 400).round(3))
json.dump(dict(
    scipy=scipy.__version__,
    kolmogorov=[[x, float(stats.kstwobign.sf(x))] for x in (.05, .2, .4, .7, .99, 1., 1.01, 1.36, 2., 4., 10.)],
    numbers=[numbers(n, rng.normal(100, 20, 300).round(3)), numbers(n, gaps), numbers(n, np.full(250, 500.)),
             numbers(rng.integers(1, 6, 500).astype(float), rng.integers(2, 7, 260).astype(float))],
    categories=[categories([420, 300, 180, 100], [90, 60, 34, 26], ["SP", "RJ", "MG", "RS"]),
                categories([420, 300, 180, 100], [30, 60, 120, 40], ["SP", "RJ", "MG", "RS"])],
), open("tests/golden/monitoring.json", "w"), separators=(",", ":"))
