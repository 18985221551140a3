"""A ban of flow control: a row, so that a restart forgets none."""

import msgspec

from simulator.tmall.errors import TopError


class Ban(msgspec.Struct, frozen=True, omit_defaults=True):
    """Calls of *app* (empty: any) to *method* (empty: any) are refused until *until*, ms since 1970."""

    sub_code: str
    until: int
    app: str = ""
    method: str = ""
    setting: str = ""
    """The setting whose limit was exceeded; empty: a fault's."""

    @property
    def name(self) -> str:
        """Return the row's id: a second ban of the same scope takes the first one's place."""
        return ":".join(filter(None, (self.sub_code.removeprefix("accesscontrol."), self.app, self.method)))

    def error(self, now: int) -> TopError:
        """Return the answer at *now* (ms since 1970): at least a second is left as long as the ban runs."""
        seconds = -((now - self.until) // 1000)
        return TopError(7, "App Call Limited", self.sub_code, f"This ban will last for {seconds} more seconds")
