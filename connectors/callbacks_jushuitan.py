"""How Jushuitan (聚水潭) calls back: a form whose `biz` tells a number and a word, signed as calls are.

It shows no document: what was decided, and on which content, is read afresh. A push that somebody kept tells nothing
then that is not so any more.
"""

import json
from urllib.parse import parse_qsl

from connectors.callbacks import Arrived, Notice, Reply
from connectors.erp_jushuitan_gateway import sign


class Ear:
    """Hears after-sale push."""

    def signature(self, arrived: Arrived) -> str:
        """Return the form's sign."""
        return _fields(arrived).get("sign", "")

    def right(self, arrived: Arrived, secret: str) -> str:
        """Return the sign over the form's other fields."""
        return sign(secret, _fields(arrived))

    def stamp(self, arrived: Arrived) -> str:
        """Return the form's time."""
        return _fields(arrived).get("timestamp", "")

    def read(self, arrived: Arrived) -> Notice:
        """Return which refund's document is to be read; pushes about parcels that leave name none."""
        biz = json.loads(_fields(arrived)["biz"])
        if not isinstance(biz, dict):
            raise ValueError("biz is no object")
        return Notice(number=str(biz.get("outer_as_id") or ""))

    def reply(self, status: int) -> Reply:
        """Answer with a code: 0 is taken, everything else comes again."""
        taken = status == 204
        said = {"code": 0, "msg": "执行成功"} if taken else {"code": status, "msg": "rejected"}
        return Reply(200 if taken else status, json.dumps(said, ensure_ascii=False).encode(), "application/json")


def _fields(arrived: Arrived) -> dict[str, str]:
    try:
        return dict(parse_qsl(arrived.content.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError:  # no text, or no form: nobody signed it
        return {}
