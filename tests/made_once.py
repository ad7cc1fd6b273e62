"""What several tests read and is dear to make: made by the first that asks, in whichever process; each has a copy.

Nobody depends on another's having run: whoever finds nothing makes it. It lies in the folder of this run only.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

_run: list[Path] = []


def of_run(base: Path, is_shared: bool) -> None:
    """Said by `conftest`: the folder of this process, which lies in that of the run where there are several."""
    _run[:] = [base.parent if is_shared else base]


def copied(to: Path, make: Callable[..., object], *arguments: Any, **options: Any) -> Path:
    """`to` with what `make(folder, …)` wrote into its folder."""
    asked = json.dumps([make.__module__, make.__qualname__, arguments, options], sort_keys=True)
    made = _run[0] / "made-once" / hashlib.sha256(asked.encode()).hexdigest()[:16]
    made.parent.mkdir(exist_ok=True)
    with made.with_suffix(".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not made.exists():
            draft = made.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            make(draft, *arguments, **options)
            draft.rename(made)
    shutil.copytree(made, to, dirs_exist_ok=True, symlinks=True)
    return to
