"""Seeded bugs in which callbacks are believed: each overrides one method of the correct one."""

from collections.abc import Mapping

from connectors.callbacks import Arrived, Callbacks


class TakesUnsigned(Callbacks):
    """M44."""

    def signed(self, arrived: Arrived) -> bool:
        """Check a signature only if there is one."""
        return not self._ear.signature(arrived) or super().signed(arrived)


BELIEVING: Mapping[str, type[Callbacks]] = {"M44": TakesUnsigned}
