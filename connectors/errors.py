"""The three ways in which a call can fail. What to do next depends on nothing else."""


class Trouble(Exception):
    """A call did not do what it was meant to."""


class Refused(Trouble):
    """The other side understood and said no. The same request again would be refused again."""


class Later(Trouble):
    """The other side cannot now. The same request may succeed after `after` seconds."""

    def __init__(self, message: str, after: float = 0.0) -> None:
        """Keep the pause that the other side asked for; 0 if it named none."""
        super().__init__(message)
        self.after = after


class Unknown(Trouble):
    """No complete answer came: it may have happened or not. Look before doing anything that builds on it."""
