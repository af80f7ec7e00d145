"""The grammar of channels and virtio-serial controllers, and what the rule says of them."""

from itertools import permutations
from pathlib import Path

import pytest

from chanfix import resources
from chanfix.domain import Domain
from chanfix.errors import ChanfixError
from chanfix.lint.engine import lint_domain
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

# The devices, and the text that the finding points at.
REFUSED = [
    (channel("unixx"), "<channel type='unixx'>"),
    (channel("Unix"), "<channel type='Unix'>"),
    (f"<channel>{TARGET}</channel>", "<channel>"),
    (f"<channel type='pty' tty='/dev/pts/1'>{TARGET}</channel>", "tty='/dev/pts/1'"),
    (channel("unix", "<boot order='1'/>"), "<boot order='1'/>"),
    (channel("unix", "<source/><source/>"), "<source/>"),
    (channel("unix", "<alias name='ua-a'/><alias name='ua-b'/>"), "<alias name='ua-b'/>"),
    (channel("unix", "<alias name='ua-a b'/>"), "<alias name='ua-a b'/>"),
    (channel("unix", "<log file='relative'/>"), "<log file='relative'/>"),
    (channel("unix", "<log file='/x' append='yes'/>"), "append='yes'"),
    (channel("unix", target="<target type='virtioo' name='a'/>"), "<target type='virtioo' name='a'/>"),
    (channel("unix", target="<target type='virtio' name='a' port='1'/>"), "port='1'"),
    (channel("unix", target="<target type='guestfwd' address='10.0.2.1' port='1'/>"), "<channel type='unix'>"),
    (channel("pty", target="<target type='guestfwd' address='::1' port='1'/>"), "<target type='guestfwd'"),
    (channel("pty", target="<target type='guestfwd' address='10.0.2.1' port='70000'/>"), "<target type='guestfwd'"),
    (channel("file"), "<channel type='file'>"),
    (channel("file", "<source path='/x' append='maybe'/>"), "append='maybe'"),
    (channel("tcp", "<source host='localhost'/>"), "<channel type='tcp'>"),
    (channel("tcp", "<source mode='listen' host='localhost' service='1'/>"), "mode='listen'"),
    (channel("tcp", "<source host='a' service='1'/><protocol type='ssh'/>"), "type='ssh'"),
    (channel("udp", "<source mode='bind' service='1'/>"), "<channel type='udp'>"),
    (
        channel("unix", "<source mode='' path='/x'/>", "<target type='guestfwd' address='10.0.2.1' port='1'/>"),
        "mode=''",
    ),
    (channel("nmdm", "<source master='/dev/nmdm0A'/>"), "<source master='/dev/nmdm0A'/>"),
    (channel("spiceport"), "<channel type='spiceport'>"),
    (
        channel("unix", "<source mode='connect' path='/x'><reconnect enabled='yes'/></source>"),
        "<reconnect enabled='yes'",
    ),
    (channel("qemu-vdagent", "<source><mouse mode='none'/></source>"), "<mouse mode='none'/>"),
    (channel("pty", "<address port='1'/>"), "<address port='1'/>"),
    (channel("pty", "<address type='serial' port='1'/>"), "<address type='serial' port='1'/>"),
    (channel("pty", "<address type='virtio-serial' port='0x1'/>"), "port='0x1'"),
    (channel("pty", "<address type='virtio-serial' port='1 '/>"), "port='1 '"),
    (channel("pty", "<address type='virtio-serial' port='-1'/>"), "port='-1'"),
    (f"<controller type='virtio-serial'>{channel('unix')}</controller>", "<channel type='unix'>"),
    ("<controller type='virtio-serial' index='first'/>", "index='first'"),
    ("<controller type='virtio-serial' model='virtio-serial'/>", "model='virtio-serial'"),
    ("<controller type='virtio-serial'><driver queues='2'/></controller>", "queues='2'"),
    ("<controller type='virtio-serial'><master startport='0'/></controller>", "<master startport='0'/>"),
    ("<controller type='virtio-serial'><address type='pci' slot='0x20'/></controller>", "slot='0x20'"),
]

# Another rule has more to say.
LEFT_TO_OTHERS = [
    "<channel><target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
    channel("tcp", target="<target type='virtio' name='org.qemu.guest_agent.0'/>"),
    channel("unix", target="<target type='vsock' name='org.qemu.guest_agent.0'/>"),
    "<channel type='unix'/>",
    channel("unix", TARGET),
    channel("unix", "<source mode='listen' path='/x'/>"),
    channel("unix", target="<target type='virtio' name='a' state='open'/>"),
    channel("unix", "<alias name='my channel'/>"),
    "<controller type='virtio-serial'><alias name='my controller'/></controller>",
]

AGENT = channel("unix", target="<target type='virtio' name='org.qemu.guest_agent.0'/>")
LEFT_TO_OTHERS += [channel("pty", AGENT), f"<controller type='virtio-serial'>{AGENT}</controller>"]

# What it will be is not known yet, or libvirt does not look at it.
SILENT = [
    channel("{{ kind }}"),
    channel("pty", "<address type='virtio-serial' port='{{ port }}'/>"),
    channel("pty", "<source mode='listen'/>"),
]


def findings(devices, rules=THIS):
    document = Document.parse(whole_document(devices).encode())
    return document, lint_domain(Domain.of(document), rules, Facts())


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_libvirt_keeps_is_accepted(grammar, text):
    assert grammar.accepts(root(text))


@pytest.mark.parametrize(("text", "at"), REFUSED)
def test_what_libvirt_refuses_or_drops_is_found_at_its_place(grammar, text, at):
    assert not grammar.accepts(root(text))
    document, [finding] = findings(text)
    assert document.text(finding.place.span).startswith(at)


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
