"""What a profile is: one ERP's dialect, spoken over the one store of documents."""

from typing import NamedTuple, Protocol

from flask import Flask, request

from simulator.exchange import Answer
from simulator.request import RawRequest
from simulator.world import World

ANSWER = "simulator.answer"
"""Key of the WSGI environment under which a view notes what it told and did."""
CAUSE = "simulator.cause"
"""Key of the WSGI environment: number of the call's `Asked` entry."""


class Operation(NamedTuple):
    """What a request is about to do, read without doing it."""

    name: str
    """create, update, read, list or other."""
    shop: str = ""
    refund_id: str = ""


class Profile(Protocol):
    """One ERP's dialect."""

    @property
    def name(self) -> str:
        """Its name in targets and URLs."""

    def create_app(self, world: World) -> Flask:
        """Return the app that answers in this dialect; its views do not block."""

    def admits(self, world: World, raw: RawRequest) -> bool:
        """Tell whether the request carries the right key (or needs none)."""

    def operation(self, world: World, raw: RawRequest, body: object) -> Operation:
        """Tell what the request is about; *body* is its decoded JSON, or None."""

    def failure(self, answer: Answer) -> tuple[bytes, bytes]:
        """Return content and content type of an error that a fault made up."""
        ...


def noted() -> Answer:
    """Return the answer in which the current view notes what it tells and does."""
    found: Answer = request.environ.setdefault(ANSWER, Answer())
    return found


def cause() -> int:
    """Return the number of the `Asked` entry of the current request (0 outside of an exchange)."""
    return int(request.environ.get(CAUSE, 0))
