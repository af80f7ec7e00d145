"""The cases of the rules on paths, and what libvirt or QEMU does with each."""

from chanfix.domain import AGENT_NAME as AGENT
from chanfix.domain import Domain
from chanfix.xml.document import Document

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


SOURCES = {
    "bind": channel_of("/srv/x", inside=RECONNECT),
    "bind-off": channel_of("/srv/x", inside="<reconnect enabled='no'/>"),
    "connect": channel_of("/srv/x", "connect", inside=RECONNECT),
    "no-mode": channel_of("/srv/x", None, inside=RECONNECT),
    "no-path": channel_of(None, None, inside=RECONNECT),
    "no-path-connect": channel_of(None, "connect", inside=RECONNECT),
    "dropped": channel_of("{D}/domain-7-web/org.qemu.guest_agent.0", "connect", inside=RECONNECT),
}


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
