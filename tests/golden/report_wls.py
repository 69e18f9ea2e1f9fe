import numpy as np
import statsmodels.api as sm
from statsmodels.stats.diagnostic import het_breuschpagan

X = np.asarray(sm.add_constant(X_train, has_constant="add"))
wls = sm.WLS(y_train, X, weights=w_train).fit()
print(wls.summary(alpha=0.05))
print(wls.get_robustcov_results("HC3").bse)
print(het_breuschpagan(wls.wresid, X))  # LM, p, F, p
others = [sm.WLS(X[:, j], np.delete(X, j, axis=1), weights=w_train).fit() for j in range(1, X.shape[1])]
print([1 / (1 - other.rsquared) for other in others])  # variance inflation factors
# Influence is least squares', so it is asked of the rows scaled by the roots of their weights.
scaled = sm.OLS(wls.model.wendog, wls.model.wexog).fit()
print(scaled.get_influence().summary_frame().nlargest(10, "cooks_d"))
print(wls.get_prediction(X[:5], weights=np.mean(w_train)).summary_frame(alpha=0.05))
