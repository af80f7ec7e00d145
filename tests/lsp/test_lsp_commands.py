"""The commands of the language server, which an editor's own commands and menus are made of."""

import shutil

import pytest

from chanfix.lint.rules import RULES

DOMAIN = """\
<domain type='qemu'>
  <name>web</name>
  <memory unit='MiB'>64</memory>
  <features><acpi/></features>
  <os><type arch='x86_64' machine='pc'>hvm</type>{boot}</os>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
GOOD = DOMAIN.format(boot="")
LOST = DOMAIN.format(boot="<bootmenu enable='no' timeout='3000'/>")
INFORMATION, WARNING = 3, 2


@pytest.fixture
def asking(start, tmp_path, request):
    """A session that may ask libvirt, and was not told to."""
    cache = tmp_path / "cache" / "chanfix" / "qemu"
    cache.parent.mkdir(parents=True)
    shutil.copytree(request.getfixturevalue("installed_driver").cache, cache)
    client = start(XDG_CACHE_HOME=str(tmp_path / "cache"))
    client.initialize()
    yield client
    assert client.end() == (0, "")


def codes(diagnostics):
    return [diagnostic["code"] for diagnostic in diagnostics]


def shown(client):
    message = client.message()
    assert message["method"] == "window/showMessage"
    return message["params"]["type"], message["params"]["message"]


def ask(client, uri):
    """Ask libvirt, and return the diagnostics and what is shown."""
    assert client.execute("askLibvirt", uri) is None
    return client.diagnostics(uri, 1), shown(client)


def test_commands_are_said_at_the_start_and_are_not_named_as_an_editors_own(start):
    client = start()
    commands = client.initialize()["capabilities"]["executeCommandProvider"]["commands"]
    assert client.end() == (0, "")
    assert sorted(commands) == ["chanfix.lsp.askLibvirt", "chanfix.lsp.explain", "chanfix.lsp.rules"]


# --- Pages


def test_page_of_each_rule_can_be_had(client):
    rules = client.execute("rules")
    assert [rule["name"] for rule in rules] == [rule.name for rule in RULES]
    for rule in rules[::20]:
        page = client.execute("explain", rule["name"])
        assert page.startswith(f"# {rule['name']}\n")
        assert "## Why it matters" in page


def test_rule_that_there_is_not_is_shown_with_the_one_that_may_be_meant(client):
    assert client.execute("explain", "agent-not-unx") is None
    assert shown(client) == (WARNING, "no rule is called 'agent-not-unx'; did you mean 'agent-not-unix'?")


@pytest.mark.parametrize("name", ["explain", "askLibvirt"])
@pytest.mark.parametrize("arguments", [[], [1], [None], ["a", "b"], [["agent-missing"]]], ids=str)
def test_wrong_arguments_are_shown_and_the_session_goes_on(client, uri, name, arguments):
    assert client.execute(name, *arguments) is None
    assert shown(client) == (WARNING, "the command takes one argument, a text")
    assert client.open(uri, GOOD) == []


# --- The installed libvirt


def test_text_that_is_not_open_is_not_asked_about(client, tmp_path):
    file = tmp_path / "vm.xml"
    file.write_text(LOST)
    assert client.execute("askLibvirt", file.as_uri()) is None
    assert shown(client) == (WARNING, f"the text is not open: {file.as_uri()}")


@pytest.mark.embed
def test_libvirt_is_asked_once_about_a_text_that_is_not_saved(asking, uri):
    assert "libvirt-drops" not in codes(asking.open(uri, LOST))
    diagnostics, (kind, message) = ask(asking, uri)
    assert "libvirt-drops" in codes(diagnostics)
    assert kind == INFORMATION
    assert message.startswith("libvirt ")
    assert message.endswith(": 1 finding")
    asking.save(uri)
    assert "libvirt-drops" not in codes(asking.diagnostics(uri, 1))


@pytest.mark.embed
def test_libvirt_that_has_no_objection_is_shown_to_have_been_asked(asking, uri):
    assert asking.open(uri, GOOD) == []
    diagnostics, (kind, message) = ask(asking, uri)
    assert (diagnostics, kind) == ([], INFORMATION)
    assert message.endswith(": nothing is refused, and nothing is dropped")


@pytest.mark.embed
@pytest.mark.parametrize(
    ("text", "configuration", "reason"),
    [
        ("# notes", "", "nothing here is linted as a domain"),
        (GOOD.replace("</name>", "</nam>"), "", "nothing here is linted as a domain"),
        (GOOD.replace("web", "{{ name }}"), "", "it is a template"),
        (GOOD, "exclude = ['vm.xml']", "nothing here is linted as a domain"),
        (GOOD, "profile = 'channel'", "the rules libvirt-drops and libvirt-refuses are turned off"),
        (GOOD, "selct = []", "nothing here is linted as a domain"),
    ],
)
def test_text_that_libvirt_is_not_asked_about_is_not_called_good(asking, uri, tmp_path, text, configuration, reason):
    (tmp_path / "chanfix.toml").write_text(configuration)
    asking.open(uri, text)
    _, (kind, message) = ask(asking, uri)
    assert kind == WARNING
    assert message.startswith("libvirt was not asked: ")
    assert reason in message


def test_missing_libvirt_is_shown_each_time_that_it_is_asked_for(start, uri, tmp_path):
    client = start(PATH=str(tmp_path))
    client.initialize()
    client.open(uri, GOOD)
    for _ in range(2):
        assert client.execute("askLibvirt", uri) is None
        kind, message = shown(client)
        assert kind == WARNING
        assert "libvirt cannot be asked" in message
    assert client.end() == (0, "")
