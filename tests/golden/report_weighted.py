import statsmodels.api as sm

X = sm.add_constant(X_train, has_constant="add")
wls = sm.WLS(y_train, X, weights=df.loc[X_train.index, "w"]).fit()
print(wls.summary(alpha=0.1))
print(wls.get_robustcov_results("HC3").bse)
whitened = sm.OLS(wls.model.wendog, wls.model.wexog).fit()
print(whitened.get_influence().summary_frame().nlargest(10, "cooks_d"))
print(wls.get_prediction(X[:5]).summary_frame(alpha=0.1))
