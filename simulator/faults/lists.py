"""Faults of batches: some rows fail, rows come in another order, a row is missing."""

from collections.abc import Mapping
from typing import Any, ClassVar

from simulator.chance import chance
from simulator.exchange import Answer, Call, Rest
from simulator.world import World


class PartialBatch:
    """Of a batch agree only some rows take effect; the others fail with an isp message of their own."""

    name = "partial-batch"
    call = "tmall.agree"
    options: ClassVar[Mapping[str, str]] = {"fail": "how many rows fail (default: half, at least one of two)"}

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Mark rows as failing before the effect; the gateway leaves them undone."""
        rows = list(call.aimed)
        fail = int(options.get("fail", max(1, len(rows) // 2) if len(rows) > 1 else 0))
        chosen = chance(world.seed, "partial-batch", *rows).sample(rows, min(fail, len(rows)))
        call.failing = frozenset(chosen)
        return await rest()


class ReorderedBatch:
    """The result rows of a batch agree come in another order than they were asked, one of them perhaps missing."""

    name = "reordered-batch"
    call = "tmall.agree"
    options: ClassVar[Mapping[str, str]] = {"missing": "how many result rows are left out (default 0)"}

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Let everything happen, then disturb the rows of the answer."""
        aimed = frozenset(call.aimed)
        answer = await rest()
        rows = answer.data.get("results")
        if not rows or len(rows) < 2:
            return answer
        # Moved on by one: whichever rows failed (not none, not all), some now stand where others were asked for.
        order = [*range(1, len(rows)), 0]
        missing = [i for i in order if answer.results[i].refund in aimed][: int(options.get("missing", 0))]
        kept = [i for i in order if i not in missing]
        answer.data["results"] = [rows[i] for i in kept]
        answer.dropped.extend(answer.results[i].refund for i in missing)
        answer.results = [answer.results[i] for i in kept]
        return answer
