"""How many cycles the integration has had since something: in either style, from what it is seen to ask.

A cycle of an integration that polls is a complete scan of the shop that covers the change. One that listens reads the
list only now and then; there it is a round of what it asks all the time, the queue of messages and the ERP. In both
the slowest counts, for each may be a loop of its own. Whoever is called by both sides and asks nothing has cycles as
long as it declares (`tempo.poll`).
"""

from scenarios.seen import Change, Seen
from simulator.ledger.declaration import Declaration


def cycles_since(shop: str, change: Change, seen: Seen, declared: Declaration, now: int) -> int:
    """Return how many cycles about *shop* began after *change*; *now* is monotonic, in microseconds."""
    tempo = declared.tempo
    counts = [channel.since(change.seq) for channel in seen.pulse.regular(now, tempo.sla + tempo.backoff)]
    if not declared.messages:
        counts.append(seen.scans.complete_since(shop, change.seq, change.second))
    elif not counts and not seen.exited:
        counts.append(int((now - change.mono) / (tempo.poll * 1e6)))
    return min(counts, default=0)


def length(seen: Seen, declared: Declaration, now: int) -> float:
    """Return about how many seconds a cycle takes."""
    tempo = declared.tempo
    found = [channel.interval() for channel in seen.pulse.regular(now, tempo.sla + tempo.backoff)]
    return max(tempo.poll, *found, 0.0 if declared.messages else seen.scans.interval())


def stretch(seen: Seen, declared: Declaration) -> float:
    """Return the seconds by which limits grow because the integration reads the list more slowly than it declares."""
    usual = declared.reconcile if declared.messages else declared.tempo.poll
    return 3 * max(0.0, seen.scans.interval() - usual)
