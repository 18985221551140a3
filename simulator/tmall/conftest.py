"""Every answer that any test of the gateway gets is held against the table of methods, and could be had in XML."""

from xml.etree import ElementTree

import pytest

from simulator.exchange import Answer, Received
from simulator.tmall import envelope
from simulator.tmall.caller import Caller
from simulator.tmall.described import undescribed
from simulator.tmall.method import surface


@pytest.fixture(autouse=True)
def _answers_are_as_described(monkeypatch: pytest.MonkeyPatch) -> None:
    perform = Caller.perform

    def checked(self: Caller, received: Received) -> Answer:
        answer = perform(self, received)
        method = surface().methods.get(received.call.method) if received.call is not None else None
        if method is not None and not answer.error:
            wrong = undescribed(method, answer.data, surface())
            assert wrong == [], f"{method.name}: {wrong}"
            in_xml = envelope.success(envelope.Wish(), method.root, method.shape, answer.data, "")
            assert ElementTree.fromstring(in_xml).tag == method.root
        return answer

    monkeypatch.setattr(Caller, "perform", checked)
