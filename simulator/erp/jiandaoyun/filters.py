"""The filter of a list: conditions joined by and/or; each has a field, a method and an array of values (page 14220)."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

from simulator.erp.document import Document
from simulator.erp.jiandaoyun import rows, values
from simulator.erp.jiandaoyun.errors import Refusal
from simulator.erp.jiandaoyun.form import Form
from simulator.world import World

Test = Callable[[Document], bool]

MOST_VALUES = 200
"""Values of `in` and `nin`."""
SYSTEM = frozenset({"_id", "createTime", "updateTime", "creator", "updater", "flowState"})
"""System fields that can be filtered by."""
_BLANK = ("empty", "not_empty")
_METHODS = {
    **dict.fromkeys(("text", "textarea"), ("eq", "ne", "in", "nin", "like", *_BLANK)),
    **dict.fromkeys(("number",), ("eq", "ne", "gt", "lt", "range", *_BLANK)),
    **dict.fromkeys(("datetime",), ("eq", "ne", "range", *_BLANK)),
    **dict.fromkeys(("radiogroup", "combo", "user", "dept"), ("eq", "ne", "in", "nin", *_BLANK)),
    **dict.fromkeys(("checkboxgroup", "combocheck", "usergroup", "deptgroup"), ("eq", "in", "all", *_BLANK)),
    **dict.fromkeys(("phone",), ("like", "verified", "unverified", *_BLANK)),
}
"""Methods that page 14220 has for a type, in short; what happens with another one is not documented."""
_TIMES = frozenset({"createTime", "updateTime", "deleteTime"})


class Filter:
    """A filter read once, and asked of many rows."""

    def __init__(self, world: World, form: Form, found: Any) -> None:
        """Read *found*; None lets every row pass.

        Raises:
            Refusal: 3005, if something in it is wrong.
        """
        self._form = form
        self._typed = world.settings["jdy_filter_methods"] == "typed"
        self._zone = UTC if world.settings["jdy_filter_zone"] == "UTC" else values.BEIJING
        self.equal: dict[str, str] = {}
        """Fields that must equal one text, where all conditions must hold."""
        self.since: int | None = None
        """Earliest updateTime (ms) that can pass, where all conditions must hold."""
        self._tests: list[Test] = []
        self._all = True
        if found is None:
            return
        if not isinstance(found, dict) or found.get("rel", "and") not in ("and", "or"):
            raise Refusal(3005, "filter")
        self._all = found.get("rel", "and") == "and"
        conditions = found.get("cond")
        if not isinstance(conditions, list):
            raise Refusal(3005, "filter.cond")
        self._tests = [self._test(condition) for condition in conditions]

    def __call__(self, document: Document) -> bool:
        """Tell whether *document* passes."""
        if not self._tests:
            return True
        return (all if self._all else any)(test(document) for test in self._tests)

    def _test(self, condition: Any) -> Test:
        if not isinstance(condition, dict) or not all(
            isinstance(condition.get(key), str) for key in ("field", "method")
        ):
            raise Refusal(3005, "filter.cond")
        name, method, wanted = condition["field"], condition.get("method"), condition.get("value")
        if name not in self._form.widgets and name not in SYSTEM:
            raise Refusal(3005, f"filter: {name}")
        kind = self._form.widgets[name].type if name in self._form.widgets else ""
        moments = name in _TIMES or kind == "datetime"
        if self._typed and method not in _METHODS.get("datetime" if moments else kind, (method,)):
            raise Refusal(3005, f"filter: {name}: method")
        if method in {"empty", "not_empty"}:
            return lambda row: _empty(rows.value(self._form, row, name)) == (method == "empty")
        if method in {"verified", "unverified"} and kind == "phone":
            right = method == "verified"
            return lambda row: (rows.value(self._form, row, name) or {}).get("verified") is right
        if not isinstance(wanted, list) or len(wanted) > MOST_VALUES:
            raise Refusal(3005, f"filter: {name}: value")
        if method in {"range", "gt", "lt"}:
            return self._between(name, method, wanted, moments=moments)
        if method in {"eq", "ne", "in", "nin", "like", "all"} and wanted:
            if moments:
                wanted = [self._moment(name, item) for item in wanted]
            elif method in {"eq", "in"} and len(wanted) == 1 and self._all and isinstance(wanted[0], str):
                self.equal[name] = wanted[0]
            return self._among(name, method, wanted, moments=moments)
        raise Refusal(3005, f"filter: {name}: method")

    def _moment(self, name: str, item: Any) -> int:
        found = item if isinstance(item, int) else values.milliseconds(item, self._zone)
        if found is None:
            raise Refusal(3005, f"filter: {name}: value")
        return found

    def _between(self, name: str, method: str, wanted: list[Any], *, moments: bool) -> Test:
        """Return the test for low to high, both inclusive; None is an open end."""
        low, high = (wanted[0], None) if method == "gt" and wanted else (None, wanted[0] if wanted else None)
        if method == "range":
            if len(wanted) != 2:
                raise Refusal(3005, f"filter: {name}: value")
            low, high = wanted
        ends = [
            None if end is None else self._moment(name, end) if moments else _number(name, end) for end in (low, high)
        ]
        if name == "updateTime" and self._all and ends[0] is not None:
            self.since = max(self.since or 0, int(ends[0]))
        strict = method in {"gt", "lt"}

        def passes(row: Document) -> bool:
            value = rows.value(self._form, row, name)
            if moments:
                value = values.milliseconds(value, UTC)
            if not isinstance(value, int | float) or isinstance(value, bool):
                return False
            least, most = ends
            if strict and value in (least, most):
                return False
            return (least is None or value >= least) and (most is None or value <= most)

        return passes

    def _among(self, name: str, method: str, wanted: list[Any], *, moments: bool) -> Test:
        def passes(row: Document) -> bool:
            value = rows.value(self._form, row, name)
            if moments:
                value = values.milliseconds(value, UTC)
            if isinstance(value, dict):
                value = value.get("username") or value.get("dept_no") or value.get("phone") or value.get("id")
            if method == "like":
                return isinstance(value, str) and any(str(item) in value for item in wanted)
            several = value if isinstance(value, list) else [value]
            if method == "all":
                return all(item in several for item in wanted)
            inside = any(item in wanted for item in several)
            return inside if method in {"eq", "in"} else not inside

        return passes


def _number(name: str, end: Any) -> float:
    if isinstance(end, bool) or not isinstance(end, int | float):
        raise Refusal(3005, f"filter: {name}: value")
    return end


def _empty(value: Any) -> bool:
    return value in (None, "", [], {})
