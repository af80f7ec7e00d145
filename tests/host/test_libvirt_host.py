"""Our words for libvirt's calls, on its own test driver: real parsing and real errors, each test with its domains."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from threading import Event
from unittest.mock import Mock
from xml.sax.saxutils import escape

import pytest
from definitions import AGENT, SECRET, Plan, add, apply_stored, channel, definition

import chanfix
from chanfix.change.apply import carry_out, prepare, prepare_undo
from chanfix.domain import Domain
from chanfix.domain.versions import Version
from chanfix.errors import HostError
from chanfix.host.host import Code, DomainRef
from chanfix.host.libvirt.connection import LibvirtHost, connect
from chanfix.xml.document import Document

libvirt = pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")

# All run, so their ids are 1 to 4; one is called like a number.
NAMES = ["web", "web2", "database", "1"]
REFS = {name: DomainRef(name, f"00000000-0000-0000-0000-{number:012}") for number, name in enumerate(NAMES, 1)}
WEB = REFS["web"]


@pytest.fixture
def node(tmp_path):
    """The URI of a host of the test driver that has the domains of NAMES."""
    file = tmp_path / "node.xml"
    domains = [definition(name=ref.name, uuid=ref.uuid).decode() for ref in REFS.values()]
    file.write_text("<node>" + "".join(domains).replace("x86_64", "i686") + "</node>")
    return f"test://{file}"


@pytest.fixture
def raw(node):
    """libvirt's own connection, for what chanfix has no words for; another one would be another host."""
    connect("test:///default", readonly=True).close()  # silences libvirt
    connection = libvirt.open(node)
    yield connection
    connection.close()


@pytest.fixture
def host(raw):
    return LibvirtHost(libvirt, raw, 10)


@pytest.fixture
def looking(node):
    """A connection that may only read."""
    host = connect(node, readonly=True, timeout=10)
    yield host
    host.close()


def domain(xml):
    return Domain.of(Document.parse(xml))


# --- finding


def test_connection_says_where_it_is_and_which_libvirt_has_the_domains(host, node):
    assert host.uri == node
    assert host.version == Version.from_number(libvirt.getVersion())


def test_connection_is_asked_to_notice_a_dead_peer(raw):
    # The test driver runs in this process and has nothing to keep alive.
    remote = Mock(wraps=raw, setKeepAlive=Mock())
    LibvirtHost(libvirt, remote, 10)
    remote.setKeepAlive.assert_called_once_with(5, 5)


def test_names_are_sorted(host):
    assert host.names() == ["1", "database", "web", "web2"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("web", "web", id="name"),
        pytest.param("1", "1", id="a name before an id"),
        pytest.param("3", "database", id="id"),
        pytest.param(REFS["web2"].uuid, "web2", id="UUID"),
        pytest.param(REFS["web2"].uuid.replace("-", "").upper(), "web2", id="UUID without hyphens"),
    ],
)
def test_domain_is_found_by_name_id_or_uuid(host, text, name):
    assert host.find(text) == REFS[name]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("wbe", "did you mean 'web'?"),
        ("Database", "did you mean 'database'?"),
        ("mail", "its domains: '1', 'database', 'web', 'web2'"),
        ("", "its domains: '1', 'database', 'web', 'web2'"),
        ("99", "its domains: '1', 'database', 'web', 'web2'"),
        ("9" * 30, "its domains: '1', 'database', 'web', 'web2'"),
        ("we\0b", "did you mean 'web' or 'web2'?"),
        ("\udcff", "its domains: '1', 'database', 'web', 'web2'"),
        ("٣", "its domains: '1', 'database', 'web', 'web2'"),
        ("00000000-0000-0000-0000-000000000099", "its domains: '1', 'database', 'web', 'web2'"),
    ],
)
def test_unknown_domain_is_an_error_that_suggests_another(host, node, text, hint):
    with pytest.raises(HostError) as caught:
        host.find(text)
    assert caught.value.message == f"no domain '{text}' on '{node}'"
    assert caught.value.hint == hint
    assert caught.value.code == Code.NO_DOMAIN


def test_host_without_domains_says_so(raw, host):
    for found in raw.listAllDomains():
        found.destroy()
        found.undefine()
    with pytest.raises(HostError) as caught:
        host.find("web")
    assert "no domains at all" in caught.value.hint


@pytest.mark.parametrize("name", ["..", "-x", " web ", "a\tb", "a'b\"c<>&", "é\u202ex", "${IFS}", "x" * 300])
def test_domain_of_any_name_is_found_changed_and_put_back(raw, host, store, tmp_path, name):
    raw.defineXML(definition(name=escape(name), uuid=str(REFS["web"].uuid).replace("01", "99")).decode())
    ref = host.find(name)
    assert ref.name == name
    applied = apply_stored(host, ref, add, store)
    assert len(domain(host.stored_xml(ref)).agent_channels) == 1
    assert applied.backup.relative_to(tmp_path / "state").parts[2] == ref.uuid
    assert carry_out(host, prepare_undo(host, ref, store), store).after == applied.prepared.before


@pytest.mark.parametrize("name", ["../../etc", "a\nb", "\x1b[31m"])
def test_name_that_libvirt_refuses_is_refused_in_one_line(host, name):
    with pytest.raises(HostError) as caught:
        host.define(definition(name=escape(name)), validate=False)
    assert "\n" not in caught.value.message


# --- state


def test_running_domain(host):
    state = host.state(WEB)
    assert (state.is_running, state.is_paused, state.is_persistent) == (True, False, True)
    assert (state.has_managed_save, state.snapshots) == (False, ())


def test_paused_domain(raw, host):
    raw.lookupByName("web").suspend()
    assert (host.state(WEB).is_running, host.state(WEB).is_paused) == (True, True)


def test_domain_that_is_shut_off(raw, host):
    raw.lookupByName("web").destroy()
    assert not host.state(WEB).is_running
    assert host.running_xml(WEB) is None


def test_domain_that_is_gone_is_an_error_with_the_code(raw, host):
    found = raw.lookupByName("web")
    found.destroy()
    found.undefine()
    with pytest.raises(HostError, match="cannot read the state of domain 'web'") as caught:
        host.state(WEB)
    assert caught.value.code == Code.NO_DOMAIN


def test_transient_domain_is_refused(raw, host, store):
    raw.lookupByName("web").undefine()
    assert not host.state(WEB).is_persistent
    with pytest.raises(HostError, match="is transient"):
        apply_stored(host, WEB, add, store)


def test_managed_save_image_is_noted(raw, host, store):
    raw.lookupByName("web").managedSave()
    [note] = apply_stored(host, WEB, add, store).notes
    assert "managed-save image" in note


def test_snapshots_are_noted(raw, host, store):
    found = raw.lookupByName("web")
    found.destroy()
    for name in ("before", "after"):
        found.snapshotCreateXML(f"<domainsnapshot><name>{name}</name></domainsnapshot>")
    [note] = apply_stored(host, WEB, add, store).notes
    assert "snapshot" in note
    assert {"before", "after"} <= set(re.findall(r"\w+", note.partition("back: ")[2]))


def test_running_domain_keeps_its_channels(host, store):
    [note] = apply_stored(host, WEB, add, store).notes
    assert "runs with its old channels" in note


# --- definitions


def test_stored_definition_has_the_passwords_and_the_others_have_not(host):
    assert domain(host.stored_xml(WEB)).uuid == WEB.uuid
    assert SECRET.encode() in host.stored_xml(WEB)
    assert SECRET.encode() not in host.public_xml(WEB)
    assert SECRET.encode() not in host.running_xml(WEB)


def test_stored_definition_is_not_the_one_that_runs(host, store):
    apply_stored(host, WEB, add, store)
    assert domain(host.public_xml(WEB)).agent_channels != []
    assert domain(host.running_xml(WEB)).agent_channels == []


def test_password_and_uuid_survive_the_way_there_and_back(host, store):
    before = host.stored_xml(WEB)
    after = apply_stored(host, WEB, add, store).after
    assert SECRET.encode() in after
    assert domain(after).uuid == WEB.uuid
    assert carry_out(host, prepare_undo(host, WEB, store), store).after == before


def test_definition_that_libvirt_refuses_leaves_the_old_one(host, store):
    before = host.stored_xml(WEB)
    # The schema leaves the mode open, libvirt does not.
    broken = channel(source="<source mode='listen' path='/a'/>").encode()
    plan = Plan(before.replace(b"<devices>", b"<devices>" + broken))
    with pytest.raises(HostError, match="XML error: Invalid value for attribute 'mode'") as caught:
        apply_stored(host, WEB, lambda document: plan, store)
    assert caught.value.code == libvirt.VIR_ERR_XML_ERROR
    assert host.stored_xml(WEB) == before


def test_definition_that_the_schema_refuses_has_its_code(host):
    xml = definition("<controller type='virtio-serial' surprise='yes'/>")
    with pytest.raises(HostError) as caught:
        host.define(xml, validate=True)
    assert caught.value.code == Code.XML_INVALID_SCHEMA
    host.define(xml, validate=False)


def test_domain_whose_definition_fails_the_schema_already_can_be_changed(host, store):
    # libvirt takes and writes a log file that is relative; its schema wants an absolute one.
    relative = channel("org.example.0", inside="\n      <log file='relative.log'/>")
    host.define(definition(relative), validate=False)
    applied = apply_stored(host, WEB, add, store)
    assert any("did not pass libvirt's schema before either" in note for note in applied.notes)
    assert [found.name for found in domain(applied.after).channels] == [AGENT, "org.example.0"]


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ("", "utf-8"),
        ("<?xml version='1.0' encoding='UTF-8'?>\n", "utf-8"),
        ("<?xml version='1.0' encoding='UTF-8'?>\n", "utf-8-sig"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?>\n", "latin-1"),
        ("<?xml version='1.0' encoding='UTF-16'?>\n", "utf-16"),
    ],
)
def test_definition_in_any_encoding_means_the_same(host, declaration, encoding):
    xml = definition(before_devices="\n  <description>é</description>").decode()
    host.define((declaration + xml).encode(encoding), validate=True)
    assert "<description>é</description>" in host.stored_xml(WEB).decode()


def test_libvirt_quoting_the_definition_is_not_passed_on(host, capfd):
    with pytest.raises(HostError) as caught:
        host.define(definition("\x1b"), validate=False)
    error = caught.value
    assert SECRET not in f"{error.message} {error.hint} {error!r}" + "".join(capfd.readouterr())


def test_libvirt_prints_nothing_by_itself(host, capfd):
    with pytest.raises(HostError):
        host.find("mail")
    assert capfd.readouterr() == ("", "")


# --- looking only


def test_read_only_connection_looks(looking, store):
    assert looking.find("web") == WEB
    assert looking.state(WEB).is_running
    assert AGENT.encode() not in looking.public_xml(WEB)
    assert looking.running_xml(WEB)


@pytest.mark.parametrize(
    "call",
    [
        lambda host, store: host.stored_xml(WEB),
        lambda host, store: host.define(definition(), validate=True),
        lambda host, store: prepare(host, WEB, add),
        lambda host, store: prepare_undo(host, WEB, store),
    ],
    ids=["stored_xml", "define", "prepare", "prepare_undo"],
)
def test_read_only_connection_refuses_passwords_and_changes(looking, store, call):
    with pytest.raises(HostError) as caught:
        call(looking, store)
    assert caught.value.code == Code.OPERATION_DENIED
    assert caught.value.hint == "this connection may only read: open one that may write"


# --- connecting


@pytest.mark.parametrize(
    ("uri", "message", "hint"),
    [
        ("qemu+unix:///system?socket=/nowhere/sock", "cannot connect to 'qemu+unix://", "virsh -c 'qemu+unix://"),
        ("test:///nowhere/node.xml", "cannot connect to 'test:///nowhere/node.xml'", "virsh -c test:///nowhere"),
        ("test:nonsense", "cannot connect to 'test:nonsense'", ""),
        ("web", "cannot connect to 'web'", "name a URI that this libvirt has a driver for"),
        ("qemu:///embed", "cannot connect to 'qemu:///embed'", ""),
        ("\udcff", "'\udcff' is no URI", "qemu:///system"),
        ("a\0b", "'a\0b' is no URI", "qemu:///system"),
    ],
)
def test_host_that_cannot_be_reached_is_one_sentence_with_a_way_out(uri, message, hint):
    with pytest.raises(HostError) as caught:
        connect(uri, readonly=False, timeout=10)
    assert caught.value.message.startswith(message)
    assert "\n" not in caught.value.message
    assert hint in caught.value.hint


def test_no_uri_is_the_one_of_the_environment(node, monkeypatch):
    monkeypatch.setenv("LIBVIRT_DEFAULT_URI", node)
    host = connect(None, readonly=True, timeout=10)
    assert host.uri == node
    host.close()


def test_missing_binding_is_an_error_that_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "libvirt", None)
    with pytest.raises(HostError) as caught:
        connect("test:///default", readonly=True)
    for word in ("pip install 'chanfix[libvirt]'", "libvirt-dev,", "libvirt-devel,", "pkg-config"):
        assert word in caught.value.hint


@pytest.mark.survival(
    "A connection to libvirt",
    "a server that takes connections and never answers",
    "given up in time",
)
def test_host_that_says_nothing_is_given_up(silent):
    start = time.monotonic()
    with pytest.raises(HostError, match=r"gave no answer within 0\.2 seconds") as caught:
        connect(silent, readonly=True, timeout=0.2)
    assert time.monotonic() - start < 5
    assert "virsh -c" in caught.value.hint


def test_host_that_says_nothing_does_not_keep_the_process(silent):
    code = (
        "import sys\n"
        "from chanfix.errors import HostError\n"
        "from chanfix.host.libvirt.connection import connect\n"
        "try: connect(sys.argv[1], readonly=True, timeout=0.2)\n"
        "except HostError as error: sys.exit(error.status)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(chanfix.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code, silent], env=environment, timeout=30)
    assert done.returncode == HostError.status


class Hanging:
    """A connection on which one call never returns: libvirt's own drivers do not do us that favour."""

    def __init__(self):
        self.released = Event()

    def __getattr__(self, name):
        return lambda *arguments: {"getURI": "hang:///", "getLibVersion": 9_000_000}.get(name)

    def listAllDomains(self):  # noqa: N802
        self.released.wait()
        return []


def test_call_without_an_answer_ends_the_use_of_the_connection():
    connection = Hanging()
    host = LibvirtHost(libvirt, connection, 0.1)
    with pytest.raises(HostError, match=r"domains of 'hang:///': libvirt gave no answer within 0\.1 seconds"):
        host.names()
    with pytest.raises(HostError, match="left an earlier call without an answer"):
        host.find("web")
    host.close()
    connection.released.set()
