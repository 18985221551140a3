"""The page of `/authorize`, in Chinese or English as the browser asks."""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import yaml

from simulator.tmall.account import App

_ENGLISH = {
    "title": "Authorise an app",
    "question": "May this app use the shop's data?",
    "shop": "Shop",
    "account": "Account",
    "main": "Main account",
    "sub": "Sub-account",
    "agree": "Authorise",
    "refuse": "Refuse",
    "code": "Authorised. Copy this code into the app:",
    "error": "This cannot be authorised:",
}


def language(accept_language: str) -> str:
    """Return zh or en, whichever the header names first; zh if neither, as the platform's page is Chinese."""
    for part in accept_language.lower().split(","):
        name = part.strip()[:2]
        if name in ("zh", "en"):
            return name
    return "zh"


def page(
    lang: str,
    *,
    app: App | None = None,
    shops: tuple[str, ...] = (),
    hidden: dict[str, str] | None = None,
    code: str = "",
    error: str = "",
) -> bytes:
    """Return the page: the question about *app*, or the *code* for a desktop app, or the *error*."""
    values: dict[str, Any] = {"app": app, "shops": shops, "hidden": hidden or {}, "code": code, "error": error}
    return _template().render(lang=lang, say=words(lang), **values).encode()


@cache
def words(lang: str) -> dict[str, str]:
    """Return the page's texts by id."""
    if lang == "en":
        return _ENGLISH
    found: dict[str, str] = yaml.safe_load(Path(__file__).with_name("words.zh.yaml").read_text("utf-8"))["authorize"]
    return found


@cache
def _template() -> jinja2.Template:
    text = Path(__file__).with_name("authorize.html.jinja").read_text("utf-8")
    return jinja2.Environment(autoescape=True, trim_blocks=True).from_string(text)
