"""What no editor sends, and no text should be: the server goes on."""

import pytest

PTY = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='pty'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
NOWHERE = {"line": 0, "character": 0}
BOMB = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n<domain type=\'kvm\'><name>&b;</name></domain>'
)


@pytest.fixture
def goes_on(client, uri):
    """Check that the next text is linted as if nothing had been."""

    def check():
        client.hover(uri, NOWHERE)  # after which nothing of before is on its way
        client.notifications.clear()
        [diagnostic] = client.open(f"{uri}.again.xml", PTY)
        assert diagnostic["code"] == "agent-not-unix"
        client.close(f"{uri}.again.xml")

    return check


@pytest.mark.survival(
    "Documents made to harm",
    "hostile texts in the language server",
    "answered; it goes on",
)
@pytest.mark.parametrize(
    "text",
    [
        "<domain type='kvm'>" * 10_000,
        "<domain " + "a='1' " * 50_000,
        PTY.replace("web", "w\0eb"),
        PTY.replace("web", "w\ud800eb"),
        PTY.replace("\n", "\r"),
        PTY.replace("\n", "\u2028"),
        PTY.replace("web", "\x1b]0;owned\x07\u202e"),
        BOMB,
        "<?xml version='1.0' encoding='hex'?>" + PTY,
        "{% for i in range(10**9) %}" + PTY + "{% endfor %}",
        "{{ " * 10_000 + PTY,
        PTY + "<domain/>",
        "<domain" * 2_000_000,
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_a_hostile_text_is_answered_and_forgotten(client, goes_on, uri, text):
    client.open(uri, text)
    client.actions(uri, NOWHERE, {"line": 10**6, "character": 10**6})
    client.hover(uri, {"line": 3, "character": 3})
    client.close(uri)
    client.diagnostics(uri)
    goes_on()


def test_a_text_that_would_take_long_is_not_linted_while_it_is_open(client, uri):
    [diagnostic] = client.open(uri, "<!-- <domain -->" + " " * 1_000_000 + PTY)
    assert diagnostic["message"] == "not linted while it is open: over 1,000,000 characters"
    assert client.open(f"{uri}.other.xml", "<log/>" + " " * 1_000_000) == []


def test_control_characters_do_not_reach_the_editor(client, uri):
    name = "org.qemu.guest_agent.0\u202e\x7f"
    [diagnostic] = client.open(uri, PTY.replace("pty", "unix").replace("org.qemu.guest_agent.0", name))
    assert "\\u202e\\x7f" in diagnostic["message"]


@pytest.mark.survival(
    "Names and texts made to harm",
    "hostile URIs in the language server",
    "it goes on",
)
@pytest.mark.parametrize("name", ["file:///%00.xml", "file://[", "", "file:///" + "a/" * 3000, "file:a.xml", "\ud800"])
def test_a_hostile_name_is_survived(client, goes_on, name):
    document = {"uri": name, "languageId": "xml", "version": 1, "text": PTY}
    client.notify("textDocument/didOpen", textDocument=document)
    goes_on()


def test_of_a_text_that_is_not_open_nothing_is_known(client, tmp_path):
    (tmp_path / "vm.xml").write_text(PTY)
    uri = (tmp_path / "vm.xml").as_uri()
    assert client.hover(uri, NOWHERE) is None
    assert client.actions(uri, NOWHERE) == []


def test_a_frame_that_is_not_json_is_passed_over(start, uri):
    client = start()
    client.initialize()
    for body in (b"{{{{{", b"[]", b"null", b'{"jsonrpc": "2.0"}', b"\xff\xfe", b"[" * 10_000):
        client.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    client.hover(uri, NOWHERE)
    client.notifications.clear()
    assert [diagnostic["code"] for diagnostic in client.open(uri, PTY)] == ["agent-not-unix"]
    assert client.end()[0] == 0


def test_a_client_that_goes_away_ends_the_server(start):
    client = start()
    client.initialize()
    assert client.hang_up() == (0, "")
