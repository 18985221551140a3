"""What a run proved, and what nobody should believe it proved: the two lists beside every verdict."""

from contract_tests.verdict import Judgement, Outcome, RuleResult
from load.shapes import shown as wave
from rehearsal.chronicle import Chronicle
from rehearsal.words import both, pairs

Pair = dict[str, str]

_NAMED = 8
"""Rules that nothing exercised are named if they are not more; each stands in the table of rules anyway."""


def kinds(name: str) -> Pair:
    """Return the name of a refund kind in both languages."""
    if name == "return_refund":
        return both("kind.return_refund", "return and refund")
    return both("kind.refund_only", "refund-only")


def proven(judgement: Judgement, run: Chronicle) -> list[Pair]:
    """Return what was seen to work: flows that ended in money, held rules, faults survived, load carried."""
    if not any(rule.outcome is Outcome.HELD and rule.witnesses for rule in judgement.rules):
        return []
    found = [
        both("proven.kind", "{kind} ({n} paid)", kind=kinds(kind), n=f"{n:,}")
        for kind, n in sorted(run.settled.items())
    ]
    if run.exchanged:
        found.append(both("proven.exchange", "exchange ({n} done)", n=f"{run.exchanged:,}"))
    if run.resent:
        found.append(both("proven.reship", "re-send ({n} done)", n=f"{run.resent:,}"))
    if run.reported:
        found.append(both("proven.ag", "AG ({n} reports)", n=f"{run.reported:,}"))
    if run.confirmed:
        found.append(both("proven.messages", "messages ({n} confirmed)", n=f"{run.confirmed:,}"))
    if run.faults:
        names = ", ".join(sorted(run.faults))
        found.append(both("proven.faults", "under faults: {names}", names=names))
    load = run.note("load")
    if load.get("rate"):
        found.append(
            both(
                "proven.load",
                "under load: {rate} refunds/s for {seconds} s",
                rate=wave(float(load["rate"]), float(load.get("peak", 1))),
                seconds=f"{float(load.get('seconds', 0)):g}",
            )
        )
    if len(run.shops - {""}) > 1:
        found.append(both("proven.shops", "{n} shops at once", n=len(run.shops - {""})))
    if run.restarts:
        found.append(both("proven.restarts", "killed and started again ({n})", n=run.restarts))
    return found


def not_judged(judgement: Judgement, run: Chronicle) -> list[Pair]:
    """Return what this run says nothing about."""
    declared = run.header.declaration
    found = [_unpaid(kind, run) for kind in ("refund_only", "return_refund") if kind not in run.settled]
    special = set(declared.get("kinds", ())) - {"refund_only", "return_refund", "exchange", "reship"}
    found += [{"en": kind, "zh": kind} for kind in sorted(special)]
    if not run.exchanged:
        found.append(both("unjudged.exchange", "exchange"))
    if not run.resent:
        found.append(both("unjudged.reship", "re-send"))
    if not run.reported:
        found.append(both("unjudged.ag", "AG"))
    if not run.confirmed:
        found.append(both("unjudged.messages", "messages"))
    if not declared.get("escalation"):
        found.append(both("unjudged.escalation", "whether people hear of what nobody decides (no channel is declared)"))
    if not run.note("load"):
        found.append(both("unjudged.load", "load"))
    if not run.restarts:
        found.append(both("unjudged.crash", "a crash of the integration"))
    idle = [rule.id for rule in judgement.rules if rule.outcome is Outcome.NOT_EXERCISED]
    if len(idle) > _NAMED:
        found.append(both("unjudged.many", "{n} rules that nothing exercised", n=len(idle)))
    elif idle:
        found.append(both("unjudged.rules", "rules {names}", names=", ".join(idle)))
    return found


def _unpaid(kind: str, run: Chronicle) -> Pair:
    """Return the name of a kind of which no refund was paid, and say so where some were asked for."""
    name = kinds(kind)
    return both("kind.unpaid", "{kind} (none was paid)", kind=name) if kind in run.asked else name


def missing(judgement: Judgement, run: Chronicle) -> list[Pair]:
    """Return what keeps a run from proving anything, one sentence each; what is broken is not repeated here."""
    found = []
    if not run.complete:
        found.append(both("missing.end", "The run was broken off before its end."))
    if not judgement.stories:
        found.append(both("missing.plays", "No story was played."))
    elif not any(story.outcome in ("passed", "failed") for story in judgement.stories):
        found.append(both("missing.ended", "No story was played to its end."))
    for rule in judgement.rules:
        if rule.mandatory and rule.outcome is Outcome.NOT_EXERCISED:
            found.append(both("missing.idle", "{rule} was not exercised.", rule=rule.id))
        elif rule.mandatory and rule.outcome is Outcome.INCONCLUSIVE:
            doubt = doubts(rule)[0] if rule.doubts else "–"
            found.append(both("missing.doubt", "{rule} is inconclusive: {doubt}", rule=rule.id, doubt=doubt))
    return found or pairs(judgement.because, judgement.because_zh)


def headline(judgement: Judgement) -> Pair:
    """Return the sentence that answers the question: may we go live?"""
    broken = [rule for rule in judgement.rules if fails(rule)]
    refunds = {finding.refund for rule in broken for finding in rule.findings if not finding.waived}
    if judgement.exit == 1:
        return both(
            "headline.no_go",
            "Do not go live: {rules} broken, {refunds} affected.",
            rules=counted(len(broken), "rule"),
            refunds=counted(len(refunds), "refund"),
        )
    if judgement.exit == 2:
        return both("headline.not_proven", "Not proven is not a pass: what is missing stands below.")
    held = sum(rule.outcome is Outcome.HELD for rule in judgement.rules)
    if judgement.waived:
        return both(
            "headline.waived",
            "Go, with waivers: {n} held, {waived} waived.",
            n=counted(held, "rule"),
            waived=counted(judgement.waived, "finding"),
        )
    return both("headline.go", "Nothing was broken, and {n} held with witnesses.", n=counted(held, "rule"))


def doubts(rule: RuleResult) -> list[Pair]:
    """Return why some cases of *rule* were inconclusive."""
    return pairs(rule.doubts, rule.doubts_zh)


def fails(rule: RuleResult) -> bool:
    """Tell whether *rule* has a finding that no waiver covers."""
    return any(not finding.waived for finding in rule.findings)


def standing(rule: RuleResult) -> str:
    """Return the rule's outcome, or `waived` if all that breaks it is waived."""
    return "waived" if rule.findings and not fails(rule) else str(rule.outcome)


def counted(n: int, thing: str) -> Pair:
    """Return `2 rules` or `1 rule`, and the same in Chinese."""
    words = {
        "rule": both("count.rule", "rule"),
        "refund": both("count.refund", "refund"),
        "finding": both("count.finding", "finding"),
    }[thing]
    plural = "" if n == 1 else "s"
    return {"en": f"{n:,} {words['en']}{plural}", "zh": f"{n:,} {words['zh']}"}
