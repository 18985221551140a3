"""The queues of the message channel: what waits, what was handed out, and when it comes again. A projection of entries.

Messages are not rows that change: `Published`, `Pushed`, `Confirmed` and `Expired` entries tell all there is to know,
and the live world and its recovery learn of them by the same function, `Queues.learn`.
"""

from typing import Any

import msgspec
from sortedcontainers import SortedList

from simulator.ledger.entry import Confirmed, Connection, Entry, Expired, Published, Pushed

Key = tuple[str, str]
"""App key and group."""


class Message(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One message in a queue. Times are ms since 1970."""

    id: int
    topic: str
    utf8: bytes
    """The content, JSON text. As bytes it takes a third of what Python's own text does, and very many may wait."""
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

    @property
    def content(self) -> str:
        """The content as text."""
        return self.utf8.decode()

    def shown(self) -> dict[str, Any]:
        """Return it as the control API shows it."""
        found = msgspec.structs.asdict(self)
        found["content"] = found.pop("utf8").decode()
        del found["before"]
        return found


def name_of(message: str, copy: int) -> str:
    """Return under which name the queue keeps a *copy* of a *message*."""
    return f"{message}+{copy}" if copy else message


class Queues:
    """Every unconfirmed message, by its number, and for each app and group in the order in which they are due."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.rows: dict[str, Message] = {}
        """By number as text (copies: number and `+1`, `+2` …)."""
        self.published = 0
        """Messages published so far."""
        self.put_total: dict[Key, int] = {}
        self.got_total: dict[Key, int] = {}
        """Messages put into each queue, and handed out of it, repeats included."""
        self.connections = 0
        """Connections that said who they are; the next one's number is one more."""
        self._copies: dict[str, int] = {}
        """How many copies there were of a message, by its number."""
        self._due: dict[Key, SortedList] = {}

    def learn(self, entry: Entry) -> None:
        """Take in what *entry* says of a message; others say nothing."""
        if isinstance(entry, Published):
            self._put(entry)
        elif isinstance(entry, Pushed):
            self._pushed(entry)
        elif isinstance(entry, Connection):
            self.connections += entry.event in ("opened", "refused")
        elif isinstance(entry, Expired) or (isinstance(entry, Confirmed) and entry.result == "ok"):
            self._drop(name_of(entry.message, entry.copy))

    def due(self, key: Key, now: int, limit: int) -> list[Message]:
        """Return up to *limit* messages of the queue *key* that may be handed out at *now*, longest due first."""
        found: list[Message] = []
        for when, number in self._due.get(key, ()):
            if when > now or len(found) >= limit:
                break
            found.append(self.rows[number])
        return found

    def next_due(self, key: Key) -> int | None:
        """Return when the next message of the queue *key* may be handed out; None if it is empty."""
        waiting = self._due.get(key)
        return waiting[0][0] if waiting else None

    def waiting(self, key: Key) -> int:
        """Return how many unconfirmed messages the queue *key* holds."""
        return len(self._due.get(key, ()))

    def counts(self) -> dict[str, dict[str, dict[str, int]]]:
        """Return by app key and group how many messages wait, were put in, and were handed out (repeats included)."""
        found: dict[str, dict[str, dict[str, int]]] = {}
        for app_key, group in self.put_total:
            key = (app_key, group)
            numbers = {"waiting": self.waiting(key), "put": self.put_total[key], "got": self.got_total.get(key, 0)}
            found.setdefault(app_key, {})[group] = numbers
        return found

    def older(self, than: int) -> list[Message]:
        """Return the messages published before *than*, oldest first."""
        found = []
        for message in self.rows.values():  # in the order in which they were published
            if message.published >= than:
                break
            found.append(message)
        return found

    def handed_out(self, number: str) -> list[Message]:
        """Return the deliveries of message *number* that somebody got and did not confirm."""
        names = (name_of(number, copy) for copy in range(self._copies.get(number, 0) + 1))
        found = [self.rows[name] for name in names if name in self.rows]
        return [row for row in found if row.attempts] or found[:1]

    def of(self, key: Key) -> list[Message]:
        """Return all messages of the queue *key*."""
        return [self.rows[number] for _, number in self._due.get(key, ())]

    def forget(self, pushed: Pushed) -> None:
        """Undo what was learned of *pushed*, which did not happen: its message is due as before, unless it is gone."""
        key = (pushed.app_key, pushed.group)
        name = name_of(pushed.message, pushed.copy)
        message = self.rows.get(name)
        if message is None:
            return
        self.got_total[key] -= 1
        waiting = self._due[key]
        waiting.remove((message.due, name))
        message.attempts, message.due = pushed.attempt - 1, message.before
        waiting.add((message.due, name))

    def _put(self, entry: Published) -> None:
        key = (entry.app_key, entry.group)
        self.published += 1
        if entry.lost:
            return
        if entry.copy:
            self._copies[entry.message] = entry.copy
        name = name_of(entry.message, entry.copy)
        self.put_total[key] = self.put_total.get(key, 0) + 1
        message = Message(
            id=int(entry.message),
            topic=entry.topic,
            utf8=entry.content.encode(),
            app_key=entry.app_key,
            group=entry.group,
            user_id=entry.user_id,
            nick=entry.shop,
            published=entry.wall,
            due=entry.due or entry.wall,
            copy=entry.copy,
            refunds=entry.refunds,
            plays=entry.plays,
        )
        self.rows[name] = message
        self._due.setdefault(key, SortedList()).add((message.due, name))

    def _pushed(self, entry: Pushed) -> None:
        key = (entry.app_key, entry.group)
        self.got_total[key] = self.got_total.get(key, 0) + 1
        name = name_of(entry.message, entry.copy)
        message = self.rows.get(name)
        if message is None:
            return
        waiting = self._due[key]
        waiting.remove((message.due, name))
        message.attempts, message.before, message.due = entry.attempt, message.due, entry.again
        waiting.add((message.due, name))

    def _drop(self, name: str) -> None:
        message = self.rows.pop(name, None)
        if message is not None:
            self._due[(message.app_key, message.group)].remove((message.due, name))
