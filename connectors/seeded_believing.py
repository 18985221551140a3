"""Seeded bugs in which callbacks are believed: each overrides one method of the correct one."""

from collections.abc import Mapping

from connectors.callbacks import Callbacks


class TakesUnsigned(Callbacks):
    """M44."""

    def signed(self, signature: str, stamp: str, content: bytes) -> bool:
        """Check a signature only if there is one."""
        return not signature or super().signed(signature, stamp, content)


BELIEVING: Mapping[str, type[Callbacks]] = {"M44": TakesUnsigned}
