"""Flow control: bans of an app, an API, or both, in the platform's words, with the seconds that they still last.

Bans are rows, so a restart forgets none. They come from limits (settings, off by default) and from faults.
"""

from collections.abc import Mapping

from simulator.tmall.ban import Ban
from simulator.tmall.errors import TopError
from simulator.usage import midnight
from simulator.world import World

BY_APP = "accesscontrol.limited-by-app-access-count"
BY_API = "accesscontrol.limited-by-api-access-count"
BY_APP_API = "accesscontrol.limited-by-app-api-access-count"
DYNAMIC = "accesscontrol.limited-by-dynamic-access-count"

SUB_CODES: Mapping[str, str] = {
    BY_APP: "the day's quota of an app, until midnight (GMT+8)",
    BY_API: "one API, all apps together",
    BY_APP_API: "one API of one app",
    DYNAMIC: "everything of one app, for a while",
}
"""What each sub code is about."""

_RATES = ((BY_API, "api_rate_limit"), (BY_APP_API, "app_api_rate_limit"), (DYNAMIC, "dynamic_rate_limit"))


def ban(world: World, sub_code: str, app: str, method: str, seconds: float | None = None, *, setting: str = "") -> Ban:
    """Ban what *sub_code* is about, for *seconds* (None: to midnight for an app's quota, else setting ban_seconds).

    One that comes from the limit of a *setting* ends when that is switched off.
    """
    now = world.clock.wall()
    if seconds is not None:
        until = now + round(seconds * 1000)
    elif sub_code == BY_APP:
        until = midnight(now // 1000) * 1000
    else:
        until = now + round(world.settings["ban_seconds"] * 1000)
    found = Ban(
        sub_code=sub_code,
        until=until,
        app="" if sub_code == BY_API else app,
        method="" if sub_code in (BY_APP, DYNAMIC) else method,
        setting=setting,
    )
    world.change([("ban", found.name, found)], actor="platform", action="ban")
    return found


def limit(world: World, app: str, method: str, now: int, *, counts: bool = True) -> TopError | None:
    """Count a call at *now* (ms since 1970), and return the error if it is one too many or meets a ban.

    One that does not count (an unsigned one, where bans are looked at before signatures) can meet a ban only.
    """
    if not counts:
        return _banned(world, app, method, now)
    bans = world.state.bans
    if bans or world.settings.limits_flow:
        error = _banned(world, app, method, now) or _exceeded(world, app, method, now)
        if error is not None:
            world.usage.count_limited(app, method, now // 1000)
            return error
    world.usage.count(app, method, now // 1000)
    return None


def _banned(world: World, app: str, method: str, now: int) -> TopError | None:
    # The call's own scopes are looked up; bans are few, and those that ended go when they are met.
    for found in list(world.state.bans.values()):
        if found.app in ("", app) and found.method in ("", method):
            if now < found.until and not (found.setting and not world.settings.values[found.setting]):
                return found.error(now)
            world.change([("ban", found.name, None)], actor="platform", action="lift_ban")
    return None


def _exceeded(world: World, app: str, method: str, now: int) -> TopError | None:
    settings = world.settings.values
    quota = settings["app_daily_quota"]
    if quota and world.usage.of_day(app, now // 1000, with_limited=settings["banned_calls_count"]) >= quota:
        return ban(world, BY_APP, app, method, setting="app_daily_quota").error(now)
    for sub_code, setting in _RATES:
        most = settings[setting]
        key = (sub_code, "" if sub_code == BY_API else app, "" if sub_code == DYNAMIC else method)
        if most and world.usage.rate(key, now // 1000) > most:
            return ban(world, sub_code, app, method, setting=setting).error(now)
    return None
