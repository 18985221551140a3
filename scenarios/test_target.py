"""A target file is read into a declaration and a start; what is wrong in it is said with file and line."""

import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from scenarios.target import read_target, read_target_text
from scenarios.values import KNOWN, Values
from simulator.errors import UserError
from simulator.ledger.declaration import Tempo

GOOD = """name: my-connector
erp: {profile: generic}
start:
  command: [java, -jar, connector.jar]
  env: {TOP_URL: "${tmall.url}", SHOPS: "${shops}"}
  ready: http://127.0.0.1:${port.health}/health
tempo: {poll: 5s}
"""

ENDPOINTS: dict[str, Any] = {
    "tmall": "http://127.0.0.1:8810/router/rest",
    "oauth": "http://127.0.0.1:8810",
    "tmc": "ws://127.0.0.1:8811/",
    "erp": "http://127.0.0.1:8820/generic/v1",
    "control": "http://127.0.0.1:8800",
    "token": "control-token",
    "erp_key": "key",
    "callback_secret": "hush",
    "shops": [{"nick": "沙箱", "app_key": "23", "app_secret": "s3", "session": "main", "sub_session": "sub"}],
}


def _error(text: str) -> str:
    with pytest.raises(UserError) as caught:
        read_target_text(text, "target.yaml")
    return str(caught.value)


def test_the_smallest_target_attaches_with_the_facts_defaults() -> None:
    target = read_target_text("name: mine\nerp: {profile: generic}\n")

    assert target.start is None
    assert target.name == "mine"
    assert target.declaration.tempo == Tempo()
    assert not target.declaration.restartable


def test_a_target_with_a_start_can_be_restarted_and_follows_its_poll() -> None:
    target = read_target_text(GOOD)

    assert target.start is not None
    assert target.start.command == ("java", "-jar", "connector.jar")
    assert target.start.timeout == 60
    assert target.declaration.tempo == Tempo.for_poll(5.0)
    assert target.declaration.restartable


def test_given_time_constants_override_those_that_follow_from_the_poll() -> None:
    target = read_target_text(GOOD.replace("{poll: 5s}", "{poll: 500ms, sla: 2 min, margin: 1.5h}"))

    assert (target.declaration.tempo.poll, target.declaration.tempo.sla) == (0.5, 120.0)
    assert target.declaration.tempo.margin == 5400.0
    assert target.declaration.tempo.backoff == Tempo.for_poll(0.5).backoff


def test_a_command_may_be_one_line() -> None:
    target = read_target_text(GOOD.replace("[java, -jar, connector.jar]", "java -jar 'my connector.jar'"))

    assert target.start is not None
    assert target.start.command == ("java", "-jar", "my connector.jar")


def test_everything_a_target_may_declare_is_kept() -> None:
    target = read_target_text(f"""{GOOD}
kinds: [refund_only]
callback: http://127.0.0.1:${{port.callback}}/erp
clock: {{file: "${{run}}/offset"}}
messages: true
reconcile: 10 min
escalation: {{log: "ESCALATED .*"}}
escalation_lead: 90 min
owns_hold: false
hold_scope: trade
auto_approve: {{limit: 50.00}}
reapprove_on: amount_increase
pays_on: part
waivers:
  - {{rule: MNY-02, reason: known, owner: QA, expires: 2027-03-31, scope: S05}}
""")

    declared = target.declaration
    assert (declared.kinds, declared.callbacks, declared.owns_hold) == (("refund_only",), True, False)
    assert declared.auto_approve is not None
    assert (declared.auto_approve.limit, declared.reapprove_on) == (5000, "amount_increase")
    assert declared.pays_on == "part"
    assert (declared.waivers[0].rule, declared.waivers[0].scope) == ("MNY-02", "S05")
    assert target.clock is not None
    assert target.clock.file == "${run}/offset"
    assert declared.clock
    assert (declared.messages, declared.reconcile) == (True, 600.0)
    assert target.escalation is not None
    assert (target.escalation.log, declared.escalation, declared.escalation_lead) == ("ESCALATED .*", "log", 5400.0)


def test_a_clock_that_only_a_new_process_reads_needs_a_start() -> None:
    attached = "name: mine\nerp: {profile: generic}\nclock: {env: OFFSET}\n"

    assert "target.yaml:3: clock names a variable, which only a new process reads" in _error(attached)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("tempo:", "tempi:"), "target.yaml:7: tempi is not a known key of a target. Did you mean tempo?"),
        (("{poll: 5s}", "5s"), "target.yaml:7: tempo is '5s'. It is a mapping"),
        (("{poll: 5s}", "{poll: 5}"), "target.yaml:7: poll is '5'. It is a duration with its unit"),
        (("{poll: 5s}", "{poll: 0s}"), "target.yaml:7: poll is '0s'."),
        (("{poll: 5s}", "{pol: 5s}"), "target.yaml:7: pol is not a known key of tempo. Did you mean poll?"),
        (("generic", "genric"), "target.yaml:2: genric is not a known ERP profile. Did you mean generic?"),
        (("name: my-connector\n", ""), "target.yaml:1: the target has no name. Write name: my-connector."),
        (("[java, -jar, connector.jar]", "[]"), "target.yaml:4: command is empty."),
        (("[java, -jar, connector.jar]", "java 'x"), "target.yaml:4: command cannot be split into words"),
        (
            ("tmall.url", "tmall.ulr"),
            "target.yaml:5: ${tmall.ulr} is not a known template value. Did you mean ${tmall.url}?",
        ),
        (("${tmall.url}", "${tmall.url"), "target.yaml:5: ${tmall.url has no closing brace."),
        (("http://127.0.0.1:${port.health}/health", "yes"), "target.yaml:6: ready is 'yes'. It is a URL"),
        (("command", "comand"), "target.yaml:4: comand is not a known key of start. Did you mean command?"),
        (("tempo: {poll: 5s}", "escalation: {}"), ":7: escalation names none of url, command and log, or several."),
        (("tempo: {poll: 5s}", "escalation: {log: '('}"), ":7: log is no regular expression"),
        (("tempo: {poll: 5s}", "escalation: {command: []}"), ":7: command is empty."),
        (("tempo: {poll: 5s}", "escalation_lead: 2h"), ":7: escalation_lead says nothing without escalation."),
        (("tempo: {poll: 5s}", "reconcile: 10 min"), ":7: reconcile says nothing without messages."),
        (("tempo: {poll: 5s}", "messages: false\nreconcile: 10 min"), ":8: reconcile says nothing without messages."),
        (("tempo: {poll: 5s}", "kinds: [repair]"), "target.yaml:7: repair is not a known kind of refund."),
        (("tempo: {poll: 5s}", "waivers: [{rule: X-1, reason: r, owner: o, expires: 2027-01-01}]"), ":7: X-1 is not a"),
        (("tempo: {poll: 5s}", "waivers: [{rule: MNY-01}]"), "target.yaml:7: the waiver has no reason."),
        (
            ("tempo: {poll: 5s}", "waivers: [{rule: MNY-01, reason: r, owner: o, expires: soon}]"),
            "target.yaml:7: expires is 'soon'. It is a day, such as 2027-03-31.",
        ),
    ],
)
def test_a_wrong_target_is_refused_where_it_stands(change: tuple[str, str], expected: str) -> None:
    assert change[0] in GOOD
    assert expected in _error(GOOD.replace(*change))


def test_a_target_that_does_not_exist_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nothing.yaml: cannot be read: No such file"):
        read_target(tmp_path / "nothing.yaml")


def test_the_reference_connectors_target_can_be_read() -> None:
    target = read_target(Path(__file__).parents[1] / "connectors" / "reference.yaml")

    assert target.start is not None
    assert target.declaration.tempo.poll == 0.5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${tmall.url}", "http://127.0.0.1:8810/router/rest"),
        ("${tmall.base}", "http://127.0.0.1:8810"),
        ("${tmall.host}:${tmall.port}", "127.0.0.1:8810"),
        ("${tmall.app_key}/${tmall.app_secret}", "23/s3"),
        ("${tmall.session} ${tmall.sub_session}", "main sub"),
        ("${erp.url}?${erp.key}&${erp.callback_secret}", "http://127.0.0.1:8820/generic/v1?key&hush"),
        ("${oauth.url}", "http://127.0.0.1:8810"),
        ("${python}", sys.executable),
        ("no value", "no value"),
    ],
)
def test_values_are_filled_in(text: str, value: str, tmp_path: Path) -> None:
    assert Values(ENDPOINTS, tmp_path).fill(text) == value


def test_the_shops_are_given_as_json(tmp_path: Path) -> None:
    assert json.loads(Values(ENDPOINTS, tmp_path).fill("${shops}")) == ENDPOINTS["shops"]


def test_a_port_is_free_and_stays_the_same_for_its_name(tmp_path: Path) -> None:
    values = Values(ENDPOINTS, tmp_path)
    one, again, other = (values.fill(text) for text in ("${port.a}", "${port.a}", "${port.b}"))

    assert one == again
    assert other not in ("", "${port.b}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", int(one)))


def test_no_value_leads_to_the_control_api(tmp_path: Path) -> None:
    values = Values(ENDPOINTS, tmp_path)
    everything = " ".join(values.fill(f"${{{name}}}") for name in KNOWN if name != "alert.url")

    assert ENDPOINTS["token"] not in everything
    assert ENDPOINTS["control"] not in everything


def test_a_target_says_how_many_shops_there_are() -> None:
    assert read_target_text(f"{GOOD}shops: 4\n").shops == 4
    assert read_target_text(GOOD).shops == 2


@pytest.mark.parametrize(
    ("shops", "error"),
    [("0", "shops is '0'. It is a whole number from 1"), ("two", "shops is 'two'"), ("500", "at most 20 shops")],
)
def test_a_wrong_number_of_shops_is_refused_where_it_stands(shops: str, error: str) -> None:
    with pytest.raises(UserError) as raised:
        read_target_text(f"{GOOD}shops: {shops}\n", "t.yaml")

    assert str(raised.value).startswith("t.yaml:8: ")
    assert error in str(raised.value)


def test_settings_of_the_simulator_are_read_for_the_run_and_for_one_shop() -> None:
    text = f"{GOOD}settings: {{edition: current, list_lag: 2, 沙箱旗舰店1/agree_needs_review: false}}\n"

    found = read_target_text(text).settings

    assert found == {"edition": "current", "list_lag": 2, "沙箱旗舰店1/agree_needs_review": False}
    assert read_target_text(GOOD).settings == {}


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ("{editon: current}", "editon is not a known setting. Did you mean edition?"),
        ("{一号店/edition: oldest}", "一号店/edition is 'oldest'. It is what edition takes, such as legacy, current"),
        ("[edition]", "settings is a list"),
        ("{一号店/server_header: nginx}", "server_header is about the whole run, not about one shop. Shops can have "),
        ("{一号店/list_leg: 1}", "list_leg is not a known setting. Did you mean list_lag? Known: "),
    ],
)
def test_a_wrong_setting_is_refused_where_it_stands(settings: str, error: str) -> None:
    with pytest.raises(UserError) as raised:
        read_target_text(f"{GOOD}settings: {settings}\n", "t.yaml")

    assert f"t.yaml:8: {error}" in str(raised.value)
