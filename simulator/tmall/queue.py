"""The queues of the message channel: what waits, what was handed out, and when it comes again. A projection of entries.

Messages are not rows that change: `Published`, `Pushed`, `Confirmed` and `Expired` entries tell all there is to know,
and the live world and its recovery learn of them by the same function, `Queues.learn`. Of a message that nobody was
handed yet only its place in the ledger is kept (`Unread`); it is read there once somebody asks for it.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

import msgspec

from simulator.ledger.entry import Confirmed, Connection, Entry, Expired, Published, Pushed
from simulator.tmall.due_times import DueTimes
from simulator.tmall.unread import Unread

Key = tuple[str, str]
"""App key and group."""


class Message(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One message in a queue. Times are ms since 1970."""

    id: int
    topic: str
    content: str
    """JSON text."""
    app_key: str
    group: str
    user_id: int
    nick: str
    """The shop's."""
    published: int
    due: int
    """When it may be handed out (again)."""
    before: int = 0
    """`due` as it was before it was handed out last."""
    attempts: int = 0
    copy: int = 0
    """From 1: one of several deliveries under the same number."""
    refunds: tuple[str, ...] = ()
    plays: tuple[str, ...] = ()
    expires: int = 0
    """When it expires, if that is sooner than the retention; 0: it has no end of its own."""

    def shown(self) -> dict[str, Any]:
        """Return it as the control API shows it."""
        found = msgspec.structs.asdict(self)
        del found["before"]
        return found


def name_of(message: str, copy: int) -> str:
    """Return under which name the queue keeps a *copy* of a *message*."""
    return f"{message}+{copy}" if copy else message


def message_of(entry: Published) -> Message:
    """Return the message that *entry* put into its queue."""
    return Message(
        id=int(entry.message),
        topic=entry.topic,
        content=entry.content,
        app_key=entry.app_key,
        group=entry.group,
        user_id=entry.user_id,
        nick=entry.shop,
        published=entry.wall,
        due=entry.due or entry.wall,
        copy=entry.copy,
        refunds=entry.refunds,
        plays=entry.plays,
        expires=entry.expires,
    )


class Queues:
    """Every unconfirmed message, by its number, and for each app and group in the order in which they are due."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.fetch: Callable[[int], Entry]
        """Reads the entry at a place of the ledger; whoever tells `learn` of places sets it."""
        self.published = 0
        """Messages published so far."""
        self.put_total: dict[Key, int] = {}
        self.got_total: dict[Key, int] = {}
        """Messages put into each queue, and handed out of it, repeats included."""
        self.connections = 0
        """Connections that said who they are; the next one's number is one more."""
        self._unread: dict[Key, Unread] = {}
        self._known: dict[str, Message] = {}
        """Those not among the unread, by number as text (copies: number and `+1`, `+2` …)."""
        self._due: dict[Key, DueTimes] = {}
        """When each known one is due."""
        self._ages: list[tuple[int, str]] = []
        """When each known one that can expire was published, and its name, as a heap; those gone meanwhile as well."""
        self._ends: list[tuple[int, str]] = []
        """When each known one that has an end of its own expires, and its name, as a heap; those gone as well."""
        self._copies: dict[str, int] = {}
        """How many copies there were of a message, by its number."""

    def __len__(self) -> int:
        """Return how many messages are not confirmed."""
        return len(self._known) + sum(map(len, self._unread.values()))

    @property
    def rows(self) -> dict[str, Message]:
        """Every message that is not confirmed, by its name; the unread are read from the ledger."""
        unread = [message for key in self._unread for message in self._read(key)]
        return {str(message.id): message for message in unread} | self._known

    def learn(self, entry: Entry, place: int | None = None) -> None:
        """Take in what *entry* says of a message; others say nothing. *place*: where in the ledger it can be read."""
        if isinstance(entry, Published):
            self._put(entry, place)
        elif isinstance(entry, Pushed):
            self._pushed(entry)
        elif isinstance(entry, Connection):
            self.connections += entry.event in ("opened", "refused")
        elif isinstance(entry, Expired) or (isinstance(entry, Confirmed) and entry.result == "ok"):
            self._drop((entry.app_key, entry.group), name_of(entry.message, entry.copy))

    def due(self, key: Key, now: int, limit: int) -> list[Message]:
        """Return up to *limit* messages of the queue *key* that may be handed out at *now*, longest due first."""
        waiting, unread = self._due_times(key), self._unread.get(key)
        found: dict[str, Message] = {}
        while len(found) < limit:
            known = waiting.first()
            if unread and unread.first() <= now and (known is None or unread.first() <= known):
                self._message(key, str(unread.number()))
            elif (moment := waiting.pop(now)) is not None:
                found[moment.ident] = self._known[moment.ident]
            else:
                break
        for name, message in found.items():  # they are due until whoever takes them says that he did
            waiting.put(name, message.due)
        return list(found.values())

    def next_due(self, key: Key) -> int | None:
        """Return when the next message of the queue *key* may be handed out; None if it is empty."""
        found, unread = self._due_times(key).first(), self._unread.get(key)
        if unread:
            return unread.first() if found is None else min(found, unread.first())
        return found

    def _due_times(self, key: Key) -> DueTimes:
        found = self._due.get(key)
        if found is None:
            found = self._due[key] = DueTimes(self._due_of)
        return found

    def _due_of(self, name: str) -> int:
        message = self._known.get(name)
        return message.due if message is not None else 0

    def waiting(self, key: Key) -> int:
        """Return how many unconfirmed messages the queue *key* holds."""
        return len(self._unread.get(key, ())) + len(self._known_of(key))

    def _known_of(self, key: Key) -> list[Message]:
        return [message for message in self._known.values() if (message.app_key, message.group) == key]

    def counts(self) -> dict[str, dict[str, dict[str, int]]]:
        """Return by app key and group how many messages wait, were put in, and were handed out (repeats included)."""
        found: dict[str, dict[str, dict[str, int]]] = {}
        for app_key, group in self.put_total:
            key = (app_key, group)
            numbers = {"waiting": self.waiting(key), "put": self.put_total[key], "got": self.got_total.get(key, 0)}
            found.setdefault(app_key, {})[group] = numbers
        return found

    def oldest(self) -> int | None:
        """Return when the oldest message that can expire was published; None if there is none."""
        while self._ages and self._ages[0][1] not in self._known:
            heappop(self._ages)
        times = [unread.first() for unread in self._unread.values() if unread]
        if self._ages:
            times.append(self._ages[0][0])
        return min(times, default=None)

    def older(self, than: int) -> list[Message]:
        """Return the messages published before *than* that can expire: what a fault delivers late (a copy) cannot."""
        for key, unread in self._unread.items():
            while unread and unread.first() < than:
                self._message(key, str(unread.number()))
        known = (message for message in self._known.values() if message.published < than and not message.copy)
        return sorted(known, key=lambda message: (message.published, message.id))

    def first_end(self) -> int | None:
        """Return when the next message with an end of its own expires; None if there is none."""
        while self._ends and self._ends[0][1] not in self._known:
            heappop(self._ends)
        return self._ends[0][0] if self._ends else None

    def ended(self, now: int) -> list[Message]:
        """Return the messages whose own end has come; they are not returned again."""
        found = []
        while (end := self.first_end()) is not None and end <= now:
            found.append(self._known[heappop(self._ends)[1]])
        return found

    def handed_out(self, key: Key, number: str) -> list[Message]:
        """Return the deliveries of message *number* from the queue *key* that somebody got and did not confirm."""
        names = (name_of(number, copy) for copy in range(self._copies.get(number, 0) + 1))
        found = [message for name in names if (message := self._message(key, name)) is not None]
        return [row for row in found if row.attempts] or found[:1]

    def of(self, key: Key) -> list[Message]:
        """Return all messages of the queue *key*."""
        return [*self._read(key), *self._known_of(key)]

    def forget(self, pushed: Pushed) -> None:
        """Undo what was learned of *pushed*, which did not happen: its message is due as before, unless it is gone."""
        key = (pushed.app_key, pushed.group)
        message = self._message(key, name_of(pushed.message, pushed.copy))
        if message is not None:
            self.got_total[key] -= 1
            self._move(message, message.before, attempts=pushed.attempt - 1)

    def _put(self, entry: Published, place: int | None) -> None:
        key = (entry.app_key, entry.group)
        self.published += 1
        if entry.lost:
            return
        if entry.copy:
            self._copies[entry.message] = entry.copy
        self.put_total[key] = self.put_total.get(key, 0) + 1
        if place is not None and not (entry.copy or entry.due or entry.expires):
            unread = self._unread.setdefault(key, Unread())
            if unread.put(int(entry.message), entry.wall, place):
                return
        self._know(message_of(entry))

    def _know(self, message: Message) -> None:
        name = name_of(str(message.id), message.copy)
        self._known[name] = message
        self._due_times((message.app_key, message.group)).put(name, message.due)
        if message.expires:
            heappush(self._ends, (message.expires, name))
        if not message.copy:
            heappush(self._ages, (message.published, name))
            if len(self._ages) > 64 + 4 * len(self._known):
                self._ages = sorted(age for age in self._ages if age[1] in self._known)

    def _message(self, key: Key, name: str) -> Message | None:
        """Return the message of that *name* in the queue *key*; if it was unread, it is known from here on."""
        message = self._known.get(name)
        if message is not None:
            return message if (message.app_key, message.group) == key else None
        unread = self._unread.get(key)
        place = unread.take(int(name)) if unread is not None and name.isdecimal() else None
        if place is None:
            return None
        message = self._fetched(place)
        self._know(message)
        return message

    def _read(self, key: Key) -> list[Message]:
        """Return the unread messages of the queue *key*, which stay unread."""
        unread = self._unread.get(key)
        return [self._fetched(place) for place in unread.places()] if unread is not None else []

    def _fetched(self, place: int) -> Message:
        entry = self.fetch(place)
        assert isinstance(entry, Published)
        return message_of(entry)

    def _pushed(self, entry: Pushed) -> None:
        key = (entry.app_key, entry.group)
        self.got_total[key] = self.got_total.get(key, 0) + 1
        message = self._message(key, name_of(entry.message, entry.copy))
        if message is not None:
            message.before = message.due
            self._move(message, entry.again, attempts=entry.attempt)

    def _move(self, message: Message, due: int, *, attempts: int) -> None:
        message.attempts, message.due = attempts, due
        self._due_times((message.app_key, message.group)).put(name_of(str(message.id), message.copy), due)

    def _drop(self, key: Key, name: str) -> None:
        if self._known.pop(name, None) is None and (unread := self._unread.get(key)) is not None and name.isdecimal():
            unread.take(int(name))
