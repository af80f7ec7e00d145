"""The extension for VS Code without the editor: types, its logic against the real server, package and manifest."""

import json
import re
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

import chanfix
from chanfix.embedded.languages import LANGUAGES
from chanfix.lint.known.rule_names import PROFILES

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "editors" / "vscode"
MANIFEST = json.loads((FOLDER / "package.json").read_text())
SETTINGS = MANIFEST["contributes"]["configuration"]["properties"]

# What the editor calls the languages that XML is looked for in.
VSCODE_NAMES = {
    "markdown": ["markdown", "mdx", "rmd", "quarto"],
    "restructuredtext": ["restructuredtext"],
    "asciidoc": ["asciidoc"],
    "org": ["org"],
    "text": ["plaintext"],
    "shell": ["shellscript", "dockerfile"],
    "make": ["makefile"],
    "python": ["python"],
    "ruby": ["ruby"],
    "perl": ["perl"],
    "php": ["php"],
    "go": ["go"],
    "rust": ["rust"],
    "javascript": ["javascript", "javascriptreact", "typescript", "typescriptreact"],
    "java": ["java", "kotlin", "groovy", "scala", "swift"],
    "csharp": ["csharp"],
    "c": ["c", "cpp"],
    "hcl": ["hcl", "terraform", "terraform-vars"],
    "nix": ["nix"],
    "yaml": ["yaml"],
    "json": ["json", "jsonc", "json5"],
    "toml": ["toml"],
}
XML = {"xml", "jinja", "jinja-xml", "erb", "eruby"}


@pytest.fixture(scope="session")
def compiled(modules, must, tmp_path_factory):
    """The folder of the compiled extension and its tests."""
    folder = tmp_path_factory.mktemp("extension")
    must("node", "node_modules/typescript/bin/tsc", "--outDir", folder / "out")
    shutil.copy(FOLDER / "package.json", folder)
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    return folder


@pytest.fixture(scope="session")
def package(package_file):
    with zipfile.ZipFile(package_file) as archive:
        yield archive


def passed(output):
    """Return how many tests of Node.js have passed; none has failed or was skipped."""
    counts = {name: int(count) for name, count in re.findall(r"^# (pass|fail|skipped|cancelled) (\d+)$", output, re.M)}
    assert (counts["fail"], counts["skipped"], counts["cancelled"]) == (0, 0, 0), output
    return counts["pass"]


# --- The code


def test_settings_and_documents_are_read_as_the_manifest_says(compiled, must):
    assert passed(must("node", "--test", "--test-reporter=tap", compiled / "out" / "test" / "settings.test.js")) >= 7


def test_commands_and_settings_reach_the_server(compiled, must, program):
    test = compiled / "out" / "test" / "requests.test.js"
    assert passed(must("node", "--test", "--test-reporter=tap", test, **program)) >= 10


@pytest.mark.embed
def test_libvirt_is_asked_by_command_and_by_setting(compiled, must, program, installed_driver, tmp_path):
    shutil.copytree(installed_driver.cache, tmp_path / "chanfix" / "qemu")
    test = compiled / "out" / "test" / "asking.test.js"
    environment = {**program, "CHANFIX_LIBVIRT": "yes", "XDG_CACHE_HOME": str(tmp_path)}
    assert passed(must("node", "--test", "--test-reporter=tap", test, **environment)) == 3


# --- The package


def test_package_holds_the_extension_and_what_it_needs_and_nothing_else(package):
    names = package.namelist()
    outside = {name for name in names if not name.startswith("extension/node_modules/")}
    assert outside == {
        "[Content_Types].xml",
        "extension.vsixmanifest",
        "extension/LICENSE.txt",
        "extension/README.md",
        "extension/package.json",
        *(f"extension/out/{path.stem}.js" for path in (FOLDER / "src").glob("*.ts")),
    }
    modules = {name.split("/")[2] for name in names if name.startswith("extension/node_modules/")}
    assert modules >= set(MANIFEST["dependencies"])
    assert modules.isdisjoint({"@vscode", "@types", "typescript"})
    assert package.read("extension/LICENSE.txt") == (CHECKOUT / "LICENSE").read_bytes()


def test_licences_of_others_are_in_the_package(package):
    names = package.namelist()
    folders = {
        name.rpartition("/")[0]
        for name in names
        if re.fullmatch(r"extension/(.*/)?node_modules/[^/]+/package\.json", name)
    }
    assert len(folders) >= 6
    licences = {name.rpartition("/")[0] for name in names if "licen" in name.rpartition("/")[2].lower()}
    assert folders - licences == set()


def test_package_is_for_the_editors_that_the_manifest_names(package):
    space = {"v": "http://schemas.microsoft.com/developer/vsx-schema/2011"}
    root = ElementTree.fromstring(package.read("extension.vsixmanifest"))
    identity = root.find("v:Metadata/v:Identity", space)
    assert identity.attrib["Version"] == chanfix.__version__
    assert (identity.attrib["Publisher"], identity.attrib["Id"]) == (MANIFEST["publisher"], MANIFEST["name"])
    properties = {one.attrib["Id"]: one.attrib["Value"] for one in root.iterfind(".//v:Property", space)}
    assert properties["Microsoft.VisualStudio.Code.Engine"] == MANIFEST["engines"]["vscode"]


def test_extension_in_the_package_finds_all_its_modules(package, must, tmp_path):
    package.extractall(tmp_path)
    # The editor's own module is all classes here, since the client derives some of its own from them.
    script = """
        const Module = require('node:module');
        const load = Module._load;
        const editor = new Proxy(class {}, { get: (target, name) => (name === '__esModule' ? true : class {}) });
        Module._load = (name, ...rest) => (name === 'vscode' ? editor : load(name, ...rest));
        console.log(Object.keys(require(process.argv[1])).sort().join(' '));
    """
    assert must("node", "-e", script, tmp_path / "extension" / "out" / "extension.js") == "activate deactivate\n"


# --- The manifest


def test_version_is_that_of_chanfix():
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    assert {MANIFEST["version"], lock["version"], lock["packages"][""]["version"]} == {chanfix.__version__}


def test_lock_file_names_exact_versions_and_no_address():
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    wanted = MANIFEST["dependencies"] | MANIFEST["devDependencies"]
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted
    others = [entry for name, entry in lock["packages"].items() if name]
    assert [entry for entry in others if "resolved" in entry or not entry["integrity"].startswith("sha512-")] == []


def test_languages_are_those_that_domains_are_looked_for_in():
    assert VSCODE_NAMES.keys() == {language.name for language in LANGUAGES}
    named = [event.removeprefix("onLanguage:") for event in MANIFEST["activationEvents"]]
    assert sorted(named) == sorted(XML.union(*VSCODE_NAMES.values()))


def test_profiles_are_those_that_there_are():
    assert SETTINGS["chanfix.profile"]["enum"] == ["", *PROFILES]
    assert len(SETTINGS["chanfix.profile"]["enumDescriptions"]) == len(PROFILES) + 1


@pytest.mark.parametrize("name", ["chanfix.path", "chanfix.askLibvirt"])
def test_workspace_cannot_name_a_program_nor_have_one_started(name):
    assert SETTINGS[name]["scope"] == "machine"
    trust = MANIFEST["capabilities"]["untrustedWorkspaces"]
    assert trust["supported"] == "limited"
    assert name in trust["restrictedConfigurations"]


def test_commands_of_the_manifest_are_those_of_the_code():
    code = (FOLDER / "src" / "extension.ts").read_text()
    registered = re.findall(r"register(?:TextEditor)?Command\('([\w.]+)'", code)
    commands = {command["command"]: command for command in MANIFEST["contributes"]["commands"]}
    assert sorted(commands) == sorted(registered)
    titles = {command["title"] for command in commands.values()}
    assert {"Fix all", "Ask libvirt", "Explain rule"} <= titles
    assert commands["chanfix.askLibvirt"]["enablement"] == "isWorkspaceTrusted"


def test_readme_names_all_commands_and_settings():
    readme = (FOLDER / "README.md").read_text()
    assert re.findall(r"^\| `(chanfix\.[\w.]+)`", readme, re.M) == list(SETTINGS)
    titles = [f"{command['category']}: {command['title']}" for command in MANIFEST["contributes"]["commands"]]
    assert re.findall(r"^\| (chanfix: [\w ]+?) \|", readme, re.M) == titles
