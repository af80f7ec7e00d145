"""The grammar of channels and virtio-serial controllers, and what the rule says of them."""

import time
from itertools import permutations
from pathlib import Path

import pytest

from chanfix import resources
from chanfix.domain import Domain
from chanfix.errors import ChanfixError
from chanfix.lint.file import lint_domain
from chanfix.lint.finding import Severity
from chanfix.lint.rule import Facts, whole_document
from chanfix.lint.rules import RULES, by_name
from chanfix.relaxng.schema import Schema
from chanfix.xml.document import Document

LIBVIRT_SCHEMA = Path("/usr/share/libvirt/schemas/domain.rng")
DOMAIN = "<domain type='kvm'><name>a</name><memory>1</memory><os><type>hvm</type></os><devices>{}</devices></domain>"
THIS = [by_name("channel-schema")]
TARGET = "<target type='virtio' name='com.example.shell'/>"
# Accepted by libvirt's schema, refused by its parser: they are what libvirt's own tests expect to fail.
REFUSED_BY_DEFINE = {
    "chardev-reconnect-invalid-timeout",
    "chardev-reconnect-missing-timeout",
    "chardev-tcp-missing-host",
    "chardev-tcp-missing-service",
    "chardev-tcp-multiple-source",
    "chardev-udp-missing-connect-service",
    "chardev-udp-multiple-source",
}


@pytest.fixture(scope="module")
def grammar():
    return Schema.load(resources.path("schemas/virtio-serial.rng"))


def root(text):
    return Document.parse(text.encode()).root


def channel(kind, inner="", target=TARGET):
    return f"<channel type='{kind}'>{inner}{target}</channel>"


ACCEPTED = [
    *(channel(kind) for kind in ("null", "pty", "qemu-vdagent", "spicevmc", "stdio", "vc", "unix", "nmdm")),
    *(channel(kind, "<source path='/run/x'/>") for kind in ("dev", "file", "pipe", "pty", "unix")),
    channel("file", "<source path='/run/x' append='on'/>"),
    channel("tcp", "<source mode='bind' host='localhost' service='9900' tls='yes'/><protocol type='telnet'/>"),
    channel("udp", "<source mode='connect' host='localhost' service='9900'/>"),
    channel("udp", "<source service='9900'/>"),
    channel("udp", "<source mode='bind' host='localhost'/>", TARGET + "<source service='9900'/>"),
    channel("nmdm", "<source master='/dev/nmdm0A' slave='/dev/nmdm0B'/>"),
    *(channel(kind, "<source channel='org.example.port'/>") for kind in ("dbus", "spiceport")),
    channel("qemu-vdagent", "<source><mouse mode='client'/><clipboard copypaste='yes'/></source>"),
    channel("unix", "<source mode='connect' path='/run/x'><reconnect enabled='yes' timeout='010'/></source>"),
    channel("unix", "<source mode='bind' path='/run/x'><seclabel model='dac' relabel='no'/></source>"),
    channel("unix", "<source><seclabel model='selinux'><label>a:b</label></seclabel><seclabel relabel='no'/></source>"),
    channel("unix", target="<target type='virtio'/>"),
    channel("unix", target="<target type='virtio' name='a' state='connected'/>"),
    channel("unix", target="<target type='virtio' name='a' state='open'/>"),
    channel("pty", "<source mode='listen'/>"),
    channel("unix", "<source mode='bind' path='/x' host='a' service='1' channel='c' master='m' slave='s'/>"),
    channel("unix", target="<target type='xen' name='a'/>"),
    channel("pty", target="<target type='guestfwd' address='10.0.2.1' port='65535'/>"),
    channel("unix", "<source path='/run/x'/>", "<target type='guestfwd' address='10.0.2.1' port='4600'/>"),
    channel("pty", "<address type='virtio-serial' controller='0' bus='0' port='130'/>"),
    channel("pty", "<address type='virtio-serial'/>"),
    channel("pty", "<address type='usb' bus='0' port='1'/>"),
    channel("pty", "<address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0001'/>"),
    "<controller type='virtio-serial'/>",
    "<controller type='virtio-serial' index='0' model='virtio-non-transitional' ports='31' vectors='4'/>",
    "<controller type='virtio-serial'><driver iommu='on' ats='off' packed='on' page_per_vq='on'/></controller>",
    "<controller type='virtio-serial'><acpi index='3'/><alias name='ua-a'/><address type='virtio-mmio'/></controller>",
    "<controller type='virtio-serial'><address type='pci' domain='0x0000' bus='0x00' slot='0x1f' function='0x7' "
    "multifunction='on'><zpci uid='0x0001' fid='0x00000000'/></address></controller>",
]

# The devices, the text that the finding points at, and the sentence.
REFUSED = [
    (channel("unixx"), "unixx", "attribute 'type' of <channel> is 'unixx'; expected 'unix', "),
    (channel("Unix"), "Unix", "attribute 'type' of <channel> is 'Unix'; expected 'unix', "),
    (f"<channel>{TARGET}</channel>", "<channel>", "attribute 'type' is missing on <channel>: libvirt makes it a 'pty'"),
    (channel("pty", target=f"<taget/>{TARGET}"), "<taget/>", "<taget> is not allowed in <channel>: libvirt drops it"),
    (
        f"<channel type='pty' tty='/dev/pts/1'>{TARGET}</channel>",
        "tty='/dev/pts/1'",
        "attribute 'tty' is not allowed on <channel>",
    ),
    (
        channel("unix", "<source mode='bind' pth='/run/web.sock'/>"),
        "pth='/run/web.sock'",
        "attribute 'pth' is not allowed on <source>; expected 'path', 'append' or 'tls'",
    ),
    (channel("unix", "<boot order='1'/>"), "<boot order='1'/>", "<boot> is not allowed in <channel>: libvirt drops it"),
    (channel("unix", "<source/><source/>"), "<source/>", "a further <source> is not allowed in <channel>"),
    (
        channel("unix", "<alias name='ua-a'/><alias name='ua-b'/>"),
        "<alias name='ua-b'/>",
        "a further <alias> is not allowed in <channel>",
    ),
    (channel("unix", "<alias name='ua-a b'/>"), "ua-a b", "attribute 'name' of <alias> is 'ua-a b'; expected text"),
    (channel("unix", "<log file='relative'/>"), "relative", "attribute 'file' of <log> is 'relative'; expected text"),
    (
        channel("unix", "<log file='/x' append='yes'/>"),
        "yes",
        "attribute 'append' of <log> is 'yes'; expected 'off' or 'on'",
    ),
    (
        channel("unix", target="<target type='virtioo' name='a'/>"),
        "virtioo",
        "attribute 'type' of <target> is 'virtioo'; expected 'virtio', 'guestfwd' or 'xen'",
    ),
    (
        channel("unix", target="<target type='virtio' name='a' port='1'/>"),
        "port='1'",
        "attribute 'port' is not allowed on this <target>",
    ),
    (
        channel("unix", target="<target type='guestfwd' address='10.0.2.1' port='1'/>"),
        "<channel type='unix'>",
        "<source> is missing in <channel>",
    ),
    (
        channel("pty", target="<target type='guestfwd' address='::1' port='1'/>"),
        "::1",
        "attribute 'address' of <target> is '::1'; expected text",
    ),
    (
        channel("pty", target="<target type='guestfwd' address='10.0.2.1' port='70000'/>"),
        "70000",
        "attribute 'port' of <target> is '70000'; expected a value of the type 'port-number'",
    ),
    (channel("file"), "<channel type='file'>", "<source> is missing in <channel>"),
    (
        channel("file", "<source path='/x' append='maybe'/>"),
        "maybe",
        "attribute 'append' of <source> is 'maybe'; expected 'off' or 'on'",
    ),
    (
        channel("tcp", "<source host='localhost'/>"),
        "<source host='localhost'/>",
        "attribute 'service' is missing on <source>",
    ),
    (
        channel("tcp", "<source mode='listen' host='localhost' service='1'/>"),
        "listen",
        "attribute 'mode' of <source> is 'listen'; expected 'bind' or 'connect'",
    ),
    (
        channel("tcp", "<source mode='' host='localhost' service='1'/>"),
        "mode=''",
        "attribute 'mode' of <source> is ''; expected 'bind' or 'connect'",
    ),
    (
        channel("tcp", "<source host='a' service='1'/><protocol type='ssh'/>"),
        "ssh",
        "attribute 'type' of <protocol> is 'ssh'; expected 'raw', 'telnet', 'telnets' or 'tls'",
    ),
    (
        channel("udp", "<source mode='bind' service='1'/>"),
        "<channel type='udp'>",
        "another <source> is missing in <channel>",
    ),
    (
        channel("unix", "<source mode='' path='/x'/>", "<target type='guestfwd' address='10.0.2.1' port='1'/>"),
        "mode=''",
        "attribute 'mode' of <source> is ''; expected 'bind' or 'connect'",
    ),
    (
        channel("nmdm", "<source master='/dev/nmdm0A'/>"),
        "<source master='/dev/nmdm0A'/>",
        "attribute 'slave' is missing on <source>",
    ),
    (channel("spiceport"), "<channel type='spiceport'>", "<source> is missing in <channel>"),
    (
        channel("unix", "<source mode='connect' path='/x'><reconnect enabled='yes'/></source>"),
        "<reconnect enabled='yes'/>",
        "attribute 'timeout' is missing on <reconnect>",
    ),
    (
        channel("qemu-vdagent", "<source><mouse mode='none'/></source>"),
        "none",
        "attribute 'mode' of <mouse> is 'none'; expected 'client' or 'server'",
    ),
    (channel("pty", "<address port='1'/>"), "<address port='1'/>", "attribute 'type' is missing on <address>"),
    (
        channel("pty", "<address type='serial' port='1'/>"),
        "serial",
        "attribute 'type' of <address> is 'serial'; expected 'virtio-serial', ",
    ),
    (
        channel("pty", "<address type='virtio-serial' port='0x1'/>"),
        "0x1",
        "attribute 'port' of <address> is '0x1'; expected text that matches '[0-9]{1,9}' (number)",
    ),
    (channel("pty", "<address type='virtio-serial' port='1 '/>"), "1 ", "attribute 'port' of <address> is '1 '; "),
    (channel("pty", "<address type='virtio-serial' port='-1'/>"), "-1", "attribute 'port' of <address> is '-1'; "),
    (
        f"<controller type='virtio-serial'>{channel('unix')}</controller>",
        "<channel type='unix'>",
        "<channel> is not allowed in <controller>: libvirt drops it",
    ),
    (
        "<controller type='virtio-serial' index='first'/>",
        "first",
        "attribute 'index' of <controller> is 'first'; expected text that matches",
    ),
    (
        "<controller type='virtio-serial' model='virtio-serial'/>",
        "virtio-serial",
        "attribute 'model' of <controller> is 'virtio-serial'; expected 'virtio-transitional', ",
    ),
    (
        "<controller type='virtio-serial'><driver queues='2'/></controller>",
        "queues='2'",
        "attribute 'queues' is not allowed on <driver>; expected 'ats', 'iommu', 'packed' or 'page_per_vq'",
    ),
    (
        "<controller type='virtio-serial'><master startport='0'/></controller>",
        "<master startport='0'/>",
        "<master> is not allowed in <controller>: libvirt drops it",
    ),
    (
        "<controller type='virtio-serial'><address type='pci' slot='0x20'/></controller>",
        "0x20",
        "attribute 'slot' of <address> is '0x20'; expected text that matches",
    ),
]

# Another rule has more to say.
LEFT_TO_OTHERS = [
    "<channel><target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
    channel("tcp", target="<target type='virtio' name='org.qemu.guest_agent.0'/>"),
    channel("unix", target="<target type='vsock' name='org.qemu.guest_agent.0'/>"),
    "<channel type='unix'/>",
    channel("unix", TARGET),
    channel("unix", "<source mode='listen' path='/x'/>"),
    channel("unix", "<source mode='' path='/x'/>"),
    channel("unix", "<alias name='my channel'/>"),
    "<controller type='virtio-serial'><alias name='my controller'/></controller>",
]

AGENT = channel("unix", target="<target type='virtio' name='org.qemu.guest_agent.0'/>")
LEFT_TO_OTHERS += [channel("pty", AGENT), f"<controller type='virtio-serial'>{AGENT}</controller>"]
# What it needs and has is that of a type which it must not have.
AGENT_TARGET = "<target type='{}' name='org.qemu.guest_agent.0'/>"
LEFT_TO_OTHERS += [
    *(channel(kind, target=AGENT_TARGET.format("virtio")) for kind in ("file", "spiceport", "udp", "unixx")),
    channel("tcp", "<source host='a'/>", AGENT_TARGET.format("virtio")),
    channel("udp", "<source mode='bind' service='1'/>", AGENT_TARGET.format("virtio")),
    channel("unix", "<source path='/x'/>", AGENT_TARGET.format("guestfwd' address='10.0.2.1' port='1")),
    channel("unix", target="<target typ='virtio' name='org.qemu.guest_agent.0'/>"),
]

# What it will be is not known yet.
SILENT = [
    channel("{{ kind }}"),
    channel("pty", "<address type='virtio-serial' port='{{ port }}'/>"),
]


def findings(devices, rules=THIS):
    document = Document.parse(whole_document(devices).encode())
    return document, lint_domain(Domain.of(document), rules, Facts())


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_libvirt_keeps_is_accepted(grammar, text):
    assert grammar.accepts(root(text))


@pytest.mark.parametrize(("text", "at", "sentence"), REFUSED)
def test_what_libvirt_refuses_or_drops_is_found_at_its_place(grammar, text, at, sentence):
    assert not grammar.accepts(root(text))
    document, [finding] = findings(text)
    assert document.text(finding.place.span) == at or at.startswith("<channel type='unix'>")
    assert finding.message.startswith(sentence)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (channel("unix", "<boot order='1'/>"), Severity.WARNING),
        (channel("unix", "<source><permissions><mode>0660</mode></permissions></source>"), Severity.WARNING),
        (f"<channel>{TARGET}</channel>", Severity.WARNING),
        (channel("unix", "<source/><source/>"), Severity.ERROR),
        (channel("pty", "<address port='1'/>"), Severity.ERROR),
        (f"<channel type='pty' tty='/dev/pts/1'>{TARGET}</channel>", Severity.ERROR),
    ],
)
def test_what_libvirt_defines_all_the_same_is_a_warning(text, severity):
    _, [finding] = findings(text)
    assert finding.severity is severity


def test_faults_that_have_nothing_to_do_with_each_other_are_all_found():
    text = channel("unixx", "<boot/><log/>", "<target type='virtio' name='a'/><target type='xen'/>")
    assert [finding.message.partition(";")[0].partition(":")[0] for finding in findings(text)[1]] == [
        "attribute 'type' of <channel> is 'unixx'",
        "<boot> is not allowed in <channel>",
        "attribute 'file' is missing on <log>",
        "a further <target> is not allowed in <channel>",
    ]


def test_second_element_is_related_to_the_first():
    document, [finding] = findings(channel("unix", "<source mode='bind'/><source></source>"))
    assert document.text(finding.place.span) == "<source></source>"
    assert [(document.text(place.span), place.label) for place in finding.related] == [
        ("<source mode='bind'/>", "the first one")
    ]


def test_findings_of_one_device_are_limited():
    assert len(findings(channel("unix", "<boot/>" * 5000))[1]) == 20


def test_very_many_wrong_channels_take_a_bounded_time():
    wrong = channel("unix", "<source mode='bind' pth='/x'/><reconnect/>") + "\n"
    started = time.process_time()
    assert len(findings(wrong * 10_000)[1]) == 20_000
    assert time.process_time() - started < 30


@pytest.mark.parametrize("text", LEFT_TO_OTHERS)
def test_what_other_rules_say_is_not_said_twice(grammar, text):
    assert not grammar.accepts(root(text))
    said = {finding.rule for finding in findings(text, RULES)[1]}
    assert said
    assert "channel-schema" not in said


@pytest.mark.parametrize("text", SILENT)
def test_what_may_turn_out_well_is_silent(grammar, text):
    assert not grammar.accepts(root(text))
    assert findings(text)[1] == []


@pytest.mark.parametrize("kind", ["pty", "unix", "tcp", "udp", "nmdm", "spiceport"])
def test_order_of_children_does_not_matter(grammar, kind):
    parts = (
        "<source mode='connect' path='/x' host='a' service='1' channel='c' master='m' slave='s'/>",
        "<protocol type='raw'/>",
        "<log file='/x'/>",
        "<alias name='ua-a'/>",
        "<address type='virtio-serial' port='1'/>",
        TARGET,
    )
    assert all(grammar.accepts(root(channel(kind, "".join(order), ""))) for order in permutations(parts))


def test_grammar_agrees_with_libvirts_own_on_all_real_documents(grammar, real_documents):
    if not LIBVIRT_SCHEMA.is_file():
        pytest.skip(f"libvirt's schema is not here: {LIBVIRT_SCHEMA} (package libvirt0 or libvirt-libs)")
    libvirt = Schema.load(LIBVIRT_SCHEMA)
    disagreed = set()
    count = 0
    for name, data in real_documents.items():
        try:
            domain = Domain.of(Document.parse(data))
        except ChanfixError:
            continue
        nodes = [channel.node for channel in domain.channels]
        nodes += [controller.node for controller in domain.virtio_serial_controllers]
        for node in nodes:
            count += 1
            if grammar.accepts(node) != libvirt.accepts(root(DOMAIN.format(node.document.text(node.place.span)))):
                disagreed.add(Path(name).stem.rpartition("_")[2])
    assert disagreed == REFUSED_BY_DEFINE
    assert count > 300
