"""Every way in which templates of domain XML are written, read where they stand."""

from random import Random

import pytest

from chanfix.domain import Domain
from chanfix.errors import InputError, InputKind
from chanfix.position import Position
from chanfix.template import read_document
from chanfix.xml.holes import Unknown
from chanfix.xml.span import LineIndex
from chanfix.xml.together import collisions

AGENT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"


def domain(devices, start="<domain type='kvm'>"):
    return f"{start}<name>web</name><devices>{devices}</devices></domain>"


READABLE = {
    "jinja in text and attributes": ("a.xml.j2", domain(f"<disk type='{{{{ t }}}}'>{{{{ d }}}}</disk>{AGENT}")),
    "jinja between elements": (
        "a.xml.j2",
        domain("{% if a %}<input/>{% elif b %}<x/>{% else %}<y/>{% endif %}" + AGENT),
    ),
    "jinja inside a tag": ("a.xml.j2", domain("<vcpu{% if p %} placement='{{ p }}'{% endif %}>1</vcpu>" + AGENT)),
    "jinja as an attribute's name": ("a.xml.j2", domain("<source {{ kind }}='{{ v }}' {{ other }}='1'/>" + AGENT)),
    "jinja in place of attributes": ("a.xml.j2", domain("<driver {{ options }}/>" + AGENT)),
    "jinja in place of a quoted value": ("a.xml.j2", domain("<driver name={{ name | quote }}/>" + AGENT)),
    "jinja before the root": ("a.xml.j2", "{% set a = '<x>' %}\n{# <y> #}\n" + domain(AGENT)),
    "jinja before the declaration": ("a.xml.j2", "{# <y> #}\n<?xml version='1.0'?>\n" + domain(AGENT)),
    "a macro with half an element": ("a.xml.j2", "{% macro m(n) %}<{{ n }}>{% endmacro %}" + domain(AGENT)),
    "a macro that is the whole file": ("a.xml.j2", "{% macro vm(n) %}\n" + domain(AGENT) + "\n{% endmacro %}\n"),
    "a macro with the domain beside another": (
        "a.xml.j2",
        "{% macro m() %}a < b{% endmacro %}{% macro vm(n) %}" + domain(AGENT) + "{% endmacro %}",
    ),
    "a block that sets": ("a.xml.j2", "{% set m %}<disk>{% endset %}" + domain(AGENT)),
    "jinja that trims": ("a.xml.j2", domain("\n  {%- if a -%}\n  <x/>\n  {%- endif +%}\n" + AGENT)),
    "raw jinja": ("a.xml.j2", domain("{% raw %}<x a='{{ }} {% b'/>{% endraw %}" + AGENT)),
    "jinja with markup in a string": ("a.xml.j2", domain("{{ '</devices>}}' }}<x a='{{ '\"<>' }}'/>" + AGENT)),
    "jinja with quotes in a value": ("a.xml.j2", domain("<x a='{{ h['k'] }}'/>" + AGENT)),
    "jinja over lines ended by CR LF": (
        "a.xml.j2",
        domain("{{ a\r\n| b }}\r\n{% if c\r\n %}\r\n<x/>{% endif %}" + AGENT),
    ),
    "jinja with wide letters": ("a.xml.j2", domain("{# ä€🐧 #}<x a='ä{{ 'ö€' }}ß'/>" + AGENT)),
    "jinja after a byte order mark": ("a.xml.j2", "\ufeff{# c #}" + domain("{{ x }}" + AGENT)),
    "jinja in a comment": ("a.xml.j2", domain("<!-- {{ a --}} {% if b %} -->" + AGENT + "<!-- {% endif %} -->")),
    "jinja inside the agent channel": (
        "a.xml.j2",
        domain(AGENT.replace("<target", "{% if old %}<source mode='bind' path='/a'/>{% endif %}<target")),
    ),
    "a template that Helm defines": ("_vm.tpl", '{{- define "vm" -}}\n' + domain(AGENT) + "\n{{- end -}}\n"),
    "jinja named .tpl": ("a.tpl", domain("{% if a %}<x/>{% endif %}" + AGENT)),
    "jinja named .xml": ("a.xml", domain("{{ a }}<x b='{{ c }}'/>" + AGENT)),
    "jinja as the type of the domain": ("a.xml.j2", domain(AGENT, "<domain type='{{ engine | default('kvm') }}'>")),
    "erb": (
        "a.xml.erb",
        domain(
            "<%- unless @a.nil? -%><x a='<%= @a > 1 ? \"<\" : 'b' %>'/><%- end -%>"
            "<% @list.each do |one|\n one = one.reject { |k| k.nil? } -%><y <%= one %>/><% end -%>"
            "<%# </devices> -%><% n = @list.size %><% for i in 0..n do %><z/><% end %>"
            "<% if @b %><u/><% elsif @c %><v/><% else %><w/><% end %><% @d.map { |d| %><t/><% } %>" + AGENT
        ),
    ),
    "erb that makes names": ("a.xml.erb", domain("<<%= n %> <%= o %>/><<%= n %>>1</<%= n %>>" + AGENT)),
    "go": (
        "a.xml.tmpl",
        domain(
            "{{- range $i, $d := .Disks }}<disk a='{{ $d }}' b='{{ printf \"}}<\" }}'/>{{ end -}}{{/* </a> */}}"
            "{{ if .A }}<x/>{{ else if .B }}<y/>{{ else }}<z/>{{ end }}{{ $v := 1 }}" + AGENT
        ),
    ),
    "go named .xml": ("a.xml", domain("{{ if .A }}<x a='{{.B}}'/>{{ end }}" + AGENT)),
    "shell": ("a.xml", domain("<x a='${VM_NAME:-web}'>${VM_DISKS}</x>" + AGENT)),
    "percent signs": ("a.tpl", domain("<x a='%VM_NAME%'>%MEMORY%</x>" + AGENT)),
    "at signs": ("a.xml", domain("<x a='@vm_name@'/>@disks@" + AGENT)),
}


@pytest.fixture(params=READABLE.values(), ids=READABLE)
def template(request):
    name, text = request.param
    return name, text.encode()


def test_every_element_stands_where_its_bytes_are(template):
    name, data = template
    document = read_document(data, name)
    assert document.data == data
    [channel] = Domain.of(document).agent_channels
    span = channel.node.place.span
    assert data[span.start : span.end].startswith(b"<channel type='unix'>")
    assert data[span.start : span.end].endswith(b"name='org.qemu.guest_agent.0'/></channel>")


def test_masked_bytes_are_as_many_and_keep_their_lines(template):
    name, data = template
    mask = read_document(data, name).mask
    assert len(mask.data) == len(data)
    for sign in (b"\n", b"\r"):
        assert [at for at, byte in enumerate(mask.data) if byte == sign[0]] == [
            at for at, byte in enumerate(data) if byte == sign[0]
        ]


def test_bytes_outside_the_holes_are_seen_as_they_are(template):
    name, data = template
    mask = read_document(data, name).mask
    # An XML declaration that is not at the start of the text is the one exception.
    data = data.replace(b"<?xml version='1.0'?>", b" " * 21)
    done = 0
    for hole in mask.holes:
        assert mask.data[done : hole.span.start] == data[done : hole.span.start]
        done = hole.span.end
    assert mask.data[done:] == data[done:]


def test_the_file_that_is_read_again_is_read_the_same_way(template):
    name, data = template
    again = read_document(data, name).reread(data)
    assert again.mask is not None


def test_plain_xml_has_no_mask():
    assert read_document(domain(AGENT).encode(), "a.xml").mask is None


@pytest.mark.parametrize(
    "text",
    [
        domain("<!-- {{ a }} {% b %} <% c -->" + AGENT),
        domain("<description>two {{ braces, never closed</description>" + AGENT),
        domain("<x><![CDATA[ {{ a ]]></x>" + AGENT),
    ],
)
def test_xml_with_signs_of_a_template_stays_xml(text):
    document = read_document(text.encode(), "a.xml")
    assert Domain.of(document).agent_channels
    assert Domain.of(document).name == "web"


@pytest.mark.parametrize(
    ("name", "text", "reason", "at"),
    [
        ("a.xml.j2", domain("{{ open }}</x>"), "tag mismatch", "x>"),
        ("a.xml.j2", domain("{% if a %}<x/>"), "never closed", "{% if a %}"),
        ("a.xml.j2", domain("<x/>{% endif %}"), "closes no block", "{% endif %}"),
        ("a.xml.j2", domain("{% if a %}<x/>{% endfor %}"), "closes no block", "{% endfor %}"),
        ("a.xml.j2", "\n\n" + domain("{{ ä ? }}{{ ö ?"), "never closed", "{{ ö"),
        ("a.xml.tpl", domain("<x>"), "tag mismatch", "devices></d"),
        ("a.xml", domain("{{ open }}</x>"), "tag mismatch", "x>"),
        ("a.xml.erb", domain("<% if a %><x/>"), "never closed", "<% if a %>"),
        ("a.xml.erb", domain("<%= a"), "never closed", "<%= a"),
        ("a.xml.tmpl", domain("{{ .A }}{{ .b"), "never closed", "{{ .b"),
        ("a.xml.j2", domain("<!-- ä -->{# ö #}</x>"), "tag mismatch", "x>"),
    ],
)
def test_a_template_that_no_mask_makes_xml_of_says_why_and_where(name, text, reason, at):
    with pytest.raises(InputError) as error:
        read_document(text.encode(), name)
    assert error.value.kind is InputKind.TEMPLATE
    assert reason in error.value.message
    offset = LineIndex(text.encode(), "utf-8").offset(error.value.position)
    assert text.encode()[offset:].startswith(at.encode())


def test_broken_xml_with_placeholders_is_broken_xml():
    with pytest.raises(InputError) as error:
        read_document(domain("<x a='${B}'>").encode(), "a.xml")
    assert error.value.kind is InputKind.NOT_WELL_FORMED


def test_a_doctype_in_a_template_stays_a_doctype():
    with pytest.raises(InputError) as error:
        read_document(b"<!DOCTYPE domain []>" + domain("{{ a }}").encode(), "a.xml.j2")
    assert error.value.kind is InputKind.DOCTYPE


@pytest.mark.parametrize(
    ("device", "name", "value"),
    [
        ("<x a='{{ b }}' c='d'/>", "c", "d"),
        ("<x a='{{ b }}' c='d'/>", "e", None),
        ("<x a='e-{{ b }}'/>", "a", Unknown("e-{{ b }}")),
        ("<x{% if b %} a='c'{% endif %} d='e'/>", "a", Unknown("a='c'")),
        ("<x{% if b %} a='c'{% endif %} d='e'/>", "d", "e"),
        ("<x{% if b %} a='c'{% endif %} d='e'/>", "f", None),
        ("<x {{ b }} c='d'/>", "a", Unknown("{{ b }}")),
        ("<x {{ b }} c='d'/>", "c", "d"),
        ("<x {{ b }}='c'/>", "a", Unknown("{{ b }}")),
        ("{% if b %}<x a='c'/>{% endif %}", "a", "c"),
    ],
)
def test_a_value_that_a_template_may_change_is_unknown(device, name, value):
    document = read_document(domain(device).encode(), "a.xml.j2")
    [node] = document.root.descendants("x")
    assert node.get(name) == value
    assert type(node.get(name)) is type(value)


@pytest.mark.parametrize(
    ("inside", "is_unknown"),
    [
        ("<y/>", False),
        ("{{ y }}", True),
        ("{% include 'y' %}", True),
        ("{# y #}<!-- {{ y }} -->", False),
        ("{% if y %}<y/>{% endif %}", False),
        ("<y>{{ z }}</y>", False),
        ("<{{ y }}/>", True),
        ("<y><{{ z }}/></y>", False),
    ],
)
def test_elements_may_come_with_what_a_construct_leaves_between_elements(inside, is_unknown):
    document = read_document(domain(f"<x>{inside}</x>{{# c #}}").encode(), "a.xml.j2")
    [node] = document.root.descendants("x")
    assert node.has_unknown_children is is_unknown


@pytest.mark.parametrize(
    ("devices", "excluded"),
    [
        ("{% if a %}<x/>{% else %}<y/>{% endif %}", True),
        ("{% if a %}<x/>{% elif b %}{% if c %}<y/>{% endif %}{% endif %}", True),
        ("{% if a %}<x/>{% endif %}{% if not a %}<y/>{% endif %}", False),
        ("{% if a %}<x/><y/>{% else %}{% endif %}", False),
        ("{% for a in b %}<x/>{% endfor %}<y/>", False),
        ("{% if a %}<x/>{% endif %}<y/>", False),
    ],
)
def test_what_stands_in_two_arms_of_one_block_is_never_there_together(devices, excluded):
    document = read_document(domain(devices).encode(), "a.xml.j2")
    one, other = (next(document.root.descendants(tag)) for tag in "xy")
    assert one.excludes(other) is excluded
    assert other.excludes(one) is excluded


def test_bytes_that_are_no_text_are_told_with_their_place():
    with pytest.raises(InputError, match="byte 0x80 is not valid in the encoding 'utf-8'") as caught:
        read_document(b"<domain>\n<name>{{ x }}\x80</name></domain>")
    assert (caught.value.kind, caught.value.position) == (InputKind.TEMPLATE, Position(2, 14))


def test_of_those_before_an_element_the_first_that_can_be_there_too_is_told():
    """Held against a look at each pair, in any order."""
    blocks = (
        "{% if a %}<x/>{% if b %}<x/>{% elif c %}<x/><x/>{% else %}<x/>{% endif %}<x/>{% else %}<x/><x/>{% endif %}"
    )
    document = read_document(domain(f"{blocks}{{% if d %}}<x/>{{% endif %}}{blocks}<x/>").encode(), "a.xml.j2")
    nodes = list(document.root.descendants("x"))
    for seed in range(20):
        order = Random(seed).sample(nodes, len(nodes))
        known = [
            (node, other)
            for number, node in enumerate(order)
            for other in order[:number]
            if node.is_there_with(other) or other.is_there_with(node)
        ]
        first = dict(reversed(known))
        assert list(collisions(order, lambda node: node)) == [(node, first[node]) for node in order if node in first]


def test_blocks_that_are_nested_deeper_than_jinja_itself_takes_them_are_refused():
    with pytest.raises(InputError) as error:
        read_document(domain("{% if a %}" * 101 + "{% endif %}" * 101).encode(), "a.xml.j2")
    assert error.value.message == "no XML is left of the template: the blocks of the template are nested over 100 deep"
    assert read_document(domain("{% if a %}" * 100 + "{% endif %}" * 100).encode(), "a.xml.j2").mask
