"""``chanfix lsp`` as an editor meets it: a real session over standard input and output."""

import pytest

GOOD = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
BLANK = GOOD.replace("guest_agent.0", "guest_agent.0 ")
PTY = GOOD.replace("'unix'", "'pty'")
BOTH = BLANK.replace("'unix'", "'pty'")


def at(line, character):
    return {"line": line, "character": character}


def codes(diagnostics):
    return [diagnostic["code"] for diagnostic in diagnostics]


def titles(actions):
    return [action["title"] for action in actions]


def test_server_says_what_it_can_do(start):
    client = start()
    answer = client.initialize()
    assert client.end() == (0, "")
    assert answer["serverInfo"]["name"] == "chanfix"
    capabilities = answer["capabilities"]
    assert capabilities["positionEncoding"] == "utf-16"
    assert capabilities["textDocumentSync"]["change"] == 1
    assert capabilities["hoverProvider"]
    assert "<" in capabilities["completionProvider"]["triggerCharacters"]
    assert capabilities["codeActionProvider"]["codeActionKinds"] == ["quickfix", "source.fixAll.chanfix"]


def test_an_interrupt_ends_it_while_the_client_is_still_there(start):
    client = start()
    client.initialize()
    assert client.interrupt() == (130, "chanfix: interrupted\n")


def test_opening_a_text_shows_what_is_wrong_with_it(client, uri):
    [diagnostic] = client.open(uri, PTY)
    diagnostic.pop("codeDescription", None)  # while the documentation has an address
    assert diagnostic == {
        "range": {"start": at(3, 19), "end": at(3, 22)},
        "severity": 1,
        "code": "agent-not-unix",
        "source": "chanfix",
        "message": "the agent channel is of type 'pty'; libvirt talks to an agent on 'unix' only",
    }


@pytest.mark.parametrize("name", ["my vm.xml", "größe.xml", "漢 😀.xml", "100%.xml", "%20.xml", "a#b?c.xml"])
def test_a_file_may_have_any_name(client, tmp_path, apply, name):
    uri = (tmp_path / name).as_uri()
    assert codes(client.open(uri, GOOD)) == []
    client.change(uri, PTY, 2)
    [diagnostic] = client.diagnostics(uri, 2)
    [action] = client.actions(uri, diagnostic["range"]["start"])
    assert apply(PTY, action, uri) == GOOD
    client.close(uri)
    assert client.diagnostics(uri) == []


def test_related_places_are_told(client, uri):
    text = GOOD.replace("  </devices>", GOOD[GOOD.index("    <channel") : GOOD.index("  </devices>")] + "  </devices>")
    [diagnostic] = client.open(uri, text)
    assert diagnostic["code"] == "duplicate-agent-channel"
    [related] = diagnostic["relatedInformation"]
    assert (related["location"]["uri"], related["location"]["range"]["start"]["line"]) == (uri, 4)


def test_changes_are_linted_once_after_the_typing(client, uri):
    assert client.open(uri, GOOD) == []
    for version, text in enumerate([GOOD[:50], GOOD[:100], PTY], start=2):
        client.change(uri, text, version)
    assert codes(client.diagnostics(uri, 4)) == ["agent-not-unix"]
    assert client.is_silent(0.5)


def test_a_correction_takes_the_diagnostic_away(client, uri):
    assert len(client.open(uri, PTY)) == 1
    client.change(uri, GOOD, 2)
    assert client.diagnostics(uri, 2) == []


def test_closing_a_text_takes_its_diagnostics_away(client, uri):
    assert len(client.open(uri, PTY)) == 1
    client.close(uri)
    assert client.diagnostics(uri) == []


def test_a_text_that_is_closed_while_it_waits_is_not_linted(client, uri):
    client.open(uri, GOOD)
    client.change(uri, PTY, 2)
    client.close(uri)
    assert client.diagnostics(uri) == []
    assert client.is_silent(0.5)


def test_broken_xml_is_a_diagnostic_at_the_fault(client, uri):
    [diagnostic] = client.open(uri, GOOD.replace("</name>", "</nam>"))
    assert diagnostic["code"] == "not-well-formed"
    assert diagnostic["range"]["start"]["line"] == 1


@pytest.mark.parametrize("text", ["", "<project><dependency/>", "<network><domain name='lab'/></network>", "# notes"])
def test_what_holds_no_domain_is_left_alone(client, uri, text):
    assert client.open(uri, text) == []


def test_a_template_is_linted_where_it_stands(client, tmp_path):
    text = PTY.replace("web", "{{ name }}")
    [diagnostic] = client.open((tmp_path / "vm.xml.j2").as_uri(), text)
    assert diagnostic["range"] == {"start": at(3, 19), "end": at(3, 22)}


def test_an_unsaved_text_without_a_file_is_linted(client):
    assert codes(client.open("untitled:Untitled-1", PTY)) == ["agent-not-unix"]


# --- Fixes


def test_a_safe_fix_is_preferred_and_gives_the_fixed_text(client, uri, apply):
    [diagnostic] = client.open(uri, BLANK)
    [fix, _] = client.actions(uri, diagnostic["range"]["start"], diagnostic["range"]["end"])
    assert (fix["kind"], fix["isPreferred"], fix["diagnostics"]) == ("quickfix", True, [diagnostic])
    assert apply(BLANK, fix, uri) == GOOD


def test_an_unsafe_fix_says_so_and_is_not_preferred(client, uri, apply):
    client.open(uri, PTY)
    [fix] = client.actions(uri, at(3, 20))
    assert (fix["title"], fix["isPreferred"]) == ("Make the channel a Unix socket (unsafe)", False)
    assert apply(PTY, fix, uri) == GOOD


def test_fixes_are_offered_where_their_finding_is(client, uri):
    client.open(uri, BOTH)
    [fix] = client.actions(uri, at(4, 40), only=["quickfix"])
    assert codes(fix["diagnostics"]) == ["agent-name-whitespace"]
    assert client.actions(uri, at(0, 0), only=["quickfix"]) == []


@pytest.mark.parametrize("kind", ["source.fixAll.chanfix", "source.fixAll", "source"])
def test_all_safe_fixes_are_made_at_once_wherever_the_cursor_is(client, uri, apply, kind):
    client.open(uri, BOTH)
    [action] = client.actions(uri, at(0, 0), only=[kind])
    assert (action["title"], action["kind"]) == ("Make all safe fixes", "source.fixAll.chanfix")
    assert apply(BOTH, action, uri) == PTY


@pytest.mark.parametrize("kind", ["refactor", "source.organizeImports", "source.fixAll.other", "quick"])
def test_no_action_of_another_kind_is_offered(client, uri, kind):
    client.open(uri, BLANK)
    assert client.actions(uri, at(4, 40), only=[kind]) == []


def test_fixes_are_those_of_the_text_as_it_is_now(client, uri, apply):
    client.open(uri, GOOD)
    changed = "\n" + BLANK
    client.change(uri, changed, 2)
    [action] = client.actions(uri, at(0, 0), only=["source.fixAll"])
    assert apply(changed, action, uri) == "\n" + GOOD


def test_there_is_nothing_to_fix_in_a_good_text(client, uri):
    client.open(uri, GOOD)
    assert client.actions(uri, at(0, 0), at(8, 0)) == []


# --- Hover


def test_the_rule_is_explained_where_the_pointer_is_on_a_finding(client, uri):
    client.open(uri, PTY)
    hover = client.hover(uri, at(3, 20))
    assert hover["contents"]["kind"] == "markdown"
    assert hover["contents"]["value"].startswith("# agent-not-unix\n")
    assert "## Why it matters" in hover["contents"]["value"]
    assert hover["range"] == {"start": at(3, 19), "end": at(3, 22)}
    assert client.hover(uri, at(0, 0)) is None


def test_what_libvirt_knows_of_a_word_is_told_where_the_pointer_is_on_it(client, uri):
    client.open(uri, GOOD)
    hover = client.hover(uri, at(4, 16))
    assert hover["contents"]["value"].startswith("`type` of `<target>`: ")
    assert hover["range"] == {"start": at(4, 14), "end": at(4, 18)}


# --- Completion


def test_words_are_offered_in_a_text_that_is_not_well_formed_yet(client, uri):
    client.open(uri, "<domain type='kvm'>\n  <devices>\n    <watchdog model='i6' ac")
    items = client.complete(uri, at(2, 27))
    assert [item["label"] for item in items] == ["action"]
    assert items[0]["textEdit"] == {"range": {"start": at(2, 25), "end": at(2, 27)}, "newText": "action"}
    models = client.complete(uri, at(2, 23))
    assert {item["label"]: item.get("detail") for item in models}["itco"] == "since 9.1.0"


def test_an_attribute_comes_with_its_quotes_where_the_editor_takes_snippets(start, uri):
    client = start()
    client.initialize(textDocument={"completion": {"completionItem": {"snippetSupport": True}}})
    client.open(uri, '<domain type="kvm">\n  <devices>\n    <watchdog ')
    items = {item["label"]: item for item in client.complete(uri, at(2, 14))}
    assert items["model"]["textEdit"]["newText"] == 'model="$1"'
    assert items["model"]["insertTextFormat"] == 2
    assert client.end() == (0, "")


def test_places_in_a_line_of_wide_characters_are_those_of_the_protocol(client, uri):
    client.open(uri, "<domain type='kvm'><title>\U0001f600</title><on_reboot>re")
    [item] = [one for one in client.complete(uri, at(0, 49)) if one["label"] == "restart"]
    assert item["textEdit"]["range"] == {"start": at(0, 47), "end": at(0, 49)}


# --- Columns


ASTRAL = PTY.replace("    <channel type", "    <!-- 😀é --><channel type")


def column(codec, unit):
    """Return the column of the value 'pty' in code units."""
    line = ASTRAL.splitlines()[3]
    return len(line[: line.index("pty")].encode(codec)) // unit


@pytest.mark.parametrize(
    ("offered", "agreed", "column"),
    [
        (None, "utf-16", column("utf-16-le", 2)),
        (["utf-8", "utf-16"], "utf-8", column("utf-8", 1)),
        (["utf-32"], "utf-32", column("utf-32-le", 4)),
    ],
)
def test_columns_are_counted_as_the_client_counts_them(start, uri, offered, agreed, column):
    client = start()
    capabilities = {"general": {"positionEncodings": offered}} if offered else {}
    assert client.initialize(**capabilities)["capabilities"]["positionEncoding"] == agreed
    [diagnostic] = client.open(uri, ASTRAL)
    assert diagnostic["range"] == {"start": at(3, column), "end": at(3, column + 3)}
    assert client.end() == (0, "")


def test_fixes_beside_wide_characters_are_made_in_the_right_place(client, uri, apply):
    client.open(uri, ASTRAL)
    [fix] = client.actions(uri, at(3, column("utf-16-le", 2)))
    assert apply(ASTRAL, fix, uri) == ASTRAL.replace("'pty'", "'unix'")


def test_the_encoding_that_a_file_declares_is_not_that_of_the_text(client, uri, apply):
    text = "<?xml version='1.0' encoding='ISO-8859-1'?>\n" + ASTRAL.replace("web", "wéb €")
    [diagnostic] = client.open(uri, text)
    assert diagnostic["range"]["start"] == at(4, column("utf-16-le", 2))
    [fix] = client.actions(uri, diagnostic["range"]["start"])
    assert apply(text, fix, uri) == text.replace("'pty'", "'unix'")


def test_a_byte_order_mark_is_a_character_for_an_editor(client, uri, apply):
    text = "\ufeff" + PTY.replace("\n", "").replace("  ", "")
    [diagnostic] = client.open(uri, text)
    start, end = diagnostic["range"]["start"]["character"], diagnostic["range"]["end"]["character"]
    assert text[start:end] == "pty"


# --- Configuration


def test_the_configuration_near_the_file_is_respected(client, tmp_path):
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "chanfix.toml").write_text("select = ['agent-missing']\nseverity = {agent-missing = 'error'}\n")
    [diagnostic] = client.open((tmp_path / "lab" / "vm.xml").as_uri(), GOOD.replace(".0'", ".x'"))
    assert (diagnostic["code"], diagnostic["severity"]) == ("agent-missing", 1)


def test_what_the_configuration_excludes_is_left_alone(client, uri, tmp_path):
    (tmp_path / "chanfix.toml").write_text("exclude = ['vm.xml']\n")
    assert client.open(uri, PTY) == []


def test_known_findings_are_hidden_by_the_baseline(client, uri, tmp_path):
    from chanfix.cli import main

    (tmp_path / "vm.xml").write_text(PTY)
    assert main(["lint", "--write-baseline", str(tmp_path / "known.json"), str(tmp_path / "vm.xml")]) == 0
    (tmp_path / "chanfix.toml").write_text("baseline = 'known.json'\n")
    assert client.open(uri, PTY) == []


def test_a_configuration_that_cannot_be_used_is_a_diagnostic_until_it_is_repaired(client, uri, tmp_path):
    (tmp_path / "chanfix.toml").write_text("selct = ['all']\n")
    [diagnostic] = client.open(uri, GOOD)
    assert diagnostic["message"].endswith("chanfix.toml: unknown key 'selct'; did you mean 'select'?")
    (tmp_path / "chanfix.toml").write_text("")
    client.save(uri)
    assert client.diagnostics(uri, 1) == []
