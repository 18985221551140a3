"""How every adapter asks its ERP: which failures cannot have done anything, and after which we do not know."""

from collections.abc import Mapping

import urllib3

from connectors.errors import Later, Unknown

TIMEOUT = urllib3.Timeout(connect=2.0, read=5.0)


def request(
    http: urllib3.PoolManager,
    verb: str,
    url: str,
    name: str,
    *,
    body: bytes | str | None = None,
    headers: Mapping[str, str] | None = None,
) -> urllib3.BaseHTTPResponse:
    """Return the answer, whatever it says; *name* is what the call is called in errors.

    Raises:
        Later: if nobody took the request.
        Unknown: if it may have arrived, and no answer came.
    """
    try:
        return http.request(verb, url, body=body, headers=headers, timeout=TIMEOUT, retries=False)
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
        raise Later(f"erp {name}: not reachable") from error
    except urllib3.exceptions.HTTPError as error:
        raise Unknown(f"erp {name}: {type(error).__name__}") from error


def picture(http: urllib3.PoolManager, url: str) -> bytes:
    """Return the picture at a URL that people left in a document."""
    answer = request(http, "GET", url, "proof")
    if answer.status != 200:
        raise Later(f"erp proof: HTTP {answer.status}")
    return answer.data
