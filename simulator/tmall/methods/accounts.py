"""`taobao.top.auth.token.create` and `.refresh`: the token endpoint as methods of the gateway, signed by the app."""

import msgspec

from simulator.exchange import Answer
from simulator.tmall import accounts
from simulator.tmall.accounts import AuthError
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, business


def create_token(context: Context) -> Answer:
    """Answer `taobao.top.auth.token.create`: a code for the token answer, as a text that is JSON."""
    return _answered(context, "code")


def refresh_token(context: Context) -> Answer:
    """Answer `taobao.top.auth.token.refresh`."""
    return _answered(context, "refresh_token")


def _answered(context: Context, name: str) -> Answer:
    world, raw = context.world, context.args[name]
    app = world.state.apps[context.call.app]
    do = accounts.redeem if name == "code" else accounts.refresh
    try:
        found = do(world, app, raw, cause=context.call.seq)
    except AuthError as error:
        raise Refused(business(f"isv.invalid-parameter:{name}", error.description)) from error
    data = {"token_result": msgspec.json.encode(found).decode()}
    return Answer(data=data, effect=True, body=world.vault.redacted(found))
