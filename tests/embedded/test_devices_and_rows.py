"""XML files that are a device for `virsh attach-device`, or several documents in a row."""

import pytest
from linting import EVERY, fixed, found, lint
from surroundings import DOMAIN

from chanfix.lint.rule import Bad
from chanfix.lint.rules import RULES, load
from chanfix.xml.document import Document

CHANNEL = "<channel type='pty'>\n  <target type='virtio' name='org.qemu.guest_agent.0'/>\n</channel>\n"
CONTROLLER = "<controller type='virtio-serial' index='0' ports='512'/>\n"
NOT_UNIX = ("agent-not-unix", 1, 16, "pty")


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("", "", 1),
        ("<?xml version='1.0'?>\n", "", 2),
        ("<?xml version='1.0' encoding='utf-8'?>\n<!-- for web -->\n", "<!-- end -->\n", 3),
        ("\n\n", "\n", 3),
        ("\ufeff", "", 1),
    ],
)
def test_channel_alone_is_a_device(before, after, line):
    assert found("a.xml", before + CHANNEL + after) == [("agent-not-unix", line, 16, "pty")]
    assert fixed("a.xml", before + CHANNEL + after) == before + CHANNEL.replace("pty", "unix") + after


def test_both_faults_of_a_device_are_fixed_one_after_the_other():
    text = CHANNEL.replace("guest_agent.0", "guest_agent")
    assert found("a.xml", text) == [("agent-name-typo", 2, 31, "org.qemu.guest_agent")]
    assert fixed("a.xml", text) == CHANNEL.replace("pty", "unix")


@pytest.mark.parametrize(
    "text", ["<channel><title>a</title></channel>", "<interface type='bridge' name='br0'/>", "<disk/>"]
)
def test_element_that_only_has_the_name_of_a_device_is_skipped(text):
    assert lint("a.xml", text).skipped == "holds no libvirt domain"


def test_template_of_a_device_is_one_too():
    text = "{% if agent %}\n" + CHANNEL + "{% endif %}\n"
    assert found("a.xml.j2", text) == [("agent-not-unix", 2, 16, "pty")]


def test_suppression_above_a_device_counts():
    report = lint("a.xml", "<!-- chanfix: ignore[agent-not-unix] why -->\n" + CHANNEL)
    assert (report.findings, report.suppressed) == ((), 1)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_device_alone_has_no_finding_that_it_has_not_in_its_domain(rule):
    """Of each rule's examples: what a rule needs the rest of the domain for is not said."""
    for example in load(rule).examples:
        text = example.xml if example.xml.lstrip().startswith("<domain") else None
        if text is None:
            continue
        try:
            document = Document.parse(text.encode())
        except Exception:  # of what is no XML
            continue
        whole = {(one.rule, one.place.span, one.message) for one in lint("a.xml", text, EVERY).findings}
        for devices in document.root.children("devices"):
            for device in devices.children():
                span = device.place.span
                if b"xmlns" in text.encode() and b":" in text.encode()[span.start : span.end]:
                    continue  # alone it has a prefix that is not declared
                for one in lint("a.xml", text.encode()[span.start : span.end], EVERY).findings:
                    moved = type(span)(one.place.span.start + span.start, one.place.span.end + span.start)
                    # The emulator and the machine type may be those of a distribution that has the display.
                    depends = ("path-hardcoded", "path-live-generated", "template-not-lintable", "display-removed")
                    assert (one.rule, moved, one.message) in whole or one.rule in depends


def test_devices_in_a_row_are_looked_at_in_turn_with_one_note():
    text = CHANNEL + "<!-- and -->\n" + CONTROLLER + CHANNEL
    assert found("-", text) == [
        ("not-well-formed", 5, 1, "<controller"),
        NOT_UNIX,
        ("vserial-controller-ports", 5, 51, "512"),
        ("agent-not-unix", 6, 16, "pty"),
    ]
    [note, *_] = lint("-", text).findings
    assert str(note.severity) == "info"
    assert note.message == ("3 documents in one text: each is looked at by itself; libvirt takes one at a time")


def test_libvirt_takes_one_document_at_a_time(tmp_path):
    libvirt = pytest.importorskip("libvirt", reason="libvirt-python is not installed: pip install 'chanfix[libvirt]'")
    node = tmp_path / "node.xml"
    node.write_text("<node/>")
    connection = libvirt.open(f"test://{node}")
    domain = DOMAIN.replace("'kvm'", "'test'")
    assert connection.defineXML(domain).name() == "web"
    with pytest.raises(libvirt.libvirtError) as caught:
        connection.defineXML(f"{domain}\n{domain.replace('web', 'mail')}")
    assert caught.value.get_error_code() == libvirt.VIR_ERR_XML_DETAIL
    connection.close()


DISK = "<disk type='file' device='disk'><source file='/a'/><target dev='vda'/></disk>\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (DISK, ""),
        ("", DISK),
        ("<!-- the agent -->\n" + DISK, "...\n" + DISK),
        ("<features><acpi/></features>\n<devices>\n", "</devices>\n"),
        ("<?xml version='1.0'?>\n", ""),
    ],
)
@pytest.mark.parametrize(("file", "head", "tail"), [("a.md", "```xml\n", "```\n"), ("a.py", 'x = """\n', '"""\n')])
def test_device_beside_other_elements_is_found(before, after, file, head, tail):
    text = head + before + CHANNEL + after + tail
    line = (head + before).count("\n") + 1
    assert ("agent-not-unix", line, 16, "pty") in found(file, text)
    assert fixed(file, text) == text.replace("pty", "unix")


def test_domains_in_a_row_are_fixed_each():
    text = f"{DOMAIN}\n{DOMAIN.replace('web', 'mail')}\n"
    assert [one[:2] for one in found("a.xml", text)] == [
        ("not-well-formed", 13),
        ("agent-not-unix", 8),
        ("agent-not-unix", 20),
    ]
    assert fixed("a.xml", text) == text.replace("pty", "unix")


@pytest.mark.parametrize(
    "text", [f"{DOMAIN}\n<a/>", f"{DOMAIN}\ntext\n{DOMAIN}", f"{DOMAIN}\n{DOMAIN[:-3]}", "<a/><b/>"]
)
def test_row_that_is_not_all_libvirts_is_refused_as_before(text):
    [finding] = lint("a.xml", text).findings
    assert (finding.rule, str(finding.severity)) == ("not-well-formed", "error")


def test_example_of_a_bad_rule_is_found_in_a_fence():
    for rule in RULES:
        if not rule.on_by_default or rule.needs_schema or rule.family == "file":
            continue
        for example in load(rule).examples:
            if isinstance(example, Bad) and example.xml.startswith("<domain type='kvm'"):
                bare = {one[0] for one in found("a.xml", example.xml)}
                assert {one[0] for one in found("a.md", f"```\n{example.xml}\n```\n")} == bare


TEMPLATE = DOMAIN.replace("web", "{{ name }}")


@pytest.mark.parametrize(
    ("before", "between", "after"),
    [
        ("", "\n", "\n"),
        ("{% for name in names %}\n", "\n{% endfor %}\n{% if more %}\n", "\n{% endif %}\n"),
        ("{% if a %}\n", "\n{% endif %}{% if not a %}\n", "\n{% endif %}\n"),
        ("{# of the lab #}\n", "\nand {{ text }}\n", ""),
    ],
)
def test_documents_of_a_template_are_looked_at_each(before, between, after):
    text = before + TEMPLATE + between + TEMPLATE + after
    first = before.count("\n")
    second = first + TEMPLATE.count("\n") + between.count("\n")
    report = lint("a.xml.j2", text)
    assert [(one.rule, one.place.start.line) for one in report.findings] == [
        ("not-well-formed", second + 1),
        ("agent-not-unix", first + 8),
        ("agent-not-unix", second + 8),
    ]
    assert fixed("a.xml.j2", text) == text.replace("pty", "unix")


def test_documents_of_a_template_are_not_compared():
    socket = "<source mode='bind' path='/srv/a.sock'/>"
    one = DOMAIN.replace("'pty'>", f"'unix'>{socket}")
    text = "{% if a %}\n" + one + "\n{% endif %}{% if b %}\n" + one.replace("web", "mail") + "\n{% endif %}\n"
    assert [rule for rule, *_ in found("a.xml.j2", text)] == ["not-well-formed", "path-hardcoded", "path-hardcoded"]


@pytest.mark.parametrize(
    "text",
    [
        TEMPLATE + "\n{% if a %}" + TEMPLATE.replace("</os>", "{% endif %}"),
        "{% if a %}<domain type='kvm'>{% else %}<domain type='qemu'>{% endif %}<devices></domain>",
        TEMPLATE.replace("</os>", "{% include 'os' %}"),
    ],
)
def test_template_that_is_not_understood_is_named_once(text):
    assert [rule for rule, *_ in found("a.xml.j2", text)] == ["template-not-lintable"]
