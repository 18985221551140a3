"""The page in a real browser: nothing sticks out at phone and desk width, and the languages switch in place."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from contract_tests.verdict import Judgement
from rehearsal.report import write_report

pytestmark = pytest.mark.browser

_PROBE = """
<body><iframe id="page" style="width:{width}px;height:900px;border:0" srcdoc="{page}"></iframe><script>
onload = function () {{
  const frame = document.getElementById("page").contentDocument, root = frame.documentElement;
  const seen = {{over: root.scrollWidth - root.clientWidth, before: root.className, shown: shown()}};
  frame.querySelector(".switch").click();
  seen.after = root.className; seen.switched = shown(); seen.then = root.scrollWidth - root.clientWidth;
  document.title = JSON.stringify(seen);
  function shown() {{ return frame.querySelector("#rules h2").innerText; }}
}};</script></body>
"""


def _look(page: Path, width: int, tmp_path: Path) -> dict[str, object]:
    """Open *page* in a frame of that width, switch the language, and return what was seen."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser, "install Chromium to run the tests marked `browser`"
    probe = tmp_path / "probe.html"
    probe.write_text(_PROBE.format(width=width, page=html.escape(page.read_text(encoding="utf-8"))), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    command = [browser, *options, f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1400,1000", "--dump-dom"]
    done = subprocess.run([*command, probe.as_uri()], capture_output=True, timeout=60, check=True)
    found = re.search(r"<title>(.*?)</title>\s*</head>", done.stdout.decode(), re.DOTALL)
    assert found, done.stdout[-500:]
    seen: dict[str, object] = json.loads(html.unescape(found[1]))
    return seen


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_and_the_languages_switch(
    width: int, run: Path, judgement: Judgement, tmp_path: Path
) -> None:
    seen = _look(write_report(run, judgement).page, width, tmp_path)

    assert (seen["over"], seen["then"]) == (0, 0)
    assert (seen["shown"], seen["switched"]) == ("Rules", "规则")
