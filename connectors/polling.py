"""The connector that polls: `python -m connectors.polling`. Configured by environment variables, see `connectors`."""

from collections.abc import Sequence

from connectors.desk import Cycle, Desk
from connectors.program import run
from connectors.settings import Settings


def polling(told: Settings, desks: Sequence[Desk]) -> list[Cycle]:
    """Return for each shop a cycle that takes in what the list of refunds shows, and those that every style has."""
    return [
        cycle
        for desk in desks
        for cycle in (desk.cycle("refunds", desk.intake.cycle, told.poll), *desk.cycles(told.poll))
    ]


if __name__ == "__main__":
    run(polling)
