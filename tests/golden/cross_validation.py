from sklearn.model_selection import KFold, cross_validate

cv = KFold(n_splits=5, shuffle=True, random_state=42)
scores = cross_validate(model, X_train, y_train, cv=cv,
    scoring=("r2", "neg_root_mean_squared_error"))
print(scores["test_r2"].mean(), scores["test_r2"].std(ddof=1))
print(-scores["test_neg_root_mean_squared_error"].mean())
