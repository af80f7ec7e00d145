"""The language server asks the installed libvirt when the editor's own settings say so, and no file can make it."""

import shutil

import pytest

pytestmark = pytest.mark.embed

LOST = """\
<domain type='qemu'>
  <name>web</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type><bootmenu enable='no' timeout='3000'/></os>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""


@pytest.fixture
def environment(tmp_path, installed_driver):
    cache = tmp_path / "cache" / "chanfix" / "qemu"
    cache.parent.mkdir(parents=True)
    shutil.copytree(installed_driver.cache, cache)
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def codes(diagnostics):
    return [diagnostic["code"] for diagnostic in diagnostics]


def test_text_that_is_saved_is_asked_about_when_the_editor_says_so(start, environment, uri):
    client = start(**environment)
    client.initialize({"askLibvirt": True})
    assert "libvirt-drops" not in codes(client.open(uri, LOST))
    client.save(uri)
    assert "libvirt-drops" in codes(client.diagnostics(uri, 1))
    assert client.end() == (0, "")


def test_configuration_beside_a_file_asks_nothing(start, environment, uri, tmp_path):
    (tmp_path / "chanfix.toml").write_text("ask-libvirt = true\n")
    client = start(**environment)
    client.initialize()
    assert "libvirt-drops" not in codes(client.open(uri, LOST))
    client.save(uri)
    assert "libvirt-drops" not in codes(client.diagnostics(uri, 1))
    assert client.end() == (0, "")


def test_missing_libvirt_is_said_once_and_the_other_findings_come(start, environment, uri, tmp_path):
    client = start(**environment, PATH=str(tmp_path))
    client.initialize({"askLibvirt": True})
    client.notify("textDocument/didOpen", textDocument={"uri": uri, "languageId": "xml", "version": 1, "text": LOST})
    said = [client.message(), client.message()]
    assert [message["method"] for message in said] == ["window/showMessage", "textDocument/publishDiagnostics"]
    assert "libvirt cannot be asked" in said[0]["params"]["message"]
    assert client.end() == (0, "")
