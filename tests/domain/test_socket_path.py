"""Which kind of path a socket has, what each libvirt makes of it, and who else claims it."""

import pytest

from chanfix.domain import AGENT_NAME, Domain
from chanfix.domain.path.generated import is_dropped
from chanfix.domain.path.kinds import PathKind, port_paths
from chanfix.domain.path.sockets import socket_of
from chanfix.domain.versions import NEWEST, Version
from chanfix.lint.claims import claims_of
from chanfix.xml.document import Document

TARGET = "/var/lib/libvirt/qemu/channel/target"
SESSION = "/home/eve/.config/libvirt/qemu/channel/target"
EMBEDDED = "/srv/root/lib/qemu/channel/target"
RUN = "/run/libvirt/qemu/channel"
SESSION_RUN = "/run/user/1000/libvirt/qemu/run/channel"
EMBEDDED_RUN = "/srv/root/run/qemu/channel"
LONG_NAME = "offensive_security_domain"
CUT_NAME = "offensive_security_d"


def channel_of(path, port=AGENT_NAME, mode="bind"):
    mode = f" mode='{mode}'" if mode else ""
    port = f" name='{port}'" if port is not None else ""
    return f"<channel type='unix'><source{mode} path='{path}'/><target type='virtio'{port}/></channel>"


def domain_of(*channels, name="web", uuid=""):
    name = f"<name>{name}</name>" if name else ""
    uuid = f"<uuid>{uuid}</uuid>" if uuid else ""
    xml = f"<domain type='kvm'>{name}{uuid}<devices>{''.join(channels)}</devices></domain>"
    return Domain.of(Document.parse(xml.encode()))


def kind_of(path, version="9.7.0", name="web", port=AGENT_NAME, claims=None):
    found = port_paths(domain_of(channel_of(path, port), name=name), Version.parse(version), claims or {})
    return next((port.kind for port in found), None)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/" + "a" * 106, PathKind.HARDCODED),
        ("/" + "a" * 107, PathKind.TOO_LONG),
        ("/" + "é" * 53, PathKind.HARDCODED),
        ("/" + "é" * 54, PathKind.TOO_LONG),
        ("a" * 108, PathKind.TOO_LONG),
        ("", PathKind.NOT_ABSOLUTE),
        ("web.sock", PathKind.NOT_ABSOLUTE),
        ("~/web.sock", PathKind.NOT_ABSOLUTE),
        ("/var/lib/libvirt/qemu/f16x86_64.agent", PathKind.DOC_EXAMPLE),
        ("/var/lib/libvirt/qemu/web.agent", PathKind.HARDCODED),
        ("/tmp/web.sock", PathKind.EXPOSED),
        ("//tmp/web.sock", PathKind.EXPOSED),
        ("/var/tmp/web.sock", PathKind.EXPOSED),
        ("/dev/shm/web.sock", PathKind.EXPOSED),
        ("/home/eve/web.sock", PathKind.EXPOSED),
        ("/tmpfs/web.sock", PathKind.HARDCODED),
        ("/run/user/1000/web.sock", PathKind.HARDCODED),
        (f"{RUN}/web.agent", PathKind.IN_LIBVIRT_DIR),
        (f"{TARGET}/sub/dir/x", PathKind.IN_LIBVIRT_DIR),
        (f"{SESSION}/x.sock", PathKind.IN_LIBVIRT_DIR),
    ],
)
def test_kind_of_a_path_that_somebody_chose(path, kind):
    assert kind_of(path) is kind


@pytest.mark.parametrize("version", ["1.0.5", "1.0.6", "1.3.0", "3.3.0", "9.0.0", "9.7.0"])
@pytest.mark.parametrize(
    "path",
    [
        f"{folder}/{rest}"
        for folders, rests in (
            (
                (TARGET, SESSION, SESSION.replace("qemu/channel", "qemu/lib/channel"), EMBEDDED),
                (f"{{name}}.{AGENT_NAME}", f"domain-{{name}}/{AGENT_NAME}", f"domain-7-{{name}}/{AGENT_NAME}"),
            ),
            ((RUN, f"/var{RUN}", SESSION_RUN, EMBEDDED_RUN), (f"7-{{name}}/{AGENT_NAME}",)),
        )
        for folder in folders
        for rest in rests
    ],
)
def test_every_layout_is_known_to_every_version_as_the_domains_own_or_as_anothers(path, version):
    assert kind_of(path.format(name="web"), version) is PathKind.LIVE_GENERATED
    assert kind_of(path.format(name="mail"), version) is PathKind.OTHER_DOMAIN
    assert kind_of(path.format(name="mail"), version, name="") is PathKind.LIVE_GENERATED


@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        (f"{TARGET}/domain-7-{CUT_NAME}/{AGENT_NAME}", LONG_NAME, PathKind.LIVE_GENERATED),
        (f"{TARGET}/domain-7-{CUT_NAME}/{AGENT_NAME}", "offensive_security_x", PathKind.OTHER_DOMAIN),
        (f"{TARGET}/domain-{LONG_NAME}/{AGENT_NAME}", LONG_NAME, PathKind.LIVE_GENERATED),
        (f"{TARGET}/domain-7-web/{AGENT_NAME}", "7-web", PathKind.LIVE_GENERATED),
        (f"{RUN}/12-{'é' * 20}/{AGENT_NAME}", "é" * 25, PathKind.LIVE_GENERATED),
        (f"{TARGET}/domain-7-web-1/{AGENT_NAME}", "web", PathKind.OTHER_DOMAIN),
        (f"{TARGET}/domain-7-web/vioser-00-00-01.sock", "web", PathKind.LIVE_GENERATED),
    ],
)
def test_names_in_generated_paths_are_cut_and_carry_an_id(path, name, kind):
    assert kind_of(path, name=name) is kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/libvirt/qemu/mail.agent", PathKind.OTHER_DOMAIN),
        ("/var/lib/libvirt/qemu/channels/mail.org.qemu.guest_agent.0", PathKind.OTHER_DOMAIN),
        ("/run/libvirt/qemu/mail.org.qemu.guest_agent.0.sock", PathKind.OTHER_DOMAIN),
        # Nobody can tell that these are the names of other domains.
        ("/var/lib/libvirt/qemu/qga.agent", PathKind.HARDCODED),
        ("/var/lib/libvirt/qemu/guest-agent-1.agent", PathKind.HARDCODED),
        ("/var/lib/libvirt/qemu/WEB.agent", PathKind.HARDCODED),
        ("/var/lib/libvirt/qemu/web-01.agent", PathKind.HARDCODED),
        ("/var/lib/libvirt/qemu/mail.sock", PathKind.HARDCODED),
        ("/srv/agents/mail.agent", PathKind.HARDCODED),
        ("/var/lib/libvirt/qemu/b1c9f5be-52e6-4d5c-9b8b-c2f6d2ee2f3a.org.qemu.guest_agent.0", PathKind.HARDCODED),
    ],
)
def test_name_given_by_hand_is_anothers_only_when_that_is_certain(path, kind):
    assert kind_of(path) is kind


def test_uuid_in_a_path_is_compared_with_the_domains():
    one, two = "b1c9f5be-52e6-4d5c-9b8b-c2f6d2ee2f3a", "b1c9f5be-52e6-4d5c-9b8b-c2f6d2ee2f3b"
    channel = channel_of(f"/var/lib/libvirt/qemu/channels/{one}.org.qemu.guest_agent.0")
    found = {
        uuid: [port.kind for port in port_paths(domain_of(channel, uuid=uuid), NEWEST, {})]
        for uuid in (one.upper().replace("-", ""), two)
    }
    assert list(found.values()) == [[PathKind.HARDCODED], [PathKind.OTHER_DOMAIN]]


@pytest.mark.parametrize(
    ("path", "name"), [("/var/lib/libvirt/qemu/f16x86_64.agent", "f16x86_64"), ("/srv/web.sock", "web")]
)
def test_explicit_path_on_another_port_is_nobodys_business(path, name):
    assert kind_of(path, name=name, port="com.example.log.0") is None
    assert kind_of(path, name=name) is PathKind.HARDCODED
    assert kind_of(path, "1.0.5", name=name) is None


@pytest.mark.parametrize(
    "channel",
    [
        "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
        "<channel type='unix'><source path='/tmp/x'/><target type='guestfwd' address='10.0.0.1' port='1'/></channel>",
        "<channel type='pty'><source path='/dev/pts/3'/><target type='virtio' name='com.example.0'/></channel>",
    ],
)
def test_only_virtio_channels_over_a_unix_socket_count(channel):
    assert list(port_paths(domain_of(channel), NEWEST, {})) == []


# Columns: 1.3.0, 1.3.1, 3.3.0, 3.4.0, 9.6.0, 9.7.0. tests/lint/test_path_claims.py asks the installed libvirt.
NEVER, PREFIX_ONLY, OLD_PATTERN, OLD, ALL, NEW = "......", ".XX...", "...XX.", ".XXXX.", ".XXXXX", ".....X"


@pytest.mark.parametrize(
    ("path", "port", "dropped"),
    [
        (f"{TARGET}/web.{AGENT_NAME}", AGENT_NAME, ALL),
        (f"{TARGET}/domain-web/{AGENT_NAME}", AGENT_NAME, ALL),
        (f"{TARGET}/domain-7-web/{AGENT_NAME}", AGENT_NAME, ALL),
        (f"{SESSION}/domain-7-web/{AGENT_NAME}", AGENT_NAME, ALL),
        (f"{EMBEDDED}/domain-7-web/{AGENT_NAME}", AGENT_NAME, ALL),
        (f"{RUN}/7-web/{AGENT_NAME}", AGENT_NAME, NEW),
        (f"{SESSION_RUN}/7-web/{AGENT_NAME}", AGENT_NAME, NEW),
        (f"{EMBEDDED_RUN}/7-web/{AGENT_NAME}", AGENT_NAME, NEW),
        (f"{TARGET}/foo.sock", AGENT_NAME, OLD),
        (f"{TARGET}/x.y/z", AGENT_NAME, OLD),
        (f"{TARGET}/foo", AGENT_NAME, PREFIX_ONLY),
        (f"{TARGET}/foo/x.y", AGENT_NAME, PREFIX_ONLY),
        (f"{TARGET}/domain-7-web/other", AGENT_NAME, PREFIX_ONLY),
        (f"{TARGET}s/foo", AGENT_NAME, PREFIX_ONLY),
        (f"/srv/domain-foo/{AGENT_NAME}", AGENT_NAME, OLD_PATTERN),
        (f"/srv/mydomain-foo/{AGENT_NAME}", AGENT_NAME, OLD_PATTERN),
        ("/srv/domain-foo/orgXqemu.guest_agent.0", AGENT_NAME, NEVER),
        ("/srv/domain-foo/bar", None, OLD_PATTERN),
        (f"{RUN}/7-web/vioser-00-00-01.sock", None, NEW),
        (f"{RUN}/web.agent", AGENT_NAME, NEVER),
        ("/srv/web.sock", AGENT_NAME, NEVER),
        ("", AGENT_NAME, NEVER),
    ],
)
def test_what_define_drops_depends_on_the_version(path, port, dropped):
    [channel] = domain_of(channel_of(path, port)).channels
    versions = ("1.3.0", "1.3.1", "3.3.0", "3.4.0", "9.6.0", "9.7.0")
    assert "".join("X" if is_dropped(channel, Version.parse(version)) else "." for version in versions) == dropped


def test_path_that_only_this_version_takes_for_its_own_is_as_good_as_in_its_directory():
    path = f"/srv/domain-foo/{AGENT_NAME}"
    assert kind_of(path, "9.6.0") is PathKind.IN_LIBVIRT_DIR
    assert kind_of(path, "9.7.0") is PathKind.HARDCODED


@pytest.mark.parametrize(
    ("path", "version", "kind"),
    [
        (f"/home/{'e' * 80}/.config/libvirt/qemu/channel/target/domain-7-web/{AGENT_NAME}", "9.0.0", "LIVE_GENERATED"),
        (f"/home/{'e' * 80}/.config/libvirt/qemu/channel/target/domain-7-web/{AGENT_NAME}", "1.3.0", "TOO_LONG"),
        (f"domain-7-web/{AGENT_NAME}", "9.0.0", "IN_LIBVIRT_DIR"),
        (f"domain-7-web/{AGENT_NAME}", "9.7.0", "NOT_ABSOLUTE"),
    ],
)
def test_path_that_define_drops_cannot_fail_the_start(path, version, kind):
    assert kind_of(path, version) is PathKind[kind]


def test_very_long_path_is_judged_at_once():
    assert kind_of("/" + "domain-" * 100_000, "9.0.0") is PathKind.TOO_LONG
    [channel] = domain_of(channel_of("/" + "domain-" * 100_000)).channels
    assert not is_dropped(channel, Version(9))


@pytest.mark.parametrize("path", ["/run/x", "//run/x", "/run//x", "/run/./x", "/run/y/../x", "/var/run/x"])
def test_spellings_of_one_socket_are_one(path):
    assert socket_of(path) == "/run/x"


def claims_by_socket(*domains, version=NEWEST):
    claims = [claim for domain in domains for claim in claims_of(domain, "other.xml", version)]
    return {claim.socket: tuple(c for c in claims if c.socket == claim.socket) for claim in claims}


ONE_UUID, TWO_UUID = "b1c9f5be-52e6-4d5c-9b8b-c2f6d2ee2f3a", "b1c9f5be-52e6-4d5c-9b8b-c2f6d2ee2f3b"


@pytest.mark.parametrize(
    ("name", "uuid", "is_shared"),
    [
        ("mail", "", True),
        ("mail", TWO_UUID, True),
        # Variants of one domain, as people keep them side by side: a host takes only one of them.
        ("web", ONE_UUID, False),
        ("web", TWO_UUID, False),
        ("web", "", False),
        ("mail", ONE_UUID.upper(), False),
        # Nobody can tell.
        ("", TWO_UUID, False),
    ],
)
def test_two_definitions_share_a_path_when_they_are_of_two_domains(name, uuid, is_shared):
    channel = channel_of("/srv/one.sock")
    here = domain_of(channel, uuid=ONE_UUID)
    claims = claims_by_socket(domain_of(channel, name=name, uuid=uuid))
    expected = PathKind.SHARED if is_shared else PathKind.HARDCODED
    assert [port.kind for port in port_paths(here, NEWEST, claims)] == [expected]


@pytest.mark.parametrize(
    ("channel", "claims"),
    [
        (channel_of("/srv/one.sock"), ["/srv/one.sock"]),
        (channel_of("/srv/one.sock", "com.example.log.0"), ["/srv/one.sock"]),
        (channel_of("/srv/one.sock", mode=None), ["/srv/one.sock"]),
        (channel_of("/srv/one.sock", "com.example.log.0", mode=None), []),
        (channel_of("/srv/one.sock", mode="connect"), []),
        (channel_of(f"{TARGET}/domain-7-web/{AGENT_NAME}"), []),
        ("<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>", []),
    ],
)
def test_domain_claims_the_sockets_that_it_makes_at_paths_of_its_own(channel, claims):
    assert [claim.socket for claim in claims_of(domain_of(channel), "web.xml")] == claims


def test_claim_says_who_and_where():
    document = Document.parse(
        b"<domain type='kvm'>\n<name>mail</name>\n<uuid>42</uuid>\n<devices>\n"
        + channel_of("/srv/one.sock").encode()
        + b"</devices></domain>"
    )
    [claim] = claims_of(Domain.of(document), "vms/mail.xml")
    assert (claim.domain_name, claim.domain_uuid, claim.place.path) == ("mail", "42", "vms/mail.xml")
    assert (claim.place.start.line, document.text(claim.place.span)) == (5, "/srv/one.sock")


def test_path_that_the_version_drops_is_shared_with_nobody():
    channel = channel_of(f"{TARGET}/domain-7-web/{AGENT_NAME}")
    claims = claims_by_socket(domain_of(channel, name="mail"), version=Version(1, 3, 0))
    assert claims
    assert [port.kind for port in port_paths(domain_of(channel), Version(9), claims)] == [PathKind.LIVE_GENERATED]
    assert [port.kind for port in port_paths(domain_of(channel), Version(1, 3, 0), claims)] == [PathKind.SHARED]


@pytest.mark.parametrize("agent_is_first", [True, False])
def test_of_two_channels_with_one_path_it_is_the_agent_that_can_do_without(agent_is_first):
    channels = [channel_of("/srv/one.sock"), channel_of("/srv//one.sock", "com.example.log.0")]
    domain = domain_of(*(channels if agent_is_first else reversed(channels)))
    assert [(port.channel.name, port.kind) for port in port_paths(domain, NEWEST, {})] == [
        (AGENT_NAME, PathKind.SHARED)
    ]


def test_thousands_of_channels_on_one_path_are_judged_at_once():
    domain = domain_of(*(channel_of("/srv/one.sock", f"com.example.{number}") for number in range(20_000)))
    assert sum(1 for _ in port_paths(domain, NEWEST, {})) == 19_999
