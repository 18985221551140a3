"""What strangers send to the integration's callback URL in the ERP's name: unsigned, forged, replayed, foreign."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from simulator.act import ActSpec
from simulator.erp import callbacks, deciding, registry
from simulator.erp.deciding import Args
from simulator.erp.document import Document
from simulator.erp.profile import Push
from simulator.errors import ActRefused
from simulator.words import say
from simulator.world import World

FOREIGN = "别家旗舰店"
"""Nick of a shop that is nobody's here."""
LATE = 3_600_000
"""ms by which a late callback is older than it may be."""


def _callback(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Send a callback that says that a refund is approved, though no reviewer said so, or say again what one said."""
    defect = deciding.one_of(args, "defect", DEFECTS)
    document = deciding.document(world, args)
    delivery = f"st{cause}"
    push = DEFECTS[defect](world, document, delivery)
    if push is None and defect == "replayed":
        number = document.external
        raise ActRefused(say("callback.none_came", "no callback about {number} has come through yet", number=number))
    if push is None:
        raise ActRefused(say("callback.none", "this ERP has sent no callback about {number}", number=document.external))
    if not callbacks.send_as(world, document, delivery, push, defect):
        raise ActRefused(say("callback.no_listener", "nobody listens for callbacks"))
    return {"document": document.external, "defect": defect}


def approved(world: World, document: Document, delivery: str) -> Push | None:
    """Return what the ERP would send if a reviewer had just approved *document*."""
    said = {"amount": document.amount, "type": document.type, "text": "", "quantity": document.quantity}
    decided = deciding.decided(world, document, "approve", "reviewer", said, version=document.version)
    claimed = msgspec.structs.replace(decided, revision=document.revision + 1, updated=world.clock.wall())
    profile = registry.of(world)
    claimed.raw = {**claimed.raw, **profile.expressed(world, claimed)}
    return profile.push(world, claimed, "decision", delivery)


def _unsigned(world: World, document: Document, delivery: str) -> Push | None:
    values = world.settings.values
    own, values["erp_callbacks_signed"] = values["erp_callbacks_signed"], False
    try:
        return approved(world, document, delivery)
    finally:
        values["erp_callbacks_signed"] = own


def _signed_with(secret: str) -> Callable[[World, Document, str], Push | None]:
    def signed(world: World, document: Document, delivery: str) -> Push | None:
        own, world.callback_secret = world.callback_secret, secret
        try:
            return approved(world, document, delivery)
        finally:
            world.callback_secret = own

    return signed


def _foreign(world: World, document: Document, delivery: str) -> Push | None:
    theirs = {"shop": FOREIGN}
    theirs |= {name: f"9{own[1:]}" for name in ("refund_id", "tid", "oid") if (own := getattr(document, name))}
    named = {getattr(document, name): value for name, value in theirs.items()}
    foreign = msgspec.structs.replace(document, **theirs, raw=_renamed(document.raw, named))
    return approved(world, foreign, delivery)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return *value* with the names of others in it, each in the form in which it was written."""
    if isinstance(value, dict):
        return {key: _renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, names) for inner in value]
    return type(value)(names[str(value)]) if isinstance(value, str | int) and str(value) in names else value


def _late(world: World, document: Document, delivery: str) -> Push | None:
    world.clock.shift -= LATE
    try:
        return approved(world, document, delivery)
    finally:
        world.clock.shift += LATE


def _replayed(world: World, document: Document, _: str) -> Push | None:
    return callbacks.last_arrived(world, document.refund_id)


DEFECTS: Mapping[str, Callable[[World, Document, str], Push | None]] = {
    "unsigned": _unsigned,
    "blank": _signed_with(""),
    "forged": _signed_with("not-the-secret"),
    "foreign": _foreign,
    "late": _late,
    "replayed": _replayed,
}
"""What is wrong with a callback: no signature; signed with an empty, or another secret; about a shop that is not the
integration's; as it was an hour ago; the bytes of the last genuine one once more."""

STRANGER_ACTS: tuple[ActSpec, ...] = (
    ActSpec(
        name="stranger.callback",
        needs={"refund": "refund id", "defect": ", ".join(DEFECTS)},
        do=_callback,
    ),
)
"""The acts of strangers."""
