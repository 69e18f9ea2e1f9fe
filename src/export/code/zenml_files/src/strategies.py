class DataStrategy(ABC):
    """A way to handle a table."""

    @abstractmethod
    def handle_data(self, data):
        """What becomes of the table."""


class DataPreProcessStrategy(DataStrategy):
    """The cleaning rules, in order."""

    def handle_data(self, data):
        for rule in RULES:
            data = rule(data)
        return data


class DataDivideStrategy(DataStrategy):
    """Features and target, of the rows to train on and of those held back."""

    def handle_data(self, data):
        return split(data)


class DataCleaning:
    """A table, and the way to handle it."""

    def __init__(self, data, strategy):
        self.data, self.strategy = data, strategy

    def handle_data(self):
        return self.strategy.handle_data(self.data)
