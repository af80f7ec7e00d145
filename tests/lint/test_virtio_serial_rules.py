"""The rules about virtio-serial, live state and secrets: what their examples do not show, and that no fixes fight."""

import pytest
from fixing import fix_domain

from chanfix.domain import Domain
from chanfix.errors import ChanfixError
from chanfix.lint.file import lint_domain
from chanfix.lint.finding import Severity
from chanfix.lint.rule import Facts, whole_document
from chanfix.lint.rules import RULES, by_name
from chanfix.xml.document import Document
from chanfix.xml.edit import Safety

AGENT = "org.qemu.guest_agent.0"
FAMILY = [
    rule
    for rule in RULES
    if rule.name.startswith(("vserial-", "live-"))
    or rule.name in ("spicevmc-no-spice", "network-channel", "autogen-header", "secret-in-file", "channel-schema")
]
OFF = ("vserial-controller-missing", "vserial-controller-unused")
ON = [rule for rule in FAMILY if rule.name not in OFF]


def address(port, controller=0):
    return f"<address type='virtio-serial' controller='{controller}' bus='0' port='{port}'/>"


def channel(name="com.example.shell", inside="", kind="unix"):
    return f"<channel type='{kind}'><target type='virtio' name='{name}'/>{inside}</channel>\n"


def document_of(devices):
    return Document.parse(whole_document(devices).encode())


def lint(document, rules=ON):
    return lint_domain(Domain.of(document), rules, Facts())


def found(devices, rules=ON):
    return [(finding.rule, finding.severity) for finding in lint(document_of(devices), rules)]


def fixed(devices, rules=RULES, safety=Safety.UNSAFE):
    result = fix_domain(document_of(devices), rules, safety=safety)
    return result.document.data.decode().partition("<devices>\n")[2].partition("  </devices>")[0]


@pytest.mark.parametrize("agent_first", [True, False])
def test_agent_gives_the_port_up_wherever_it_stands(agent_first):
    channels = [channel(AGENT, address(1)), channel("a", address(1))]
    after = fixed("".join(channels if agent_first else reversed(channels)), ON)
    agent = next(line for line in after.splitlines() if AGENT in line)
    assert "<address" not in agent
    assert after.count(address(1)) == 1


def test_of_three_on_one_port_one_keeps_it():
    devices = channel("a", address(2)) + channel(AGENT, address(2)) + channel("b", address(2))
    assert found(devices) == [("vserial-port-collision", Severity.ERROR)] * 2
    assert fixed(devices, ON) == whole(channel("a", address(2)) + channel(AGENT) + channel("b"))


def whole(devices):
    return whole_document(devices).partition("<devices>\n")[2].partition("  </devices>")[0]


def test_port_past_the_end_twice_comes_to_rest():
    devices = channel("a", address(40)) + channel("b", address(40))
    assert fixed(devices, ON) == whole(channel("a") + channel("b"))


@pytest.mark.parametrize("ports", ["ports='{{ ports }}'", "ports='many'"])
def test_unknown_number_of_ports_is_not_guessed_at(ports):
    devices = f"<controller type='virtio-serial' index='0' {ports}/>" + channel(inside=address(40))
    assert ("vserial-port-range", Severity.ERROR) not in found(devices)


@pytest.mark.parametrize(
    ("machine", "reported"),
    [
        ("arch='x86_64' machine='isapc'", True),
        ("machine='microvm'", True),
        ("arch='i686' machine='none'", True),
        ("arch='s390x' machine='none'", False),
        ("arch='aarch64' machine='virt'", False),
        ("arch='x86_64' machine='pc-q35-7.2'", False),
        ("arch='x86_64'", False),
    ],
)
def test_only_x86_machines_without_pci_are_reported(machine, reported):
    text = f"<domain type='kvm'><os><type {machine}>hvm</type></os><devices>{channel()}</devices></domain>"
    assert bool(found(text, [by_name("vserial-no-pci")])) is reported


def test_controller_whose_type_is_written_with_a_reference_counts():
    controller = "<controller type='virtio&#45;serial'/>"
    text = f"<domain type='kvm'><os><type machine='microvm'>hvm</type></os><devices>{controller}</devices></domain>"
    assert found(text, [by_name("vserial-no-pci")]) == [("vserial-no-pci", Severity.ERROR)]


def test_microvm_with_a_controller_that_libvirt_would_add_is_reported():
    mmio = "<controller type='virtio-serial' index='0'><address type='virtio-mmio'/></controller>"
    devices = mmio + channel(inside=address(1, controller=1))
    text = f"<domain type='kvm'><os><type machine='microvm'>hvm</type></os><devices>{devices}</devices></domain>"
    assert found(text, [by_name("vserial-no-pci")]) == [("vserial-no-pci", Severity.ERROR)]


@pytest.mark.parametrize("kind", ["lxc", "xen", "bhyve"])
def test_what_qemu_would_refuse_is_no_matter_elsewhere(kind):
    devices = channel("a", address(40)) * 2 + channel(kind="spicevmc")
    assert found(f"<domain type='{kind}'><devices>{devices}</devices></domain>") == []


def test_domain_whose_type_a_template_fills_in_is_looked_at():
    text = f"<domain type='{{{{ kind }}}}'><devices>{channel(inside=address(40))}</devices></domain>"
    assert found(text) == [("vserial-port-range", Severity.ERROR)]


@pytest.mark.parametrize("kind", ["{{ display }}", "spice"])
def test_graphics_that_may_be_spice_are_taken_for_it(kind):
    assert found(channel(kind="spicevmc") + f"<graphics type='{kind}'/>") == []


def test_agent_channel_of_a_spice_type_is_mended_and_not_removed():
    assert fixed(channel(AGENT, kind="spicevmc")) == whole(channel(AGENT))


LISTENING = (
    "<channel type='{}'><source mode='bind' host='{}' service='9'/><target type='virtio' name='{}'/></channel>\n"
)


@pytest.mark.parametrize(("name", "severity"), [(AGENT, Severity.ERROR), ("a", Severity.WARNING)])
def test_agent_on_the_network_is_an_error(name, severity):
    assert found(LISTENING.format("tcp", "0.0.0.0", name)) == [("network-channel", severity)]


def test_agent_on_the_network_becomes_a_socket_in_one_go():
    assert fixed(LISTENING.format("tcp", "0.0.0.0", AGENT)) == whole(channel(AGENT))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("", "127.0.0.1"), ("0", "127.0.0.1"), ("*", "127.0.0.1"), ("192.0.2.1", "127.0.0.1"), ("::", "::1")],
)
def test_host_beyond_loopback_is_replaced_by_loopback(host, loopback):
    before, after = (LISTENING.format("tcp", value, "a") for value in (host, loopback))
    assert fixed(before, ON) == whole(after)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback_is_silent(host):
    assert found(LISTENING.format("tcp", host, "a")) == []


@pytest.mark.parametrize(("kind", "rest"), [("unix", "path='/run/x'"), ("tcp", "service='9'")])
def test_without_a_host_only_udp_listens_everywhere(kind, rest):
    devices = f"<channel type='{kind}'><source mode='bind' {rest}/><target type='virtio' name='a'/></channel>"
    assert found(devices, [by_name("network-channel")]) == []


def test_pty_leaves_what_else_is_in_its_source():
    before = (
        "<serial type='pty' tty='/dev/pts/1'><source path='/dev/pts/1'><seclabel relabel='no'/></source></serial>\n"
    )
    after = "<serial type='pty'><source><seclabel relabel='no'/></source></serial>\n"
    assert fixed(before, ON) == whole(after)


def test_pty_of_a_device_without_a_type_is_one():
    assert found("<console tty='/dev/pts/1'/>") == [("live-pty", Severity.INFO)]


def test_banner_in_the_middle_of_a_domain_is_somebodys_note():
    banner = "<!-- WARNING: THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE OVERWRITTEN -->"
    text = f"<domain type='kvm'>{banner}<name>a</name></domain>"
    assert found(text) == []
    assert found(banner + text) == [("autogen-header", Severity.INFO)]


@pytest.mark.parametrize(
    "devices",
    [
        "<graphics type='vnc' passwd='letmein'/>",
        "<graphics type='vnc' passwd=\"let'&quot;mein\"/>",
        "<disk><source protocol='http'><cookies><cookie name='a'>letmein</cookie></cookies></source></disk>",
    ],
)
def test_finding_of_a_secret_does_not_hold_it(devices):
    [finding] = lint(document_of(devices))
    assert finding.rule == "secret-in-file"
    assert "mein" not in repr(finding)


@pytest.mark.parametrize("blanks", range(0, 60, 6))
def test_long_line_that_is_cut_in_a_secret_shows_no_part_of_it(blanks):
    secret = "<graphics type='vnc' passwd='letmein-letmein-letmein'/>"
    state = channel().replace("/></channel>", " state='connected'/></channel>").strip()
    line = "<video/>" * 30 + secret + " " * blanks + state
    [finding] = lint(document_of(line), [by_name("live-channel-state")])
    excerpt = finding.excerpt
    assert "mein" not in excerpt.text
    assert excerpt.text[excerpt.start : excerpt.end] == "connected"


@pytest.mark.parametrize("passwd", ["", "{{ password }}", "${PASSWORD}"])
def test_password_that_is_not_in_the_file_is_no_secret(passwd):
    assert found(f"<graphics type='vnc' passwd='{passwd}'/>") == []


def test_documents_that_libvirts_own_tests_define_have_no_errors(real_documents):
    # Where the grammar and libvirt agree is another test's.
    rules = [rule for rule in ON if rule.name != "channel-schema"]
    wrong = set()
    for name, data in real_documents.items():
        try:
            domain = Domain.of(Document.parse(data))
        except ChanfixError:
            continue
        if "xml2" in name and any(
            finding.severity is Severity.ERROR for finding in lint_domain(domain, rules, Facts())
        ):
            wrong.add(name)
    assert wrong == set()
