"""The ERP's side of the wire: notes what was asked, and runs the profile's Flask app inline, on the loop."""

from typing import Any

from simulator.erp import form, registry
from simulator.erp.dialect_app import DialectApp
from simulator.erp.profile import ADMITTED, ANSWER, BODY, CALL, CAUSE, RAW, Operation
from simulator.exchange import Answer, Call, Received
from simulator.inline_wsgi import environ_of, run
from simulator.ledger.entry import Asked
from simulator.request import RawRequest
from simulator.world import World


class ErpEndpoint:
    """One side of the simulator: the ERP, speaking one profile."""

    def __init__(self, world: World) -> None:
        """Serve *world*'s documents in its profile.

        Raises:
            UserError: if there is no such profile.
        """
        self._world = world
        self._profile = registry.of(world)
        self._app = self._profile.create_app(world)

    def receive(self, raw: RawRequest) -> Received:
        """Read *raw* and say what it would do; a request without the right key is refused."""
        body = self._profile.decoded(self._world, raw)
        admitted = self._profile.admits(self._world, raw)
        operation = self._profile.operation(self._world, raw, body)
        asked = self._asked(raw, operation, body)
        if not admitted:
            return Received(asked=asked, render=self.dress, refusal=self._answer(raw, 0, body))
        call = Call(
            side="erp",
            alias=asked.method,
            method=asked.method,
            shop=asked.shop,
            refunds=asked.refunds,
            plays=asked.plays,
            page=1 if operation.name == "list" else 0,
        )
        return Received(
            asked=asked, render=self.dress, call=call, effect=lambda: self._answer(raw, asked.seq, body, call)
        )

    def _asked(self, raw: RawRequest, operation: Operation, body: Any) -> Asked:
        refunds = operation.refunds
        params: dict[str, Any] = {"path": raw.path}
        if raw.query:
            params["query"] = self._world.vault.redacted(dict(form.fields(raw.query)))
        if body is not None:
            params["body"] = body
        if self._world.erp_key in (raw.path + raw.query.decode("latin-1")) or self._world.erp_key.encode() in raw.body:
            params = self._without_key(params)
        return Asked(
            side="erp",
            shop=operation.shop,
            refunds=refunds,
            plays=self._world.plays_of(refunds),
            method=f"erp.{operation.name}",
            params=params,
            document=operation.document,
            began=raw.began,
            bytes=len(raw.body),
        )

    def _without_key(self, value: Any) -> Any:
        """Return *value* with the ERP's key replaced wherever it stands: it belongs into the header alone."""
        key = self._world.erp_key
        if isinstance(value, str):
            return value.replace(key, self._world.vault.token(key))
        if isinstance(value, dict):
            return {self._without_key(name): self._without_key(found) for name, found in value.items()}
        return [self._without_key(found) for found in value] if isinstance(value, list) else value

    def _answer(self, raw: RawRequest, cause: int, body: object, call: Call | None = None) -> Answer:
        answer = Answer()
        # Only a call that was admitted comes as a call.
        told = {ANSWER: answer, CAUSE: cause, BODY: body, CALL: call, RAW: raw, ADMITTED: call is not None}
        said = self._app.answer(raw, told) if isinstance(self._app, DialectApp) else None
        if said is not None:
            answer.status, answer.headers, answer.content = said.status, said.headers, said.content
            return answer
        status, headers, content = run(self._app, environ_of(raw, told))
        if raw.method == "HEAD":
            answer.told, answer.body = [], {}
        answer.status = status
        answer.headers = headers
        answer.content = content
        return answer

    def dress(self, answer: Answer) -> None:
        """Give an answer that a fault made up its bytes; those of the app have theirs."""
        if answer.headers or answer.lost:
            return
        if not answer.error and answer.status < 400:
            answer.status = 500
        answer.content, kind = self._profile.failure(answer)
        answer.headers = ((b"content-type", kind),)
