"""The pages keep their word: links lead somewhere, commands are understood, and `init` writes what the README shows."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from rehearsal.cli import refund_sandbox
from rehearsal.commands.init import target_text
from rehearsal.words import use

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "benchmarks/*.md", "connectors/*.md")
    for path in ROOT.glob(pattern)
)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_COMMAND = re.compile(
    r"(?m)^(?: {4,}|\s*- run: |\s*\$ )(?:uv run )?refund-sandbox ([^\n|>&]*)|`(?:uv run )?refund-sandbox ([^`]*)`"
)


@pytest.fixture
def _in_english_after() -> Iterator[None]:
    yield
    use("en")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in _LINK.findall(text):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = unquote(link).partition("#")
        there = (ROOT / page).parent / name if name else ROOT / page
        assert there.exists(), f"{page}: {link}"
        if anchor and there.suffix == ".md":
            assert anchor in _anchors(there.read_text(encoding="utf-8")), f"{page}: {link}"


@pytest.mark.parametrize("page", PAGES)
def test_every_command_line_is_understood(page: str) -> None:
    for first, second in _COMMAND.findall((ROOT / page).read_text(encoding="utf-8")):
        words = [word for word in shlex.split(first or second, comments=True) if word != "…"]
        if words and words[0].islower() and words[0].isalpha():
            _understood(words, f"{page}: refund-sandbox {first or second}")


@pytest.mark.usefixtures("_in_english_after")
@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_init_writes_what_the_readme_shows(readme: str, language: str) -> None:
    use(language)
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = re.search(r"(?m)^ {7}name: .*\n(?: {7}.*\n)+", text)

    assert found
    example = re.sub(r"(?m)^ {7}", "", found[0])
    assert example == target_text(start="java -jar connector.jar", erp="generic", name="my-integration")


def _understood(words: list[str], where: str) -> None:
    """Let click read the command line *words* without doing it."""
    context = click.Context(refund_sandbox, info_name="refund-sandbox")
    command = refund_sandbox.get_command(context, words[0])
    assert command is not None, where
    try:
        command.make_context(words[0], words[1:], parent=context)
    except click.exceptions.Exit:  # --help
        pass
    except click.MissingParameter:
        assert len(words) == 1, where  # a bare name in running text: `refund-sandbox judge`
    except click.ClickException as error:
        pytest.fail(f"{where}: {error.format_message()}")


def _anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    found = set()
    for heading in re.findall(r"(?m)^#+ (.+)$", text):
        words = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(words.replace(" ", "-"))
    return found
