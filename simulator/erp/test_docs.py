"""The page about profiles is true: its example, installed as a third party would, passes the conformance test."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "erp-profiles.md"


def test_the_profile_of_the_page_is_found_and_passes_the_conformance_test(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "ledgerly.py").write_text(example, encoding="utf-8")
    about = tmp_path / "ledgerly-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: ledgerly\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[simulator.erp]\nledgerly = ledgerly:Ledgerly\n", encoding="utf-8")

    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--pyargs",
        "simulator.erp.test_conformance",
    ]
    done = subprocess.run(
        [*words, "-k", "ledgerly", "--rootdir", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"[12]\d passed", done.stdout), done.stdout[-300:]
