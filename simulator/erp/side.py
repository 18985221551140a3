"""An ERP in process, and an integration that speaks its dialect: for tests and benchmarks of profiles."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from simulator.actors import perform
from simulator.erp import callbacks, registry
from simulator.erp.caller import Caller, Got, Seen, Wanted
from simulator.erp.document import Document
from simulator.erp.endpoint import ErpEndpoint
from simulator.erp.profile import Profile
from simulator.exchange import Answer
from simulator.ledger.entry import Answered, Delivered
from simulator.request import RawRequest
from simulator.tmall.trades import create_trade
from simulator.world import World

SHOP = "一号店"


class Side:
    """An ERP that speaks one profile, and an integration that speaks it too."""

    def __init__(self, world: World) -> None:
        """Take the ERP of *world*, and a shop in it."""
        self.world = world
        if SHOP not in world.state.shops:
            world.add_shop(SHOP)
        self.profile: Profile = registry.of(world)
        self.caller: Caller = self.profile.caller(self.world, self.world.erp_key)
        self.endpoint = ErpEndpoint(self.world)
        self.operation = ""
        self.answer = Answer()

    def ask(self, wanted: Wanted) -> Got:
        """Send a request as the wire would, and return its answer."""
        raw = RawRequest(
            wanted.method, wanted.path, wanted.query, [(b"host", b"127.0.0.1"), *wanted.headers], wanted.body, began=1
        )
        received = self.endpoint.receive(raw)
        self.operation = received.asked.method
        self.asked = received.asked
        call = self.world.book.append(received.asked)
        answer = received.effect() if received.effect is not None else received.refusal
        assert answer is not None
        received.render(answer)
        self.answer = answer
        about: dict[str, Any] = {"side": "erp", "shop": received.asked.shop, "refunds": received.asked.refunds}
        self.world.note(
            Answered(
                **about,
                call=call,
                method=received.asked.method,
                status=answer.status,
                error=answer.error,
                effect=answer.effect,
                told=tuple(answer.told),
                fields=answer.fields,
                body=answer.body,
            )
        )
        self.world.note(Delivered(**about, call=call))
        headers = {name.decode(): value.decode() for name, value in answer.headers}
        return Got(answer.status, answer.content, headers)

    def refund(self, amount: str = "8.35") -> dict[str, Any]:
        """Let a buyer ask for money back, and return what an integration would write about it."""
        trade = create_trade(self.world, {"orders": [{"price": "199.00"}], "shop": SHOP})
        applied = perform(self.world, "buyer.apply", {"tid": str(trade.tid), "amount": amount})
        found = self.world.state.refunds[str(applied["result"]["refund_id"])]
        return {
            "shop": SHOP,
            "refund_id": found.refund_id,
            "tid": str(found.tid),
            "oid": str(found.oid),
            "type": "refund_only",
            "status": "pending",
            "amount": found.amount,
            "quantity": 1,
            "version": found.version,
        }

    def brought(self, amount: str = "8.35") -> tuple[dict[str, Any], Seen]:
        """Return the content of a refund that is in the ERP already, and how the ERP shows it."""
        content = self.refund(amount)
        self.ask(self.caller.create(content))
        return content, self.found(content)

    def found(self, content: Mapping[str, Any]) -> Seen:
        """Return the only record of a refund."""
        (seen,) = self.caller.seen(self.ask(self.caller.find(content["refund_id"], SHOP)))
        return seen

    def documents(self, content: Mapping[str, Any]) -> list[Document]:
        """Return the canonical documents of a refund."""
        return self.world.state.documents.of_refund(SHOP, content["refund_id"])

    def heard(self, *acts: tuple[str, Mapping[str, Any]]) -> list[Got]:
        """Return what the ERP called back about *acts*, each performed once all about those before it was sent."""
        heard: list[Got] = []

        async def listener(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name: value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
            query = urlsplit(lines[0].split()[1]).query
            heard.append(Got(0, await reader.readexactly(int(headers["Content-Length"])), headers, query))
            thanks = self.profile.thanks
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(thanks), thanks))
            writer.close()

        async def played() -> None:
            server = await asyncio.start_server(listener, "127.0.0.1", 0)
            callbacks.set_url(self.world, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/callback")
            for name, args in acts:
                performed = perform(self.world, name, args)
                assert performed["accepted"], performed
                while callbacks._under_way:
                    await asyncio.wait(callbacks._under_way)
            server.close()

        asyncio.run(played())
        return heard
