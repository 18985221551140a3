"""The code on the pages of docs/clients is what those pages say that it is: it runs."""

import os
import re
import subprocess
from pathlib import Path

from simulator.real_clients.conftest import every_sdk
from simulator.real_clients.sandbox import Sandbox
from simulator.real_clients.sdk import COMMANDS, HERE

PAGES = HERE.parents[1] / "docs" / "clients"


def _page(name: str) -> Path:
    return PAGES / f"{name.lower().replace(' ', '-')}.md"


@every_sdk
def test_the_first_code_of_a_page_lists_the_shops_refunds(name: str, sandbox: Sandbox) -> None:
    refund = sandbox.refund()
    found = re.search(r"```(?:js|python)\n(.*?)```", _page(name).read_text("utf-8"), re.DOTALL)
    assert found is not None
    host, port = sandbox.address
    app = sandbox.app()
    keys = {"TOP_APP_KEY": app["app_key"], "TOP_APP_SECRET": app["app_secret"], "TOP_SESSION": app["session"]}
    places = {"TOP_URL": app["url"], "TOP_BASE": f"http://{host}:{port}", "TOP_HOST": host, "TOP_PORT": str(port)}
    program = COMMANDS[name][0]

    done = subprocess.run(
        [program, "-e" if program == "node" else "-c", found[1]],
        cwd=HERE,
        env={**os.environ, "TZ": "Asia/Shanghai", **keys, **places},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert f"{refund.refund_id} WAIT_SELLER_AGREE\n" in done.stdout
    assert [call.asked.signed for call in sandbox.heard()] == [True]


def test_every_page_is_in_the_table_and_says_whether_it_was_run() -> None:
    table = (PAGES / "README.md").read_text("utf-8")

    pages = [page for page in PAGES.iterdir() if page.name != "README.md"]
    for page in pages:
        text = page.read_text("utf-8")
        assert f"({page.name})" in table
        assert ("**Run here**" in text) is (page in [*map(_page, COMMANDS), PAGES / "npm-jushuitan.md"])
        assert ("**Run here**" in text) is not ("**Read, not run here" in text)
    assert len(pages) > len(COMMANDS)
