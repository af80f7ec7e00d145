"""What shows that a libvirt has a change of ``chanfix.domain.versions``: a case that holds from that version on."""

from libvirt_says import Said, domain, fill
from path_claims import channel_of
from virtio_serial_claims import address, console

GENERATED = "{D}/web.org.qemu.guest_agent.0"
NOT_GENERATED = "{D}/foo.sock"


def stores(devices, words, step="define"):
    return Said(domain(fill(devices)), step, fill(words))


# Name of the change -> the case. Those that only a host shows that is not at hand are read.
CHANGES = {
    "PATH_OPTIONAL": stores(channel_of(), "nothing, and stores `<channel type='unix'>`"),
    "PATH_BY_ID": stores(channel_of(), "nothing, and stores `-web/org.qemu.guest_agent.0'`", "run"),
    "PATH_IN_RUN": stores(channel_of(), "nothing, and stores `/run/qemu/channel/`", "run"),
    "PATH_DROPPED": stores(channel_of(GENERATED), "nothing, and drops the path"),
    "PATH_DROPPED_BY_PATTERN": stores(channel_of(NOT_GENERATED), "nothing, and drops the path"),
    "PATH_DROPPED_BY_WHOLE_PATTERN": stores(channel_of(NOT_GENERATED), f"nothing, and stores `{NOT_GENERATED}`"),
    "CONSOLES_APART": stores(console(address(0)) * 2, "nothing, and stores `<console`", "start"),
}
