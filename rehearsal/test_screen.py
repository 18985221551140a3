"""What is printed: plain lines without a terminal, and something readable in every encoding."""

import io

import pytest

from rehearsal.screen import Screen, make_writable


def _stream(encoding: str) -> tuple[io.BytesIO, io.TextIOWrapper]:
    raw = io.BytesIO()
    return raw, io.TextIOWrapper(raw, encoding=encoding, write_through=True)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "✓ 8.35 元 █░ …"),
        ("cp1252", "ok 8.35 yuan #. …"),
        ("cp936", "ok 8.35 元 █. …"),
        ("ascii", "ok 8.35 yuan #. ..."),
    ],
)
def test_every_code_page_gets_something_readable(encoding: str, expected: str) -> None:
    raw, stream = _stream(encoding)
    make_writable(stream)

    stream.write("✓ 8.35 元 █░ …")

    assert raw.getvalue().decode(encoding) == expected


def test_chinese_is_written_as_utf8_where_the_code_page_has_none() -> None:
    raw, stream = _stream("cp1252")
    make_writable(stream, language="zh")

    stream.write("退款")

    assert raw.getvalue().decode("utf-8") == "退款"


def test_without_a_terminal_a_phase_prints_its_milestones_and_its_last_words_once() -> None:
    stream = io.StringIO()
    screen = Screen(stream=stream)

    with screen.phase("Stories") as phase:
        phase.show("1/3", share=0.3)
        phase.show("2/3", share=0.7, milestone=True)
        phase.show("3/3", share=1.0, milestone=True)

    assert stream.getvalue() == "Stories     2/3\nStories     3/3\n"


def test_no_color_means_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]

    assert not Screen(stream=stream).live


def test_a_bar_shows_the_share_in_a_terminal_only() -> None:
    stream, terminal = io.StringIO(), io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]

    for screen in (Screen(stream=stream), Screen(stream=terminal)):
        with screen.phase("Load") as phase:
            phase.show("half", share=0.5)

    assert "██████████░░░░░░░░░░ half" in terminal.getvalue()
    assert stream.getvalue() == "Load        half\n"


def test_square_brackets_are_text_and_no_markup() -> None:
    stream = io.StringIO()

    Screen(stream=stream).say("Note", "[bold] is printed as it is")

    assert "[bold] is printed as it is" in stream.getvalue()
