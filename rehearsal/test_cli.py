"""The command line: exit statuses, JSON and nothing else, help in whole sentences, mistakes that say what is right."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from rehearsal import cli
from rehearsal.catalogue import LISTS
from rehearsal.conftest import write_ledger
from rehearsal.sandbox import Sandbox
from simulator.ledger.entry import AnyEntry, Header

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has an empty folder and no language or sandbox of its environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "REFUND_SANDBOX_DATA", "REFUND_SANDBOX_LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_help_is_sentences_with_an_example(name: str, capsys: Captured) -> None:
    assert cli.run([name, "--help"]) == 0

    text = capsys.readouterr().out
    assert f"Example:\n  refund-sandbox {name}" in text
    assert re.search(r"\.\n\nOptions:", text)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_help_is_there_in_chinese(name: str, capsys: Captured) -> None:
    assert cli.run([name, "--help", "--lang", "zh"]) == 0

    text = capsys.readouterr().out
    assert text.startswith("用法：refund-sandbox")
    assert "示例" in text
    assert "Show this message" not in text


def test_the_environment_chooses_the_language(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")

    cli.run(["list", "profiles"])

    assert "接口" in capsys.readouterr().out


@pytest.mark.parametrize("what", LISTS)
def test_every_list_prints_one_array(what: str, capsys: Captured) -> None:
    assert cli.run(["list", what, "--json"]) == 0

    rows = msgspec.json.decode(capsys.readouterr().out)
    assert rows
    assert all({"id", "text"} <= set(row) for row in rows)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lst"], "Did you mean list?"),
        (["list", "rulez"], "Did you mean rules?"),
        (["list"], "WHAT is missing"),
        (["rehearse", "--sead", "3"], "Did you mean --seed"),
        (["rehearse", "--seed", "three"], "--seed: three is no whole number. Try: "),
        (["load", "--seconds", "long"], "--seconds: long is no number. Try: "),
        (["load", "--seconds", "0"], "--seconds: 0.0 is not in the range x>0."),
        (["rehearse", "--target", "full"], "--target: full is a folder, not a file."),
        (["serve", "--data", "full/thesis.doc"], "--data: full/thesis.doc is a file, not a folder."),
        (["init", "--name", " "], "--name: the name is empty."),
        (["rehearse", "--target", "no.yaml"], "no.yaml"),
        (["rehearse", "--mutant", "M3"], "M3 is not a known mutant"),
        (["rehearse", "--mutant", "M32", "--target", "x.yaml"], "Give one of them."),
        (["rehearse", "--style", "messages", "--target", "x.yaml"], "--style is about the bundled"),
        (["rehearse", "--style", "messages", "--mutant", "M35"], "say --style polling"),
        (["rehearse", "--style", "guessing"], "messages"),
        (["rehearse", "--erp", "jiandaoyun", "--target", "x.yaml"], "--erp is about the bundled"),
        (["rehearse", "--erp", "jiandaoyn"], "Did you mean jiandaoyun?"),
        (
            ["run", "S46", "--erp", "jushuitan", "--mutant", "M44", "--style", "polling"],
            "is a bug of the style messages",
        ),
        (["rehearse", "--out", "full"], "the folder is not empty"),
        (["run"], "STORY... is missing"),
        (["run", "S99"], "S99 is not a known story"),
        (["load", "--rate", "0"], "nothing is selected"),
        (["init", "--erp", "jiandaoyn"], "is not a known ERP profile"),
        (["act", "buyer.apply", "tid=1"], "no sandbox runs"),
        (["act", "buyer.aply", "tid=1"], "Did you mean buyer.apply? Acts of buyer: buyer.apply, "),
        (["act", "boss.apply", "tid=1"], "Actors: buyer, "),
        (["act", "buyer.apply", "--data", "full"], "full: no sandbox runs on this folder"),
        (["trade", "prise=3"], "Did you mean price?"),
        (["trade", "num=two"], "num is two. It is a whole number."),
        (["trade", "num=1", "num=2"], "num is given twice: 1 and 2"),
        (["init", "--command", 'java -jar "x.jar'], "--command: "),
        (["judge", "nowhere.jsonl"], "there is no ledger"),
        (["report", "nowhere"], "there is no ledger"),
        (["serve", "--host", "0.0.0.0", "--port", "0"], "--allow-remote"),
    ],
)
def test_a_mistake_says_what_would_have_been_right(arguments: list[str], said: str, capsys: Captured) -> None:
    Path("full").mkdir()
    Path("full/thesis.doc").touch()

    assert cli.run(arguments) == 3

    printed = capsys.readouterr()
    assert said in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "S99"], "refund-sandbox: 没有名为 S99 的场景。"),
        (["list", "stores"], "是否想输入 stories？"),
        (["serve", "--port", "99999"], "--port: 99999 不在范围 0<=x<=65500 之内。"),
        (["rehearse", "--style", "guessing"], "--style: guessing 不是 polling, messages 之一。"),
        (["rehearse", "--out", "full"], "full: 文件夹不是空的。请另指定一个新的"),
        (["run", "mine.yaml"], "mine.yaml:1: 场景缺少 title。场景必须有 id、title、given 和 steps。"),
        (["doctor", "--target", "target.yaml"], "target.yaml:2: 没有名为 genric 的 ERP 类型。是否想输入 generic？"),
        (["judge", "full/thesis.doc"], "full/thesis.doc: 是空文件。"),
        (["serve", "--data", "new", "--setting", "agree_needs_review=7"], "应为 true 或 false，而不是 7。"),
    ],
)
def test_a_mistake_is_told_in_chinese_to_whoever_asks_for_it(arguments: list[str], said: str, capsys: Captured) -> None:
    Path("full").mkdir()
    Path("full/thesis.doc").touch()
    Path("mine.yaml").write_text("id: S1\n", encoding="utf-8")
    Path("target.yaml").write_text("name: x\nerp: {profile: genric}\n", encoding="utf-8")

    assert cli.run([*arguments, "--lang", "zh"]) == 3

    assert said in capsys.readouterr().err


def test_a_mistake_with_json_is_one_object_on_stdout(capsys: Captured) -> None:
    assert cli.run(["run", "S99", "--json"]) == 3

    told = msgspec.json.decode(capsys.readouterr().out)
    assert (told["verdict"], told["exit"]) == (None, 3)
    assert "S99" in told["error"]["message"]


def test_our_own_fault_is_status_four_and_keeps_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cli.refund_sandbox, "main", fail)

    assert cli.run(["list", "faults", "--json"]) == 4

    printed = capsys.readouterr()
    told = msgspec.json.decode(printed.out)
    assert told["exit"] == 4
    assert "No space left" in told["error"]["message"]
    assert "Traceback" not in printed.err
    assert "Traceback" in Path(told["error"]["where"]).read_text(encoding="utf-8")


def test_init_writes_a_target_and_never_overwrites_one(capsys: Captured) -> None:
    from scenarios.target import read_target

    assert cli.run(["init", "--command", 'java -jar "my connector.jar"', "--erp", "generic"]) == 0
    assert "Wrote refund-sandbox.yaml (" in capsys.readouterr().out

    target = read_target(Path("refund-sandbox.yaml"))
    assert target.start is not None
    assert target.start.command == ("java", "-jar", "my connector.jar")
    assert target.start.env["TOP_URL"] == "${tmall.url}"

    assert cli.run(["init", "--command", "php x.php"]) == 3
    assert "my connector.jar" in Path("refund-sandbox.yaml").read_text(encoding="utf-8")


def test_init_writes_a_target_for_any_erp_there_is() -> None:
    from scenarios.target import read_target
    from simulator.erp import registry

    for name in registry.names():
        assert cli.run(["init", "--command", "php x.php", "--erp", name]) == 0
        target = read_target(Path("refund-sandbox.yaml"))
        assert target.declaration.profile == name
        assert target.start is not None
        keys = {f"${{erp.{key}}}" for key in ("url", "key", *registry.profile(name).key_names)}
        assert keys <= set(target.start.env.values())
        Path("refund-sandbox.yaml").unlink()


def test_init_without_a_command_attaches(capsys: Captured) -> None:
    from scenarios.target import read_target

    assert cli.run(["init"]) == 0

    assert read_target(Path("refund-sandbox.yaml")).start is None


def test_init_comments_in_the_language_of_its_reader() -> None:
    assert cli.run(["init", "--lang", "zh"]) == 0

    assert "多久拉取一次退款列表" in Path("refund-sandbox.yaml").read_text(encoding="utf-8")


def test_the_version_is_told(capsys: Captured) -> None:
    assert cli.run(["--version"]) == 0

    assert re.fullmatch(r"refund-sandbox \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_trade_knows_what_trades_know() -> None:
    from rehearsal.commands.trade import LINE, WHOLE
    from simulator.tmall.trades import ORDER_KEYS, TRADE_KEYS

    assert {*LINE, "service"} == set(ORDER_KEYS)
    assert {*WHOLE, "orders", "play"} == set(TRADE_KEYS)


def test_a_trade_and_a_refund_can_be_made_by_hand(tmp_path: Path, capsys: Captured) -> None:
    sandbox = Sandbox.start(tmp_path / "data", seed=7, command="serve", port=0)
    try:
        assert cli.run(["trade", "price=19.99", "num=2", "shipped=true", "--data", "data", "--json"]) == 0
        made = msgspec.json.decode(capsys.readouterr().out)
        assert cli.run(["act", "buyer.apply", f"tid={made['tid']}", "amount=39.98", "--data", "data"]) == 0
        assert cli.run(["act", "buyer.apply", f"tid={made['tid']}", "--data", "data"]) == 1  # all is asked for
    finally:
        sandbox.stop()


def test_a_ledger_of_a_newer_format_is_refused(tmp_path: Path, capsys: Captured) -> None:
    ledger = write_ledger(tmp_path / "ledger.jsonl", [Header(format=99)])

    assert cli.run(["judge", str(ledger)]) == 3
    assert "format 99" in capsys.readouterr().err


def test_a_broken_line_of_a_ledger_is_named(tmp_path: Path, entries: list[AnyEntry], capsys: Captured) -> None:
    ledger = write_ledger(tmp_path / "ledger.jsonl", entries)
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join([*lines[:4], b"hello\n", *lines[5:]]))

    assert cli.run(["judge", str(ledger)]) == 3
    assert "ledger.jsonl:5" in capsys.readouterr().err


def test_a_truncated_last_line_is_tolerated_and_reported(
    tmp_path: Path, entries: list[AnyEntry], capsys: Captured
) -> None:
    ledger = write_ledger(tmp_path / "ledger.jsonl", entries)
    ledger.write_bytes(ledger.read_bytes()[:-9])

    assert cli.run(["judge", str(ledger), "--json"]) in (1, 2)

    told = msgspec.json.decode(capsys.readouterr().out)
    assert told["notes"]


def test_the_process_of_the_command_line_is_free_of_gevent() -> None:
    code = (
        "import sys, rehearsal.cli as cli, rehearsal.commands.runs, rehearsal.commands.judge;"
        "sys.exit('gevent' in sys.modules or 'locust' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_help_starts_quickly_because_commands_are_loaded_when_needed() -> None:
    code = "import sys, rehearsal.cli; sys.exit('hypothesis' in sys.modules or 'flask' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_bundled_connector_declares_the_same_whatever_its_erp_but_for_its_limits() -> None:
    from scenarios.bundled import bundled

    usual, other = bundled(), bundled(erp="jiandaoyun")

    assert usual.start is not None
    assert other.start is not None
    heard = {"CALLBACK_SECRET": "${erp.callback_secret}"}  # and it hears its pushes
    assert other.start.env == usual.start.env | {"ERP": "jiandaoyun"} | heard
    assert other.declaration.tempo.sla > usual.declaration.tempo.sla  # it takes 20 updates a second
    same = {"name": "", "profile": "", "tempo": usual.declaration.tempo, "callbacks": False}
    assert msgspec.structs.replace(other.declaration, **same) == msgspec.structs.replace(usual.declaration, **same)


def test_the_connector_that_listens_speaks_to_every_erp_as_the_one_that_polls_does() -> None:
    from connectors.erp import DIALECTS
    from rehearsal.options import RunOptions
    from rehearsal.targets import chosen_target

    for erp in DIALECTS:
        polls, listens = (chosen_target(RunOptions(erp=erp, style=style)) for style in ("polling", "messages"))

        assert polls.start is not None
        assert listens.start is not None
        assert listens.start.command[-1] == "connectors.messages"
        assert "messages" in listens.name
        assert listens.start.env.items() >= polls.start.env.items()
        assert listens.start.env["RECONCILE"] == "5"
        own = {"name": "", "messages": True, "reconcile": 5.0, "callbacks": listens.declaration.callbacks}
        assert msgspec.structs.replace(listens.declaration, name="") == msgspec.structs.replace(
            polls.declaration, **own
        )


@pytest.mark.parametrize(("erp", "profile"), [("", "jushuitan"), ("jushuitan", "jushuitan"), ("generic", "generic")])
def test_a_bug_that_shows_with_one_erp_alone_chooses_it_unless_another_is_asked_for(erp: str, profile: str) -> None:
    from rehearsal.options import RunOptions
    from rehearsal.targets import chosen_target

    target = chosen_target(RunOptions(mutant="M87", erp=erp))

    assert target.declaration.profile == profile
    assert target.start is not None
    assert target.start.env["MUTANT"] == "M87"
