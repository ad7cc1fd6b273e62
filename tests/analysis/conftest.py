"""Cases on data that is not ours are collected only when their folder is named."""

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`pytest --refcases DIR` asks for the cases on package data."""
    return True if collection_path.name.endswith("package_cases.py") and not config.getoption("--refcases") else None
