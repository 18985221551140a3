"""Moments of the calendar as stories name them: the next midnight, the end of the month, leap day."""

import re
from calendar import monthrange
from datetime import datetime, timedelta

from simulator.clock import GMT8
from simulator.errors import UserError
from simulator.words import say

_FORM = re.compile(r"(?:(?:(\d{4})-)?(\d\d)-(\d\d)[ T]|(month-end) )?(\d\d):(\d\d):(\d\d)")
_YEARS = 9
"""In which every day of the calendar comes, leap day too (1900 and 2100 had and will have none)."""


def check(text: str) -> re.Match[str]:
    """Return the parts of *text* if it names a moment.

    Raises:
        UserError: if it does not.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise UserError(
            say("moment.none", "{text} is no moment.", text=repr(text)),
            expected=say(
                "moment.form",
                "Write 23:59:58, month-end 23:59:58, 02-29 23:59:58 or 2028-02-29 23:59:58 (GMT+8); the next one is"
                " meant.",
            ),
        )
    return match


def coming(text: str, now: int) -> int:
    """Return the first moment after *now* that *text* names, both in seconds since 1970.

    Raises:
        UserError: if *text* names none, or one that is over.
    """
    year, month, day, end, *clock = check(text).groups()
    hour, minute, second = map(int, clock)
    today = datetime.fromtimestamp(now, GMT8)
    try:
        start = today.replace(hour=hour, minute=minute, second=second, microsecond=0)
        for days in range(366 * _YEARS):
            found = start + timedelta(days=days)
            fits = (
                (not year or found.year == int(year))
                and (not month or (found.month, found.day) == (int(month), int(day)))
                and (not end or found.day == monthrange(found.year, found.month)[1])
            )
            if fits and found.timestamp() > now:
                return int(found.timestamp())
    except ValueError:
        pass  # there is no such hour
    raise UserError(
        say("moment.over", "{text} does not come any more.", text=repr(text)),
        expected=say("moment.now", "It is {now} (GMT+8).", now=today.strftime("%Y-%m-%d %H:%M:%S")),
    )
