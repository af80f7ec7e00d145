"""The cache of what QEMU can do: surprises in it cost time and nothing else."""

import os
import threading

import pytest

from chanfix.oracle.cache import Cache

LONG_AGO = 1_000_000_000_000_000_000


@pytest.fixture
def made(tmp_path):
    """A folder with what libvirt has written."""
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "a.xml").write_bytes(b"<qemuCaps/>")
    os.utime(folder / "a.xml", ns=(LONG_AGO, LONG_AGO))
    return folder


def test_file_comes_back_with_its_times(tmp_path, made):
    cache = Cache(str(tmp_path / "kept" / "qemu"))
    cache.keep(str(made))
    cache.copy_to(str(tmp_path / "again"))
    again = tmp_path / "again" / "a.xml"
    assert again.read_bytes() == b"<qemuCaps/>"
    assert again.stat().st_mtime_ns == LONG_AGO
    assert (tmp_path / "kept" / "qemu").stat().st_mode & 0o077 == 0


@pytest.mark.survival(
    "The installed libvirt that is asked", "links are planted in its folder or in the cache", "they are not followed"
)
def test_links_and_other_surprises_are_left_out(tmp_path, made):
    secret = tmp_path / "secret.xml"
    secret.write_text("secret")
    (made / "link.xml").symlink_to(secret)
    os.mkfifo(made / "pipe.xml")
    (made / "folder.xml").mkdir()
    (made / "large.xml").write_bytes(b"x" * (5 << 20))
    cache = Cache(str(tmp_path / "kept"))
    cache.keep(str(made))
    assert os.listdir(tmp_path / "kept") == ["a.xml"]
    (tmp_path / "kept" / "b.xml").symlink_to(secret)
    cache.copy_to(str(tmp_path / "again"))
    assert os.listdir(tmp_path / "again") == ["a.xml"]


def test_cache_that_is_a_link_holds_nothing_and_is_not_written(tmp_path, made):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "evil.xml").write_text("evil")
    (tmp_path / "kept").symlink_to(elsewhere)
    cache = Cache(str(tmp_path / "kept"))
    cache.copy_to(str(tmp_path / "again"))
    assert os.listdir(tmp_path / "again") == []
    cache.keep(str(made))
    assert os.listdir(elsewhere) == ["evil.xml"]


@pytest.mark.survival(
    "The installed libvirt that is asked", "the cache cannot be written", "QEMU is asked again at the next run"
)
def test_cache_that_cannot_be_written_is_no_error(tmp_path, made):
    (tmp_path / "file").write_text("")
    cache = Cache(str(tmp_path / "file" / "kept"))
    cache.keep(str(made))
    cache.copy_to(str(tmp_path / "again"))
    assert os.listdir(tmp_path / "again") == []


@pytest.mark.survival("The installed libvirt that is asked", "twenty processes share the cache", "each file is whole")
def test_many_writers_leave_whole_files(tmp_path, made):
    (made / "a.xml").write_bytes(b"x" * (1 << 20))
    cache = Cache(str(tmp_path / "kept"))
    sizes = set()

    def write():
        cache.keep(str(made))
        sizes.add(os.path.getsize(tmp_path / "kept" / "a.xml"))

    threads = [threading.Thread(target=write) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == {1 << 20}
    assert os.listdir(tmp_path / "kept") == ["a.xml"]
