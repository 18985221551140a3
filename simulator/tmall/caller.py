"""Calls a gateway in process as an SDK would over the wire: for tests and benchmarks of the Tmall side."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from simulator.clock import Clock, to_text
from simulator.exchange import Answer, Received
from simulator.request import RawRequest
from simulator.tmall import platform
from simulator.tmall.gateway import Gateway
from simulator.tmall.refund import Refund
from simulator.tmall.shop import Shop
from simulator.tmall.signing import sign
from simulator.tmall.trade import Order
from simulator.tmall.trades import create_trade
from simulator.world import World

FORM = b"application/x-www-form-urlencoded;charset=UTF-8"


class Caller:
    """One shop's app with its two sessions."""

    def __init__(self, world: World, shop: Shop) -> None:
        """Call for *shop* of *world*."""
        self.world = world
        self.shop = shop
        self.gateway = Gateway(world)
        self.keys = world.keys(shop)

    @classmethod
    def open(cls, folder: Path, *, kind: str = "B", clock: Clock | None = None, **settings: Any) -> "Caller":
        """Return a caller in a new world with one shop of type *kind* and *settings* of its own."""
        world = World.open(folder, chosen=settings, clock=clock)
        return cls(world, world.add_shop(kind=kind))

    def order(self, price: str = "19.99", **trade: Any) -> Order:
        """Return the sub-order of a new trade (*trade* as `create_trade` takes it) at *price* yuan."""
        spec = {"shop": self.shop.nick, "orders": [{"price": price}], **trade}
        return self.world.state.orders[create_trade(self.world, spec).oids[0]]

    def refund(self, amount: int = 835, *, returns: bool = False, **trade: Any) -> Refund:
        """Return a new refund of *amount* fen on a new trade, with goods to come back if *returns*."""
        order = self.order(**({"shipped": returns} | trade))
        return platform.apply(self.world, order, "return_refund" if returns else "refund_only", amount)

    def now(self, refund: Refund) -> Refund:
        """Return *refund* as it is now."""
        return self.world.state.refunds[refund.refund_id]

    def signed(self, method: str, *, sub: bool = False, drop: tuple[str, ...] = (), **params: Any) -> dict[str, str]:
        """Return the signed parameters of a call; public ones can be given in place of the usual, or dropped."""
        found = {
            "method": method,
            "app_key": self.keys["app_key"],
            "session": self.keys["sub_session" if sub else "session"],
            "timestamp": to_text(self.world.clock.seconds()),
            "v": "2.0",
            "format": "json",
            "sign_method": "md5",
        }
        found |= {name: str(value) for name, value in params.items()}
        for name in drop:
            found.pop(name)
        found["sign"] = sign(found, self.keys["app_secret"], found.get("sign_method", ""))
        return found

    def receive(
        self, params: Mapping[str, str], files: Mapping[str, bytes] | None = None, *, path: str = "/router/rest"
    ) -> Received:
        """Hand the gateway a POST with everything in the body."""
        kind, body = (FORM, urlencode(params).encode()) if files is None else upload(params, files)
        return self.gateway.receive(raw(body, kind=kind, path=path))

    def perform(self, received: Received) -> Answer:
        """Do what the wire does with *received*, faults and hooks aside, and return the rendered answer."""
        self.world.note(received.asked)
        answer = received.refusal
        if answer is None:
            assert received.call is not None
            assert received.effect is not None
            received.call.seq = received.asked.seq
            answer = received.effect()
        received.render(answer)
        return answer

    def answer(self, method: str, files: Mapping[str, bytes] | None = None, /, **params: Any) -> Answer:
        """Call *method* (`sub=True`: with the sub-account's session) and return its answer."""
        return self.perform(self.receive(self.signed(method, **params), files))

    def call(self, method: str, files: Mapping[str, bytes] | None = None, /, **params: Any) -> dict[str, Any]:
        """Call *method* and return what stands under the root of its JSON."""
        found = msgspec.json.decode(self.answer(method, files, **params).content, type=dict[str, dict[str, Any]])
        (body,) = found.values()
        return body


def raw(
    body: bytes = b"",
    *,
    query: bytes = b"",
    kind: bytes = b"",
    verb: str = "POST",
    path: str = "/router/rest",
    headers: Mapping[bytes, bytes] | None = None,
) -> RawRequest:
    """Return a request as the wire hands it to a side."""
    found = dict(headers or {})
    if kind:
        found[b"content-type"] = kind
    return RawRequest(verb, path, query, list(found.items()), body)


def upload(params: Mapping[str, str], files: Mapping[str, bytes]) -> tuple[bytes, bytes]:
    """Return content type and body of a multipart request, in the plain form of requests and httpx."""
    boundary = b"d7c9e1sandbox"
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary, name.encode(), value.encode())
        for name, value in params.items()
    ]
    parts += [
        b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n'
        % (boundary, name.encode(), name.encode(), content)
        for name, content in files.items()
    ]
    return b"multipart/form-data; boundary=" + boundary, b"".join(parts) + b"--" + boundary + b"--\r\n"
