"""Reads each file of a folder in a process of its own with little memory, and prints what came of it as JSON lines.

Run by `test_hostile`. The processes are forks of one that has loaded everything, so that only the reading is measured.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from questionnaires import exchange
from questionnaires.exchange import xlsform_in  # noqa: F401  (loaded before the fork)

MEMORY = 400_000_000  # Bytes on top of what the loaded process has.
SECONDS = 10


def outcome(file: Path) -> dict[str, Any]:
    try:
        draft = exchange.read_any(file.name, file.read_bytes())
    except exchange.Refused as refused:
        return {"refused": str(refused)}
    notes = [str(note) for note in draft.notes]
    return {"notes": notes, "faults": [str(fault) for fault in draft.faults], "data": draft.data}


def limited(file: Path) -> dict[str, Any]:
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    found = outcome(file)
    found["seconds"] = time.process_time() - start
    found["megabytes"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
    return found


def main(folder: str) -> None:
    for file in sorted(Path(folder).iterdir()):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            with os.fdopen(writing, "w") as pipe:
                json.dump(limited(file), pipe)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
        print(json.dumps({"file": file.name} | (json.loads(said) if said else {"died": True})))


if __name__ == "__main__":
    main(sys.argv[1])
