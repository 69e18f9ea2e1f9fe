def predict(model, X):
    """What the model expects: a number, or for two classes the probability of the second."""
    return model.predict_proba(X)[:, 1] if hasattr(model, "predict_proba") else model.predict(X)


def scores(model, X, y, predicted=None):
    """The metrics over these rows; those that are undefined are left out."""
    predicted = predict(model, X) if predicted is None else predicted
    n, n_features = len(y), len(coefficients(model, X)) - 1
    if hasattr(model, "predict_proba"):
        label = model.classes_[(np.asarray(predicted) > 0.5).astype(int)]
        positive = model.classes_[1]
        found = {
            "accuracy": metrics.accuracy_score(y, label),
            "balanced_accuracy": metrics.balanced_accuracy_score(y, label),
            "precision": metrics.precision_score(y, label, pos_label=positive, zero_division=0),
            "recall": metrics.recall_score(y, label, pos_label=positive, zero_division=0),
            "f1": metrics.f1_score(y, label, pos_label=positive, zero_division=0),
            "log_loss": metrics.log_loss(y, predicted, labels=model.classes_),
            "roc_auc": metrics.roc_auc_score(y, predicted) if len(set(y)) == 2 else float("nan"),
        }
    else:
        found = {
            "r2": metrics.r2_score(y, predicted) if n > 1 else float("nan"),
            "rmse": metrics.root_mean_squared_error(y, predicted),
            "mae": metrics.mean_absolute_error(y, predicted),
            "mse": metrics.mean_squared_error(y, predicted),
            "medae": metrics.median_absolute_error(y, predicted),
            "max_error": metrics.max_error(y, predicted),
            # With a zero in the target scikit-learn divides by 2.2e-16.
            "mape": metrics.mean_absolute_percentage_error(y, predicted) if (y != 0).all() else float("nan"),
            "explained_variance": metrics.explained_variance_score(y, predicted),
        }
        if n - n_features > 1:
            found["adj_r2"] = 1 - (1 - found["r2"]) * (n - 1) / (n - n_features - 1)
    return {name: float(value) for name, value in found.items() if np.isfinite(value)}


def coefficients(model, X):
    """A coefficient (of a forest: an importance) a feature, and the intercept, which comes last."""
    inner = getattr(model, "regressor_", model)
    if hasattr(inner, "named_coefficients"):
        return inner.named_coefficients()
    encode, last = (inner[:-1], inner[-1]) if hasattr(inner, "steps") else (None, inner)
    names = X.columns if encode is None else encode.transform(X.head()).columns
    if hasattr(last, "constant_"):
        values, intercept = np.zeros(len(names)), np.ravel(last.constant_)[0]
    elif hasattr(last, "coef_"):
        values, intercept = np.ravel(last.coef_), np.ravel(last.intercept_)[0]
    else:
        values, intercept = last.feature_importances_, 0.0
    return {**{str(name): float(value) for name, value in zip(names, values)}, "(intercept)": float(intercept)}
