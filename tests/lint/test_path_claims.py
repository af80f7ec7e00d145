"""What the pages of the source and path rules say that libvirt and QEMU do, shown on libvirt's own QEMU driver."""

import pytest

from chanfix.domain import AGENT_NAME as AGENT
from chanfix.domain import Domain
from chanfix.domain.path.generated import is_dropped
from chanfix.domain.path.kinds import MAX_BYTES
from chanfix.domain.path.sockets import listens
from chanfix.xml.document import Document

pytestmark = pytest.mark.embed

OTHER = "com.example.log.0"
RECONNECT = "<reconnect enabled='yes' timeout='3'/>"
INVALID_MODE = "Invalid value for attribute 'mode' in element 'source'"
NO_RECONNECT = "chardev reconnect is possible only for connect mode"
CANNOT_BIND = "Unable to bind to UNIX socket path"
CANNOT_CONNECT = "Failed to connect to"


def channel_of(path=None, mode="bind", port=AGENT, inside=""):
    path = f" path='{path}'" if path is not None else ""
    mode = f" mode='{mode}'" if mode is not None else ""
    port = f" name='{port}'" if port is not None else ""
    return f"<channel type='unix'><source{mode}{path}>{inside}</source><target type='virtio'{port}/></channel>"


def read(file):
    [channel] = Domain.of(Document.parse(file.read_bytes())).channels
    return channel


# {D} is the channel directory of the driver, {R} its root.
PATHS = [
    ("{D}/web.org.qemu.guest_agent.0", AGENT),
    ("{D}/domain-web/org.qemu.guest_agent.0", AGENT),
    ("{D}/domain-7-web/org.qemu.guest_agent.0", AGENT),
    ("{D}/domain-7-web/com.example.log.0", OTHER),
    ("{D}/domain-7-web/com.example.log.0", AGENT),
    ("{D}/foo.sock", AGENT),
    ("{D}/x.y/z", AGENT),
    ("{D}/foo", AGENT),
    ("{D}/foo/x.y", AGENT),
    ("{R}/run/qemu/channel/7-web/org.qemu.guest_agent.0", AGENT),
    ("{R}/run/qemu/channel/web.agent", AGENT),
    ("/srv/domain-foo/org.qemu.guest_agent.0", AGENT),
    ("/srv/mydomain-foo/org.qemu.guest_agent.0", AGENT),
    ("/srv/domain-foo/bar", AGENT),
    ("/srv/domain-foo/bar", None),
    ("{D}/domain-7-web/vioser-00-00-01.sock", None),
    ("/srv/web.sock", AGENT),
    ("", AGENT),
]


def test_define_drops_what_we_say_that_this_version_drops(driver):
    files = {
        f"path-{number}": driver.file(
            f"path-{number}", channel_of(path.format(D=driver.socket_folder, R=driver.root), port=port)
        )
        for number, (path, port) in enumerate(PATHS)
    }
    said = driver.ask({name: [f"define {file}", f"dumpxml --inactive {name}"] for name, file in files.items()})
    version = driver.version
    for name, file in files.items():
        assert "<channel" in said[name]
        assert ("<source " not in said[name]) is is_dropped(read(file), version), (file.read_text(), said[name])


SOURCES = {
    "bind": channel_of("/srv/x", inside=RECONNECT),
    "bind-off": channel_of("/srv/x", inside="<reconnect enabled='no'/>"),
    "connect": channel_of("/srv/x", "connect", inside=RECONNECT),
    "no-mode": channel_of("/srv/x", None, inside=RECONNECT),
    "no-path": channel_of(None, None, inside=RECONNECT),
    "no-path-connect": channel_of(None, "connect", inside=RECONNECT),
    "dropped": channel_of("{D}/domain-7-web/org.qemu.guest_agent.0", "connect", inside=RECONNECT),
}


def test_reconnect_is_refused_where_we_say_that_qemu_listens(driver):
    folder = driver.socket_folder
    files = {name: driver.file(f"reconnect-{name}", xml.format(D=folder)) for name, xml in SOURCES.items()}
    said = driver.ask({name: [f"define {file}"] for name, file in files.items()})
    version = driver.version
    for name, file in files.items():
        assert (NO_RECONNECT in said[name]) is listens(read(file), version), said[name]


# What is tried -> its channel, and the words of libvirt, or the source as it is stored.
READS = {
    "empty-reconnect": (channel_of("/srv/x", inside="<reconnect/>"), "<source mode='bind' path='/srv/x'/>"),
    "path-alone": (channel_of("/srv/x", None), "<source mode='connect' path='/srv/x'/>"),
    "empty-path": (channel_of("", None), "<source mode='connect' path=''/>"),
    "empty-mode": (channel_of("/srv/x", ""), f"{INVALID_MODE}: ''"),
    "empty-mode-alone": (channel_of(None, ""), f"{INVALID_MODE}: ''"),
    "mode-in-capitals": (channel_of("/srv/x", "Bind"), f"{INVALID_MODE}: 'Bind'"),
    "mode-with-a-blank": (channel_of("/srv/x", " bind"), f"{INVALID_MODE}: ' bind'"),
    "mode-of-a-dropped-path": (
        channel_of("{D}/domain-7-web/org.qemu.guest_agent.0", "listen"),
        f"{INVALID_MODE}: 'listen'",
    ),
    "tcp-reconnect": (
        "<channel type='tcp'><source mode='bind' host='127.0.0.1' service='4'>"
        f"{RECONNECT}</source><target type='virtio' name='x'/></channel>",
        NO_RECONNECT,
    ),
}


@pytest.mark.parametrize(("xml", "words"), READS.values(), ids=READS)
def test_define_reads_the_source_as_the_pages_say(driver, xml, words):
    file = driver.file("defined", xml.format(D=driver.socket_folder))
    said = driver.ask({"defined": [f"define {file}", "dumpxml --inactive defined", "undefine defined"]})
    assert words in said["defined"]


STARTS = {
    "fits": (channel_of("{R}/{fits}"), "started"),
    "too-long": (channel_of("{R}/{fits}x"), "too long"),
    "empty": (channel_of(""), "cannot stat ''"),
    "relative": (channel_of("agents/web.sock"), f"{CANNOT_BIND} 'agents/web.sock': No such file or directory"),
    "home": (channel_of("~/web.sock"), f"{CANNOT_BIND} '~/web.sock': No such file or directory"),
    "no-mode": (channel_of("{R}/none.sock", None), f"{CANNOT_CONNECT} '{{R}}/none.sock': No such file or directory"),
    "connect": (channel_of("{R}/none.sock", "connect"), f"{CANNOT_CONNECT} '{{R}}/none.sock'"),
    "connect-without-path": (channel_of(None, "connect"), "started"),
    "kept-of-one-run": (channel_of("{D}/domain-99-x/other"), f"{CANNOT_BIND} '{{D}}/domain-99-x/other': No such file"),
    "twice-in-one": (channel_of("{R}/twice.sock") + channel_of("{R}/twice.sock", port=OTHER), "started"),
}


def test_start_goes_as_the_pages_say(driver):
    root = str(driver.root)
    fill = {"R": root, "D": str(driver.socket_folder), "fits": "a" * (MAX_BYTES - len(root) - 1)}
    files = {name: driver.file(name, xml.format(**fill)) for name, (xml, _) in STARTS.items()}
    said = driver.ask({name: [f"define {file}", f"start {name}", f"destroy {name}"] for name, file in files.items()})
    assert {name: said[name] for name, (_, words) in STARTS.items() if words.format(**fill) not in said[name]} == {}


def test_second_domain_takes_the_socket_and_the_first_removes_it(driver):
    socket = driver.root / "shared.sock"
    files = [driver.file(name, channel_of(socket)) for name in ("one", "two")]
    script = [*(f"define {file}" for file in files), "start one", "start two", "destroy one", "domstate two"]
    try:
        said = driver.ask({"shared": script})["shared"]
        assert said.count("started") == 2
        assert "running" in said
        assert not socket.exists()
    finally:
        driver.ask({"over": ["destroy one", "destroy two"]})
