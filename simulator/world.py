"""What exists and the only way to change it: the composition root of clock, chance, settings, ledger and state."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from simulator.beliefs import Beliefs
from simulator.chance import token
from simulator.clock import Clock
from simulator.errors import UserError, unknown_name
from simulator.every_setting import SETTINGS
from simulator.garbage import uncollected
from simulator.ledger.book import Book
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import FORMAT, Asked, Changed, ClockStepped, Entry, Header, Life, Published, SettingChanged
from simulator.ledger.redact import Vault
from simulator.ledger.replay import read
from simulator.ledger.values import Row
from simulator.settings import Settings
from simulator.state import State
from simulator.tmall.account import App, Session
from simulator.tmall.shop import Shop, addresses_of
from simulator.usage import Usage, replays_for
from simulator.words import say

PRODUCT = "0.1.0"

DEFAULT_APP = "23000001"
"""Key of the app that every shop authorised unless another is named."""

_ROLES = (("main", "6200", ("session", "refresh")), ("sub", "6201", ("sub_session", "sub_refresh")))
"""Role, how its session keys begin, and what the chance behind session and refresh token is drawn for."""

Put = tuple[str, str | int, Any]
"""Entity, id, new row (None: gone)."""


class World:
    """One run's world. Use `World.open` to start or recover it."""

    def __init__(self, folder: Path, *, seed: int, settings: Settings, clock: Clock) -> None:
        """Prepare an empty world over *folder*; `open` fills it."""
        self.folder = folder
        self.seed = seed
        self.settings = settings
        self.clock = clock
        self.vault = Vault(folder / "vault")
        self.state = self._empty()
        self.book: Book
        self.block = 0
        """Seconds since 1970 at which this run's ids begin; makes them unique among runs."""
        self.born: dict[str, Any] = {}
        """The settings with which its ledger began, by name."""
        self.stepped = (0, 0)
        """When (monotonic microseconds) a story last moved the time on, and by how many ms."""
        self.apps: dict[str, str] = {}
        """Secret by app key."""
        self.declaration = Declaration()
        """What the target says of the integration, and of the ERP that it speaks to."""
        self.usage = Usage()
        """Calls by app and method; what flow control looks at."""
        self.beliefs = Beliefs()
        """What time the apps believe it is."""
        self.listeners: dict[tuple[str, str], list[Callable[[], None]]] = {}
        """Whom to wake when a message is put into the queue of an app and group."""
        self.disturb: Callable[[Published], list[Published]] | None = None
        """What faults make of a message that is about to be put into a queue: they change it, or put others beside."""
        self.call_back: Callable[[str, tuple[str, ...]], list[float]] | None = None
        """What faults make of a callback about a shop's refunds: the seconds after which it is sent, once for each."""
        self.changes: list[int] | None = None
        """Numbers of the `Changed` entries written since the current exchange began; None: there is none."""
        self.heeds: list[Callable[[str], None]] = []
        """Whom to tell that a setting (by name) got another value, or (an empty name) that the world began again."""
        self.erp_key = self._secret("erp_key", "erp")
        self.callback_secret = self._secret("callback_secret", "callback")
        if "control_token" not in self.vault.values:
            self.vault.put({"control_token": os.urandom(24).hex()})
        self.control_token = self.vault.values["control_token"]
        self.erp_url = self.tmall_url = ""
        """Where ERP and Tmall listen (http://HOST:PORT), for what they tell of themselves; empty before they do."""
        self.control_hosts = frozenset({"localhost", "127.0.0.1", "::1"})
        """Host names under which the control API may be addressed."""

    def _empty(self) -> State:
        """Return a state without rows, whose unread messages are read from the ledger."""
        state = State()
        state.queues.fetch = lambda place: self.book.entry(place)
        return state

    def _secret(self, name: str, about: str) -> str:
        if name not in self.vault.values:
            self.vault.put({name: token(self.seed, about)})
        return self.vault.values[name]

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        seed: int = 0,
        chosen: Mapping[str, Any] | None = None,
        declaration: Declaration | None = None,
        command: str = "serve",
        clock: Clock | None = None,
        origin: str = "option",
    ) -> "World":
        """Start a world in *folder* with the *chosen* settings (by *origin*), or recover the one whose ledger is there.

        Raises:
            UserError: if the ledger there cannot be read.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "ledger.jsonl"
        if path.exists() and path.stat().st_size:
            return cls._recover(folder, path, clock or Clock())
        world = cls(folder, seed=seed, settings=Settings(chosen, origin=origin), clock=clock or Clock())
        world._begin(msgspec.to_builtins(declaration or Declaration()), command)
        return world

    def _begin(self, declaration: dict[str, Any], command: str) -> None:
        """Write the first lines of the ledger in the world's folder."""
        self.declaration = msgspec.convert(declaration, Declaration)
        self.book = Book(self.folder / "ledger.jsonl", self.clock)
        self.block = max(self.clock.seconds(), self.block + 1)
        self.born = dict(self.settings.values)
        self.note(
            Header(
                format=FORMAT,
                product=PRODUCT,
                seed=self.seed,
                settings=self.settings.listed(),
                declaration=declaration,
                command=command,
                side="harness",
            )
        )
        self.note(Life(who="simulator", event="started", side="harness", detail={"pid": os.getpid()}))

    def begin_again(self) -> None:
        """Leave the ledger as it is and begin a new one in a folder beside it: same shops, keys and settings."""
        header = next(iter(read(self.book.path)))
        assert isinstance(header, Header)
        kept: list[Put] = [
            *(("shop", shop.nick, shop) for shop in self.state.shops.values()),
            *(("app", app.app_key, app) for app in self.state.apps.values()),
            *(("session", session.id, session) for session in self.state.sessions.values()),
        ]
        self.note(Life(who="simulator", event="stopping", side="harness", detail={"reason": "reset"}))
        self.book.close()
        stem, number = self.folder.name.partition("~")[0], 2
        while (folder := self.folder.with_name(f"{stem}~{number}")).exists():
            number += 1
        folder.mkdir()
        self.vault = self.vault.copied(folder / "vault")
        self.folder = folder
        self.state = self._empty()
        self.usage, self.beliefs = Usage(), Beliefs()
        self.clock.shift, self.stepped = 0, (0, 0)
        self._begin(header.declaration, header.command)
        self.change(kept, actor="harness", action="open_shop")
        for nick, shop in self.settings.shops.items():
            for name, origin in shop.own.items():
                self.note(SettingChanged(name=name, value=shop[name], origin=origin, shop=nick, side="harness"))
        self._tell("")

    @classmethod
    def _recover(cls, folder: Path, path: Path, clock: Clock) -> "World":
        reader = read(path)
        entries = iter(reader)
        header = next(entries, None)
        if not isinstance(header, Header):
            raise UserError(
                say("world.nothing", "holds no whole entry."),
                where=str(path),
                expected=say("world.delete", "Delete the folder to start afresh."),
            )
        world = cls(folder, seed=header.seed, settings=Settings(), clock=clock)
        for name, listed in header.settings.items():
            if name in SETTINGS:
                world.settings.set(name, listed["value"], origin=listed["origin"])
        world.born = dict(world.settings.values)
        world.declaration = msgspec.convert(header.declaration, Declaration)
        world.block = header.wall // 1000
        world.book = Book(path, clock)
        seq = header.seq
        for entry in uncollected(entries):
            seq = entry.seq
            if isinstance(entry, Changed):
                world.state.apply(entry.rows)
            elif isinstance(entry, Asked):
                world.usage.recall(entry, replays_for(world.settings))
                world.beliefs.hear(entry, entry.wall)
            elif isinstance(entry, SettingChanged):
                world._learn(entry)
            elif isinstance(entry, ClockStepped) and entry.wanted:
                clock.shift += entry.by
            else:
                world.state.queues.learn(entry, reader.place)
        world.book.resume(seq, reader.whole)
        world._register()
        world.note(
            Life(
                who="simulator",
                event="recovered",
                side="harness",
                detail={"pid": os.getpid(), "entries": seq, "truncated": reader.truncated},
            )
        )
        return world

    def note(self, entry: Entry) -> int:
        """Append *entry*, with the plays of its refunds filled in, and return its number."""
        if entry.refunds and not entry.plays:
            entry.plays = self.plays_of(entry.refunds)
        return self.book.append(entry)

    def change(
        self,
        puts: Iterable[Put],
        *,
        actor: str,
        action: str,
        cause: int = 0,
        side: str = "tmall",
        shop: str = "",
        refunds: tuple[str, ...] = (),
        play: str = "",
    ) -> int:
        """Change rows, in one entry and so all or none, and return the entry's number. The main row comes first."""
        rows = tuple(Row(entity, str(ident), values) for entity, ident, values in puts)
        plays = (play,) if play else self.plays_of(refunds)
        entry = Changed(
            actor=actor, action=action, cause=cause, rows=rows, side=side, shop=shop, refunds=refunds, plays=plays
        )
        seq = self.book.append(entry)
        self.state.apply(rows)
        if self.changes is not None:
            self.changes.append(seq)
        return seq

    def plays_of(self, refunds: Iterable[str]) -> tuple[str, ...]:
        """Return the plays to which *refunds* (or exchanges) belong, each once."""
        found: dict[str, None] = {}
        for refund_id in refunds:
            refund = self.state.refunds.get(refund_id) or self.state.exchanges.rows.get(refund_id)
            if refund is not None:
                play = self.state.plays.get(str(refund.tid))
                if play:
                    found[play] = None
        return tuple(found)

    def set(self, name: str, value: Any, *, origin: str) -> None:
        """Give a setting another value, and record it."""
        self.settings.set(name, value, origin=origin)
        self.note(SettingChanged(name=name, value=value, origin=origin, side="harness"))
        self._tell(name)

    def move_on(self, by: int, *, play: str = "") -> int:
        """Move the time of platform and ERP on by *by* ms, and return the entry's number. Durations do not feel it.

        It only moves on: no program that reads lists by time could follow a clock that is set back by days.

        Raises:
            UserError: if it would stand still or go back.
        """
        if by <= 0:
            raise UserError(
                say("clock.back", "time cannot go back, by {by} ms.", by=by),
                expected=say("clock.forward", "It is moved on, by one millisecond or more."),
            )
        self.clock.shift += by
        self.stepped = (self.clock.mono(), by)
        seq = self.book.stepped(by, play)
        self._tell("")  # what falls due by then is due now
        return seq

    def set_for(self, nick: str, name: str, value: Any, *, origin: str) -> None:
        """Give shop *nick* a value of its own for a setting, and record it; no *origin*: it follows the run again.

        Raises:
            UserError: if there is no such shop or setting, or it cannot take the value or be a shop's.
        """
        if nick not in self.state.shops:
            raise unknown_name(say("what.shop", "shop"), nick, self.state.shops)
        self.settings.set_for(nick, name, value, origin=origin)
        self.note(SettingChanged(name=name, value=value, origin=origin, shop=nick, side="harness"))
        self._tell(name)

    def _learn(self, entry: SettingChanged) -> None:
        if entry.name not in SETTINGS:
            return
        if entry.shop:
            self.settings.set_for(entry.shop, entry.name, entry.value, origin=entry.origin)
        else:
            self.settings.set(entry.name, entry.value, origin=entry.origin)

    def _tell(self, name: str) -> None:
        for heed in self.heeds:
            heed(name)

    def next_refund_id(self) -> str:
        """Return a refund (or exchange) number of 18 digits that no run of this machine has had."""
        used = len(self.state.refunds) + len(self.state.exchanges.rows)
        return f"{self.block:010d}{used + 1:08d}"

    def next_tid(self) -> int:
        """Return a trade number of 19 digits; the numbers up to the next trade are free for its sub-orders."""
        used = len(self.state.orders) + len(self.state.trades)
        return int(f"2{self.block:010d}{used + 1:08d}")

    def add_shop(self, nick: str = "", *, kind: str = "B", app_key: str = DEFAULT_APP, ag: bool = False) -> Shop:
        """Open a shop with an address book, whose main and sub account authorised *app_key*, and return its row."""
        number = len(self.state.shops) + 1
        nick = nick or f"沙箱旗舰店{number}"
        if nick in self.state.shops:
            raise UserError(say("shop.taken", "there is a shop {nick} already.", nick=nick))
        if app_key != DEFAULT_APP and app_key not in self.state.apps:
            raise unknown_name(say("what.app", "app"), app_key, self.state.apps)
        user_id = 2208000000 + number
        secrets = {f"secret:{app_key}": self.vault.values.get(f"secret:{app_key}") or token(self.seed, "app_secret")}
        for role, start, words in _ROLES:
            for what, word in zip((role, f"{role}_refresh"), words, strict=True):
                secrets[f"{what}:{nick}"] = f"{start}{token(self.seed, word, nick, length=24)}ZZ{user_id}"
        self.vault.put(secrets)
        shop = Shop(
            nick=nick,
            user_id=user_id,
            type=kind,
            app_key=app_key,
            app_secret=self.vault.token(secrets[f"secret:{app_key}"]),
            session=self.vault.token(secrets[f"main:{nick}"]),
            sub_session=self.vault.token(secrets[f"sub:{nick}"]),
            addresses=addresses_of(number),
            ag=ag,
        )
        rows = [("shop", nick, shop), *self._account_rows(shop)]
        self.change(rows, actor="harness", action="open_shop", shop=nick)
        self._register()
        return shop

    def _account_rows(self, shop: Shop) -> list[Put]:
        """Return the rows of the app and the two sessions with which *shop* is born, which never expire."""
        rows: list[Put] = []
        if shop.app_key not in self.state.apps:
            rows.append(("app", shop.app_key, App(app_key=shop.app_key, secret=shop.app_secret, title="沙箱应用")))
        for role, ident in (("main", shop.session), ("sub", shop.sub_session)):
            raw = self.vault.values.get(f"{role}_refresh:{shop.nick}", "")
            session = Session(
                id=ident,
                app_key=shop.app_key,
                shop=shop.nick,
                role=role,
                grant=ident,
                created=self.clock.wall(),
                refresh=self.vault.token(raw) if raw else "",
            )
            rows.append(("session", ident, session))
        return rows

    def _register(self) -> None:
        """Know the secret of every app, and the sessions of shops in ledgers that do not tell them yet."""
        for shop in self.state.shops.values():
            if shop.session not in self.state.sessions:
                self.change(self._account_rows(shop), actor="harness", action="open_shop", shop=shop.nick)
        self.apps = {key: self.vault.values[f"secret:{key}"] for key in self.state.apps}

    def add_app(self, app: App) -> App:
        """Open *app* with a secret of its own (or change what it may do) and return its row."""
        name = f"secret:{app.app_key}"
        if name not in self.vault.values:
            self.vault.put({name: token(self.seed, "app_secret", app.app_key)})
        app = msgspec.structs.replace(app, secret=self.vault.token(self.vault.values[name]))
        self.change([("app", app.app_key, app)], actor="harness", action="open_app")
        self._register()
        return app

    def session(self, key: str) -> Session | None:
        """Return the session whose key is *key*, dead or alive."""
        return self.state.sessions.get(self.vault.token(key)) if key else None

    def keys(self, shop: Shop) -> dict[str, str]:
        """Return what an integration is given of *shop*, secrets included."""
        kept = self.vault.values
        return {
            "nick": shop.nick,
            "type": shop.type,
            "app_key": shop.app_key,
            "app_secret": kept[f"secret:{shop.app_key}"],
            "session": kept[f"main:{shop.nick}"],
            "sub_session": kept[f"sub:{shop.nick}"],
            "refresh_token": kept.get(f"main_refresh:{shop.nick}", ""),
            "sub_refresh_token": kept.get(f"sub_refresh:{shop.nick}", ""),
        }
