import statsmodels.api as sm
from statsmodels.stats.diagnostic import het_breuschpagan
from statsmodels.stats.outliers_influence import variance_inflation_factor

X = sm.add_constant(X_train, has_constant="add")
ols = sm.OLS(y_train, X).fit()
print(ols.summary(alpha=0.05))
print(ols.get_robustcov_results("HC3").bse)
print(het_breuschpagan(ols.resid, X))  # LM, p, F, p
print([variance_inflation_factor(X, j) for j in range(X.shape[1])])
print(ols.get_influence().summary_frame().nlargest(10, "cooks_d"))
print(ols.get_prediction(X[:5]).summary_frame(alpha=0.05))
