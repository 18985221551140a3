"""What must survive a crash, in one SQLite file: cursors, what was written, what is unknown, what is still to do.

Losing the file loses nothing on the platform; it only costs reading everything again.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

JSON = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS cursor  (shop TEXT, of TEXT, value TEXT, PRIMARY KEY (shop, of)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS written (shop TEXT, refund_id TEXT, version INTEGER, mark TEXT, body TEXT,
                                    PRIMARY KEY (shop, refund_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unknown (shop TEXT, refund_id TEXT, side TEXT, call TEXT,
                                    PRIMARY KEY (shop, refund_id, side)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS todo    (shop TEXT, refund_id TEXT, document TEXT,
                                    PRIMARY KEY (shop, refund_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS handled (shop TEXT, refund_id TEXT, revision INTEGER, outcome TEXT,
                                    PRIMARY KEY (shop, refund_id, revision)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inbox   (number INTEGER PRIMARY KEY AUTOINCREMENT, shop TEXT, refund_id TEXT,
                                    UNIQUE (shop, refund_id));
CREATE TABLE IF NOT EXISTS aside   (message TEXT PRIMARY KEY, topic TEXT, content TEXT, why TEXT) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What was last written to the ERP about a refund: its version, the compared fields, and the document."""

    version: int
    mark: Mapping[str, str]
    body: Mapping[str, Any]


class Memory:
    """The file. Any thread may use it; each method is one transaction."""

    def __init__(self, path: Path) -> None:
        """Open *path*, or make it."""
        self._lock = threading.Lock()
        self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # In WAL mode a commit survives the death of this process; only a power cut can take the last ones back,
        # and those come again from both sides.
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        self._base.executescript(_TABLES)

    def close(self) -> None:
        """Close the file once the transaction under way is done."""
        with self._lock:
            self._base.close()

    def cursor(self, shop: str, of: str) -> str | None:
        """Return how far *shop* has come in the list *of*; None at the very first start."""
        row = self._one("SELECT value FROM cursor WHERE shop = ? AND of = ?", shop, of)
        return None if row is None else str(row[0])

    def advance(self, shop: str, of: str, value: str) -> None:
        """Store how far *shop* has come."""
        with self._writing() as base:
            base.execute("REPLACE INTO cursor VALUES (?, ?, ?)", (shop, of, value))

    def written(self, shop: str, refund_id: str) -> Written | None:
        """Return what was last written about a refund."""
        row = self._one("SELECT version, mark, body FROM written WHERE shop = ? AND refund_id = ?", shop, refund_id)
        return None if row is None else Written(row[0], json.loads(row[1]), json.loads(row[2]))

    def wrote(self, shop: str, refund_id: str, written: Written) -> None:
        """Remember what the ERP holds now; nothing about that write is unknown any more."""
        with self._writing() as base:
            row = (shop, refund_id, written.version, json.dumps(written.mark), json.dumps(written.body))
            base.execute("REPLACE INTO written VALUES (?, ?, ?, ?, ?)", row)
            base.execute("DELETE FROM unknown WHERE shop = ? AND refund_id = ? AND side = 'erp'", (shop, refund_id))

    def begin(self, shop: str, refund_ids: Iterable[str], side: str, call: str) -> None:
        """Note, before it is sent, that *call* to *side* (platform, erp) may come to be of unknown outcome."""
        with self._writing() as base:
            rows = [(shop, refund_id, side, call) for refund_id in refund_ids]
            base.executemany("REPLACE INTO unknown VALUES (?, ?, ?, ?)", rows)

    def end(self, shop: str, refund_ids: Iterable[str], side: str) -> None:
        """Note that the outcome is known."""
        with self._writing() as base:
            rows = [(shop, refund_id, side) for refund_id in refund_ids]
            base.executemany("DELETE FROM unknown WHERE shop = ? AND refund_id = ? AND side = ?", rows)

    def unknown(self, shop: str, refund_id: str, side: str) -> str:
        """Return the call whose outcome is unknown, or an empty text."""
        row = self._one("SELECT call FROM unknown WHERE shop = ? AND refund_id = ? AND side = ?", shop, refund_id, side)
        return "" if row is None else str(row[0])

    def collect(self, shop: str, documents: Iterable[JSON], undecided: Iterable[str], cursor: str) -> None:
        """Keep decided *documents* to be worked on, let go of *undecided* refunds, and then store the cursor."""
        with self._writing() as base:
            for document in documents:
                row = (shop, str(document["refund_id"]), json.dumps(document))
                base.execute("REPLACE INTO todo VALUES (?, ?, ?)", row)
            gone = [(shop, refund_id) for refund_id in undecided]
            base.executemany("DELETE FROM todo WHERE shop = ? AND refund_id = ?", gone)
            base.execute("REPLACE INTO cursor VALUES (?, 'decisions', ?)", (shop, cursor))

    def todo(self, shop: str) -> list[JSON]:
        """Return the documents whose decisions are still to be carried out."""
        with self._lock:
            found = self._base.execute("SELECT document FROM todo WHERE shop = ?", (shop,)).fetchall()
        return [json.loads(row[0]) for row in found]

    def handled(self, shop: str, refund_id: str, revision: int) -> bool:
        """Tell whether the decision of that revision has been dealt with."""
        query = "SELECT 1 FROM handled WHERE shop = ? AND refund_id = ? AND revision = ?"
        return self._one(query, shop, refund_id, revision) is not None

    def finish(self, shop: str, document: Mapping[str, Any], outcome: str = "") -> None:
        """Take *document* off the list, unless a newer one took its place; an *outcome* says its decision is done."""
        refund_id, decision = str(document["refund_id"]), document["decision"]
        with self._writing() as base:
            if outcome:
                row = (shop, refund_id, int(decision["revision"]), outcome)
                base.execute("REPLACE INTO handled VALUES (?, ?, ?, ?)", row)
            base.execute(
                "DELETE FROM todo WHERE shop = ? AND refund_id = ? AND json_extract(document, '$.revision') = ?",
                (shop, refund_id, document["revision"]),
            )

    def take_in(self, told: Iterable[tuple[str, str]], aside: Iterable[tuple[str, str, str, str]]) -> None:
        """Keep which refunds (shop, id) messages *told* of, and the messages put *aside* (id, topic, content, why).

        A refund told of again gets a new number: whoever looked at it before has to look once more.
        """
        with self._writing() as base:
            base.executemany("REPLACE INTO inbox (shop, refund_id) VALUES (?, ?)", list(told))
            base.executemany("REPLACE INTO aside VALUES (?, ?, ?, ?)", list(aside))

    def inbox(self, shop: str) -> list[tuple[str, int]]:
        """Return (refund id, number) of what messages told of and nobody has looked at yet, oldest first."""
        with self._lock:
            query = "SELECT refund_id, number FROM inbox WHERE shop = ? ORDER BY number"
            return [(str(row[0]), int(row[1])) for row in self._base.execute(query, (shop,))]

    def looked_at(self, shop: str, refund_id: str, number: int) -> None:
        """Let go of a refund in the inbox, unless it was told of again since *number*."""
        with self._writing() as base:
            base.execute("DELETE FROM inbox WHERE shop = ? AND refund_id = ? AND number = ?", (shop, refund_id, number))

    def aside(self) -> list[tuple[str, str]]:
        """Return (id, why) of the messages that were put aside."""
        with self._lock:
            found = self._base.execute("SELECT message, why FROM aside ORDER BY message").fetchall()
        return [(str(row[0]), str(row[1])) for row in found]

    def _one(self, query: str, *values: Any) -> Any:
        with self._lock:
            return self._base.execute(query, values).fetchone()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._base.execute("BEGIN")
            try:
                yield self._base
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")
