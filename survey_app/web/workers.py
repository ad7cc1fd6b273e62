"""What a worker tells the server that began it: that it has loaded everything and can take over.

By the name that the system shows of a process: it goes with the process, and nothing is left to be believed later.
"""

from contextlib import suppress
from pathlib import Path

READY = "hailong-worker"  # Linux keeps fifteen letters.


def say_ready() -> None:
    """Of this process; where there is no `/proc`, nothing."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(READY)


def is_ready(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip() == READY
    return False
