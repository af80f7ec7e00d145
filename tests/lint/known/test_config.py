import json
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from chanfix import resources
from chanfix.domain.targets import target_names
from chanfix.domain.versions import Version
from chanfix.errors import ConfigError, UsageError
from chanfix.lint.finding import Severity
from chanfix.lint.known.config import Config, chosen_rules, load
from chanfix.lint.known.rule_names import PROFILES, named
from chanfix.lint.known.setting import KEYS
from chanfix.lint.rules import FAMILIES, RULES
from chanfix.lint.rules import load as load_rule

NAMES = [rule.name for rule in RULES]
DEFAULT = {rule.name for rule in RULES if rule.on_by_default}
SCHEMA = json.loads(resources.read("schemas/config.schema.json"))

NEAR_DEBIAN_21 = "did you mean 'debian-13' or 'debian-12' or 'debian-11'?"

# What an editor and the loader both take; and what both refuse, with what the loader says of it.
RIGHT = [
    "",
    "select = ['all']",
    "select = ['default', 'agent-not-unix']\nignore = ['agent-*']",
    "select = []",
    "profile = 'channel'",
    "profile = 'strict'\nselect = ['portable']",
    "exclude = ['old/', '!old/keep.xml', '*.tpl', '[ab].xml']",
    "include = ['*.libvirt', 'conf/', '!conf/README']",
    "[per-file-ignores]\n'old/**' = ['doctype']\n'a b.xml' = ['*']",
    "[severity]\ndoctype = 'info'\n'agent-*' = 'warning'",
    "libvirt-version = '9'",
    "libvirt-version = '1.0.5'",
    "qemu-version = '10.0'",
    "target = 'debian-12'",
    "target = ['debian-12', 'trixie']",
    "target = []",
    "fail-on = 'error'",
    "baseline = '../known.json'",
    "running = true",
    "extend-select = ['agent-missing', 'path-*']",
    "fixable = ['all']\nunfixable = ['live']",
    "min-severity = 'warning'",
    "error-on-no-files = true",
]
WRONG = [
    ("slect = ['all']", "unknown key 'slect'", "did you mean 'select'?"),
    ("fail_on = 'error'", "unknown key 'fail_on'", "did you mean 'fail-on'?"),
    ("profile = 'paranoid'", "'profile' is 'paranoid'; expected one of portable, strict, channel", None),
    ("profile = ['strict']", "'profile' is [\"strict\"]; expected one of portable, strict, channel", None),
    ("x = 1", "unknown key 'x'", f"the keys are {', '.join(KEYS)}"),
    ("select = 'all'", "'select' is 'all'; expected a list of rules, as in ['path-*', 'agent-missing']", None),
    ("ignore = [1]", "'ignore' is [1]; expected a list of rules, as in ['path-*', 'agent-missing']", None),
    ("ignore = ['agent-not-unx']", "'ignore': no rule is called 'agent-not-unx'", "did you mean 'agent-not-unix'?"),
    ("ignore = ['zzz']", "'ignore': no rule is called 'zzz'", "chanfix explain lists the rules"),
    ("ignore = ['']", "'ignore': no rule is called ''", "chanfix explain lists the rules"),
    ("exclude = 'old/'", "'exclude' is 'old/'; expected a list of patterns, as in ['old/', '*.tpl']", None),
    ("exclude = ['#x']", "'exclude': '#x' is no pattern of a .gitignore file", None),
    ("exclude = [' ']", "'exclude': ' ' is no pattern of a .gitignore file", None),
    ("exclude = ['/']", "'exclude': '/' is no pattern of a .gitignore file", None),
    ("include = '*.libvirt'", "'include' is '*.libvirt'; expected a list of patterns, as in ['old/', '*.tpl']", None),
    ("includes = ['a']", "unknown key 'includes'", "did you mean 'include'?"),
    (
        "per-file-ignores = []",
        "'per-file-ignores' is []; expected a table of a pattern and its rules, as in {'old/' = ['path-hardcoded']}",
        None,
    ),
    (
        "per-file-ignores = {'a.xml' = 'all'}",
        "'per-file-ignores.a.xml' is 'all'; expected a list of rules, as in ['path-*', 'agent-missing']",
        None,
    ),
    (
        "per-file-ignores = {'!a.xml' = ['all']}",
        "'per-file-ignores.!a.xml' takes nothing back: '!' has no use there",
        None,
    ),
    (
        "severity = 'info'",
        "'severity' is 'info'; expected a table of a rule and its level, as in {path-hardcoded = 'warning'}",
        None,
    ),
    (
        "severity = {doctipe = 'info'}",
        "'severity.doctipe': no rule is called 'doctipe'",
        "did you mean 'doctype'?",
    ),
    ("severity = {doctype = 1}", "'severity.doctype' is 1; expected 'error', 'warning' or 'info'", None),
    ("fail-on = 'eror'", "'fail-on' is 'eror'; expected 'error', 'warning' or 'info'", None),
    ("fail-on = true", "'fail-on' is true; expected 'error', 'warning' or 'info'", None),
    ("fail-on = {a = [true, inf]}", "'fail-on' is {\"a\" = [true, inf]}; expected 'error', 'warning' or 'info'", None),
    ("fail-on = 1979-05-27", "'fail-on' is 1979-05-27; expected 'error', 'warning' or 'info'", None),
    ("libvirt-version = 9.0", "'libvirt-version' is 9.0; expected a version in quotes, as in '9.0.0'", None),
    ("libvirt-version = 'nine'", "'libvirt-version' is 'nine'; expected a version in quotes, as in '9.0.0'", None),
    ("qemu-version = 'ten'", "'qemu-version' is 'ten'; expected a version in quotes, as in '9.0.0'", None),
    ("target = 12", "'target' is 12; expected a target or a list of them, as in ['debian-12', 'debian-13']", None),
    ("target = 'debian-21'", "'target': there is no target 'debian-21'", NEAR_DEBIAN_21),
    ("target = ['win95']", "'target': there is no target 'win95'", "chanfix targets lists them"),
    ("baseline = []", "'baseline' is []; expected a path, as in 'chanfix-baseline.json'", None),
    ("running = 'yes'", "'running' is 'yes'; expected true or false", None),
    (
        "extend-select = 'all'",
        "'extend-select' is 'all'; expected a list of rules, as in ['path-*', 'agent-missing']",
        None,
    ),
    ("unfixable = ['lve']", "'unfixable': no rule is called 'lve'", "did you mean 'live'?"),
    ("fixable = true", "'fixable' is true; expected a list of rules, as in ['path-*', 'agent-missing']", None),
    ("min-severity = 'all'", "'min-severity' is 'all'; expected 'error', 'warning' or 'info'", None),
    ("error-on-no-files = 3", "'error-on-no-files' is 3; expected true or false", None),
    ("baseline = ''", "'baseline' is ''; expected a path, as in 'chanfix-baseline.json'", None),
    (f"fail-on = '{'x' * 99}'", f"'fail-on' is '{'x' * 59}…; expected 'error', 'warning' or 'info'", None),
]


@pytest.fixture
def written(tmp_path):
    def write(text, name="chanfix.toml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return write


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_file_is_right_for_the_loader_and_for_an_editor(text, written):
    load(str(written(text).parent))
    jsonschema.validate(tomllib.loads(text), SCHEMA)


@pytest.mark.parametrize(("text", "message", "hint"), WRONG)
def test_a_wrong_value_names_file_key_value_and_what_was_expected(text, message, hint, written):
    file = written(text)
    with pytest.raises(ConfigError) as caught:
        load(str(file.parent))
    assert caught.value.message == f"{file}: {message}"
    assert caught.value.hint == hint


@pytest.mark.parametrize("text", [text for text, *_ in WRONG])
def test_an_editor_refuses_what_the_loader_refuses(text):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(json.dumps(tomllib.loads(text), default=str)), SCHEMA)


def test_the_schema_has_the_keys_of_the_loader():
    assert list(SCHEMA["properties"]) == list(KEYS)


def test_an_editor_shows_what_each_key_is_for():
    """Beside a reference, editors that know draft-07 alone see nothing."""
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    for key, schema in SCHEMA["properties"].items():
        assert schema["description"], key
        assert "$ref" not in schema, key


def test_the_defaults_that_an_editor_shows_are_those_of_the_loader(written):
    text = "\n".join(
        f"{key} = {json.dumps(schema['default'])}"
        for key, schema in SCHEMA["properties"].items()
        if "default" in schema
    )
    file = written(text)
    assert load(str(file.parent)) == Config(file=str(file))


def test_the_examples_that_an_editor_shows_are_right():
    validator = jsonschema.Draft7Validator(SCHEMA)
    examples = [(key, value) for key, schema in SCHEMA["properties"].items() for value in schema.get("examples", ())]
    assert len(examples) > 5
    assert [key for key, value in examples if not validator.is_valid({key: value})] == []


def test_the_schema_names_the_rules_that_there_are():
    assert SCHEMA["definitions"]["name"]["enum"] == ["all", "default", *PROFILES, *FAMILIES, *NAMES], "run scripts/docs"


def test_the_schema_names_the_targets_that_there_are():
    assert SCHEMA["definitions"]["target"]["enum"] == target_names(), "run scripts/docs"


def test_target_is_one_or_several_and_by_the_name_of_its_file(written):
    assert load(str(written("target = 'trixie'").parent)).target == ("debian-13",)
    assert load(str(written("target = ['debian-12', 'sid']").parent)).target == ("debian-12", "debian-sid")


def test_a_file_that_says_all_is_understood(written):
    file = written("""
        select = ["default"]
        ignore = ["doc*"]
        exclude = ["old/"]
        libvirt-version = "9.0"
        fail-on = "info"
        baseline = "known.json"
        [per-file-ignores]
        "legacy/*.xml" = ["agent-not-unix"]
        [severity]
        "*" = "info"
        doctype = "warning"
    """)
    config = load(str(file.parent))
    assert config.file == str(file)
    assert config.select == DEFAULT
    assert config.ignore == {"doctype"}
    assert config.exclude.verdict(f"{file.parent}/old", is_folder=True)
    assert config.libvirt_version == Version(9)
    assert config.fail_on is Severity.INFO
    assert config.baseline == str(file.parent / "known.json")
    assert config.severity["doctype"] is Severity.WARNING
    assert config.severity["agent-not-unix"] is Severity.INFO
    assert config.ignored_in(str(file.parent / "legacy" / "a.xml")) == {"agent-not-unix"}


def test_without_a_file_there_are_defaults(tmp_path):
    assert load(str(tmp_path)) == Config()
    assert (Config().select, Config().fail_on) == (DEFAULT, Severity.WARNING)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["chanfix.toml"], "chanfix.toml"),
        (["chanfix.toml", "a/chanfix.toml"], "a/chanfix.toml"),
        (["a/b/pyproject.toml", "a/chanfix.toml"], "a/b/pyproject.toml"),
        (["a/b/pyproject.toml", "a/b/chanfix.toml"], "a/b/chanfix.toml"),
        (["a/b/c/chanfix.toml", "pyproject.toml"], "pyproject.toml"),
    ],
)
def test_the_nearest_file_upward_counts(files, expected, written, tmp_path):
    for name in files:
        written("[tool.chanfix]\n" if name.endswith("pyproject.toml") else "", name)
    start = tmp_path / "a" / "b"
    start.mkdir(parents=True, exist_ok=True)
    assert load(str(start)).file == str(tmp_path / expected)


def test_a_folder_written_with_dots_is_looked_up_where_it_is(written, tmp_path):
    written("", "a/b/chanfix.toml")
    assert load(str(tmp_path / "a" / "b" / "..")).file is None


@pytest.mark.parametrize(
    "text",
    ["", "[tool.other]\nx = 1", "tool = 3 # chanfix", "this is not TOML", "[project]\nname = 'chanfix'", b"\xff"],
)
def test_a_pyproject_without_the_table_does_not_count(text, written, tmp_path):
    written("", "chanfix.toml")
    start = written(text, "a/pyproject.toml").parent
    assert load(str(start)).file == str(tmp_path / "chanfix.toml")


def test_a_folder_of_that_name_does_not_count(tmp_path):
    (tmp_path / "chanfix.toml").mkdir()
    assert load(str(tmp_path)).file is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fail-on = ", "not valid TOML: Invalid value (at "),
        ("fail-on = 'a'\nfail-on = 'b'", "not valid TOML: Cannot overwrite a value (at "),
        (b"# ok\n# \xff\n", "byte 0xff in line 2 is not UTF-8"),
        (f"exclude = {'[' * 5000}", "not valid TOML: "),
        (f"fail-on = {'1' * 5000}", "not valid TOML: "),
    ],
)
def test_a_file_that_is_no_toml_is_an_error_with_its_place(text, message, written):
    file = written(text)
    with pytest.raises(ConfigError) as caught:
        load(str(file.parent))
    assert caught.value.message.startswith(f"{file}: {message}")


def test_a_table_that_is_none_is_an_error(written):
    file = written("[tool]\nchanfix = 3", "pyproject.toml")
    with pytest.raises(ConfigError) as caught:
        load(str(file.parent))
    assert caught.value.message == f"{file}: 'tool.chanfix' is 3; expected a table"


def test_a_byte_order_mark_is_no_error(written):
    assert load(str(written(b"\xef\xbb\xbffail-on = 'info'").parent)).fail_on is Severity.INFO


def test_a_named_file_wins_and_its_folder_counts_for_patterns(written, tmp_path):
    written("fail-on = 'error'", "chanfix.toml")
    named = written("exclude = ['x.xml']\nbaseline = 'b.json'", "conf/lint.toml")
    config = load(str(tmp_path), str(named))
    assert (config.file, config.fail_on, config.baseline) == (
        str(named),
        Severity.WARNING,
        str(tmp_path / "conf" / "b.json"),
    )
    assert config.exclude.verdict(f"{tmp_path}/conf/x.xml")
    assert config.exclude.verdict(f"{tmp_path}/x.xml") is None


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("chanfix.tml", "no such file", "chanfix.toml"),
        ("pyproject.toml", "there is no table [tool.chanfix]", ""),
    ],
)
def test_a_named_file_that_says_nothing_is_an_error(name, message, hint, written, tmp_path):
    written("")
    written("", "pyproject.toml")
    with pytest.raises(ConfigError) as caught:
        load(str(tmp_path), str(tmp_path / name))
    assert caught.value.message == f"{tmp_path / name}: {message}"
    assert hint in (caught.value.hint or "")


def test_patterns_speak_of_hostile_names_too(written, tmp_path):
    config = load(str(written("per-file-ignores = {'*.xml' = ['doctype']}").parent))
    for name in ("a\nb.xml", "\x1b[2J.xml", "\udcff.xml", " .xml"):
        assert config.ignored_in(str(tmp_path / name)) == {"doctype"}


@pytest.mark.parametrize(
    ("config", "select", "ignore", "expected"),
    [
        (Config(), (), (), DEFAULT),
        (Config(), ("all",), (), set(NAMES)),
        (Config(), ("agent-not-*",), (), {"agent-not-unix"}),
        (Config(), ("live", "doctype"), ("live-*",), {"autogen-header", "doctype"}),
        (Config(), ("virtio-serial",), ("vserial-*", "spicevmc-*"), {"network-channel"}),
        (Config(), ("doctype", "agent-not-unix"), ("agent-*",), {"doctype"}),
        (Config(), (), ("all",), set()),
        (Config(select=frozenset({"doctype"})), (), (), {"doctype"}),
        (Config(select=frozenset()), (), (), set()),
        (Config(ignore=frozenset({"doctype"})), (), ("agent-not-unix",), DEFAULT - {"doctype", "agent-not-unix"}),
        (Config(ignore=frozenset({"doctype"})), ("doctype",), (), {"doctype"}),
        (Config(select=frozenset({"agent-not-unix"})), ("doctype",), (), {"doctype"}),
    ],
)
def test_the_command_line_wins_over_the_configuration(config, select, ignore, expected):
    chosen = chosen_rules(config, select, ignore)
    assert {rule.name for rule in chosen} == expected
    assert list(chosen) == [rule for rule in RULES if rule in chosen]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("profile = 'portable'", DEFAULT),
        ("profile = 'strict'", set(NAMES)),
        ("profile = 'channel'", PROFILES["channel"]),
        ("profile = 'channel'\nignore = ['path']", PROFILES["channel"] - named(["path"])),
        ("select = ['doctype']\nprofile = 'strict'", {"doctype"}),
        ("select = ['channel', 'agent-missing']", PROFILES["channel"] | {"agent-missing"}),
    ],
)
def test_a_profile_is_what_runs_where_nothing_is_selected(written, text, expected):
    config = load(".", str(written(text)))
    assert {rule.name for rule in chosen_rules(config)} == expected


def test_a_profile_on_the_command_line_stands_for_what_the_configuration_selects():
    config = Config(select=frozenset({"doctype"}), ignore=frozenset({"path-hardcoded"}))
    chosen = {rule.name for rule in chosen_rules(config, profile="channel")}
    assert chosen == PROFILES["channel"] - {"path-hardcoded"}


def test_the_channel_profile_has_nothing_that_chanfix_0_1_did_not_have():
    rules = [rule for rule in RULES if rule.name in PROFILES["channel"]]
    assert {load_rule(rule).since for rule in rules} == {"0.1.0"}
    assert not [rule.name for rule in rules if rule.family in ("disk", "memory", "portability")]


@pytest.mark.parametrize(
    ("config", "options", "expected"),
    [
        ("select = ['doctype']\nextend-select = ['live-pty']", {}, {"doctype", "live-pty"}),
        ("profile = 'channel'\nextend-select = ['agent-missing']", {}, PROFILES["channel"] | {"agent-missing"}),
        ("extend-select = ['agent-missing']\nignore = ['agent-missing']", {}, DEFAULT),
        (
            "select = []\nextend-select = ['agent']\nignore = ['agent-*']",
            {},
            {"duplicate-agent-channel", "duplicate-port-name"},
        ),
        ("select = []\nextend-select = ['doctype']", {"select": ["live-pty"]}, {"live-pty"}),
        ("select = []\nextend-select = ['doctype']", {"extend_select": ["live-pty"]}, {"doctype", "live-pty"}),
        ("select = []\nignore = ['live']", {"extend_select": ["live-pty"]}, {"live-pty"}),
        ("select = []", {"extend_select": ["live-pty", "doctype"], "ignore": ["live"]}, {"doctype"}),
    ],
)
def test_rules_are_added_to_what_is_selected(written, config, options, expected):
    assert {rule.name for rule in chosen_rules(load(".", str(written(config))), **options)} == expected


@pytest.mark.parametrize(
    ("config", "fixable", "unfixable", "expected"),
    [
        ("", [], [], {"doctype", "live-pty"}),
        ("fixable = ['doctype']", [], [], {"doctype"}),
        ("unfixable = ['doctype']", [], [], {"live-pty"}),
        ("fixable = ['doctype', 'live']\nunfixable = ['doctype']", [], [], {"live-pty"}),
        ("fixable = []", [], [], set()),
        ("unfixable = ['doctype']", ["doctype"], [], {"doctype"}),
        ("unfixable = ['doctype']", [], ["live"], set()),
        ("fixable = ['live']", ["doctype"], ["doctype"], set()),
    ],
)
def test_rules_that_may_be_fixed(written, config, fixable, unfixable, expected):
    held = load(".", str(written(config))).with_fixable(fixable, unfixable)
    assert {name for name in ("doctype", "live-pty") if held.may_fix(name)} == expected


def test_an_unknown_rule_on_the_command_line_is_wrong_usage():
    with pytest.raises(UsageError) as caught:
        chosen_rules(Config(), ["doctpye"])
    assert (caught.value.message, caught.value.hint) == ("no rule is called 'doctpye'", "did you mean 'doctype'?")


def test_a_family_with_a_slip_of_the_pen_is_suggested():
    with pytest.raises(UsageError) as caught:
        chosen_rules(Config(), ["virtio-serail"])
    assert caught.value.hint == "did you mean 'virtio-serial'?"


def test_configuration_names_families_wherever_it_names_rules(written, tmp_path):
    severity = "severity = {agent = 'info', agent-missing = 'error'}"
    text = f"ignore = ['live']\nper-file-ignores = {{'*.xml' = ['path']}}\n{severity}"
    config = load(str(written(text).parent))
    assert {"autogen-header", "live-alias"} <= config.ignore
    assert "mode-missing" in config.ignored_in(str(tmp_path / "a.xml"))
    assert (config.severity["duplicate-port-name"], config.severity["agent-missing"]) == (Severity.INFO, Severity.ERROR)


def test_a_parser_is_imported_only_where_there_is_something_to_read(tmp_path):
    code = (
        "import sys\n"
        "from chanfix.lint.known.config import load\n"
        "from chanfix.lint.search.folders import Selection, find_inputs\n"
        "config = load(sys.argv[1])\n"
        "list(find_inputs([sys.argv[1]], Selection([config.exclude])))\n"
        "config.ignored_in('a.xml')\n"
        "print({'tomllib'} & set(sys.modules))\n"
    )
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    package = Path(sys.modules["chanfix"].__file__).parent.parent
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True, env={"PYTHONPATH": package}
    )
    assert run.stdout == "set()\n"
