"""Start commands are words, on every system."""

from pathlib import Path

import pytest

from scenarios.command_line import found, split


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('java -jar "my connector.jar"', ["java", "-jar", "my connector.jar"]),
        (r"C:\java\bin\java.exe -jar x.jar", [r"C:\java\bin\java.exe", "-jar", "x.jar"]),
        (r'"C:\Program Files\php\php.exe" a.php', [r"C:\Program Files\php\php.exe", "a.php"]),
        ("python 对接.py #1", ["python", "对接.py", "#1"]),
        ("", []),
    ],
)
def test_on_windows_a_backslash_is_one(text: str, words: list[str]) -> None:
    assert split(text, windows=True) == words


def test_elsewhere_a_backslash_quotes_as_in_a_shell() -> None:
    assert split(r"run my\ file", windows=False) == ["run", "my file"]


def test_scripts_are_found_as_a_shell_would_find_them(tmp_path: Path) -> None:
    script = tmp_path / "npm"
    script.touch(mode=0o755)

    assert found(["npm", "start"], {"Path": str(tmp_path)}, windows=True) == [str(script), "start"]
    assert found(["npm", "start"], {"Path": str(tmp_path)}, windows=False) == ["npm", "start"]
    assert found(["nothing"], {"Path": str(tmp_path)}, windows=True) == ["nothing"]
