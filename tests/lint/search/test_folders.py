import os
import subprocess
import sys
from pathlib import Path

import pytest

from chanfix import files
from chanfix.errors import InputError
from chanfix.lint.search.folders import Selection, find_inputs
from chanfix.lint.search.gitignore import Patterns
from chanfix.template.endings import NOT_SEARCHED

HOSTILE = ["a\nb.xml", "\x1b[2J.xml", "-.xml", " .xml", "a\udcff.xml"]
as_nobody = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become a user without rights")


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Make files, with their text where it matters, and stand in their folder."""
    monkeypatch.chdir(tmp_path)

    def make(*names, **texts):
        for name in names:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).touch()
        for name, text in texts.items():
            Path(name).write_text(text)

    return make


def ignore(folder, *lines):
    Path(folder).mkdir(parents=True, exist_ok=True)
    Path(folder, ".gitignore").write_text("".join(f"{line}\n" for line in lines))


def found(*paths, exclude=()):
    inputs = list(find_inputs(paths or ["."], Selection(exclude)))
    assert not [found for found in inputs if found.error]
    return [str(found.path) for found in inputs]


def test_a_folder_gives_domain_xml_and_its_templates_by_name(tree):
    ours = ["a.xml", "b.XML", "c.xml.j2", "d.xml.tpl", "e.xml.tmpl", "f.xml.erb", "g.xml.Mako", "h.xml.hbs"]
    tree(*ours, "g.txt", "xml", "j2", "h.erb", "i.mako")
    assert found() == ours


@pytest.mark.parametrize(
    "name",
    ["a.j2", "a.tpl", "a.tmpl", "a.jinja2", "a.tftpl", "a.in", "a.xml.in", "a.xml.dist", "a.xml.Example", "a.xsl"],
)
def test_other_files_count_when_they_hold_a_domain(name, tree):
    tree(**{name: "{% if x %}<domain type='kvm'>", f"b{name}": "server {{ domain }}"})
    assert found() == [name]


@pytest.mark.parametrize("text", ["<xsl:template match='devices'>", "<channel type='unix'>"])
def test_a_stylesheet_counts_when_it_changes_devices(text, tree):
    tree(**{"a.xsl": text, "b.xslt": text, "c.xsl": "<html>", "d.j2": text})
    assert found() == ["a.xsl", "b.xslt"]


@pytest.mark.parametrize("ending", [*(f".{last}" for last in NOT_SEARCHED), "~", ".~1~", ".j2.bak", ".j2~"])
def test_old_copies_are_not_searched_and_read_when_they_are_named(ending, tree):
    tree(**{f"a.xml{ending}": "<domain>"})
    assert found() == []
    assert found(f"a.xml{ending}") == [f"a.xml{ending}"]


def test_a_folder_called_like_domain_xml_does_not_make_its_files_domain_xml(tree):
    tree(README="<domain>")
    Path("a.xml.d").mkdir()
    Path("a.xml.d/notes.txt").write_text("<domain>")
    Path("b.j2").mkdir()
    Path("b.j2/notes").write_text("<domain>")
    assert found() == []


def test_what_is_included_counts_by_name_unless_it_is_left_out(tree, tmp_path):
    tree("a.libvirt", "b.txt", "conf/c", "conf/old.bak", "conf/.d", "e.libvirt", "f.libvirt", "g.j2")
    ignore(".", "e.libvirt")
    selection = Selection(
        exclude=[Patterns(str(tmp_path), ("f.*",))],
        include=[Patterns(str(tmp_path), ("*.libvirt", "conf/", "g.j2")), Patterns(f"{tmp_path}/conf", ("!c",))],
    )
    assert [one.path for one in find_inputs(["."], selection)] == ["a.libvirt", "g.j2", "conf/c", "conf/old.bak"]


def test_everything_that_is_passed_over_has_its_reason(tree, tmp_path):
    tree("a.xml", "b.txt", "c.j2", ".d.xml", ".e/f.xml", "build/g.xml", "old/h.xml", "out/i.xml", "real/j.xml")
    ignore(".", "# lists", "build/", "!keep.xml")
    ignore("out", "*.xml")
    Path("link").symlink_to("real")
    os.mkfifo("k.xml")
    selection = Selection(exclude=[Patterns(str(tmp_path), ("old",))], with_skipped=True)
    inputs = list(find_inputs(["."], selection))
    assert [one.path for one in inputs if one.skip is None] == ["a.xml", "real/j.xml"]
    assert {one.path: one.why for one in inputs if one.skip is not None} == {
        ".d.xml": "hidden",
        ".e/": "hidden",
        "b.txt": "its ending is not one of domain XML",
        "k.xml": "not a regular file",
        "link": "a link to a folder",
        "c.j2": "holds no libvirt domain",
        "build/": "ignored by 'build/' in .gitignore",
        "old/": "excluded by 'old'",
        "out/i.xml": "ignored by '*.xml' in out/.gitignore",
    }


def test_a_named_file_that_is_passed_over_as_found_has_its_reason(tree, tmp_path):
    tree("old/a.xml", "b.xml")
    selection = Selection([Patterns(str(tmp_path), ("*.txt", "old/"))], as_found=True, with_skipped=True)
    assert [(one.path, one.why) for one in find_inputs(["old/a.xml", "b.xml"], selection)] == [
        ("old/a.xml", "excluded by 'old/'"),
        ("b.xml", ""),
    ]


def test_files_come_before_folders_and_both_are_sorted(tree):
    tree("z.xml", "B.xml", "a.xml", "c/y.xml", "b/x.xml", "b/a/x.xml", "b/z.xml")
    assert found() == ["B.xml", "a.xml", "z.xml", "b/x.xml", "b/z.xml", "b/a/x.xml", "c/y.xml"]


def test_paths_keep_the_order_and_the_form_in_which_they_are_named(tree, tmp_path):
    tree("a/x.xml", "b/y.xml", "c.xml")
    assert found("c.xml", "./b", f"{tmp_path}/a", "../" + tmp_path.name) == ["c.xml", "b/y.xml", f"{tmp_path}/a/x.xml"]


def test_a_file_is_found_once_whatever_its_names(tree):
    tree("a.xml", "sub/b.xml")
    Path("autostart").mkdir()
    Path("autostart/a.xml").symlink_to("../a.xml")
    assert found("a.xml", ".", "./sub/../a.xml", "sub/b.xml") == ["a.xml", "sub/b.xml"]


def test_inputs_tell_what_is_named_from_what_is_found(tree):
    tree("a.xml", "b/c.xml")
    assert [(str(one.path), one.is_named) for one in find_inputs(["a.xml", "b"])] == [
        ("a.xml", True),
        ("b/c.xml", False),
    ]


def test_named_files_can_be_taken_as_if_they_were_found(tree, tmp_path):
    tree("a.xml", "old/b.xml", "c/d.xml")
    exclude = [Patterns(str(tmp_path), ("old/",))]
    inputs = find_inputs(["a.xml", "old/b.xml", "c"], Selection(exclude, as_found=True))
    assert [(str(one.path), one.is_named) for one in inputs] == [("a.xml", False), ("c/d.xml", False)]


def test_hidden_names_are_left_out(tree):
    tree(".a.xml", ".git/b.xml", ".venv/c.xml", "d.xml")
    assert found() == ["d.xml"]


def test_what_is_named_is_taken_though_it_is_hidden_ignored_or_excluded(tree, tmp_path):
    tree(".git/HEAD", ".hidden/a.xml", "build/b.xml", "out/c.xml", "d.txt", ".e.xml")
    ignore(".", "build/", "d.txt")
    out = Patterns(str(tmp_path), ("out/", "*.txt"))
    assert found("d.txt", ".e.xml", ".hidden", "build", "out", exclude=[out]) == [
        "d.txt",
        ".e.xml",
        ".hidden/a.xml",
        "build/b.xml",
        "out/c.xml",
    ]
    assert found(exclude=[out]) == []


def test_links_to_files_are_followed_and_links_to_folders_are_not(tree):
    tree("real/a.xml", "elsewhere/b.xml")
    Path("real/b.xml").symlink_to("../elsewhere/b.xml")
    Path("real/gone.xml").symlink_to("nowhere.xml")
    Path("real/folder").symlink_to("../elsewhere")
    Path("real/loop").symlink_to(".")
    Path("real/loop.xml").symlink_to("loop.xml")
    assert found("real") == ["real/a.xml", "real/b.xml"]


def test_a_link_that_is_named_is_followed(tree):
    tree("real/a.xml")
    Path("link").symlink_to("real")
    assert found("link") == ["link/a.xml"]


def test_what_is_no_file_is_left_out(tree):
    tree("a.xml")
    Path("folder.xml").mkdir()
    os.mkfifo("fifo.xml")
    assert found() == ["a.xml"]


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ({".": ["*.xml"]}, []),
        ({".": ["/a.xml"]}, ["b/a.xml", "b/c/a.xml"]),
        ({".": ["b/"]}, ["a.xml"]),
        ({".": ["b/*", "!b/c/"]}, ["a.xml", "b/c/a.xml"]),
        ({".": ["# comment", "", "b/c  "]}, ["a.xml", "b/a.xml"]),
        ({"b": ["a.xml"]}, ["a.xml"]),
        ({"b": ["/a.xml"]}, ["a.xml", "b/c/a.xml"]),
        ({".": ["a.xml"], "b": ["!a.xml"]}, ["b/a.xml", "b/c/a.xml"]),
        ({".": ["a.xml"], "b/c": ["!a.xml"]}, ["b/c/a.xml"]),
        ({".": ["b/"], "b": ["!a.xml"]}, ["a.xml"]),
        ({".": ["!", "\\", "/a.xml\r"]}, ["b/a.xml", "b/c/a.xml"]),
    ],
)
def test_gitignore_files_count_from_the_folder_they_are_in(lists, expected, tree):
    tree("a.xml", "b/a.xml", "b/c/a.xml")
    for folder, lines in lists.items():
        ignore(folder, *lines)
    assert found() == expected


def test_gitignore_files_above_count_up_to_the_repository_and_no_further(tree):
    tree("repo/.git/HEAD", "repo/a/b/one.xml", "repo/a/b/two.xml", "repo/a/b/three.xml")
    ignore(".", "*.xml")
    ignore("repo", "one.xml")
    ignore("repo/a", "b/two.xml")
    assert found("repo/a/b") == ["repo/a/b/three.xml"]


def test_outside_of_a_repository_nothing_above_counts(tree):
    tree("a/b.xml")
    ignore(".", "*.xml")
    assert found("a") == ["a/b.xml"]


def test_exclude_is_relative_to_its_own_folder_and_stronger_than_gitignore(tree, tmp_path):
    tree("conf/a.xml", "conf/b.xml", "a.xml")
    ignore("conf", "!a.xml")
    assert found(exclude=[Patterns(f"{tmp_path}/conf", ("/a.xml",))]) == ["a.xml", "conf/b.xml"]
    assert found(exclude=[Patterns(str(tmp_path), ("a.xml", "!conf/a.xml"))]) == ["conf/a.xml", "conf/b.xml"]


def test_hostile_names_are_found_and_ignored_like_others(tree):
    tree(*HOSTILE, "plain.xml")
    assert found() == sorted([*HOSTILE, "plain.xml"])
    Path(".gitignore").write_bytes(b"*\xff.xml\n-*\n\x1b*\na?b.xml\n")
    assert found() == [" .xml", "plain.xml"]


def test_a_path_that_is_not_there_is_for_the_reader_to_name_a_near_one(tree):
    tree("guest.xml")
    [missing] = find_inputs(["gest.xml"])
    with pytest.raises(InputError) as caught:
        files.read(missing.path)
    assert (caught.value.message, caught.value.hint) == ("no such file", "did you mean 'guest.xml'?")


@as_nobody
@pytest.mark.parametrize("closed", ["b", "b/.gitignore", "b/x.j2"])
def test_what_cannot_be_looked_into_is_reported_and_the_rest_goes_on(closed, tree, shared_folder, monkeypatch):
    monkeypatch.chdir(shared_folder)
    tree("a/x.xml", "b/.gitignore", "b/x.j2", "c/x.xml")
    os.chmod(closed, 0)
    code = (
        "import os\n"
        "from chanfix.lint.search.folders import Selection, find_inputs\n"
        "import chanfix.files\n"  # while we may still read them: the checkout may be in a private folder
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "for one in find_inputs(['.']): print(one.path, one.error.message if one.error else '')\n"
    )
    environment = {"PYTHONPATH": str(Path(files.__file__).parent.parent)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    expected = {
        "b": "b the folder cannot be read: Permission denied",
        "b/.gitignore": "b its .gitignore cannot be read: Permission denied",
        "b/x.j2": "b/x.j2 ",
    }
    assert run.stdout.splitlines() == ["a/x.xml ", expected[closed], "c/x.xml "]


def test_a_tree_deeper_than_the_stack_is_walked(tree, tmp_path):
    depth = sys.getrecursionlimit() + 100
    for _ in range(depth):
        os.mkdir("d")
        os.chdir("d")
    Path("x.xml").touch()
    os.chdir(tmp_path)
    try:
        assert len(found()[0]) == 2 * depth + len("x.xml")
    finally:
        # Too deep for what removes temporary folders.
        subprocess.run(["rm", "-r", "d"], check=True)
