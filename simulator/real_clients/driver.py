"""Calls TOP through one PyPI SDK, as its users do: a call a line comes in, what the SDK made of it goes out.

    .venv/bin/python driver.py topsdk        (or taobaopy)

A call: {url, app_key, app_secret, session, method, params, via}. A parameter {file: PATH} is a picture. The answer:
{answer: …} as the SDK gave it, or {error: {name, message, code, sub_code}}. It runs in an environment of its own, and
so imports nothing of the project.
"""

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Call = dict[str, Any]


def _is_picture(value: Any) -> bool:
    return isinstance(value, dict) and "file" in value


def through_topsdk(call: Call) -> Any:
    """Make the request class that the SDK generates for a method, and send one."""
    import top  # type: ignore[import-not-found]  # not in our environment
    from top.api.base import FileItem, RestApi  # type: ignore[import-not-found]

    pictures = [name for name, value in call["params"].items() if _is_picture(value)]

    class Request(RestApi):  # type: ignore[misc]
        def getapiname(self) -> str:
            return str(call["method"])

        def getMultipartParas(self) -> list[str]:  # noqa: N802
            return pictures

    address = urlsplit(call["url"])
    request = Request(address.hostname, address.port)
    request.set_app_info(top.appinfo(call["app_key"], call["app_secret"]))
    with ExitStack() as files:
        for name, value in call["params"].items():
            if _is_picture(value):
                path = Path(value["file"])
                value = FileItem(path.name, files.enter_context(path.open("rb")))
            setattr(request, name, value)
        return request.getResponse(call["session"] or None)


def through_taobaopy(call: Call) -> Any:
    """Call the method by its attribute: `taobao.refund.get` is `client.refund_get`."""
    from taobaopy.taobao import TaoBaoAPIClient  # type: ignore[import-not-found]

    client = TaoBaoAPIClient(call["app_key"], call["app_secret"], domain=call["url"].removesuffix("/router/rest"))
    if call["session"]:
        client.set_access_token(call["session"])
    with ExitStack() as files:
        params = {
            name: files.enter_context(Path(value["file"]).open("rb")) if _is_picture(value) else value
            for name, value in call["params"].items()
        }
        return getattr(client, call["method"].removeprefix("taobao.").replace(".", "_"))(**params)


SDKS: dict[str, Callable[[Call], Any]] = {"topsdk": through_topsdk, "taobaopy": through_taobaopy}


def told(error: Exception) -> dict[str, Any]:
    """Return what a user sees of *error*."""
    code = getattr(error, "errorcode", getattr(error, "code", None))
    sub_code = getattr(error, "subcode", getattr(error, "sub_code", None))
    return {"name": type(error).__name__, "message": str(error), "code": code, "sub_code": sub_code}


def main() -> None:
    """Serve calls until there are no more."""
    execute = SDKS[sys.argv[1]]
    for line in sys.stdin:
        try:
            outcome = {"answer": execute(json.loads(line)), "missing": False}
        except Exception as error:
            outcome = {"error": told(error)}
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
