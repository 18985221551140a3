"""Seeded bugs of the connector that listens to messages: each overrides one method of the correct parts."""

from collections.abc import Collection, Mapping, Sequence

from connectors.intake import Intake
from connectors.memory import Memory
from connectors.papers import Papers
from connectors.platform import Platform
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


class WorksFromMemory(Post):
    """M27: what it had taken in when it died is gone, as if it had stood in memory alone."""

    def __init__(self, platform: Platform, memory: Memory, shops: Collection[str], group: str = "") -> None:
        """Begin with an empty inbox."""
        super().__init__(platform, memory, shops, group)
        for shop in shops:
            for refund_id, number in memory.inbox(shop):
                memory.looked_at(shop, refund_id, number)


class StartsAnew(Intake):
    """M27, where lists are read: how far it had come stood in memory, too."""

    _begun = False

    def cycle(self) -> None:
        """Read from the start of this process on."""
        if not self._begun:
            self._begun = True
            self._delivery.memory.advance(self._delivery.shop, self.source.cursor, str(self.end(self._clock.now())))
        super().cycle()

    def start(self, cursor: str) -> int:
        """Return where a window begins: where the last one ended."""
        return int(cursor)


LISTENING: Mapping[str, type[Post]] = {"M79": NeverConfirmsTheOdd}
