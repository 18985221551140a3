"""The command that repeats a finding: the same story, the same bug or target, the same seed."""

from pathlib import Path
from typing import Any

import msgspec

from rehearsal.typed import quoted, typed


class Repeat(msgspec.Struct, frozen=True, kw_only=True):
    """What a run was given, as far as repeating a part of it needs."""

    seed: int = 0
    target: str = ""
    """The target file, or empty for the bundled reference connector."""
    mutant: str = ""
    style: str = ""
    erp: str = ""
    """Of the bundled connector, if one was asked for."""
    folder: str = ""
    """The run folder, where generated stories lie."""
    rate: float = 0.0
    peak: float = 1.0
    seconds: float = 0.0

    @classmethod
    def of(cls, plan: dict[str, Any], seed: int, folder: Path) -> "Repeat":
        """Return what the run's own *plan* mark says, with defaults where a ledger has none."""
        return cls(
            seed=seed,
            target=str(plan.get("target") or ""),
            mutant=str(plan.get("mutant") or ""),
            style=str(plan.get("style") or ""),
            erp=str(plan.get("erp") or ""),
            folder=folder.as_posix(),
            rate=float(plan.get("rate") or 0),
            peak=float(plan.get("peak") or 1),
            seconds=float(plan.get("load_seconds") or 0),
        )

    def line(self, play: str) -> str:
        """Return the command that plays *play* (`S05#1`) again; for load the same load, else nothing."""
        story = play.partition("#")[0]
        if not story:
            return ""
        if story == "doctor":
            return self._command("doctor")
        if story.startswith("LOAD"):
            rush = [f"--peak {self.peak:g}"] if self.peak > 1 else []
            return self._command("load", f"--rate {self.rate:g}", *rush, f"--seconds {self.seconds:g}")
        if story.startswith("X"):
            return self.file(Path(self.folder) / "stories" / f"{story}.yaml")
        return self._command("run", quoted(story))

    def file(self, path: Path) -> str:
        """Return the command that plays the story in the file *path*."""
        return self._command("run", quoted(path.as_posix()))

    def _command(self, *words: str) -> str:
        parts = [*words]
        if self.target:
            parts.append(f"--target {quoted(self.target)}")
        if self.mutant:
            parts.append(f"--mutant {self.mutant}")
        if self.style:
            parts.append(f"--style {self.style}")
        if self.erp:
            parts.append(f"--erp {self.erp}")
        return typed(*parts, f"--seed {self.seed}")
