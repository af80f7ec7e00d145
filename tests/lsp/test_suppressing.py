"""Comments that suppress a finding: code actions of the language server, whose edit comes when it is asked for."""

import pytest

RESOLVES = {"codeAction": {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}}
DOMAIN = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='pty' one='1' two='2'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <channel type='pty'>
      <target type='virtio' name='com.example.0'/>
    </channel>
  </devices>
</domain>
"""
COMMENT = "    <!-- chanfix: ignore[{}] TODO: why -->\n"
PTY, ONE = {"line": 3, "character": 20}, {"line": 3, "character": 26}


@pytest.fixture(scope="module")
def client(start):
    client = start()
    client.initialize(textDocument=RESOLVES)
    yield client
    assert client.end() == (0, "")


def suppressions(client, uri, position):
    return [one for one in client.actions(uri, position, only=["quickfix"]) if one["title"].startswith("Suppress")]


def resolved(client, action):
    return client.request("codeAction/resolve", **action)


def with_comment(text, rule):
    return text.replace("    <channel type='pty' ", COMMENT.format(rule) + "    <channel type='pty' ", 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_comment_is_written_above_the_element(client, uri, apply, newline, mark):
    text = mark + DOMAIN.replace("\n", newline)
    client.open(uri, text)
    [action] = suppressions(client, uri, PTY)
    assert (action["title"], action["kind"]) == ("Suppress agent-not-unix with a comment", "quickfix")
    assert "edit" not in action
    [diagnostic] = action["diagnostics"]
    assert diagnostic["code"] == "agent-not-unix"
    after = apply(text, resolved(client, action), uri)
    assert after == mark + with_comment(DOMAIN, "agent-not-unix").replace("\n", newline)
    client.change(uri, after, 2)
    assert "agent-not-unix" not in [one["code"] for one in client.diagnostics(uri, 2)]


def test_comment_suppresses_all_findings_of_the_rule_in_the_element(client, uri, apply):
    codes = [one["code"] for one in client.open(uri, DOMAIN)]
    [action] = [one for one in suppressions(client, uri, ONE) if "agent-not-unix" not in one["title"]]
    rule = action["diagnostics"][0]["code"]
    assert codes.count(rule) == 2
    assert apply(DOMAIN, resolved(client, action), uri) == with_comment(DOMAIN, rule)


def test_inside_a_document_the_comment_is_written_into_the_xml(client, tmp_path, apply):
    uri = (tmp_path / "page.md").as_uri()
    text = f"# Guest\n\n```xml\n{DOMAIN}```\n"
    client.open(uri, text)
    [action] = suppressions(client, uri, {"line": 6, "character": 20})
    assert apply(text, resolved(client, action), uri) == with_comment(text, "agent-not-unix")


def test_action_for_a_text_that_has_changed_has_no_edit_and_says_why(client, uri):
    client.open(uri, DOMAIN)
    [action] = suppressions(client, uri, PTY)
    client.change(uri, DOMAIN.replace("web", "other"), 2)
    client.diagnostics(uri, 2)
    assert "edit" not in resolved(client, action)
    message = client.message()
    assert message["method"] == "window/showMessage"
    assert message["params"]["message"] == "the text has no such finding any more"


@pytest.mark.parametrize("data", [None, [], "x", ["file:///nowhere.xml"], [1, 2], {"a": 1}])
def test_action_of_somebody_else_comes_back_as_it_is(client, data):
    action = {"title": "x", "kind": "quickfix"} | ({} if data is None else {"data": data})
    assert resolved(client, action) == action


def test_text_that_cannot_be_read_as_xml_has_no_place_for_a_comment(client, uri):
    text = DOMAIN.replace("</channel>", "", 1)
    [diagnostic] = client.open(uri, text)
    [action] = suppressions(client, uri, diagnostic["range"]["start"])
    assert "edit" not in resolved(client, action)
    assert client.message()["params"]["message"] == (
        "not suppressed: no comment counts for a text that cannot be read as XML"
    )


def test_suppression_of_no_use_is_not_to_be_suppressed(client, uri):
    text = DOMAIN.replace("<devices>", "<!-- chanfix: ignore[live-pty] old -->\n  <devices>")
    [diagnostic] = [one for one in client.open(uri, text) if one["code"] == "unused-suppression"]
    assert suppressions(client, uri, diagnostic["range"]["start"]) == []


def test_client_that_cannot_resolve_is_offered_none(start, uri):
    client = start()
    client.initialize(textDocument={"codeAction": {"dataSupport": True}})
    client.open(uri, DOMAIN)
    assert suppressions(client, uri, PTY) == []
    assert client.end() == (0, "")
