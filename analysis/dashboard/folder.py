"""The dashboard's folder of one survey: the ledger, shown to nobody, and one file a snapshot, each naming the last.

The ledger is written first: were a snapshot shown that it does not know, the next could be subtracted from it.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis.dashboard.ladder import Label
from analysis.dashboard.ledger import Atom, Ledger

FORMAT = "hailong-dashboard/1"
LEDGER = "ledger.json"


class DashboardFault(Exception):
    """No snapshot can be taken or read; the message says what to do."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Of two processes one takes the snapshot, the other comes too early."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_ledger(folder: Path) -> Ledger:
    path = folder / LEDGER
    if not path.exists():
        if any(folder.glob("[0-9]*.json")):
            raise DashboardFault(
                f"{folder} has snapshots but no ledger of who is counted in them; move the folder away and begin anew "
                "only when nobody has seen them, for two beginnings can be subtracted from each other"
            )
        return Ledger()
    kept = json.loads(path.read_text("utf-8"))
    atoms = {_label(one): Atom(one["n"], one["items"], one["held"]) for one in kept["atoms"]}
    return Ledger(**kept | {"counted": set(kept["counted"]), "atoms": atoms})


def write(folder: Path, ledger: Ledger, snapshot: Mapping[str, Any]) -> None:
    ledger.hash = snapshot["hash"]
    atoms = [_said(label) | asdict(atom) for label, atom in sorted(ledger.atoms.items())]
    kept = {**vars(ledger), "counted": sorted(ledger.counted), "atoms": atoms}
    _put(folder / LEDGER, kept)
    _put(folder / f"{ledger.number:04}.json", snapshot)


def _put(path: Path, content: Mapping[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def snapshot_of(ledger: Ledger, about: Mapping[str, Any]) -> dict[str, Any]:
    """What may be shown. Of those that wait only fives are told."""
    content = {
        **about,
        "format": FORMAT,
        "number": ledger.number,
        "previous": ledger.hash,
        "waiting_at_least": len(ledger.waiting) // 5 * 5,
        "atoms": [_said(label) | {"n": atom.n, "items": atom.items} for label, atom in sorted(ledger.atoms.items())],
    }
    return {**content, "hash": hash_of(content)}


def hash_of(content: Mapping[str, Any]) -> str:
    said = {name: value for name, value in content.items() if name != "hash"}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def snapshots(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*.json"))


def read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DashboardFault(f"{path} cannot be read ({error}); take the next snapshot") from error
    if found.get("format") != FORMAT or found.get("hash") != hash_of(found):
        raise DashboardFault(f"{path.name} is not what was written; do not use its figures, take the next snapshot")
    return found


def _said(label: Label) -> dict[str, Any]:
    return label._asdict()


def _label(said: Mapping[str, Any]) -> Label:
    return Label(said["wave"], said["series"], *(tuple(said[name]) for name in ("units", "types", "modes")))
