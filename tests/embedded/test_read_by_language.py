"""The language itself reads a fixed file: the text in it changed as was meant, and nothing else did."""

import ast
import json
import shutil
import subprocess
import tomllib

import pytest
import yaml
from linting import EVERY, fixed, lint
from markdown_it import MarkdownIt
from surroundings import DOMAIN, SURROUNDINGS

CLEAN = DOMAIN.replace("pty", "unix")
CHANNEL = CLEAN[CLEAN.index("    <channel") : CLEAN.index("  </devices>")]
FAULTS = {
    "a word is changed": DOMAIN,
    "a line is removed": CLEAN.replace("    </channel>", "      <alias name='channel0'/>\n    </channel>"),
    "lines are inserted": CLEAN.replace(CHANNEL, ""),
}


def output_of(tool, *arguments, folder):
    if shutil.which(tool) is None:
        pytest.skip(f"there is no {tool}")
    return subprocess.run([tool, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


def by_python(text, folder):
    return next(
        node.value.decode() if isinstance(node.value, bytes) else node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and b"domain" in bytes(str(node.value), "utf-8")
    )


def by_shell(text, folder):
    (folder / "virsh").write_text("#!/bin/sh\ncat\n")
    (folder / "virsh").chmod(0o755)
    (folder / "up.sh").write_text(text.replace("virsh define /dev/stdin", "cat") + '\n[ -z "$XML" ] || echo "$XML"\n')
    said = output_of("sh", "up.sh", folder=folder)
    made = folder / "a.xml"
    return made.read_text() if made.exists() else said


def by_tool(tool, option, code):
    def read(text, folder):
        return output_of(tool, option, code(text), folder=folder)

    return read


def by_php(text, folder):
    (folder / "a.php").write_text(text + "\necho $x;")
    return output_of("php", "a.php", folder=folder)


READERS = {
    "python": by_python,
    "shell": by_shell,
    "javascript": by_tool("node", "-e", lambda text: f"{text}\nprocess.stdout.write(x)"),
    "ruby": by_tool("ruby", "-e", lambda text: f"{text}\nputs x"),
    "perl": by_tool("perl", "-e", lambda text: f"{text}\nprint $x"),
    "php": by_php,
    "yaml": lambda text, folder: yaml.safe_load(text),
    "json": lambda text, folder: json.loads(text)["xml"],
    "toml": lambda text, folder: tomllib.loads(text)["x"],
    "markdown": lambda text, folder: next(
        token.content for token in MarkdownIt().parse(text) if token.type in ("fence", "code_block")
    ),
}
READ = [
    name
    for name in SURROUNDINGS
    if name.partition(",")[0] in READERS
    and not any(
        word in name
        for word in (
            "of bash",
            "f-string",
            "comment",
            "template of",
            "no ending",
            "two",
            "in here",
            "behind",
            "HTML",
            "added",
        )
    )
]


def words_of(name, text, folder):
    """The words of the text as its language reads it: white space is free in XML."""
    read = READERS[name.partition(",")[0]](text, folder)
    while not isinstance(read, str):
        read = next(iter(read.values())) if isinstance(read, dict) else read[0]
    return read.replace("'", '"').split()


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_language_reads_the_fixed_text(name, fault, tmp_path):
    surroundings = SURROUNDINGS[name]
    fault = fault.replace("'", '"') if surroundings.without == "'" else fault
    text = surroundings.around(fault)
    after = fixed(surroundings.file, text, EVERY)
    can_be_written = "\n" in surroundings.write("\n") and surroundings.write(fault) in (
        fault,
        *(fault.replace("\n", "\n" + by) for by in ("  ", "   ", "    ", "\t")),
    )
    assert (after != text) == can_be_written
    wanted = CLEAN if can_be_written else fault
    assert words_of(name, after, tmp_path) == wanted.replace("'", '"').split()
    start, end = len(surroundings.before), len(surroundings.after)
    assert (after[:start], after[-end:]) == (text[:start], text[-end:])
    if can_be_written:
        assert lint(surroundings.file, after, EVERY).findings == ()
