import errno
import os
import stat
import subprocess
import sys
import textwrap

import pytest

from chanfix import files
from chanfix.errors import InputError, OutputError

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user or mount a file system")


def replace_as_nobody(path):
    """Replace a file as a user without rights and return what was said."""
    code = """
        import os, sys
        from pathlib import Path
        from chanfix import files
        from chanfix.errors import OutputError
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        try:
            files.replace(Path(sys.argv[1]), b"new", expected=b"old")
        except OutputError as error:
            print(error.message)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), path]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "guest.xml"
    path.write_bytes(b"old")
    return path


def test_a_file_is_replaced_and_nothing_is_left_beside_it(old):
    files.replace(old, b"new", expected=b"old")
    assert old.read_bytes() == b"new"
    assert os.listdir(old.parent) == ["guest.xml"]


def test_mode_and_extended_attributes_are_kept(old):
    old.chmod(0o640)
    try:
        os.setxattr(old, "user.note", b"kept")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    files.replace(old, b"new", expected=b"old")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert os.getxattr(old, "user.note") == b"kept"


@as_root
def test_owner_and_group_are_kept(old):
    os.chown(old, NOBODY, NOBODY)
    files.replace(old, b"new", expected=b"old")
    assert (old.stat().st_uid, old.stat().st_gid) == (NOBODY, NOBODY)


def test_the_target_of_a_symbolic_link_is_replaced_and_the_link_stays(old, tmp_path):
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "guest.xml"
    link.symlink_to("../guest.xml")
    files.replace(link, b"new", expected=b"old")
    assert os.readlink(link) == "../guest.xml"
    assert old.read_bytes() == b"new"


@pytest.mark.survival(
    "Writing a file",
    "a file that somebody changes between reading and writing",
    "theirs",
)
def test_a_file_that_somebody_changed_meanwhile_is_left_alone(old):
    old.write_bytes(b"other")
    with pytest.raises(OutputError, match="changed while chanfix was working on it"):
        files.replace(old, b"new", expected=b"old")
    assert old.read_bytes() == b"other"


@pytest.mark.survival(
    "Writing a file",
    "a file that vanishes between reading and writing",
    "not made again",
)
def test_a_file_that_vanished_is_not_made_again(old):
    old.unlink()
    with pytest.raises(OutputError, match="no such file"):
        files.replace(old, b"new", expected=b"old")
    assert not old.exists()


def test_a_file_in_a_file_system_without_extended_attributes_is_replaced(old, monkeypatch):
    def refuse(path):
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(os, "listxattr", refuse)
    files.replace(old, b"new", expected=b"old")
    assert old.read_bytes() == b"new"


def test_extended_attributes_that_cannot_be_read_are_not_lost(old, monkeypatch):
    def fail(path):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "listxattr", fail)
    with pytest.raises(OutputError, match="cannot be written"):
        files.replace(old, b"new", expected=b"old")
    assert old.read_bytes() == b"old"


@pytest.mark.parametrize(
    "put", [lambda path: files.replace(path, b"new", expected=b"old"), lambda path: files.write(path, b"new")]
)
def test_a_name_may_be_as_long_as_the_file_system_has_it(tmp_path, put):
    path = tmp_path / ("\u5ba2" * 83 + ".xml")
    path.write_bytes(b"old")
    put(path)
    assert path.read_bytes() == b"new"


def test_a_new_file_may_have_a_long_name_too(tmp_path):
    path = tmp_path / ("\u5ba2" * 83 + ".xml")
    files.write(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.survival(
    "Writing a file",
    "a file with hard links",
    "old, a true message",
)
def test_a_file_with_other_names_is_left_alone(old):
    other = old.with_name("other.xml")
    os.link(old, other)
    with pytest.raises(OutputError, match=r"has 2 names \(hard links\)"):
        files.replace(old, b"new", expected=b"old")
    assert old.read_bytes() == other.read_bytes() == b"old"
    assert old.samefile(other)


@as_root
def test_a_write_protected_file_is_left_alone(shared_folder):
    shared_folder.chmod(0o777)
    path = shared_folder / "guest.xml"
    path.write_bytes(b"old")
    os.chown(path, NOBODY, NOBODY)
    path.chmod(0o444)
    assert replace_as_nobody(path) == "is write-protected; nothing was written\n"
    assert path.read_bytes() == b"old"


def test_the_new_text_is_on_the_disk_before_it_has_the_name(old, monkeypatch):
    calls = []

    def record(name):
        real = getattr(os, name)

        def call(*arguments):
            is_folder = isinstance(arguments[0], int) and stat.S_ISDIR(os.fstat(arguments[0]).st_mode)
            calls.append(f"{name} folder" if is_folder else name)
            return real(*arguments)

        monkeypatch.setattr(os, name, call)

    record("fsync")
    record("replace")
    files.replace(old, b"new", expected=b"old")
    assert calls == ["fsync", "replace", "fsync folder"]


@as_root
def test_a_full_disk_leaves_the_old_file(tmp_path):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "chanfix-test", tmp_path], check=False)
    if mounted.returncode:
        pytest.skip("this environment cannot mount a file system")
    try:
        path = tmp_path / "guest.xml"
        path.write_bytes(b"old")
        with pytest.raises(OutputError, match=os.strerror(errno.ENOSPC)):
            files.replace(path, b"x" * 100_000, expected=b"old")
        assert path.read_bytes() == b"old"
        assert os.listdir(tmp_path) == ["guest.xml"]
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@as_root
def test_a_folder_that_cannot_be_written_gets_one_sentence(shared_folder):
    path = shared_folder / "guest.xml"
    path.write_bytes(b"old")
    os.chown(path, NOBODY, NOBODY)
    message = replace_as_nobody(path)
    assert message == f"cannot be written: Permission denied (the folder {shared_folder}); the file is unchanged\n"
    assert path.read_bytes() == b"old"


@as_root
def test_a_file_whose_owner_cannot_be_kept_is_left_alone(shared_folder):
    shared_folder.chmod(0o777)
    path = shared_folder / "guest.xml"
    path.write_bytes(b"old")
    path.chmod(0o666)
    assert "cannot be written: Operation not permitted" in replace_as_nobody(path)
    assert path.read_bytes() == b"old"
    assert path.stat().st_uid == 0
    assert os.listdir(shared_folder) == ["guest.xml"]


UNREADABLE = {
    "missing": (lambda path: None, "no such file"),
    "folder": (lambda path: path.mkdir(), "is a folder, not a file"),
    "fifo": (os.mkfifo, "is not a regular file"),
}


@pytest.mark.parametrize(("make", "words"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_file_gets_one_sentence(tmp_path, make, words):
    path = tmp_path / "guest.xml"
    make(path)
    with pytest.raises(InputError, match=words):
        files.read(path)


def test_a_link_that_leads_nowhere_is_said_to_be_one(tmp_path):
    path = tmp_path / "guest.xml"
    path.symlink_to("gone.xml")
    with pytest.raises(InputError) as caught:
        files.read(path)
    assert caught.value.message == "is a symbolic link to 'gone.xml', which is not there"
    assert caught.value.hint is None


def test_a_missing_file_with_a_near_name_is_suggested(old):
    with pytest.raises(InputError) as caught:
        files.read(old.with_name("gest.xml"))
    assert caught.value.hint == f"did you mean '{old}'?"
