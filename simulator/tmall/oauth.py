"""OAuth 2.0 as the platform speaks it: `/authorize` for browsers, `/token` for programs, both recorded as side oauth.

Nothing is signed here. Errors of `/token` are JSON with status 400 (settings change word and status); a refusal or
error of `/authorize` goes back to the redirect address once that is known to be the app's own, and is shown in the
browser before.
"""

import hmac
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from simulator.exchange import Answer, Call, Received
from simulator.ledger.entry import Asked
from simulator.request import RawRequest
from simulator.tmall import accounts
from simulator.tmall.account import App
from simulator.tmall.accounts import AuthError
from simulator.tmall.authorize_page import language, page
from simulator.tmall.parameters import read
from simulator.world import World

OOB = "urn:ietf:wg:oauth:2.0:oob"
"""Redirect address of desktop apps: the code is shown to the person."""

PATHS = frozenset({"/authorize", "/token"})
_JSON = (b"content-type", b"application/json;charset=UTF-8")
_HTML = (b"content-type", b"text/html;charset=UTF-8")
_HIDDEN = ("client_id", "response_type", "redirect_uri", "state", "view")


class OAuth:
    """Both endpoints, as the gateway hands requests on to them."""

    def __init__(self, world: World) -> None:
        """Speak for *world*."""
        self._world = world

    def receive(self, raw: RawRequest) -> Received:
        """Read *raw*; do nothing yet."""
        values = read(raw).values
        name = raw.path.removeprefix("/")
        asked = Asked(
            side="oauth",
            shop=self._shop(values),
            method=f"oauth.{name}",
            params=self._world.vault.redacted(values),
            began=raw.began,
            bytes=len(raw.body),
        )
        call = Call(side="oauth", alias=f"oauth.{name}", method=asked.method, shop=asked.shop, refunds=(), plays=(),
                    app=values.get("client_id", ""))  # fmt: skip
        if name == "token":
            return Received(asked, _as_json, call, partial(self._token, values, asked))
        lang = language(raw.header(b"accept-language").decode("latin-1"))
        deed = self._decide if raw.method == "POST" else self._ask
        return Received(asked, _as_page, call, partial(deed, values, lang, asked))

    def _shop(self, values: dict[str, str]) -> str:
        """Return the nick of the shop that the request is about, as far as that can be seen."""
        state, token = self._world.state, self._world.vault.token
        if values.get("code"):
            code = state.codes.get(token(values["code"]))
            return code.shop if code else ""
        if values.get("refresh_token"):
            session = state.sessions.get(state.by_refresh.get(token(values["refresh_token"]), ""))
            return session.shop if session else ""
        return values.get("shop", "") if values.get("shop", "") in state.shops else ""

    def _token(self, values: dict[str, str], asked: Asked) -> Answer:
        try:
            data = self._granted(values, asked.seq)
        except AuthError as error:
            settings = self._world.settings
            word = error.word(settings["oauth_errors"])
            found = {"error": word, "error_description": error.description}
            kept = {"code": 400, "msg": error.description, "sub_code": error.error}
            return Answer(status=int(settings["oauth_error_status"]), data=found, error=kept, body=found)
        return Answer(data=data, effect=True, body=self._world.vault.redacted(data))

    def _granted(self, values: dict[str, str], cause: int) -> dict[str, Any]:
        kind = values.get("grant_type", "")
        if kind not in ("authorization_code", "refresh_token"):
            raise AuthError("unsupported_grant_type", f"grant_type {kind or 'is missing'}".strip())
        app = self._app(values, secret=values.get("client_secret", ""))
        name = "code" if kind == "authorization_code" else kind
        if not values.get(name):
            raise AuthError("invalid_request", f"{name} is missing")
        if name == "code":
            return accounts.redeem(self._world, app, values["code"], values.get("redirect_uri", ""), cause=cause)
        return accounts.refresh(self._world, app, values["refresh_token"], cause=cause)

    def _app(self, values: dict[str, str], *, secret: str | None = None) -> App:
        """Return the app that is named, if *secret* (where one is needed) is its own."""
        key = values.get("client_id", "")
        app = self._world.state.apps.get(key)
        if app is None:
            raise AuthError("invalid_client", f"client_id {'is not known' if key else 'is missing'}")
        if secret is not None and not hmac.compare_digest(secret.encode(), self._world.apps[key].encode()):
            raise AuthError("invalid_client", "client_secret is wrong")
        return app

    def _checked(self, values: dict[str, str]) -> tuple[App, str]:
        """Return app and redirect address of a request to `/authorize`."""
        app = self._app(values)
        redirect = values.get("redirect_uri", "")
        if not may_redirect(app.callback, redirect):
            raise AuthError("invalid_request", "redirect_uri does not match the call-back of the app")
        if values.get("response_type") not in ("code", "token"):
            raise AuthError("unsupported_response_type", "response_type is code or token")
        return app, redirect

    def _ask(self, values: dict[str, str], lang: str, _: Asked) -> Answer:
        try:
            app, _redirect = self._checked(values)
        except AuthError as error:
            return _unwilling(error, lang)
        hidden = {name: values[name] for name in _HIDDEN if name in values}
        shops = tuple(self._world.state.shops)
        return Answer(content=page(lang, app=app, shops=shops, hidden=hidden))

    def _decide(self, values: dict[str, str], lang: str, asked: Asked) -> Answer:
        try:
            app, redirect = self._checked(values)
            shop = self._world.state.shops.get(values.get("shop", ""))
            role = values.get("role", "main")
            if shop is None or role not in ("main", "sub"):
                raise AuthError("invalid_request", "shop or role is not known")
        except AuthError as error:
            return _unwilling(error, lang)
        state = {"state": values["state"]} if "state" in values else {}
        if values.get("decision") != "agree":
            refused = {"error": self._world.settings["oauth_refusal"], "error_description": "authorize reject"}
            return _redirected(redirect, refused | state)
        if values["response_type"] == "token":
            found = accounts.grant(self._world, app, shop, role, cause=asked.seq)
            answer = _redirected(redirect, found | state, mark="#")
            answer.body = self._world.vault.redacted(found)
        else:
            code = accounts.new_code(self._world, app, shop, role, redirect, cause=asked.seq)
            answer = _redirected(redirect, {"code": code} | state)
            if redirect == OOB:
                answer = Answer(content=page(lang, code=code))
            answer.body = self._world.vault.redacted({"code": code})
        answer.effect = True
        return answer


def may_redirect(callback: str, redirect: str) -> bool:
    """Tell whether *redirect* is an address that an app with the registered *callback* (empty: any) may name.

    Scheme, host and port must be those of the call-back, and its path must begin the path. Only web addresses and
    the desktop apps' `urn:ietf:wg:oauth:2.0:oob` are ever gone to.
    """
    if redirect == OOB:
        return True
    try:
        wanted, own = urlsplit(redirect), urlsplit(callback)
    except ValueError:
        return False
    if wanted.scheme not in ("http", "https") or not wanted.hostname or not redirect.isprintable():
        return False
    return not callback or (
        (wanted.scheme, wanted.netloc) == (own.scheme, own.netloc) and wanted.path.startswith(own.path)
    )


def _unwilling(error: AuthError, lang: str) -> Answer:
    kept = {"code": 400, "msg": error.description, "sub_code": error.error}
    text = f"{error.error}: {error.description}"
    return Answer(status=400, error=kept, content=page(lang, error=text))


def _redirected(redirect: str, values: dict[str, Any], *, mark: str = "?") -> Answer:
    if redirect == OOB:
        # A desktop app reads what comes from the address that its browser window is at.
        return Answer(content=msgspec.json.encode(values), data={"shown": True})
    if mark == "?" and urlsplit(redirect).query:
        mark = "&"
    target = f"{redirect.partition('#')[0]}{mark}{urlencode(values)}"
    return Answer(status=302, data={"location": target})


def _as_json(answer: Answer) -> None:
    answer.content = msgspec.json.encode(answer.data)
    answer.headers = (_JSON, (b"cache-control", b"no-store"))


def _as_page(answer: Answer) -> None:
    answer.headers = (_JSON if answer.data.get("shown") else _HTML, (b"cache-control", b"no-store"))
    if "location" in answer.data:
        answer.headers += ((b"location", answer.data["location"].encode("ascii", "ignore")),)
