"""The settings that an editor sends: they go before a file's configuration, and a wrong one is said once."""

import pytest

from chanfix.lsp.settings import Settings, read_settings

DOMAIN = """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os><type arch='x86_64' machine='{machine}'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""


@pytest.fixture
def opened(start, tmp_path):
    """Open a text with settings and beside a configuration, and return its codes and what is shown before them."""

    def open_text(settings, text, configuration=""):
        (tmp_path / "chanfix.toml").write_text(configuration)
        uri = (tmp_path / "vm.xml").as_uri()
        client = start()
        client.initialize(settings)
        document = {"uri": uri, "languageId": "xml", "version": 1, "text": text}
        client.notify("textDocument/didOpen", textDocument=document)
        shown = []
        while (message := client.message())["method"] == "window/showMessage":
            shown.append(message["params"]["message"])
        assert client.end() == (0, "")
        return [one["code"] for one in message["params"]["diagnostics"]], shown

    return open_text


def test_target_of_the_editor_goes_before_that_of_the_configuration(opened):
    text = DOMAIN.format(machine="pc-i440fx-9.0")
    assert opened({}, text, "target = ['trixie']") == ([], [])
    assert opened({"target": "bookworm"}, text, "target = ['trixie']") == (["machine-removed"], [])


def test_profile_of_the_editor_goes_before_that_of_the_configuration(opened):
    text = DOMAIN.format(machine="q35").replace("<acpi/>", "")
    assert opened({}, text, "profile = 'channel'") == ([], [])
    assert opened({"profile": "portable"}, text, "profile = 'channel'") == (["acpi-missing"], [])


def test_wrong_settings_are_shown_and_the_text_is_linted_without_them(opened):
    text = DOMAIN.format(machine="q35").replace("'unix'", "'pty'")
    found, shown = opened({"target": "bokworm", "profile": "strickt", "askLibvirt": "yes"}, text)
    assert found == ["agent-not-unix"]
    assert shown == [
        "the setting 'target': there is no target 'bokworm'; did you mean 'bookworm'?",
        "the setting 'profile': there is no profile 'strickt'; did you mean 'strict'?",
    ]


@pytest.mark.parametrize("options", [None, {}, [], "x", 1, {"target": "", "profile": ""}, {"target": None}], ids=str)
def test_settings_that_nobody_made_are_none(options):
    assert read_settings(options) == (Settings(), [])


def test_targets_may_be_a_list_or_a_text():
    wanted = Settings(targets=("bookworm", "trixie"))
    assert read_settings({"target": "bookworm, trixie"}) == (wanted, [])
    assert read_settings({"target": ["bookworm", "trixie"]}) == (wanted, [])


@pytest.mark.parametrize("target", [1, {"a": 1}, ["bookworm", 1], True])
def test_target_of_another_kind_is_a_problem(target):
    assert read_settings({"target": target}) == (
        Settings(),
        ["the setting 'target' is not a name, nor a list of names"],
    )


@pytest.mark.parametrize("profile", [1, ["strict"], {}, "x" * 100_000])
def test_profile_of_another_kind_is_a_problem(profile):
    settings, [problem] = read_settings({"profile": profile})
    assert settings == Settings()
    assert "there is no profile" in problem
