"""The seeded bugs of the reference connector: what each does wrong, who must catch it, and which story exposes it.

Data only. The bugs themselves are in `seeded`, one small class each; `MUTANT=M32` in the environment chooses one.
Titles in Chinese are in `words.zh.yaml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One bug. The ids are public and never renumbered."""

    id: str
    title: str
    caught_by: tuple[str, ...]
    """Rules, of which at least one must be broken."""
    exposed_by: tuple[str, ...]
    """Stories in which it shows."""
    drags: tuple[str, ...] = ()
    """Rules that break with it as a matter of course."""
    style: str = "polling"
    """Which of the two connectors has it: `polling`, or `messages`, which listens to them."""
    erps: tuple[str, ...] = ()
    """ERPs with which the other one has it as well."""
    erp: str = ""
    """The ERP with which alone it shows; empty: it does with the generic one."""


_ALL = (
    Mutant(
        id="M01",
        title="Refreshes the version after a conflict and sends the old approval again.",
        caught_by=("ORD-01",),
        exposed_by=("S12", "S13"),
    ),
    Mutant(
        id="M02",
        title="Resumes after a restart only what is still open: what was paid in that moment is never booked.",
        caught_by=("SYN-01", "COV-03"),
        exposed_by=("S52",),
        drags=("COV-02", "RTY-04", "STA-03"),
    ),
    Mutant(
        id="M05",
        title="Keeps optional fields (waybill, carrier) of the refund read before.",
        caught_by=("DAT-01", "STA-05"),
        exposed_by=("S19", "S02", "S60"),
        drags=("COV-02", "MNY-02"),
    ),
    Mutant(
        id="M06",
        title="Remembers message ids for a day only, and creates a document for each new one.",
        caught_by=("MSG-01", "DUP-03"),
        exposed_by=("S49",),
        drags=("COV-02", "COV-03", "COV-04", "MNY-03"),  # what was decided on the first document nobody reads
        style="messages",
    ),
    Mutant(
        id="M07",
        title="Skips what changed just now, to wait until it is stable.",
        caught_by=("SYN-03", "COV-01"),
        exposed_by=("S41",),
        drags=("COV-02",),
    ),
    Mutant(
        id="M09",
        title="Every worker that meets a dead session renews it, and the second renewal kills the first one's.",
        caught_by=("PRO-03",),
        exposed_by=("S39",),
        drags=("COV-01", "COV-02", "COV-03"),
    ),
    Mutant(
        id="M10",
        title="Matches the rows of a batch's result by their position.",
        caught_by=("RTY-05", "COV-03"),
        exposed_by=("S38",),
        drags=("COV-02", "COV-04", "STA-01", "MNY-02"),
    ),
    Mutant(
        id="M11",
        title="Executes the decision of an earlier round again when the refund comes back.",
        caught_by=("ORD-01", "COV-02"),
        exposed_by=("S11", "S17"),
        drags=("COV-03", "COV-04", "STA-01"),
    ),
    Mutant(
        id="M12",
        title="Pages forward while changed rows move to the front.",
        caught_by=("SYN-03",),
        exposed_by=("S41",),
        drags=("COV-01", "COV-02", "COV-03", "SYN-02"),
    ),
    Mutant(
        id="M13",
        title="Leaves out the seconds on which its windows begin and end.",
        caught_by=("SYN-03",),
        exposed_by=("S27", "S41"),
        drags=("COV-01", "COV-02", "COV-03", "SYN-02"),
    ),
    Mutant(
        id="M14",
        title="Reads up to now without any overlap, though the list shows changes late.",
        caught_by=("SYN-03",),
        exposed_by=("S41",),
        drags=("COV-01", "COV-02", "COV-03"),
    ),
    Mutant(
        id="M15",
        title="Stores the cursor as soon as the list has answered, before the ERP has anything of it.",
        caught_by=("SYN-01",),
        exposed_by=("S52",),
        drags=("COV-01", "COV-02", "COV-03", "COV-04", "RTY-01", "SYN-02", "SYN-03"),
    ),
    Mutant(
        id="M16",
        title="Takes a refund that was refused once for done, and misses its next round.",
        caught_by=("COV-02", "DDL-01"),
        exposed_by=("S11",),
        drags=("COV-03", "COV-04"),
    ),
    Mutant(
        id="M17",
        title="Carries an approval out without looking whether the refund was closed meanwhile.",
        caught_by=("STA-03",),
        exposed_by=("S15", "S18"),
        drags=("STA-01", "DUP-01"),
    ),
    Mutant(
        id="M18",
        title="Keeps one hold for the whole trade: the end of one refund lets go of the others.",
        caught_by=("STA-05", "ORD-04"),
        exposed_by=("S21",),
        drags=("COV-02",),
    ),
    Mutant(
        id="M19",
        title="Takes a warehouse that does not answer for one that stopped the parcel.",
        caught_by=("ORD-03",),
        exposed_by=("S30",),
    ),
    Mutant(
        id="M20",
        title="Uses the answer about one sub-order for another of the same trade.",
        caught_by=("ORD-03", "STA-05"),
        exposed_by=("S31",),
    ),
    Mutant(
        id="M21",
        title="Leaves out the last page if it is full.",
        caught_by=("SYN-03",),
        exposed_by=("S41",),
        drags=("COV-01", "COV-02", "COV-03", "SYN-02"),
    ),
    Mutant(
        id="M26",
        title="Books only the money that it released itself.",
        caught_by=("COV-03",),
        exposed_by=("S22", "S23", "S17", "S32"),
        drags=("COV-01", "COV-02"),
    ),
    Mutant(
        id="M27",
        title="Confirms messages on receipt, keeps the work in memory alone, and starts anew after a crash.",
        caught_by=("MSG-03", "SYN-01"),
        exposed_by=("S52",),
        drags=("COV-01", "COV-02", "COV-03", "COV-04", "RTY-01", "STA-03", "SYN-02"),
        style="messages",
    ),
    Mutant(
        id="M28",
        title="Creates the ERP document under a new number after a time-out.",
        caught_by=("DUP-03", "DUP-02"),
        exposed_by=("S43",),
    ),
    Mutant(
        id="M29",
        title="Takes what is finished for finished for ever: a reversal is never booked.",
        caught_by=("COV-02", "STA-02", "COV-03"),
        exposed_by=("S18", "S17"),
        drags=("STA-03",),
        style="messages",
    ),
    Mutant(
        id="M30",
        title="Keeps its cursor as a date of a host in UTC.",
        caught_by=("SYN-03", "COV-01"),
        exposed_by=("S27",),
        drags=("COV-02", "COV-03"),
    ),
    Mutant(
        id="M32",
        title="Takes the amount from total_fee, which is the same for full refunds only.",
        caught_by=("MNY-01", "MNY-02"),
        exposed_by=("S05", "S10"),
        drags=("COV-02", "COV-03", "COV-04"),
    ),
    Mutant(
        id="M33",
        title="Never touches amount, type and quantity when it updates a document.",
        caught_by=("COV-02", "MNY-02", "STA-01"),
        exposed_by=("S11", "S13"),
        drags=("COV-03", "COV-04"),
    ),
    Mutant(
        id="M35",
        title="Advances the cursor although a page of the list failed.",
        caught_by=("SYN-02",),
        exposed_by=("S36",),
        drags=("COV-01", "RTY-01"),
    ),
    Mutant(
        id="M41",
        title="One refund that the ERP refuses stops all that stand behind it in the list.",
        caught_by=("RTY-04", "COV-02"),
        exposed_by=("S44",),
        drags=("COV-01", "ERP-02", "ERP-01", "RTY-01"),
    ),
    Mutant(
        id="M44",
        title="Checks the signature of a callback only if there is one.",
        caught_by=("ERP-04",),
        exposed_by=("S46",),
        drags=("ORD-01", "STA-01", "MNY-01", "COV-02"),
        style="messages",
        erps=("jiandaoyun",),
    ),
    Mutant(
        id="M45",
        title="Drops what could not be written to the ERP in three tries.",
        caught_by=("ERP-01", "RTY-01"),
        exposed_by=("S42",),
        drags=("COV-01", "COV-02", "COV-03", "ORD-01"),
    ),
    Mutant(
        id="M46",
        title="Takes SOME_OP_SUCC of a batch as the success of every row.",
        caught_by=("RTY-05", "COV-04"),
        exposed_by=("S38",),
        drags=("COV-02", "COV-03"),
    ),
    Mutant(
        id="M55",
        title="Refunds as soon as the buyer enters a waybill, before anybody received the goods.",
        caught_by=("ORD-02",),
        exposed_by=("S04",),
        drags=("ORD-01",),
    ),
    Mutant(
        id="M56",
        title="Refuses without proof, and always with the same reason.",
        caught_by=("ORD-05",),
        exposed_by=("S03", "S29"),
        drags=("COV-04", "PRO-02"),
    ),
    Mutant(
        id="M58",
        title="Gives an item up after one transient error.",
        caught_by=("RTY-01",),
        exposed_by=("S36", "S33"),
        drags=("COV-01", "COV-02", "COV-04", "SYN-02"),
    ),
    Mutant(
        id="M61",
        title="Listens to messages and reads no list besides.",
        caught_by=("MSG-02",),
        exposed_by=("S50",),
        drags=("COV-01", "COV-02", "COV-03", "COV-04"),
        style="messages",
    ),
    Mutant(
        id="M63",
        title="Sends all approved refunds in one batch, whatever the platform's limits.",
        caught_by=("PRO-02",),
        exposed_by=("S37",),
    ),
    Mutant(
        id="M68",
        title="Agrees again on the polls after a success, until it has seen it for a while.",
        caught_by=("DUP-01",),
        exposed_by=("S01",),
        drags=("STA-01",),
    ),
    Mutant(
        id="M70",
        title="Writes another notice of goods when the number of the parcel is corrected.",
        caught_by=("DUP-04", "DUP-03"),
        exposed_by=("S19",),
        drags=("COV-04",),
    ),
    Mutant(
        id="M72",
        title="Tells nobody that a deadline comes and nothing is decided.",
        caught_by=("DDL-02",),
        exposed_by=("S23", "S25", "S26"),
    ),
    Mutant(
        id="M73",
        title="Ships the replacement of an exchange before the goods are back, under the buyer's own number.",
        caught_by=("ORD-06", "DAT-01"),
        exposed_by=("S08",),
        drags=("COV-04",),
    ),
    Mutant(
        id="M74",
        title="Lets a late retry write what is older over what is newer, before it notices.",
        caught_by=("STA-02",),
        exposed_by=("S17", "S18"),
        drags=("DUP-02", "COV-03", "COV-04", "ORD-04", "STA-03"),
    ),
    Mutant(
        id="M75",
        title="Books the postage of the trade with each of its refunds.",
        caught_by=("MNY-03", "MNY-02"),
        exposed_by=("S06",),
        drags=("COV-02", "COV-03"),
    ),
    Mutant(
        id="M78",
        title="Pays in batches only, whatever the platform's deadline is.",
        caught_by=("DDL-01",),
        exposed_by=("S25", "S26"),
        drags=("COV-04",),
    ),
    Mutant(
        id="M79",
        title="Never confirms a message that it cannot make sense of, so that it comes again and again.",
        caught_by=("MSG-03",),
        exposed_by=("S51",),
        style="messages",
    ),
    Mutant(
        id="M81",
        title="Writes into its log that the ERP refused a refund, and tells nobody.",
        caught_by=("ERP-02",),
        exposed_by=("S44",),
    ),
    Mutant(
        id="M82",
        title="Repeats a write that was refused as stale without looking at the document first.",
        caught_by=("ERP-03",),
        exposed_by=("S45",),
        drags=("DUP-02",),
    ),
    Mutant(
        id="M83",
        title="Takes the next number when the ERP says that a document is there already.",
        caught_by=("DUP-03",),
        exposed_by=("S43",),
        drags=("DUP-02",),
    ),
    Mutant(
        id="M84",
        title="Takes it for done when the ERP says that a document is there already, and does not look.",
        caught_by=("COV-01", "ERP-01"),
        exposed_by=("S43",),
        drags=("RTY-01", "COV-02", "DUP-02"),
    ),
    Mutant(
        id="M85",
        title="Takes a re-send among the refunds for a refund of no money.",
        caught_by=("COV-01",),
        exposed_by=("S08",),
    ),
    Mutant(
        id="M86",
        title="Tells that goods were sent once more as soon as that is approved, under a number of its own making.",
        caught_by=("ORD-06",),
        exposed_by=("S08",),
        drags=("COV-04",),
    ),
    Mutant(
        id="M87",
        title="Takes the success of an upload for that of every row in it.",
        caught_by=("ERP-02", "COV-02"),
        exposed_by=("S44",),
        drags=("COV-01",),
        erp="jushuitan",
    ),
    Mutant(
        id="M90",
        title="Tells AG the line's total as the fee of the refund.",
        caught_by=("MNY-01",),
        exposed_by=("S28",),
    ),
    Mutant(
        id="M91",
        title="Leaves what AG is to hear of parcels for a batch in the night.",
        caught_by=("DDL-01", "COV-04"),
        exposed_by=("S28", "S29", "S30"),
    ),
)

MUTANTS: Mapping[str, Mutant] = {mutant.id: mutant for mutant in _ALL}
