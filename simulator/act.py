"""What an act is: a name, its arguments, and the function that does it or says why it is impossible now."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import msgspec

from simulator.errors import ActRefused, UserError
from simulator.shared import shared
from simulator.words import say
from simulator.world import World


class ActSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One act. Its text is the first line of the docstring of *do*.

    *do(world, args, cause)* changes the world through `World.change(..., cause=cause)` and returns what the
    control API answers as `result`; it raises `ActRefused` if the act is impossible now.
    """

    name: str
    needs: Mapping[str, str]
    """Required arguments and what they mean."""
    takes: Mapping[str, str] = {}
    """Optional ones."""
    do: Callable[[World, Mapping[str, Any], int], dict[str, Any]]

    @property
    def actor(self) -> str:
        """Return who acts."""
        return self.name.partition(".")[0]

    @property
    def text(self) -> str:
        """Return what it does, in one sentence."""
        return (self.do.__doc__ or "").strip().partition("\n")[0]


def fen(value: Any, name: str = "amount") -> int:
    """Return yuan (text or number, at most two decimals) as fen.

    Raises:
        ActRefused: if it is negative, has three decimals or is no number: the platform would refuse it.
    """
    try:
        amount = Decimal(str(value)) * 100
    except InvalidOperation:
        raise ActRefused(
            say("amount.none", "{name} {value} is no amount of yuan", name=name, value=repr(value))
        ) from None
    if not amount.is_finite():
        raise ActRefused(say("amount.none", "{name} {value} is no amount of yuan", name=name, value=repr(value)))
    if amount != amount.to_integral_value():
        raise ActRefused(say("amount.decimals", "{name} {value} has more than two decimals", name=name, value=value))
    if amount < 0:
        raise ActRefused(say("amount.negative", "{name} {value} is negative", name=name, value=value))
    return shared(int(amount))


@lru_cache(maxsize=1 << 12)
def yuan(amount: int) -> str:
    """Return fen as yuan text with two decimals: 835 is `8.35`."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def check(spec: ActSpec, args: Mapping[str, Any]) -> None:
    """Raise `UserError` if *args* lack what *spec* needs or hold what it does not know."""
    missing = [name for name in spec.needs if name not in args]
    if missing:
        raise UserError(
            say("act.lacks", "{name} lacks {missing}.", name=spec.name, missing=", ".join(missing)),
            expected=say("act.needs", "It needs {names}.", names=", ".join(spec.needs)),
        )
    known = [*spec.needs, *spec.takes]
    for name in args:
        if name not in known:
            raise UserError(
                say("act.unknown", "{act} does not know {name}.", act=spec.name, name=name),
                expected=say("act.takes", "It takes {names}.", names=", ".join(known)),
            )
