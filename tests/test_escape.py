import tomllib

import pytest

from chanfix.escape import (
    for_runner,
    for_sarif_message,
    for_terminal,
    for_toml,
    for_uri,
    for_workflow_data,
    for_workflow_property,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain äöü 漢字", "plain äöü 漢字"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("a\nb\r\t", "a\\nb\\r\\t"),
        ("\x9b31m\x7f", "\\x9b31m\\x7f"),
        ("a\u202eb\u2066c\u200b", "a\\u202eb\\u2066c\\u200b"),
        ("\udcff", "\\udcff"),
        ("\U000e0041", "\\U000e0041"),
        ("\ufffe\uffff", "\\ufffe\\uffff"),
    ],
)
def test_what_a_terminal_could_act_on_is_written_out(text, expected):
    assert for_terminal(text) == expected


def test_characters_to_keep_are_kept():
    assert for_terminal("a\tb\n", keep="\t") == "a\tb\\n"


@pytest.mark.parametrize(
    ("text", "data", "property_"),
    [
        ("100% a: b, c", "100%25 a: b, c", "100%25 a%3A b%2C c"),
        ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
        ("%0A", "%250A", "%250A"),
        ("x::error::y", "x::error::y", "x%3A%3Aerror%3A%3Ay"),
        ("\x1b[31m", "\\x1b[31m", "\\x1b[31m"),
    ],
)
def test_nothing_ends_a_workflow_command_early(text, data, property_):
    assert for_workflow_data(text) == data
    assert for_workflow_property(text) == property_


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the name is '{{ name }}'", "the name is '{{{{ name }}}}'"),
        ("{0}", "{{0}}"),
        ("[click](http://x.example)", "[click] (http://x.example)"),
        ("a\nb", "a\\nb"),
    ],
)
def test_sarif_message_holds_no_placeholder_and_no_link(text, expected):
    assert for_sarif_message(text) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("hosts/web.xml", "hosts/web.xml"),
        ("a b#c?d%.xml", "a%20b%23c%3Fd%25.xml"),
        ("c:d.xml", "c%3Ad.xml"),
        ("漢.xml", "%E6%BC%A2.xml"),
        ("\udcff.xml", "%FF.xml"),
        ("/srv/a b.xml", "file:///srv/a%20b.xml"),
    ],
)
def test_path_becomes_a_uri_reference(path, expected):
    assert for_uri(path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::error::x", "\\x3a:error::x"),
        (" \t\u2003::stop-commands::x", " \t\u2003\\x3a:stop-commands::x"),
        ("a\r\n\n ::x\r::y", "a\r\n\n \\x3a:x\r\\x3a:y"),
        ("a ##[error]b", "a \\x23#[error]b"),
        ("a ##vso[task.complete]b", "a \\x23#vso[task.complete]b"),
        ("a::b: ::c # ## [", "a::b: ::c # ## ["),
    ],
)
def test_what_the_runner_could_act_on_is_written_out(text, expected):
    assert for_runner(text) == expected


@pytest.mark.parametrize(
    "text", ["", "a\"b\\c'd", "\x00\n\x1b[31m\x7f\x9f", "\u200b\u202e\ufeff", "\U000e0041 é 漢 😀"]
)
def test_string_of_toml_is_read_as_the_text_and_has_nothing_for_a_terminal_to_act_on(text):
    written = for_toml(text)
    assert tomllib.loads(f"a = {written}") == {"a": text}
    assert for_terminal(written) == written
