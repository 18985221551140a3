"""Starts the simulator: `python -m simulator.serving`. Prints its endpoints in one line of JSON once it is ready."""

import argparse
import asyncio
import contextlib
import gc
import importlib.util
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import msgspec

from simulator import certificate, control
from simulator.control_app import ControlApp
from simulator.erp import registry
from simulator.erp.endpoint import ErpEndpoint
from simulator.erp.profile import Profile
from simulator.errors import UserError
from simulator.faults.plan import FaultPlan
from simulator.hooks import Hooks
from simulator.ledger.book import LedgerError
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Life
from simulator.listeners import DEFAULT_PORTS, Listener, bind, is_loopback
from simulator.phrase import from_environment, use
from simulator.settings import Settings
from simulator.tmall.expiry import Expiry
from simulator.tmall.gateway import Gateway
from simulator.tmall.timers import Timers
from simulator.tmall.tmc_server import TmcListener
from simulator.wire import Wire
from simulator.words import say
from simulator.world import World

_BREAK = (signal.Signals["SIGBREAK"],) if "SIGBREAK" in signal.Signals.__members__ else ()


class Options(msgspec.Struct, kw_only=True):
    """What `serve` can be asked for."""

    data: Path
    host: str = "127.0.0.1"
    port: int | None = None
    """First port (control; the others keep their distance to it), 0 for free ones, None for the usual ones."""
    allow_remote: bool = False
    advertise: str = ""
    seed: int = 0
    profile: str = ""
    """The ERP's dialect; empty: what the declaration or the recovered ledger says."""
    shops: int = 2
    declaration: Declaration | None = None
    settings: dict[str, Any] = {}
    settings_from: str = "option"
    """Who chose them, for the ledger and the report."""
    tls: bool = False
    """Whether the Tmall side (with OAuth) speaks https."""
    command: str = "serve"
    token: str = ""
    """Control token to use in place of a random one."""
    leashed: bool = False
    """Whether to end when standard input does: whoever started us holds its other end, and has gone."""


class Simulator:
    """A world and its listeners."""

    def __init__(self, options: Options) -> None:
        """Bind the ports and open the world; `start` listens.

        Raises:
            UserError: if a port is taken, the address is not allowed or the ledger there cannot be read.
        """
        self._options = options
        if not is_loopback(options.host) and not (options.allow_remote and options.token):
            raise UserError(
                say("host.remote", "{host} is reachable from other machines.", host=options.host),
                expected=say(
                    "host.allow",
                    "Add --allow-remote and give a token in REFUND_SANDBOX_TOKEN, or stay on 127.0.0.1.",
                ),
            )
        ports = dict(DEFAULT_PORTS)
        if options.port is not None:
            first = options.port
            ports = {name: first + port - DEFAULT_PORTS["control"] if first else 0 for name, port in ports.items()}
        _check(options.settings)
        sockets = {name: bind(name, options.host, port) for name, port in ports.items()}
        self.world = world = World.open(
            options.data,
            seed=options.seed,
            chosen={name: value for name, value in options.settings.items() if "/" not in name},
            declaration=options.declaration or Declaration(profile=options.profile or "generic"),
            command=options.command,
            origin=options.settings_from,
        )
        self.profile = _profile(world, options.profile)
        if options.token:
            world.vault.put({"control_token": options.token})
            world.control_token = options.token
        renew(world, options.settings, origin=options.settings_from)
        open_shops(world, options.shops, options.settings, origin=options.settings_from)
        self.timers = Timers(world)
        self.expiry = Expiry(world)
        self.plan = plan = FaultPlan(world)
        hooks = Hooks(world)
        flask = control.create_app(world, plan, hooks, self.endpoints, advertised=options.advertise or options.host)
        tls = certificate.context(options.data, (options.host, options.advertise)) if options.tls else None
        self.listeners: dict[str, Listener | TmcListener] = {
            "tmall": Listener("tmall", Wire(world, plan, hooks, Gateway(world)), sockets["tmall"], tls),
            "tmc": TmcListener(world, plan, sockets["tmc"]),
            "erp": Listener("erp", Wire(world, plan, hooks, ErpEndpoint(world)), sockets["erp"]),
            "control": Listener("control", ControlApp(world, flask), sockets["control"]),
        }

        self._gates: set[asyncio.Task[None]] = set()
        plan.shut = lambda side: self._http(side).refuse()
        plan.reopen = lambda side: self._gate(self._http(side).listen())

    def _http(self, side: str) -> Listener:
        found = self.listeners[side]
        assert isinstance(found, Listener)
        return found

    def _gate(self, turning: Coroutine[Any, Any, None]) -> None:
        """Let a side be opened as soon as the loop comes to it, which it holds only weakly."""
        task = asyncio.get_running_loop().create_task(turning)
        self._gates.add(task)
        task.add_done_callback(self._gates.discard)

    def endpoints(self) -> dict[str, Any]:
        """Return every URL and key, as `serve --json` prints them."""
        world, options = self.world, self._options
        host = options.advertise or options.host
        host = f"[{host}]" if ":" in host else host
        tmall, erp, control_url = (f"http://{host}:{self.listeners[n].port}" for n in ("tmall", "erp", "control"))
        if options.tls:
            tmall = tmall.replace("http:", "https:", 1)
        return {
            "tmall": f"{tmall}/router/rest",
            "oauth": tmall,
            "tmc": f"ws://{host}:{self.listeners['tmc'].port}/",
            "erp": erp + self.profile.base,
            "control": control_url,
            "token": world.control_token,
            "erp_key": world.erp_key,
            "callback_secret": world.callback_secret,
            "erp_keys": dict(self.profile.keys(world)),
            "profile": self.profile.name,
            "shops": [registry.shop_keys(world, nick) for nick in world.state.shops],
            "tls_ca": str((options.data / certificate.AUTHORITY).resolve()) if options.tls else None,
            "data": str(world.folder),
            "pid": os.getpid(),
        }

    async def start(self) -> None:
        """Listen, and leave `endpoints.json` (mode 0600) in the data folder.

        From now on the ledger is written once a moment of the loop.
        """
        self.world.book.loop = asyncio.get_running_loop()
        self.timers.start()
        self.expiry.start()
        shut = self.plan.shut_sides()
        for name, listener in self.listeners.items():
            await listener.listen()
            if name in shut:
                self._http(name).refuse()
        endpoints = self.endpoints()
        self.world.erp_url, self.world.tmall_url = endpoints["erp"].removesuffix(self.profile.base), endpoints["oauth"]
        path = self._options.data / "endpoints.json"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(endpoints))
        (self._options.data / "pid").write_text(str(os.getpid()), encoding="ascii")
        # The world only grows: freezing what start-up made and collecting rarely keeps pauses out of the answers.
        gc.freeze()
        gc.set_threshold(50_000, 50, 100)

    async def stop(self) -> None:
        """End cleanly: the ledger is whole, and no file says that we still run."""
        self.timers.stop()
        self.expiry.stop()
        for listener in self.listeners.values():
            await listener.close()
        self.world.note(Life(who="simulator", event="stopping", side="harness"))
        self.world.book.close()
        for name in ("endpoints.json", "pid"):
            (self._options.data / name).unlink(missing_ok=True)


def _check(settings: Mapping[str, Any]) -> None:
    """Check all of *settings* before anything is made; which shops there are is known later.

    Raises:
        UserError: if there is no such setting, or it cannot take the value or be a shop's.
    """
    known = Settings()
    for name, value in settings.items():
        nick, _, setting = name.rpartition("/")
        if nick:
            known.check_for(setting, value)
        else:
            known.check(name, value)


def renew(world: World, settings: Mapping[str, Any], *, origin: str = "option") -> None:
    """Give a world that was recovered those of *settings* with which it was not born.

    What was changed since by a control call stays, as long as the same command starts it again.
    """
    for name, value in settings.items():
        if "/" not in name and world.born[name] != value:
            world.set(name, value, origin=origin)
            world.born[name] = value


def open_shops(world: World, count: int, settings: Mapping[str, Any], *, origin: str = "option") -> None:
    """Open what is lacking of *count* shops, and give them their own of *settings* (SHOP/NAME), once for all.

    Raises:
        UserError: if there is no such shop or setting, or it cannot take the value or be a shop's.
    """
    while len(world.state.shops) < count:
        world.add_shop()
    for name, value in settings.items():
        nick, slash, setting = name.rpartition("/")
        if slash and setting not in world.settings.own(nick):
            world.set_for(nick, setting, value, origin=origin)


def _profile(world: World, asked: str) -> Profile:
    """Return the profile of *world*, which is the one *asked* for, if any was."""
    found = registry.of(world)
    if asked and asked != found.name:
        raise UserError(
            say(
                "profile.other",
                "the ERP of this data folder speaks {found}, not {asked}.",
                found=found.name,
                asked=asked,
            ),
            where=str(world.folder),
            expected=say("world.delete", "Delete the folder to start afresh."),
        )
    return found


async def serve(options: Options) -> None:
    """Serve until SIGINT or SIGTERM (on Windows also SIGBREAK, which the harness sends there)."""
    simulator = Simulator(options)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM, *_BREAK):
        try:
            loop.add_signal_handler(name, stop.set)
        except NotImplementedError:  # Windows: the loop cannot, the process can
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop.set))
    if options.leashed:
        threading.Thread(target=_follow_stdin, args=(loop, stop), daemon=True).start()
    failures: list[str] = []

    def failed(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # Without a ledger there is nothing to judge: better no simulator than one that forgets.
        if isinstance(context.get("exception"), LedgerError):
            failures.append(str(context["exception"]))
            stop.set()
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(failed)
    await simulator.start()
    sys.stdout.buffer.write(msgspec.json.encode(simulator.endpoints()) + b"\n")
    sys.stdout.buffer.flush()
    await stop.wait()
    if failures:
        raise LedgerError(failures[0])
    await simulator.stop()


def _follow_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Set *stop* when standard input ends, as it does when the harness dies, however that was."""
    # Not sys.stdin: a daemon thread that holds its lock keeps the interpreter from ending.
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    with contextlib.suppress(RuntimeError):  # the loop has ended first
        loop.call_soon_threadsafe(stop.set)


def _options(arguments: list[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m simulator.serving", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="Folder of the ledger; an existing one is recovered.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=None)
    parser.add_argument("--allow-remote", action="store_true")
    parser.add_argument("--advertise", default="", help="Host name put into the URLs.")
    parser.add_argument("--tls", action="store_true", help="Tmall and OAuth speak https with a local certificate.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--profile", default="", help="The ERP's dialect; otherwise what the data folder says.")
    parser.add_argument("--shops", type=int, default=2)
    parser.add_argument("--declaration", type=Path, help="JSON file of the target's declaration.")
    parser.add_argument("--setting", action="append", default=[], metavar="[SHOP/]NAME=VALUE", help="May be repeated.")
    parser.add_argument("--settings-from", default="option", help="Who chose those settings, for the ledger.")
    parser.add_argument("--leashed", action="store_true", help="End when standard input does.")
    parser.add_argument("--command", default="serve", help="What the harness was asked to do, for the ledger.")
    found = parser.parse_args(arguments)
    settings = dict(_setting(text) for text in found.setting)
    declaration = None
    if found.declaration:
        declaration = msgspec.json.decode(found.declaration.read_bytes(), type=Declaration)
    return Options(
        data=found.data,
        host=found.host,
        port=found.port,
        allow_remote=found.allow_remote,
        advertise=found.advertise,
        seed=found.seed,
        profile=found.profile,
        shops=found.shops,
        declaration=declaration,
        settings=settings,
        settings_from=found.settings_from,
        tls=found.tls,
        command=found.command,
        leashed=found.leashed,
        token=os.environ.get("REFUND_SANDBOX_TOKEN", ""),
    )


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UserError(
            say("setting.no_value", "--setting {text} has no value.", text=text),
            expected=say("setting.form", "Write --setting NAME=VALUE, or SHOP/NAME=VALUE for one shop."),
        )
    with contextlib.suppress(msgspec.DecodeError):
        return name, msgspec.json.decode(value.encode())
    return name, value


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's loop where there is one (not on Windows)."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory


def main(arguments: list[str] | None = None) -> int:
    """Run the simulator and return its exit status (3 for a user's mistake, 4 if the ledger cannot be written)."""
    use(from_environment())
    try:
        options = _options(arguments)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve(options))
    except UserError as error:
        print(f"refund-sandbox: {error}", file=sys.stderr)
        return 3
    except LedgerError as error:
        print(f"refund-sandbox: {error}", file=sys.stderr)
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
