from datetime import UTC, datetime

import pytest

from chanfix.change.backup import BackupStore


@pytest.fixture
def store(tmp_path):
    return BackupStore(tmp_path / "state", lambda: datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC))
