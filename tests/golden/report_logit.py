import numpy as np
import statsmodels.api as sm

X = sm.add_constant(X_train, has_constant="add")
logit = sm.Logit(y_train == 1, X).fit(tol=1e-12, maxiter=100)
print(logit.summary(alpha=0.1))
print(np.exp(logit.params))  # odds ratios
print(np.exp(logit.conf_int(alpha=0.1)))
print(logit.prsquared, logit.llr, logit.llr_pvalue, logit.aic, logit.bic)
