"""What must survive a crash, in one SQLite file: cursors, what was written, what is unknown, what is still to do, when.

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
CREATE INDEX IF NOT EXISTS of_trade ON written (shop, json_extract(body, '$.tid'));
CREATE TABLE IF NOT EXISTS unknown (shop TEXT, refund_id TEXT, side TEXT, call TEXT,
                                    PRIMARY KEY (shop, refund_id, side)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS todo    (shop TEXT, refund_id TEXT, document TEXT,
                                    PRIMARY KEY (shop, refund_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS handled (shop TEXT, refund_id TEXT, revision INTEGER, outcome TEXT,
                                    PRIMARY KEY (shop, refund_id, revision)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inbox   (number INTEGER PRIMARY KEY AUTOINCREMENT, shop TEXT, refund_id TEXT,
                                    UNIQUE (shop, refund_id));
CREATE TABLE IF NOT EXISTS aside   (message TEXT PRIMARY KEY, topic TEXT, content TEXT, why TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS due     (shop TEXT, refund_id TEXT, at INTEGER, about TEXT, told TEXT,
                                    PRIMARY KEY (shop, refund_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session (origin TEXT PRIMARY KEY, key TEXT, refresh_token TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fact    (shop TEXT, refund_id TEXT, name TEXT, value TEXT,
                                    PRIMARY KEY (shop, refund_id, name)) WITHOUT ROWID;
"""
"""In `written`, `unknown`, `todo` and `handled` a refund_id is a document's key: see `papers`."""


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

    def of_trade(self, shop: str, tid: str) -> dict[str, Written]:
        """Return what was last written about the refunds of a trade, by refund."""
        query = """SELECT refund_id, version, mark, body FROM written
                   WHERE shop = ? AND json_extract(body, '$.tid') = ? AND json_extract(body, '$.kind') = 'refund'"""
        with self._lock:
            found = self._base.execute(query, (shop, tid)).fetchall()
        return {row[0]: Written(row[1], json.loads(row[2]), json.loads(row[3])) for row in found}

    def wrote(self, shop: str, refund_id: str, written: Written) -> None:
        """Remember what the ERP holds now; nothing about that write is unknown any more."""
        with self._writing() as base:
            row = (shop, refund_id, written.version, json.dumps(written.mark), json.dumps(written.body))
            base.execute("REPLACE INTO written VALUES (?, ?, ?, ?, ?)", row)
            base.execute("DELETE FROM unknown WHERE shop = ? AND refund_id = ? AND side = 'erp'", (shop, refund_id))

    def forget(self, shop: str, key: str) -> None:
        """Forget what was written about a document."""
        with self._writing() as base:
            base.execute("DELETE FROM written WHERE shop = ? AND refund_id = ?", (shop, key))

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

    def collect(self, shop: str, open_: Mapping[str, JSON], done: Mapping[str, JSON], cursor: str) -> None:
        """Keep listed documents with something to do, by key; let go of those with nothing; then store the cursor.

        What was heard meanwhile of a newer revision stands: the list was read before.
        """
        with self._writing() as base:
            for key, document in open_.items():
                base.execute(
                    """INSERT INTO todo VALUES (?, ?, ?) ON CONFLICT (shop, refund_id) DO UPDATE SET
                       document = excluded.document
                       WHERE json_extract(document, '$.revision') <= json_extract(excluded.document, '$.revision')""",
                    (shop, key, json.dumps(document)),
                )
            gone = [(shop, key, document["revision"]) for key, document in done.items()]
            base.executemany(
                """DELETE FROM todo WHERE shop = ? AND refund_id = ?
                   AND json_extract(document, '$.revision') <= ?""",
                gone,
            )
            base.execute("REPLACE INTO cursor VALUES (?, 'decisions', ?)", (shop, cursor))

    def hear(self, shop: str, key: str, document: JSON, revision: int) -> None:
        """Keep a document with something to do that came by itself, unless a newer *revision* is kept."""
        known = self.todo(shop).get(key)
        if known is None or int(known["revision"]) < revision:
            with self._writing() as base:
                base.execute("REPLACE INTO todo VALUES (?, ?, ?)", (shop, key, json.dumps(document)))

    def todo(self, shop: str) -> dict[str, JSON]:
        """Return the documents about which something is still to be done, by key, the most urgent first."""
        query = """SELECT todo.refund_id, document FROM todo LEFT JOIN due
                   ON due.shop = todo.shop AND due.refund_id = replace(todo.refund_id, '-in', '')
                   WHERE todo.shop = ? ORDER BY due.at IS NULL, due.at"""
        with self._lock:
            found = self._base.execute(query, (shop,)).fetchall()
        return {key: json.loads(document) for key, document in found}

    def has_todo(self, shop: str, *keys: str) -> bool:
        """Tell whether something is to be done about one of *keys*."""
        query = "SELECT 1 FROM todo WHERE shop = ? AND refund_id = ?"
        return any(self._one(query, shop, key) is not None for key in keys)

    def handled(self, shop: str, key: str, revision: int) -> bool:
        """Tell whether what the document said first in that revision has been dealt with."""
        query = "SELECT 1 FROM handled WHERE shop = ? AND refund_id = ? AND revision = ?"
        return self._one(query, shop, key, revision) is not None

    def was(self, shop: str, key: str, outcome: str) -> bool:
        """Tell whether something the document said came to that *outcome*."""
        query = "SELECT 1 FROM handled WHERE shop = ? AND refund_id = ? AND outcome = ?"
        return self._one(query, shop, key, outcome) is not None

    def handle(self, shop: str, key: str, revision: int, outcome: str) -> None:
        """Note that what the document said first in that revision is done."""
        with self._writing() as base:
            base.execute("REPLACE INTO handled VALUES (?, ?, ?, ?)", (shop, key, revision, outcome))

    def finish(self, shop: str, key: str, document: Mapping[str, Any]) -> None:
        """Take *document* off the list, unless a newer state of it took its place."""
        with self._writing() as base:
            base.execute(
                "DELETE FROM todo WHERE shop = ? AND refund_id = ? AND json_extract(document, '$.revision') = ?",
                (shop, key, document["revision"]),
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

    def watch(self, shop: str, refund_id: str, at: int, about: str) -> None:
        """Note when the seller's time for a refund ends (seconds; 0: it does not run) and what it is about.

        Another matter, or another time for the same, is told about again.
        """
        with self._writing() as base:
            if not at:
                base.execute("DELETE FROM due WHERE shop = ? AND refund_id = ?", (shop, refund_id))
                return
            base.execute(
                """INSERT INTO due VALUES (?, ?, ?, ?, '') ON CONFLICT (shop, refund_id) DO UPDATE SET
                   told = CASE WHEN about = excluded.about THEN told ELSE '' END, at = excluded.at,
                   about = excluded.about""",
                (shop, refund_id, at, about),
            )

    def approaching(self, shop: str, until: float) -> dict[str, tuple[int, str]]:
        """Return {refund: (when its time ends, what has been told about that)} up to *until*, the next one first."""
        query = "SELECT refund_id, at, told FROM due WHERE shop = ? AND at <= ? ORDER BY at"
        with self._lock:
            found = self._base.execute(query, (shop, int(until))).fetchall()
        return {refund_id: (at, told) for refund_id, at, told in found}

    def due_told(self, shop: str, refund_id: str, told: str) -> None:
        """Note that a person was told of the time that ends."""
        with self._writing() as base:
            base.execute("UPDATE due SET told = ? WHERE shop = ? AND refund_id = ?", (told, shop, refund_id))

    def fact(self, shop: str, refund_id: str, name: str) -> str:
        """Return what is known of a refund under *name*, or nothing."""
        row = self._one("SELECT value FROM fact WHERE shop = ? AND refund_id = ? AND name = ?", shop, refund_id, name)
        return "" if row is None else str(row[0])

    def learn(self, shop: str, refund_id: str, name: str, value: str) -> None:
        """Keep *value* about a refund under *name*."""
        with self._writing() as base:
            base.execute("REPLACE INTO fact VALUES (?, ?, ?, ?)", (shop, refund_id, name, value))

    def session(self, origin: str) -> tuple[str, str] | None:
        """Return (key, refresh token) of the session that took the place of *origin*, a digest of the one told."""
        row = self._one("SELECT key, refresh_token FROM session WHERE origin = ?", origin)
        return None if row is None else (str(row[0]), str(row[1]))

    def renew_session(self, origin: str, key: str, refresh_token: str) -> None:
        """Keep a renewed session."""
        with self._writing() as base:
            base.execute("REPLACE INTO session VALUES (?, ?, ?)", (origin, key, refresh_token))

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
