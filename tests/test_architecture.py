"""Who may know whom, as a reading of the import statements; and what only the command line may do."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import chanfix

PACKAGE = Path(chanfix.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# A name may import those in the rows above its own; what stands in one row is apart, but for the first row.
ROWS = (
    (
        "__version__",
        "errors",
        "escape",
        "files",
        "links",
        "named_tuple",
        "own_templates",
        "position",
        "resources",
        "secrets",
        "words",
    ),
    ("xml",),
    ("relaxng",),
    ("template",),
    ("embedded",),
    ("domain",),
    ("guest",),
    ("lint",),
    ("rewrite", "oracle"),
    ("agent",),
    ("host",),
    ("change", "status"),
    ("reporters",),
    ("audit",),
    ("lsp",),
    ("cli",),
    ("__main__",),
)
ROW_OF = {name: number for number, row in enumerate(ROWS) for name in row}

# Package from elsewhere -> where it may be imported.
MAY_BE_IMPORTED_BY = {
    "_typeshed": ("cli",),
    "click": ("cli",),
    "jinja2": ("own_templates", "template"),
    "libvirt": ("host.libvirt.binding", "oracle.child"),
    "libvirt_qemu": ("host.libvirt.agent",),
    "lsprotocol": ("lsp.messages", "lsp.server"),
    "lxml": ("xml", "relaxng"),
    "pygls": ("lsp.server",),
    "rich": ("cli",),
    "yaml": ("template.rendered.sandbox",),
}

# Terminal, process, environment and clock belong to the command line; everything below it is told.
ONLY_CLI_CALLS = {"breakpoint", "exit", "input", "print"}
ONLY_CLI_USES = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "os._exit",
    "os.environ",
    "os.environb",
    "os.getenv",
    "os.getenvb",
    "sys.argv",
    "sys.exit",
    "sys.stderr",
    "sys.stdin",
    "sys.stdout",
    "time.ctime",
    "time.gmtime",
    "time.localtime",
    "time.strftime",
    "time.time",
    "time.time_ns",
}

# A program of its own, which imports nothing of chanfix.
PROGRAMS = {"oracle.child"}

every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


def name_of(path: Path) -> str:
    """The module's name below ``chanfix``; a package is known by its folder."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def top(name: str) -> str:
    return name.partition(".")[0]


def is_within(name: str, wholes: set[str] | tuple[str, ...]) -> bool:
    return any(name == whole or name.startswith(f"{whole}.") for whole in wholes)


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, down to the name behind ``from … import``."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno}: a relative import; write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def uses(path: Path) -> Iterator[str]:
    """The dotted names that a module reads or calls, as they are written."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ONLY_CLI_CALLS:
            yield node.func.id


def may_import(name: str, other: str) -> bool:
    own, its = ROW_OF[name], ROW_OF[other]
    return name == other or its < own or own == its == 0


@every_module
def test_module_imports_only_the_rows_above_its_own(path):
    name = top(name_of(path))
    if name == "__init__":
        return
    assert name in ROW_OF, f"chanfix/{name} is new: give it a place in ROWS of {Path(__file__).name}"
    ours = {top(target.removeprefix("chanfix.")) for target in imports(path) if top(target) == "chanfix"}
    assert {other for other in ours if not may_import(name, other)} == set()


def test_every_name_in_the_rows_is_there():
    there = {top(name_of(path)) for path in MODULES} | {"__version__"}
    assert set(ROW_OF) <= there


@every_module
def test_package_from_elsewhere_is_imported_only_where_it_belongs(path):
    foreign = {top(target) for target in imports(path)} - sys.stdlib_module_names - {"chanfix"}
    homes = {package: MAY_BE_IMPORTED_BY.get(package, ()) for package in foreign}
    assert {package for package, home in homes.items() if not is_within(name_of(path), home)} == set()


@every_module
def test_only_the_command_line_prints_exits_reads_the_environment_or_the_clock(path):
    if top(name_of(path)) in {"cli", "__main__"} or name_of(path) in PROGRAMS:
        return
    touched = {*uses(path), *imports(path)}
    # "from datetime import datetime" is how it is mostly written.
    touched |= {f"datetime.{name}" for name in touched}
    assert touched & (ONLY_CLI_CALLS | ONLY_CLI_USES) == set()


@every_module
def test_named_tuples_are_our_own(path):
    if name_of(path) not in {"named_tuple", *PROGRAMS}:
        imported = set(imports(path))
        assert "typing.NamedTuple" not in imported
        # Python 3.14 has the fields in the body of a class only where they are texts.
        assert "chanfix.named_tuple.NamedTuple" not in imported or "__future__.annotations" in imported


@every_module
def test_module_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_bytes()))


def test_everything_but_what_an_extra_is_for_imports_without_the_extras():
    extras = ("libvirt", "lsprotocol", "pygls")
    apart = {f"chanfix.{home}" for extra in extras for home in MAY_BE_IMPORTED_BY[extra]} | {"chanfix.__main__"}
    names = [f"chanfix.{name_of(path)}" for path in MODULES]
    code = (
        "import importlib, sys\n"
        f"sys.modules.update(dict.fromkeys({extras}))  # None makes an import fail\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
    )
    environment = {"PYTHONPATH": str(PACKAGE.parent)}
    command = [sys.executable, "-W", "error", "-c", code, *(name for name in names if name not in apart)]
    subprocess.run(command, check=True, env=environment)


def test_no_test_imports_a_test():
    tests = sorted(Path(__file__).parent.rglob("test_*.py"))
    found = {path.name for path in tests for target in imports(path) if target.split(".")[0].startswith("test_")}
    assert found == set()
