"""Seeded bugs of the connector that listens to messages: each overrides one method of the correct post."""

from collections.abc import Mapping, Sequence

from connectors.papers import Papers
from connectors.post import Letter, Post


class CreatesAgain(Post):
    """M06."""

    KEPT = 86_400.0
    """Seconds for which a message's id is remembered."""
    _seen: dict[str, float]

    def keep(self, letters: Sequence[Letter]) -> None:
        """Have a document created for each message of a new refund whose id is not remembered."""
        seen = self._seen = getattr(self, "_seen", {})
        now = self._platform.clock.now()
        for letter in letters:
            fresh = now - seen.get(letter.id, -self.KEPT) >= self.KEPT
            seen[letter.id] = now
            if fresh and letter.topic.endswith("RefundCreated") and not letter.why:
                self._create(letter)
        super().keep(letters)

    def _create(self, letter: Letter) -> None:
        shop, refund_id = letter.shop, letter.refund_id
        if self._memory.written(shop, refund_id) is not None:
            times = int(self._memory.fact(shop, refund_id, "created") or 0)
            self._memory.learn(shop, refund_id, "created", str(times + 1))
            self._memory.forget(shop, refund_id)


class NumberOfTheMessage(Papers):
    """M06, where the documents get their numbers."""

    def number(self, key: str) -> str:
        """Return another number for each creation."""
        times = self.memory.fact(self.shop, key, "created")
        return super().number(key) + (f"-{times}" if times else "")


class NeverConfirmsTheOdd(Post):
    """M79."""

    def confirm(self, letters: Sequence[Letter]) -> None:
        """Confirm only what says something about a refund of ours."""
        clear = [letter for letter in letters if not letter.why]
        if clear:
            super().confirm(clear)


LISTENING: Mapping[str, type[Post]] = {"M79": NeverConfirmsTheOdd}
