"""Writes tests/golden/distributions.json: SciPy's t, F, chi-squared and normal distributions.

F with a million degrees of freedom comes from mpmath with 40 digits: SciPy's own f.sf keeps 11 digits there.
Run from the repository's root, with scipy and mpmath installed: python tests/python/distributions.py
"""
import json

import mpmath

import scipy
from scipy import stats

t = [[df, x, stats.t.cdf(x, df), stats.t.sf(x, df)] for df in (1, 2, 3, 7, 30, 235, 1000, 99999, 1e7)
     for x in (-40., -6., -2., -0.5, 0., 0.01, 0.7, 1.96, 3.3, 9., 60.) if stats.t.sf(abs(x), df) > 1e-300]
mpmath.mp.dps = 40


def f_tails(x, a, b):
    if b < 1e5:
        return [stats.f.cdf(x, a, b), stats.f.sf(x, a, b)]
    d1, d2 = mpmath.mpf(a), mpmath.mpf(b)
    y = d2 / (d2 + d1 * mpmath.mpf(x))
    return [float(mpmath.betainc(d1 / 2, d2 / 2, 0, 1 - y, regularized=True)), float(mpmath.betainc(d2 / 2, d1 / 2, 0, y, regularized=True))]


f = [[a, b, x, *f_tails(x, a, b)] for a, b in ((1, 1), (1, 30), (4, 235), (12, 3987), (60, 1e6), (5, 2))
     for x in (0.01, 0.3, 1., 2.2, 5., 20., 200.) if stats.f.sf(x, a, b) > 1e-300]
chi2 = [[k, x, stats.chi2.cdf(x, k), stats.chi2.sf(x, k)] for k in (1, 2, 4, 17, 200)
        for x in (0.01, 0.5, 2., 9., 40., 250., 600.) if stats.chi2.sf(x, k) > 1e-300]
norm = [[x, stats.norm.cdf(x), stats.norm.sf(x)] for x in (-30., -9., -3., -1., -0.1, 0., 0.3, 1.96, 4., 10., 35.)]
q = (1e-12, 1e-6, 0.005, 0.025, 0.1, 0.3, 0.49, 0.5, 0.6, 0.9, 0.975, 0.995)
ppf = dict(t=[[df, p, stats.t.ppf(p, df)] for df in (1, 2, 3, 7, 30, 235, 99999, 1e7) for p in q],
           f=[[a, b, p, stats.f.ppf(p, a, b)] for a, b in ((1, 30), (4, 235), (12, 3987), (5, 2)) for p in q],
           chi2=[[k, p, stats.chi2.ppf(p, k)] for k in (1, 2, 4, 17, 200) for p in q],
           norm=[[p, stats.norm.ppf(p)] for p in q])
json.dump(dict(scipy=scipy.__version__, mpmath=mpmath.__version__, t=t, f=f, chi2=chi2, norm=norm, ppf=ppf),
          open("tests/golden/distributions.json", "w"), separators=(",", ":"))
