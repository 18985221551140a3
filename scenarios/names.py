"""The names that a story gives its refunds, exchanges and re-sends: each is known only after the step that makes it."""

from collections.abc import Iterable

from scenarios.acts import FORMS
from scenarios.located import Located
from scenarios.words import say
from simulator.errors import unknown_name

LAST = "last"
"""`r.last` is the last of the refunds that are called `r`."""


class Names:
    """The names of one variant's steps, as far as they have been read."""

    def __init__(self, values: dict[str, str]) -> None:
        """Start with none; *values* are the variant's."""
        self._values = values
        self.count: dict[str, int] = {}
        """How many there are under each name."""
        self.later: list[str] = []
        """All that any step creates."""

    def expect(self, items: Iterable[Located]) -> None:
        """Note what the steps *items* will create."""
        self.later = [name for item in items for name in _created(item)]

    def new(self, node: Located, many: int) -> str:
        """Return a name that *many* refunds get now.

        Raises:
            UserError: if it is in use.
        """
        name = node.text()
        if name in self.count:
            node.fail(
                say("step.same_name", "there is a refund {name} already.", name=name),
                say("step.other_name", "Give this one another name."),
            )
        self.count[name] = many
        return name

    def known(self, node: Located, *, later: bool = False) -> str:
        """Return a name that is in use; *later* allows one that only a later step creates.

        Raises:
            UserError: if it is not.
        """
        name = node.text(self._values)
        group, dot, number = name.partition(".")
        known = dict.fromkeys(self.later, 1) | self.count if later else self.count
        if group not in known:
            if group in self.later:
                node.fail(
                    say("step.too_early", "refund {name} does not exist yet.", name=group),
                    say("step.in_order", "A later step creates it; steps are played in order."),
                )
            raise unknown_name(say("what.refund", "refund of this story"), name, known, where=node.where)
        if dot and number != LAST and not (number.isascii() and number.isdigit() and 1 <= int(number) <= known[group]):
            node.fail(
                say("step.no_such", "there is no {name}.", name=name),
                say("step.counted", "{group} has {count}, counted from 1.", group=group, count=known[group]),
            )
        return name


def _created(node: Located) -> list[str]:
    """Return the names of the refunds that a step creates."""
    if node.kind != "mapping":
        return []
    pairs = node.mapping()
    if "together" in pairs and pairs["together"].kind == "list":
        return [name for item in pairs["together"].items() for name in _created(item)]
    act, said = next(((act, found) for act, found in pairs.items() if act in FORMS), ("", node))
    if not act or said.kind != "mapping":
        return []
    named = said.mapping().get("refund" if FORMS[act].about == "apply" else "becomes")
    return [named.text()] if named is not None and named.kind == "text" else []
