class ChosenFeatures(RegressorMixin, BaseEstimator):
    """A linear model of some of the columns, with the encoders before it and the target's way back after it."""

    def __init__(self, columns, chosen, model, encode=None, back=None):
        self.columns, self.chosen, self.model, self.encode, self.back = columns, chosen, model, encode, back

    def predict(self, X):
        X = X if self.encode is None else self.encode.transform(X)
        predicted = self.model.predict(X[self.chosen])
        return predicted if self.back is None else self.back(predicted)

    def named_coefficients(self):
        """A column that was not chosen has 0."""
        values = dict.fromkeys(map(str, self.columns), 0.0)
        values.update((str(name), float(value)) for name, value in zip(self.chosen, self.model.coef_))
        return {**values, "(intercept)": float(self.model.intercept_)}
