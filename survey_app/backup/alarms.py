"""What an administrator must be told before it is too late: no backup for days, little room where the data lie.

Who tells it, and to whom, is left to `doctor`, the metrics and the notices.
"""

import json
import shutil
from datetime import UTC, datetime, timedelta

from survey_app.backup import files
from survey_app.config import Settings

LONGEST_WITHOUT = timedelta(days=3)
LITTLE_DISK, NO_DISK = 2_000_000_000, 200_000_000


def last_backup(settings: Settings) -> datetime | None:
    """When it was taken."""
    try:
        return datetime.fromisoformat(json.loads((settings.instance / files.LAST).read_text(encoding="utf-8"))["at"])
    except (OSError, ValueError, KeyError):
        return None


def is_backup_missing(settings: Settings, at: datetime) -> bool:
    """Whether there was none for days, and time enough to set them up."""
    last = last_backup(settings) or _begun(settings)
    return last is not None and at - last > LONGEST_WITHOUT


def _begun(settings: Settings) -> datetime | None:
    """Since when there is this installation, also where it was restored from a backup."""
    try:
        return datetime.fromtimestamp((settings.instance / files.SECRETS).stat().st_ctime, UTC)
    except OSError:
        return None


def free_disk(settings: Settings) -> int:
    """Bytes; raises OSError."""
    return shutil.disk_usage(settings.instance).free
