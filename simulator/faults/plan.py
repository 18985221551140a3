"""Which faults are armed, which calls they strike, and how often: "fail twice, then work", counted per refund."""

from collections.abc import Callable, Collection
from typing import Any

import msgspec

from simulator.errors import UserError, unknown_name
from simulator.exchange import Answer, Call, Rest
from simulator.faults.callbacks import CALLBACK_FAULTS, CALLED_BACK, CallbackFault
from simulator.faults.channel import CHANNEL_FAULTS, MOMENTS, ChannelFault, Moment
from simulator.faults.erp import ErpDown, ErpDuplicate, ErpRefusal, Shutting
from simulator.faults.gateway import AppCallLimited, IspError, PageError, TopErrorAnswer
from simulator.faults.kind import Checked, FaultKind
from simulator.faults.lists import PartialBatch, ReorderedBatch
from simulator.faults.messages import MESSAGE_FAULTS, POSTED, MessageFault
from simulator.faults.network import ErpError, LostAnswer, LostRequest, Slow
from simulator.ledger.entry import Fault, Published
from simulator.words import say
from simulator.world import World

AnyFault = FaultKind | MessageFault | ChannelFault | CallbackFault | Shutting

_KINDS: tuple[AnyFault, ...] = (
    LostRequest(),
    LostAnswer(),
    Slow(),
    ErpError(),
    ErpDown(),
    ErpRefusal(),
    ErpDuplicate(),
    IspError(),
    PageError(),
    AppCallLimited(),
    TopErrorAnswer(),
    PartialBatch(),
    ReorderedBatch(),
    *MESSAGE_FAULTS,
    *CHANNEL_FAULTS,
    *CALLBACK_FAULTS,
)

FAULTS: dict[str, AnyFault] = {kind.name: kind for kind in _KINDS}

CALLS = (
    *("tmall.list", "tmall.detail", "tmall.messages", "tmall.reasons", "tmall.refuse", "tmall.review", "tmall.agree"),
    *("tmall.agree_return", "tmall.refuse_return", "tmall.addresses", "tmall.trade", "tmall.time"),
    *("tmall.applications", "tmall.status", "tmall.operations", "tmall.special", "tmall.specials"),
    *("tmall.trade_basic", "tmall.trades", "tmall.trades_changed", "tmall.trades_stored", "tmall.shipments"),
    *("tmall.seller", "tmall.message_add", "tmall.refill", "tmall.disputes", "tmall.intercept"),
    *("tmall.negotiate", "tmall.negotiate_terms", "tmall.app_ip", "tmall.sdk_feedback"),
    *("tmall.http_dns", "tmall.ip_out", "tmall.secret", "tmall.fenxiao_refund", "tmall.fenxiao_refunds"),
    *("tmall.fenxiao_agree", "tmall.fenxiao_refuse", "tmall.fenxiao_agree_return"),
    *("tmall.exchanges", "tmall.exchange", "tmall.exchange_reasons", "tmall.exchange_messages"),
    *("tmall.exchange_agree", "tmall.exchange_refuse", "tmall.exchange_receive", "tmall.exchange_refuse_return"),
    *("tmall.exchange_ship", "tmall.exchange_receive_and_ship", "tmall.exchange_message"),
    *("tmall.ag_account", "tmall.ag_cancel", "tmall.ag_check", "tmall.ag_stored", "tmall.ag_signed", "tmall.ag_order"),
    *("tmall.ag_parcels", "tmall.ag_resend", "tmall.ag_resend_parcel", "tmall.ag_return_event", "tmall.ag_returns"),
    *("tmall.ag_case", "tmall.ag_case_result"),
    *("tmall.messages_consume", "tmall.messages_confirm", "tmall.user_permit"),
    *("tmall.user_cancel", "tmall.user_get", "tmall.user_topics_get", "tmall.auth_get", "tmall.queue_get"),
    *("tmall.group_add", "tmall.group_delete", "tmall.groups_get", "tmall.topic_group_add"),
    *("tmall.topic_group_delete", "tmall.message_produce", "tmall.messages_produce"),
    POSTED,
    *("tmall.token_create", "tmall.token_refresh", "tmall.*", "oauth.token", "oauth.authorize", "oauth.*"),
    *("erp.create", "erp.update", "erp.write", "erp.read", "erp.list", CALLED_BACK, "erp.*"),
)
"""Names of calls in faults and hooks."""

OF_A_SHOP = ("tmall.list", "oauth.token", "tmc.connect", "tmc.ping")
"""What belongs to no refund: a play's fault strikes it by its shop, and strikes every play of that shop."""

SCOPE = {"fault": str, "call": str, "refund": str, "play": str, "shop": str, "times": int, "skip": int, "page": int}


class Armed(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One fault that waits for calls to strike. Empty scope fields match everything."""

    id: str
    fault: str
    call: str
    refund: str = ""
    play: str = ""
    shop: str = ""
    times: int = 1
    """How often it strikes each refund (or the list, as one); 0: for ever."""
    skip: int = 0
    """How many matching calls it lets pass first, per refund."""
    page: int = 0
    options: dict[str, Any] = {}
    struck: dict[str, int] = {}
    """Matching calls seen so far, by refund id (or the empty text)."""


def matches(pattern: str, alias: str) -> bool:
    """Tell whether call *alias* is meant by *pattern* (`erp.write` is create and update; `tmall.*` is all)."""
    if pattern == alias:
        return True
    if pattern == "erp.write":
        return alias in {"erp.create", "erp.update"}
    return pattern.endswith("*") and alias.startswith(pattern[:-1])


def _nothing(_: str) -> None:
    """Do nothing: where no side is served, none can be shut."""


class FaultPlan:
    """The armed faults of a world. They are rows of the world, so a restart forgets none."""

    def __init__(self, world: World) -> None:
        """Take over what *world* already holds."""
        self._world = world
        rows = world.state.plain.get("fault", {})
        self.armed: dict[str, Armed] = {ident: msgspec.convert(row, Armed) for ident, row in rows.items()}
        world.disturb = self.disturbed
        world.call_back = self.called_back
        self.shut: Callable[[str], None] = _nothing
        """Lets a side take no connection from now on; who serves the sides sets it."""
        self.reopen: Callable[[str], None] = _nothing
        self._count = max((int(ident[1:]) for ident in self.armed), default=0)

    def arm(self, spec: dict[str, Any]) -> str:
        """Arm the fault that *spec* describes and return its id.

        Raises:
            UserError: if the fault, the call or an option is unknown or of the wrong type.
        """
        armed = self._read(spec)
        self._put(armed, "arm")
        self._note(armed, "start")
        if isinstance(kind := FAULTS[armed.fault], Shutting):
            self._note(armed, "strike")  # whoever comes is refused before there is a call
            self.shut(kind.side)
        return armed.id

    def shut_sides(self) -> set[str]:
        """Return the sides that take no connection now."""
        kinds = (FAULTS[armed.fault] for armed in self.armed.values())
        return {kind.side for kind in kinds if isinstance(kind, Shutting)}

    def _read(self, spec: dict[str, Any]) -> Armed:
        name = spec.get("fault", "")
        kind = FAULTS.get(name)
        if kind is None:
            raise unknown_name(say("what.fault", "fault"), str(name), FAULTS)
        call = spec.get("call") or kind.call
        if call == "*":
            raise UserError(
                say("fault.no_call", "fault {name} is not told what to strike.", name=name),
                expected=say("fault.give_call", "Give call: {names}.", names=", ".join(CALLS)),
            )
        if call not in CALLS and call not in MOMENTS:
            raise unknown_name(say("what.call", "call"), str(call), (*CALLS, *MOMENTS))
        struck = matches(kind.call, call) or call.startswith(kind.call.rstrip("*"))
        news = {POSTED: MessageFault, CALLED_BACK: CallbackFault}  # told to the integration, which did not call
        exactly = call in MOMENTS or (call in news and not isinstance(kind, news[call]))
        if not (call == kind.call if exactly else struck):
            raise UserError(
                say("fault.other_call", "fault {name} does not strike {call}.", name=name, call=call),
                expected=say("fault.strikes", "It strikes {call}.", call=kind.call),
            )
        scope = {key: spec[key] for key in SCOPE if key in spec and key not in {"fault", "call"}}
        for key, value in scope.items():
            if not isinstance(value, SCOPE[key]) or isinstance(value, bool):
                raise UserError(
                    say("fault.scope", "{key} of a fault is {value}.", key=key, value=repr(value)),
                    expected=say("fault.scope_type", "It is a {type}.", type=SCOPE[key].__name__),
                )
        options = {key: value for key, value in spec.items() if key not in SCOPE and value is not None}
        for key in options:
            if key not in kind.options:
                what = say("what.fault_option", "option of fault {name}", name=name)
                raise unknown_name(what, key, [*kind.options, *SCOPE])
        if isinstance(kind, Checked):
            kind.check(options)
        if isinstance(kind, Shutting):
            scope["times"] = 0  # it lasts until it is lifted
        self._count += 1
        return Armed(id=f"f{self._count}", fault=name, call=call, options=options, **scope)

    def lift(self, ident: str = "", *, play: str = "") -> list[str]:
        """Lift fault *ident*, or all of *play*, or (neither given) all; return the ids lifted."""
        lifted = [
            armed
            for armed in self.armed.values()
            if (ident and armed.id == ident) or (play and armed.play == play) or not (ident or play)
        ]
        if ident and not lifted:
            raise unknown_name(say("what.armed", "armed fault"), ident, self.armed)
        for armed in lifted:
            del self.armed[armed.id]
            self._world.change([("fault", armed.id, None)], actor="harness", action="lift", side="harness")
            self._note(armed, "end")
            if isinstance(kind := FAULTS[armed.fault], Shutting) and kind.side not in self.shut_sides():
                self.reopen(kind.side)
        return [armed.id for armed in lifted]

    def around(self, call: Call, rest: Rest) -> Rest | None:
        """Return *rest* with every fault that may strike *call* wrapped around it, or None if none may."""
        if not self.armed:
            return None
        meant = [
            armed.id
            for armed in self.armed.values()
            if isinstance(FAULTS[armed.fault], FaultKind) and self._concerns(armed, call)
        ]
        if not meant:
            return None
        for ident in reversed(meant):
            rest = self._wrapped(ident, call, rest)
        return rest

    def disturbed(self, entry: Published) -> list[Published]:
        """Let every fault that strikes a message change *entry*; return what is to be put into its queue besides."""
        if not self.armed:
            return []
        plays = self._world.plays_of(entry.refunds)
        about = Call(
            side="tmall", alias=POSTED, method=entry.topic, shop=entry.shop, refunds=entry.refunds, plays=plays
        )
        besides: list[Published] = []
        for armed in list(self.armed.values()):
            kind = FAULTS[armed.fault]
            wanted = armed.options.get("topic") or entry.topic
            fits = wanted in (entry.topic, entry.topic.removeprefix("taobao_refund_"))
            if isinstance(kind, MessageFault) and fits and self._strikes(armed, about):
                besides += kind.post(self._world, armed.options, entry)
                for one in (entry, *besides):
                    one.fault, one.plays = one.fault or armed.fault, plays
        return besides

    def called_back(self, shop: str, refunds: tuple[str, ...]) -> list[float]:
        """Return after how many seconds a callback about *refunds* is sent, for each time that it is: once, at once."""
        waits = [0.0]
        plays = self._world.plays_of(refunds)
        about = Call(side="erp", alias=CALLED_BACK, method=CALLED_BACK, shop=shop, refunds=refunds, plays=plays)
        for armed in list(self.armed.values()):
            kind = FAULTS[armed.fault]
            if isinstance(kind, CallbackFault) and self._strikes(armed, about):
                waits = kind.waits(armed.options, waits)
        return waits

    def disturb(self, call: Call, moment: Moment, shops: Collection[str] = ()) -> None:
        """Let every fault that strikes *call*, a moment of a connection, change what is about to happen.

        A connection is an app's, and so of all *shops* that authorised it.
        """
        for armed in list(self.armed.values()):
            kind = FAULTS[armed.fault]
            if armed.shop in shops:
                call.shop = armed.shop
            if isinstance(kind, ChannelFault) and self._strikes(armed, call):
                kind.strike(armed.options, moment)
                moment.fault = armed.fault

    def _strikes(self, armed: Armed, call: Call) -> bool:
        """Tell whether *armed* strikes *call*, and count it."""
        return self._concerns(armed, call) and self._counts(armed, call)

    def _concerns(self, armed: Armed, call: Call) -> bool:
        if not matches(armed.call, call.alias):
            return False
        if armed.refund and armed.refund not in call.refunds:
            return False
        of_a_shop = call.page or call.side == "tmc" or call.alias in OF_A_SHOP
        if armed.play and armed.play not in call.plays and not (armed.shop and of_a_shop):
            return False
        if (armed.shop and armed.shop != call.shop) or (armed.page and armed.page != call.page):
            return False
        return not armed.times or self._seen(armed, call) < armed.skip + armed.times

    def _counts(self, armed: Armed, call: Call) -> bool:
        aimed = self._aimed(armed, call)
        seen = self._seen(armed, call) + 1
        struck = armed.struck | {aimed[0] if aimed else "": seen}
        self._put(msgspec.structs.replace(armed, struck=struck), "count")
        if seen <= armed.skip:
            return False
        self._note(armed, "strike", call)
        return True

    def _seen(self, armed: Armed, call: Call) -> int:
        """Return how many calls about the refund of *call* that *armed* aims at have been counted."""
        aimed = self._aimed(armed, call)
        return armed.struck.get(aimed[0] if aimed else "", 0)

    def _aimed(self, armed: Armed, call: Call) -> tuple[str, ...]:
        if armed.refund:
            return (armed.refund,)
        if not armed.play:
            return call.refunds
        return tuple(refund for refund in call.refunds if armed.play in self._world.plays_of((refund,)))

    def _wrapped(self, ident: str, call: Call, rest: Rest) -> Rest:
        async def struck() -> Answer:
            # Counted only now: a fault that stands further out may have kept this one from having any effect.
            armed = self.armed.get(ident)
            if armed is None or not self._strikes(armed, call):
                return await rest()
            call.aimed = self._aimed(armed, call)
            kind = FAULTS[armed.fault]
            assert isinstance(kind, FaultKind)
            answer = await kind.around(self._world, armed.options, call, rest)
            answer.fault = armed.fault
            return answer

        return struck

    def _put(self, armed: Armed, action: str) -> None:
        self.armed[armed.id] = armed
        self._world.change(
            [("fault", armed.id, msgspec.to_builtins(armed))], actor="harness", action=action, side="harness"
        )

    def _note(self, armed: Armed, event: str, call: Call | None = None) -> None:
        scope = {
            key: value for key, value in msgspec.to_builtins(armed).items() if key not in {"id", "fault", "struck"}
        }
        refunds = call.refunds if call else ((armed.refund,) if armed.refund else ())
        self._world.note(
            Fault(
                fault=armed.id,
                name=armed.fault,
                event=event,
                scope=scope,
                call=call.seq if call else 0,
                refunds=refunds,
                shop=call.shop if call else armed.shop,
                plays=(armed.play,) if armed.play else (),
                side=armed.call.split(".")[0],
            )
        )
