@@IMPORTS@@

class Evaluation(ABC):
    """A metric of actual and predicted values."""

    @abstractmethod
    def calculate_scores(self, y_true, y_pred):
        """The metric."""


class MSE(Evaluation):
    """Mean squared error."""

    def calculate_scores(self, y_true, y_pred):
        return metrics.mean_squared_error(y_true, y_pred)


class RMSE(Evaluation):
    """Root mean squared error."""

    def calculate_scores(self, y_true, y_pred):
        return metrics.root_mean_squared_error(y_true, y_pred)


class R2(Evaluation):
    """Share of the variance that is explained."""

    def calculate_scores(self, y_true, y_pred):
        return metrics.r2_score(y_true, y_pred)


