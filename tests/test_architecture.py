"""Who may know whom, as a reading of the import statements; and what only the command line may do."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import chanfix

PACKAGE = Path(chanfix.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# What every module may use. None of it knows anything of the rest.
GROUND = {"__version__", "errors", "escape", "resources", "secrets_in_text"}
# What is known of libvirt's domains: facts and read-only views.
MODEL = {
    "agent_name",
    "commandline",
    "compat",
    "devices",
    "domain",
    "generated_path",
    "libvirt_schema",
    "placement",
    "socket_path",
    "strays",
    "virtio_serial",
}

# Top-level name below chanfix -> what it may import besides itself and the ground. A new module gets a line here.
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"cli"},
    "cli": {
        *(
            "agent",
            "files",
            "fleet",
            "guest",
            "lint",
            "live",
            "lsp",
            "markup",
            "pages",
            "render",
            "reporters",
            "rewrite",
        ),
        "template",
    }
    | MODEL,
    "live": {"markup", "render", "rewrite"} | MODEL,
    "agent": {"live", "lint.finding", "markup", "render", "rewrite"} | MODEL,
    "lsp": {"compat", "lint", "markup", "pages"},
    "reporters": {"lint.finding"},
    "fleet": {"agent", "lint", "live", "markup", "render", "reporters"} | MODEL,
    "guest": {"render"} | MODEL,
    # `add` mends a broken channel with the very fixes of the rules.
    "rewrite": {"lint", "markup", "render"} | MODEL,
    # The rule about a missing channel inserts the one that `add` would.
    "lint": {"files", "markup", "render", "template"} | MODEL,
    "pages": {"lint", "render"},
    "render": {"agent_name", "markup", "socket_path"},
    "placement": {"compat", "domain", "markup", "virtio_serial"},
    "virtio_serial": {"compat", "domain", "markup"},
    "socket_path": {"compat", "domain", "generated_path", "markup"},
    "generated_path": {"compat", "domain"},
    "libvirt_schema": {"markup"},
    "strays": {"domain", "markup"},
    "domain": {"agent_name", "commandline", "compat", "devices", "markup"},
    "commandline": {"agent_name", "markup"},
    "devices": {"agent_name", "markup"},
    "agent_name": {"markup"},
    "files": {"markup"},
    "template": {"files", "markup"},
    "compat": set(),
    "markup": set(),
    "resources": set(),
    "escape": set(),
    "secrets_in_text": set(),
    "errors": set(),
}

# Package from elsewhere -> where it may be imported.
MAY_BE_IMPORTED_BY = {
    "click": ("cli",),
    "jinja2": ("render", "template"),
    "libvirt": ("live.libvirt_binding",),
    "libvirt_qemu": ("live.libvirt_agent",),
    "lsprotocol": ("lsp.messages", "lsp.server"),
    "lxml": ("markup",),
    "pygls": ("lsp.server",),
    "rich": ("cli",),
    "yaml": ("template.sandbox",),
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

every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


def name_of(path: Path) -> str:
    """The module's name below ``chanfix``; a package is known by its folder."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def top(name: str) -> str:
    return name.partition(".")[0]


def is_within(name: str, wholes: set[str] | tuple[str, ...]) -> bool:
    return any(name == whole or name.startswith(f"{whole}.") for whole in wholes)


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk over all that runs: what is there for the type checker alone ties nothing together."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from statements(node)


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, down to the name behind ``from … import``."""
    for node in statements(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno}: a relative import; write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def uses(path: Path) -> Iterator[str]:
    """The dotted names that a module reads or calls, as they are written."""
    for node in statements(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ONLY_CLI_CALLS:
            yield node.func.id


def test_no_two_layers_need_each_other():
    below = {name: {top(other) for other in others} for name, others in MAY_IMPORT.items()}
    graphlib.TopologicalSorter(below).prepare()


@every_module
def test_module_imports_only_what_lies_below_it(path):
    name = name_of(path)
    assert top(name) in MAY_IMPORT, f"chanfix/{top(name)} is new: give it a line in MAY_IMPORT of {Path(__file__).name}"
    allowed = MAY_IMPORT[top(name)] | GROUND | {top(name)}
    ours = {target.removeprefix("chanfix.") for target in imports(path) if top(target) == "chanfix"}
    assert {target for target in ours if not is_within(target, allowed)} == set()


@every_module
def test_package_from_elsewhere_is_imported_only_where_it_belongs(path):
    foreign = {top(target) for target in imports(path)} - sys.stdlib_module_names - {"chanfix"}
    homes = {package: MAY_BE_IMPORTED_BY.get(package, ()) for package in foreign}
    assert {package for package, home in homes.items() if not is_within(name_of(path), home)} == set()


@every_module
def test_only_the_command_line_prints_exits_reads_the_environment_or_the_clock(path):
    if top(name_of(path)) in {"cli", "__main__"}:
        return
    touched = {*uses(path), *imports(path)}
    # "from datetime import datetime" is how it is mostly written.
    touched |= {f"datetime.{name}" for name in touched}
    assert touched & (ONLY_CLI_CALLS | ONLY_CLI_USES) == set()


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
