"""The plays of a run as their marks tell them: what each was to judge, and how it ended."""

from simulator.ledger.entry import Mark
from simulator.phrase import written

NOT_APPLICABLE = "not applicable"


class Play:
    """One play of one story."""

    __slots__ = ("began", "calm", "ended", "id", "judges", "outcome", "reason", "seconds", "shop", "story", "twin")

    def __init__(self, ident: str, story: str) -> None:
        """Begin with nothing known but its names."""
        self.id = ident
        self.story = story
        self.judges: tuple[str, ...] = ()
        self.twin = ""
        self.calm = False
        self.shop = ""
        self.began = 0
        self.ended = 0
        self.outcome = ""
        """passed, inconclusive, not applicable; empty while it has not ended."""
        self.reason: str = ""
        """Why, as a text that may know its Chinese."""
        self.seconds = 0.0


class Plays:
    """All plays, in the order in which they began."""

    def __init__(self) -> None:
        """Begin with none."""
        self.by_id: dict[str, Play] = {}

    def take(self, mark: Mark) -> None:
        """Take in a mark named `play`."""
        detail = mark.detail
        ident = str(detail.get("play", ""))
        story = str(detail.get("story", "")) or ident.partition("#")[0]
        play = self.by_id.get(ident)
        if play is None:
            play = self.by_id[ident] = Play(ident, story)
        event = detail.get("event")
        if event == "started":
            play.began = mark.mono
            play.judges = tuple(detail.get("judges", ()))
            play.twin, play.calm = str(detail.get("twin", "")), bool(detail.get("calm", False))
            play.shop = str(detail.get("shop", ""))
        elif event == "ended":
            play.ended = mark.mono
            play.outcome = str(detail.get("outcome", ""))
            play.reason = written(str(detail.get("reason", "")), str(detail.get("reason_zh", "")))
            took = detail.get("seconds")  # 0 of one that was never begun
            play.seconds = float(took) if took is not None else (mark.mono - play.began) / 1e6

    def applicable(self) -> list[Play]:
        """Return the plays that were played, whatever came of them."""
        return [play for play in self.by_id.values() if play.outcome != NOT_APPLICABLE]
