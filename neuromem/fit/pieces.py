"""Finished parts of a fit in a folder, so that one that was stopped goes on: a file each, moved into place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np

from neuromem.results import moved_into_place


class Piece(NamedTuple):
    """One person's fit of one model."""

    values: dict[str, float]  # of all parameters
    low: dict[str, float]  # of those that were free, the bounds within which they were searched
    high: dict[str, float]
    log_likelihood: np.ndarray  # (unit)
    reached: np.ndarray  # (start) the summed log-likelihood that each start reached
    evaluations: int
    impossible: str  # what the model cannot produce, of what was observed


class Pieces:
    """Pieces by the hash of what determines them; without a folder nothing is kept."""

    def __init__(self, folder: str | Path | None):
        self.folder = None if folder is None else Path(folder)

    def find(self, digest: str) -> Piece | None:
        path = self._path(digest)
        if path is None or not path.exists():
            return None
        told = json.loads(path.read_text(encoding="utf-8"))
        arrays = {name: np.array(told[name], float) for name in ("log_likelihood", "reached")}
        return Piece(**{**told, **arrays})

    def keep(self, digest: str, piece: Piece) -> None:
        path = self._path(digest)
        if path is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        told = {**piece._asdict(), "log_likelihood": piece.log_likelihood.tolist(), "reached": piece.reached.tolist()}
        with moved_into_place(path) as beside:
            beside.write_text(json.dumps(told), encoding="utf-8")

    def remove(self) -> None:
        """Once the whole is written, its parts are no longer needed."""
        if self.folder is not None and self.folder.is_dir():
            shutil.rmtree(self.folder)

    def _path(self, digest: str) -> Path | None:
        return None if self.folder is None else self.folder / f"{digest[:32]}.json"
