"""The connector that polls: `python -m connectors.polling`. Configured by environment variables, see `connectors`."""

from collections.abc import Sequence

from connectors.program import Cycle, Desk, run
from connectors.settings import Settings


def polling(told: Settings, desks: Sequence[Desk]) -> list[Cycle]:
    """Return two cycles for each shop: one takes in what the list shows, one carries out what the ERP decided."""
    cycles = []
    for desk in desks:
        cycles.append(Cycle(f"{desk.nick} refunds", desk.intake.cycle, told.poll))
        cycles.append(Cycle(f"{desk.nick} decisions", desk.decisions.cycle, told.poll))
    return cycles


if __name__ == "__main__":
    run(polling)
