"""One connection of the message channel: bytes of a websocket in, steps of the dialogue done, frames out.

Its frames are what the official clients were seen to take: binary, whole, unmasked. Pings are not answered: a pong is
handed to Java's message decoder, and ends the connection.
"""

import asyncio
from typing import cast

from wsproto.connection import Connection as Framing
from wsproto.connection import ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import RemoteProtocolError

from simulator.exchange import Call
from simulator.faults.channel import Moment
from simulator.ledger.entry import Connection, Pushed
from simulator.tmall import messages, tmc_session, tmc_upgrade
from simulator.tmall.queue import Key, Message
from simulator.tmall.tmc_channel import Channel
from simulator.tmall.tmc_frames import SEND, Frame, encode

FRAME_LIMIT = 256 << 10
"""Bytes that a client's message may have; a produced message may have 120 KiB."""


class Link(asyncio.Protocol):
    """One connection."""

    def __init__(self, channel: Channel, links: set["Link"]) -> None:
        """Wait for a client of *channel* to say who it is; be among *links* as long as the connection lives."""
        self._channel = channel
        self._links = links
        self._world = channel.world
        self.ident = ""
        self.key: Key = ("", "")
        self.joined = 0
        self.ready = False
        """Whether it can be given messages now."""
        self._transport: asyncio.Transport
        self._head = b""
        self._framing: Framing | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self._token = ""
        self._silent = False
        self._ended = False
        self._unsent: list[Pushed] = []
        """What was handed to the transport and may not have been accepted yet."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its type
        self._transport.set_write_buffer_limits(
            high=0
        )  # asks to be told whenever something waits unsent, and when it left
        self._links.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Have what did not get away be due again."""
        self._links.discard(self)
        self._leave("closed", "" if exc is None else str(exc))

    def pause_writing(self) -> None:
        """Take nothing more: the client does not read as fast as messages come."""
        self.ready = False

    def resume_writing(self) -> None:
        """Go on: all that was written has been accepted."""
        self._settle()
        self.ready = bool(self._token) and not self._ended and not self._silent
        if self.ready:
            self._channel.wake(self.key)

    def data_received(self, data: bytes) -> None:
        """Take in what came."""
        if self._ended:
            return
        if self._framing is None:
            data = self._upgraded(data)
        if self._framing is not None and data:
            self._frames(self._framing, data)

    def _upgraded(self, data: bytes) -> bytes:
        """Answer the request for a websocket once its head is whole, and return what came after it."""
        self._head += data
        head, end, rest = self._head.partition(tmc_upgrade.END)
        if not end:
            if len(head) > tmc_upgrade.LIMIT:
                self._turn_away("a head without end")
            return b""
        try:
            answer = tmc_upgrade.accept(head)
        except tmc_upgrade.UpgradeError as error:
            self._turn_away(str(error))
            return b""
        self._head = b""
        self._transport.write(answer)
        self._framing = Framing(ConnectionType.SERVER)
        return rest

    def _turn_away(self, reason: str) -> None:
        self._transport.write(tmc_upgrade.refusal(reason))
        self.end("refused", reason)

    def _frames(self, framing: Framing, data: bytes) -> None:
        try:
            framing.receive_data(data)
            for event in framing.events():
                self._heard(framing, event)
                if self._ended:
                    return
        except RemoteProtocolError as error:
            self._broken(f"no websocket frame: {error}", CloseReason.PROTOCOL_ERROR)

    def _heard(self, framing: Framing, event: Event) -> None:
        if isinstance(event, BytesMessage):
            self._parts.append(bytes(event.data))
            self._size += len(event.data)
            if self._size > FRAME_LIMIT:
                self._broken(f"a message of more than {FRAME_LIMIT} bytes", CloseReason.MESSAGE_TOO_BIG)
            elif event.message_finished:
                payload, self._parts, self._size = b"".join(self._parts), [], 0
                self._said(payload)
        elif isinstance(event, TextMessage):
            self._broken("a text frame", CloseReason.UNSUPPORTED_DATA)
        elif isinstance(event, Ping):
            self._pinged(framing, event)
        elif isinstance(event, CloseConnection):
            self._write(framing.send(event.response()))
            self.end("closed", f"{int(event.code)} {event.reason or ''}".strip())
        # A pong is an answer to nothing: we never ping.

    def _pinged(self, framing: Framing, event: Ping) -> None:
        if self._channel.plan.armed:
            moment = Moment(frame=Frame(kind=SEND))
            self._disturb("tmc.ping", moment)
            if moment.pong:
                self._write(framing.send(Pong(payload=event.payload)))

    def _said(self, payload: bytes) -> None:
        step = tmc_session.read(payload, self._token, self._channel.rules, self._world.clock.wall())
        if isinstance(step, tmc_session.Settled):
            self._settled(step)
        elif isinstance(step, tmc_session.Pulled):
            self._channel.wake(self.key)
        elif isinstance(step, tmc_session.Greeted):
            self._greet(step)
        elif isinstance(step, tmc_session.Refused):
            self.key = (step.app_key, step.group)
            settings = self._world.settings
            self._send(tmc_session.refuse(step, settings["tmc_refusal"], int(settings["tmc_refusal_status"])))
            self.end("refused", f"{step.status} {step.phrase}")
        elif isinstance(step, tmc_session.Reply):
            self._send(step.frame)
        elif isinstance(step, tmc_session.Broken):
            self._broken(step.reason, CloseReason.POLICY_VIOLATION)

    def _greet(self, step: tmc_session.Greeted) -> None:
        self.key = (step.app_key, step.group)
        self.ident = f"c{self._world.state.queues.connections + 1}"
        form = self._world.settings["tmc_token"]
        token = tmc_session.token_of(form, self._world.seed, "tmc", self._world.block, self.ident)
        moment = Moment(frame=tmc_session.acknowledge(step, token))
        self._disturb("tmc.connect", moment)
        if moment.frame.status or moment.frame.phrase:
            self._send(moment.frame)
            self.end("refused", f"{moment.frame.status} {moment.frame.phrase}")
            return
        self._token = token
        self._silent = moment.silent
        self._note("opened", f"fault {moment.fault}" if moment.fault else "")
        if not self._silent:
            self._send(moment.frame)
            self.ready = True
            self._channel.join(self, self.key)

    def _settled(self, step: tmc_session.Settled) -> None:
        self._settle(step.number)
        messages.confirm(
            self._world,
            self.key,
            [step.number],
            channel="ws",
            connection=self.ident,
            failed=step.failed,
            reason=step.reason,
        )

    def push(self, given: list[tuple[Message, Pushed]]) -> None:
        """Send messages, in one piece; the ledger has them once the transport accepted it."""
        now = self._world.clock.wall()
        parts = []
        for message, pushed in given:
            pushed.connection = self.ident
            frame = tmc_session.data(message, pushed, self._token, now)
            moment = Moment(frame=frame)
            if self._channel.plan.armed:
                self._disturb("tmc.push", moment, message)
                pushed.fault = pushed.fault or moment.fault
            if self._ended or self._silent or moment.drop == "before":
                messages.take_back(self._world, pushed)
            else:
                parts.append(self._framed(moment.frame))
                self._unsent.append(pushed)
            if moment.drop and not self._ended:
                self._write(b"".join(parts))
                self._settle()
                parts = []
                self.end("closed", f"fault {moment.fault}")
        if parts:
            self._write(b"".join(parts))
            if self._transport.get_write_buffer_size() == 0:
                self._settle()

    def _settle(self, number: str = "") -> None:
        """Write down what the transport accepted; with *number* at least up to that message, which was confirmed."""
        if self._unsent and (not number or any(pushed.message == number for pushed in self._unsent)):
            unsent, self._unsent = self._unsent, []
            for pushed in unsent:
                self._world.note(pushed)

    def _framed(self, frame: Frame) -> bytes:
        assert self._framing is not None
        return self._framing.send(BytesMessage(data=encode(frame)))

    def _send(self, frame: Frame) -> None:
        self._write(self._framed(frame))

    def _write(self, data: bytes) -> None:
        if data and not self._silent and not self._transport.is_closing():
            self._world.book.flush()  # what happened is in the ledger before anybody is told
            self._transport.write(data)

    def _disturb(self, alias: str, moment: Moment, message: Message | None = None) -> None:
        app_key, _ = self.key
        call = Call(
            side="tmc",
            alias=alias,
            method="",
            shop=message.nick if message else "",
            refunds=message.refunds if message else (),
            plays=message.plays if message else (),
            app=app_key,
        )
        self._channel.plan.disturb(call, moment, () if message else self._channel.shops_of(app_key))

    def _broken(self, reason: str, code: CloseReason) -> None:
        if self._framing is not None:
            self._write(self._framing.send(CloseConnection(code=code)))
        self.end("closed" if self._token else "refused", reason)

    def end(self, event: str, detail: str) -> None:
        """Close the connection, which *event* says of it."""
        self._leave(event, detail)
        self._transport.close()

    def abort(self) -> None:
        """Close the connection at once, whatever is still unsent."""
        self._transport.abort()

    def _leave(self, event: str, detail: str) -> None:
        if self._ended:
            return
        self._ended, self.ready = True, False
        unsent, self._unsent = self._unsent, []
        for pushed in unsent:
            messages.take_back(self._world, pushed)
        if self._token:
            self._channel.leave(self, self.key)
        if self._token or event == "refused":
            self._note(event, detail)

    def _note(self, event: str, detail: str) -> None:
        if not self.ident:
            self.ident = f"c{self._world.state.queues.connections + 1}"
        app_key, group = self.key
        entry = Connection(
            connection=self.ident, event=event, app_key=app_key, group=group, detail=detail[:200], side="tmall"
        )
        self._world.note(entry)
        self._world.state.queues.learn(entry)
