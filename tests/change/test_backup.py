"""Backups hold passwords: who may read them, and who could plant one."""

import os
import re
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from fake_host import REF

from chanfix.change.backup import BackupStore
from chanfix.errors import OutputError

URI = "qemu:///system"


def files_below(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def folder_of(store):
    """The innermost folder, without a backup in it."""
    path = store.save(URI, REF, b"x")
    path.unlink()
    return path.parent


def test_backup_holds_the_bytes_and_the_path_says_whose_and_when(store, tmp_path):
    path = store.save(URI, REF, b"<old/>")
    assert path.read_bytes() == b"<old/>"
    assert re.fullmatch(
        rf"state/backups/qemu-system-[0-9a-f]{{12}}/{REF.uuid}/20260102T030405\.678901Z\.xml",
        str(path.relative_to(tmp_path)),
    )


def test_only_the_user_can_read_what_is_written_whatever_the_umask_lets_through(store, tmp_path):
    umask = os.umask(0)
    try:
        path = store.save(URI, REF, b"<old/>")
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    folders = [tmp_path / "state", *(folder for folder in (tmp_path / "state").rglob("*") if folder.is_dir())]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700] * 4


def test_folder_above_is_made_when_it_is_missing(tmp_path):
    store = BackupStore(tmp_path / "a" / "b" / "chanfix", lambda: datetime.now(UTC))
    assert store.save(URI, REF, b"x").is_file()


@pytest.mark.survival(
    "Backups of stored definitions",
    "domains called `../../etc`, `/etc/passwd`, with a line break, ESC, bytes that are no text, over-long",
    "no part of any path",
)
@pytest.mark.parametrize("name", ["../../etc", "/etc/passwd", "a\nb", "\x1b[31m", "\udcff", "x" * 5000])
def test_name_of_a_domain_is_no_part_of_the_path(store, name):
    assert store.save(URI, replace(REF, name=name), b"x") != store.save(URI, REF, b"y")
    assert store.newest(URI, REF, other_than=b"").xml == b"y"


@pytest.mark.survival(
    "Backups of stored definitions",
    "UUIDs that are paths",
    "refused, nothing written",
)
@pytest.mark.parametrize("uuid", ["../../etc", "", "web"])
def test_uuid_that_is_none_is_refused(store, tmp_path, uuid):
    with pytest.raises(ValueError, match="UUID"):
        store.save(URI, replace(REF, uuid=uuid), b"x")
    assert files_below(tmp_path) == []


@pytest.mark.survival(
    "Backups of stored definitions",
    "URIs with `../`, over-long, with bytes that are no text",
    "one folder below the store's own",
)
@pytest.mark.parametrize("uri", ["test:///../../../x", "qemu+ssh://a@b/system?keyfile=/x", "x" * 5000, "\udcff", ""])
def test_any_uri_has_a_folder_of_its_own(store, tmp_path, uri):
    path = store.save(uri, REF, b"x")
    assert path.parents[2] == tmp_path / "state" / "backups"
    assert store.newest(URI, REF, other_than=b"") is None
    assert store.newest(uri, REF, other_than=b"").xml == b"x"


def test_uris_that_read_alike_are_kept_apart(store):
    store.save("qemu:///a/b", REF, b"x")
    assert store.newest("qemu:///a-b", REF, other_than=b"") is None


def test_newest_is_the_last_saved_even_when_the_clock_stands_still_or_goes_back(tmp_path):
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    clock = iter([noon, noon, noon - timedelta(hours=1), noon + timedelta(hours=1)])
    store = BackupStore(tmp_path / "state", lambda: next(clock))
    for number in range(3):
        store.save(URI, REF, b"%d" % number)
        assert store.newest(URI, REF, other_than=b"").xml == b"%d" % number
    store.save(URI, REF, b"3")
    assert store.newest(URI, REF, other_than=b"").time == noon + timedelta(hours=1)


def test_time_is_kept_in_utc(tmp_path):
    store = BackupStore(tmp_path / "state", lambda: datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))))
    assert store.save(URI, REF, b"x").name == "20251231T230000.000000Z.xml"


def test_newest_passes_over_what_is_stored_already(store):
    for xml in (b"1", b"2", b"3"):
        store.save(URI, REF, xml)
    assert store.newest(URI, REF, other_than=b"3").xml == b"2"


def test_dropped_backup_is_gone_and_the_one_before_is_the_newest(store):
    store.save(URI, REF, b"1")
    store.drop(store.save(URI, REF, b"2"))
    assert store.newest(URI, REF, other_than=b"").xml == b"1"


def test_looking_for_a_backup_makes_no_folder(store, tmp_path):
    assert store.newest(URI, REF, other_than=b"") is None
    assert list(tmp_path.iterdir()) == []


def test_other_files_in_the_folder_are_not_taken_for_backups(store):
    (folder_of(store) / "99990101T000000.000000Z.xml.swp").write_bytes(b"x")
    assert store.newest(URI, REF, other_than=b"") is None


def assert_refused(store, why):
    with pytest.raises(OutputError, match=why) as caught:
        store.save(URI, REF, b"sekrit")
    assert "sekrit" not in str(caught.value)
    with pytest.raises(OutputError, match=why):
        store.newest(URI, REF, other_than=b"")


every_level = pytest.mark.parametrize("level", range(4), ids=["state", "backups", "uri", "uuid"])


def folder_at(store, level):
    return (folder := folder_of(store), *folder.parents)[3 - level]


@pytest.mark.survival(
    "Backups of stored definitions",
    "a symbolic link in the place of any folder on the way",
    "not followed, nothing written",
)
@every_level
def test_symbolic_link_in_the_place_of_a_folder_is_not_followed(store, tmp_path, level):
    folder = folder_at(store, level)
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    assert_refused(store, f"the folder '.*{folder.name}' for backups is a symbolic link")
    assert files_below(tmp_path) == []


@pytest.mark.survival(
    "Backups of stored definitions",
    "a folder on the way that others can write to",
    "refused, nothing written",
)
@every_level
@pytest.mark.parametrize("mode", [0o770, 0o707], ids=["group", "world"])
def test_folder_that_others_can_write_to_is_refused(store, tmp_path, level, mode):
    folder_at(store, level).chmod(mode)
    assert_refused(store, "can be written to by others")
    assert files_below(tmp_path) == []


@every_level
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_folder_of_someone_else_is_refused(store, tmp_path, level):
    os.chown(folder_at(store, level), 12345, -1)
    assert_refused(store, "belongs to someone else")


def test_file_in_the_place_of_the_folder_is_refused(store, tmp_path):
    (tmp_path / "state").write_bytes(b"")
    assert_refused(store, "is a symbolic link or no folder")


PLANTED = "20260102T030405.678901Z.xml"


@pytest.mark.survival(
    "Backups of stored definitions",
    "a link or a folder that is planted as a backup",
    "not read",
)
@pytest.mark.parametrize("plant", [lambda path: path.symlink_to("/etc/passwd"), os.mkdir])
def test_planted_backup_is_not_read(store, plant):
    plant(folder_of(store) / PLANTED)
    with pytest.raises(OutputError, match="cannot use the backups in"):
        store.newest(URI, REF, other_than=b"")


@pytest.mark.survival(
    "Backups of stored definitions",
    "a link that is planted under the next name",
    "not followed, not overwritten",
)
def test_planted_file_is_not_overwritten(store, tmp_path):
    victim = tmp_path / "victim"
    (folder_of(store) / PLANTED).symlink_to(victim)
    # It counts as the newest, so the next name lies behind it.
    assert store.save(URI, REF, b"x").name == "20260102T030405.678902Z.xml"
    assert not victim.exists()


def test_disk_that_is_full_leaves_no_half_backup(store, monkeypatch):
    folder = folder_of(store)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"cannot use the backups in '.*': No space left on device"):
        store.save(URI, REF, b"x")
    assert list(folder.iterdir()) == []
