"""What ``.gitignore`` files and patterns leave out is what git itself leaves out."""

import os
import re
import shutil
import subprocess
from functools import cache
from itertools import chain

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chanfix.lint.search.folders import Selection, find_inputs
from chanfix.lint.search.gitignore import Patterns

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not here: install the package of that name")

FOLDERS = ["", "a", "b", "ab", "a/b", "a/b/a", "b/a", "b/ab", "b/ab/a", "a.xml", " ", "é"]
STEMS = ["a", "b", "ab", "1", "-", "é", " ", "a ", "[a]", "!a", "#a", "\\", "*"]
CLASSES = ["alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit"]

# Lists by the folder they are in.
TABLE = [
    {"": ["*", "!*/", "!*.xml"]},
    {"": ["*", "!b/", "!b/ab/", "!b/ab/*.xml"]},
    {"": ["/*", "!/b", "/b/*", "!/b/ab"]},
    {"": ["*.xml", "!a.xml"]},
    {"": ["*.xml", "!a.xml/"]},
    {"": ["a.xml/"]},
    {"": ["b", "!b/a.xml"]},
    {"": ["b/", "!b"]},
    {"": ["!b/", "b"]},
    {"": ["a.xml", "!b/ab/a.xml", "ab/*"], "b": ["a*", "!ab.xml"]},
    {"": ["*", "!*/"], "b": ["!*.xml"], "b/ab": ["a.xml"]},
    {"": ["b/"], "b": ["!a.xml"]},
    {"": ["**/a/*.xml"]},
    {"": ["b/**/a.xml"]},
    {"": ["b/**", "!b/ab/"]},
    {"": ["**", "!**/", "!**/ab/**/a*.xml"]},
    {"": ["b/a**/b.xml"]},
    {"": ["/a**", "!/a/"]},
    {"": ["*/a.xml", "?/*/b.xml"]},
    {"": ["a**.xml", "*b***.xml"]},
    {"": ["[[:alpha:]].xml"]},
    {"": ["[[:digit:]]*.xml"]},
    {"": ["[![:space:]]*.xml"]},
    {"": ["[[:alpha:][:digit:]-].xml", "![^[:alpha:]].xml"]},
    {"": ["[[:no-class:]].xml", "[[:alpha:].xml", "[:alpha:].xml", "[a.xml"]},
    {"": ["[z-a].xml", "[b-a]b.xml"]},
    {"": ["b[/]a.xml", "b[!x]a.xml", "b?a.xml"]},
    {"": ["[]a].xml", "[!]a].xml", "[\\]b].xml", "[a-].xml"]},
    {"": ["\\!a.xml", "\\#a.xml", "\\[a].xml", "\\\\.xml", "\\*.xml", "\\a.xml"]},
    {"": ["?.xml"]},  # "é" is two bytes
    {"": ["??.xml"]},
    {"": ["a.xml  ", "b.xml\t", "ab.xml\r", " .xml"]},
    {"": ["\\ ", "/a\\"]},
    {"": ["", "#a.xml", "!", "/", "//", "!/", "\\", "b//", "/b/a/"]},
]
PARTS = st.sampled_from(
    [
        *("a", "b", "ab", "1", "-", "é", "#", "!", " ", "\t", ".xml", "*.xml", "?", "*", "***"),
        *("/", "a/", "/b", "*/", "**", "**/", "/**", "\\", "\\a", "\\*", "\\/", "\\ "),
        *("[ab]", "[!a]", "[^b]", "[a-b]", "[b-a]", "[!b-a]", "[a-]", "[--a]", "[]a]", "[!]]", "[[]", "[/]", "[\\]a]"),
        *("[[:alpha:]]", "[![:space:]]", "[[:digit:]a]", "[[:no:]]", "[", "]", "[:", ":]"),
    ]
)
LINES = st.lists(
    st.tuples(
        st.sampled_from(["", "", "!", "/", "!/"]),
        st.lists(PARTS, max_size=5).map("".join),
        st.sampled_from(["", "/", ".xml", "*.xml", "**"]),
    ).map("".join),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Make a repository with a file of every stem in every folder."""
    top = tmp_path_factory.mktemp("repository")
    git(top, "init", "-q")
    for folder in FOLDERS:
        (top / folder).mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        for stem in STEMS:
            if f"{folder}{stem}.xml" not in FOLDERS:
                (top / folder / f"{stem}.xml").touch()
    return top


def git(top, *arguments, status=0):
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    run = subprocess.run(["git", *arguments], cwd=top, env=environment, capture_output=True)
    assert run.returncode <= status, run.stderr
    return run.stdout


@cache
def version_of_git():
    said = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, re.findall(r"\d+", said)[:2]))


def is_read_as_documented(line):
    """Return False for a path that git before 2.52 takes for more: one with a "**" behind the text it begins with."""
    is_name = "/" not in line.rstrip("/")
    path = line.removeprefix("!").removeprefix("/")
    return is_name or version_of_git() >= (2, 52) or not re.match(r"[^*?\[\\]*[^/*?\[\\]\*\*", path)


def found_by_git(top):
    names = git(top, "ls-files", "-z", "--others", "--exclude-standard").split(b"\0")
    return {os.fsdecode(name) for name in names if name.endswith(b".xml")}


def found(top, *paths, exclude=(), as_found=False):
    inputs = find_inputs([os.path.join(top, path) for path in paths or ["."]], Selection(exclude, as_found=as_found))
    return {os.path.relpath(one.path, top) for one in inputs}


def ignore(top, lists):
    """Let these be all ``.gitignore`` files."""
    for folder in FOLDERS:
        (top / folder / ".gitignore").unlink(missing_ok=True)
    for folder, lines in lists.items():
        (top / folder / ".gitignore").write_bytes("".join(f"{line}\n" for line in lines).encode())


def compare(top, lists):
    ignore(top, lists)
    expected = found_by_git(top)
    assert found(top) == expected
    for folder in FOLDERS[1:]:
        # A folder that is ignored and named is looked into: there git looks at nothing.
        if not git(top, "check-ignore", "--", folder, status=1):
            assert found(top, folder) == {name for name in expected if name.startswith(f"{folder}/")}


@pytest.mark.parametrize("lists", TABLE, ids=str)
def test_a_search_finds_what_git_does_not_ignore(lists, repository):
    if not all(map(is_read_as_documented, chain.from_iterable(lists.values()))):
        pytest.skip("git before 2.52 takes such a '**' for folders")
    compare(repository, lists)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(lines=LINES, below=LINES)
def test_a_search_finds_what_git_does_not_ignore_whatever_the_lists(lines, below, repository):
    assume(all(map(is_read_as_documented, lines + below)))
    compare(repository, {"": lines, "b": below})


@settings(max_examples=200, deadline=None, derandomize=True)
@given(lines=LINES)
def test_exclude_leaves_out_of_a_search_and_of_named_files_what_git_would(lines, repository):
    assume(all(map(is_read_as_documented, lines)))
    ignore(repository, {})
    every = found(repository)
    exclude = [Patterns(str(repository), tuple(lines))]
    left = found(repository, exclude=exclude)
    assert found(repository, *every, exclude=exclude, as_found=True) == left
    ignore(repository, {"": lines})
    assert found_by_git(repository) == left


def test_a_list_that_is_a_link_is_not_followed(repository):
    ignore(repository, {})
    (repository / "list").write_text("a.xml\n")
    for folder in ("", "b"):
        (repository / folder / ".gitignore").symlink_to(repository / "list")
    assert found(repository) == found_by_git(repository)
    assert "b/a.xml" in found(repository, "b")


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_has_the_characters_that_it_has_in_git(name, tmp_path):
    git(tmp_path, "init", "-q")
    for byte in set(range(1, 256)) - set(b"/."):
        (tmp_path / os.fsdecode(bytes([byte]) + b".xml")).touch()
    (tmp_path / ".gitignore").write_text(f"[[:{name}:]].xml\n")
    assert found(tmp_path) == found_by_git(tmp_path)
