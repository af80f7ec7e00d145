"""The words of libvirt and QEMU on each rule, from the cases of the claims."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from agent_claims import CLAIMS
from by_version import words_of
from domain_claims import CLAIMS as OF_DOMAINS
from file_claims import TEXTS
from hardware_claims import REFUSED as HARDWARE
from hardware_claims import STARTS as HARDWARE_STARTS
from hardware_claims import STORED
from hardware_claims import domain as hardware_domain
from path_claims import AGENT, NO_RECONNECT, PATHS, READS, SOURCES, STARTS, channel_of
from refused_cases import CASES as CASES_OF_ROWS
from virtio_serial_claims import CHANGED, DOES_NOT_START, REFUSED
from vocabulary_claims import NEWER, UNKNOWN

from chanfix.domain.refused.row import rows as refused_rows
from chanfix.domain.versions import Version
from chanfix.lint.rules import RULES

VERSION = Version(9)  # the libvirt that the page is about
FOLDER = "/srv/agents"
SOCKETS = "/var/lib/libvirt/qemu/channel/target"
DOMAIN = """\
<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>web</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='{machine}'>hvm</type></os>
  {outside}
  <devices>{devices}</devices>
</domain>
"""


@dataclass(frozen=True)
class Said:
    """A domain's text, the step at which it goes wrong, and what is said then."""

    text: str
    step: str
    words: str


def domain(devices, outside="", machine="q35"):
    return DOMAIN.format(devices=devices, outside=outside, machine=machine)


def fill(text):
    fits = "a" * (107 - len(FOLDER) - 1)
    return text.replace("{R}", FOLDER).replace("{D}", SOCKETS).replace("{fits}", fits)


def agent(*names) -> Iterator[Said]:
    for name in names:
        devices, outside, step, words = CLAIMS[name]
        yield Said(domain(devices, outside), step, what(words))


def refused(*names, cases=REFUSED, step="define") -> Iterator[Said]:
    for name in names:
        devices, words, *machine = cases[name]
        yield Said(domain(fill(devices), "", *machine), step, what(fill(words_of(words, VERSION))))


def does_not_start(*names, cases=DOES_NOT_START) -> Iterator[Said]:
    return refused(*names, cases=cases, step="start")


def changed(*names) -> Iterator[Said]:
    for name in names:
        devices, there, gone = CHANGED[name]
        yield Said(domain(devices), "define", f"nothing, and stores `{there}` without `{gone}`")


def reads(*names) -> Iterator[Said]:
    for name in names:
        devices, words = READS[name]
        yield Said(domain(fill(devices)), "define", what(words))


def reconnects(*names) -> Iterator[Said]:
    for name in names:
        yield Said(domain(fill(SOURCES[name])), "define", what(NO_RECONNECT))


def drops(*paths) -> Iterator[Said]:
    for path, port in PATHS:
        if path in paths and port == AGENT:
            yield Said(domain(channel_of(fill(path))), "define", "nothing, and drops the path")


def texts(*names) -> Iterator[Said]:
    for name in names:
        text, words, *option = TEXTS[name]
        yield Said(text, " ".join(["define", *option]), what(words))


def whole(rule, *names) -> Iterator[Said]:
    for name in names:
        claim = OF_DOMAINS[rule][name]
        yield Said(claim.text, "define", what(words_of(claim.words, VERSION)))


def hardware(*names) -> Iterator[Said]:
    for name in names:
        inside, devices, words = HARDWARE[name]
        yield Said(hardware_domain(inside, devices), "define", what(words_of(words, VERSION)))


def hardware_stored(*names) -> Iterator[Said]:
    for name in names:
        inside, devices, there, gone, *namespace = STORED[name]
        options = {"namespace": namespace[0]} if namespace else {}
        text = hardware_domain(inside, devices, **options)
        yield Said(text, "define", f"nothing, and stores `{there}` without `{gone}`")


def rows(*names) -> Iterator[Said]:
    """Some rows of what has no rule of its own; all of them are asked by tests/domain/test_refused.py."""
    said = {row.name: row.said[0] for row in refused_rows()}
    for name in names:
        yield Said(CASES_OF_ROWS[name], "define", what(said[name]))


def vocabulary(*names, cases=UNKNOWN) -> Iterator[Said]:
    for name in names:
        text, words = cases[name]
        yield Said(text, "define", f"nothing, and drops `{words[1:]}`" if words.startswith("!") else what(words))


def what(words):
    """Write what is stored in silence, or the words of an error."""
    return f"nothing, and stores `{words}`" if words.startswith("<") else f"`{words}`"


# The cases of each rule.
SAID = {
    "agent-type-missing": changed("no-type"),
    "agent-name-typo": agent("name-typo"),
    "agent-name-whitespace": agent("name-whitespace"),
    "agent-detached": agent("detached"),
    "agent-target-type": agent("target-without-type", "target-of-unknown-type", "target-xen"),
    "agent-target-missing": agent("target-missing", "second-target"),
    "duplicate-agent-channel": agent("twice", "command-line-and-channel", "command-line-twice"),
    "duplicate-port-name": agent("spice-twice", "spice-by-name", "command-line-of-another-name"),
    "agent-missing": agent("none"),
    "agent-in-commandline": agent("command-line"),
    "agent-commented-out": agent("commented-out"),
    "agent-misplaced": agent(
        "under-the-domain",
        "inside-a-controller",
        "inside-features",
        "in-a-serial-port",
        "in-a-console",
        "in-a-parallel-port",
    ),
    "path-live-generated": drops("{D}/web.org.qemu.guest_agent.0", "{D}/domain-7-web/org.qemu.guest_agent.0"),
    "path-in-libvirt-dir": drops("{D}/foo.sock"),
    "path-too-long": does_not_start("too-long", cases=STARTS),
    "path-not-absolute": does_not_start("relative", "home", "empty", cases=STARTS),
    "mode-invalid": reads("empty-mode", "mode-in-capitals"),
    "mode-missing": chain(reads("path-alone"), does_not_start("no-mode", cases=STARTS)),
    "mode-connect": does_not_start("connect", cases=STARTS),
    "reconnect-with-bind": reconnects("bind", "no-path", "dropped"),
    "vserial-port-collision": chain(
        refused("port-twice", "port-twice-with-a-console"), does_not_start("two-consoles-on-port-0")
    ),
    "vserial-port-range": refused("port-31", "port-4-of-4"),
    "vserial-port-zero": changed("port-zero"),
    "vserial-bus": does_not_start("bus-1"),
    "vserial-address-type": chain(changed("pci-address"), does_not_start("console-on-pci")),
    "vserial-duplicate-index": refused("index-twice"),
    "vserial-controller-ports": chain(
        refused("one-port"), does_not_start("no-ports", "512-ports"), changed("one-port-only")
    ),
    "vserial-no-pci": chain(refused("isapc", "microvm"), does_not_start("isapc-on-mmio")),
    "vserial-controller-missing": changed("missing-controller"),
    "spicevmc-no-spice": refused(
        *("spicevmc", "spiceport", "redirdev", "serial", "serial-spicevmc", "parallel", "console", "console-alone"),
        *("console-spicevmc", "smartcard", "rng", "audio"),
    ),
    "spicevmc-name": agent("spicevmc-of-another-name"),
    "hostdev-repeated": whole("hostdev-repeated", "pci", "interface", "usb-by-name", "scsi", "mediated"),
    "acpi-firmware": whole("acpi-firmware", "x86-loader", "x86-chosen", "aarch64"),
    "boot-mixed": whole("boot-mixed", "disk"),
    "boot-order-repeated": whole("boot-order-repeated", "twice", "zero"),
    "secure-boot-without-smm": whole("secure-boot-without-smm", "none", "off", "on-and-then-off", "pc"),
    "address-collision": whole(
        *("address-collision", "pci", "pci-of-the-machine", "two-names", "two-addresses", "name-and-address"),
        *("scsi-host-device-and-name", "scsi-host-devices", "usb", "ccw"),
    ),
    "address-impossible": whole(
        *("address-impossible", "slot", "slot-of-a-root-port", "address-of-the-root", "own-bus", "usb-port", "usb-hub"),
        *("usb-bus", "sata-bus", "ide-controller", "floppy-bus", "ccw"),
    ),
    "bus-unsupported": whole(
        *("bus-unsupported", "ide-on-q35", "ide-controller", "controller-without-a-type", "ide-on-arm"),
        *("ide-on-power", "ide-on-s390x", "sata-on-s390x"),
    ),
    "pci-root-mismatch": whole("pci-root-mismatch", "pci-on-q35", "pcie-on-pc", "index"),
    "disk-target-repeated": whole("disk-target-repeated", "one-bus", "two-buses"),
    "disk-io-native": whole("disk-io-native", "no-cache-mode"),
    "live-channel-state": changed("state"),
    "live-alias": chain(changed("alias"), hardware_stored("alias-of-a-disk")),
    "live-pty": changed("pty"),
    "live-interface-target": hardware_stored(
        "interface-target", "interface-target-macvtap", "interface-target-of-letters"
    ),
    "live-index": hardware_stored("source-index", "port-id"),
    "topology-mismatch": hardware("topology", "topology-without-vcpu"),
    "numa-cpus": hardware("cell-beyond", "cells-of-more", "cells-overlap"),
    "pin-out-of-range": chain(hardware_stored("vcpu-pin"), hardware("iothread-pin", "iothread-scheduler", "scheduler")),
    "iothread-unusable": hardware(
        *("iothread-undefined", "iothread-of-another-id", "iothread-on-sata", "iothread-of-lsi"),
        "iothread-of-no-controller",
    ),
    "cpu-feature-without-model": hardware("feature-alone", "feature-of-custom"),
    "cpu-migratable": hardware("migratable-host-model", "migratable-without-a-mode"),
    "hyperv-vendor-id": hardware(
        *("vendor-id", "vendor-id-in-bytes", "vendor-id-before-another", "vendor-id-without-a-value"),
        "vendor-id-with-a-comma",
    ),
    "memory-unit": hardware_stored("memory-without-a-unit", "memory-in-GB"),
    "memory-current-larger": hardware_stored("current-memory"),
    "numa-memory": hardware_stored("cells-of-less"),
    "shared-memory-missing": hardware("virtiofs", "vhost-disk", "private-cell"),
    "vnc-password-long": hardware("vnc-password", "vnc-password-in-bytes"),
    "gl-on-network": does_not_start("gl-autoport", "gl-port-of-minus-1", cases=HARDWARE_STARTS),
    "qemu-arguments-lost": hardware_stored(
        "arguments-of-another-namespace", "arguments-of-https", "arguments-of-devices"
    ),
    "refused-combination": rows("lun-of-file", "usb-ports", "vsock-twice", "feature-gic-on-x86"),
    "not-well-formed": texts("cut"),
    "doctype": texts("entity", "external"),
    "domain-schema": texts("no-source"),
    "channel-schema": chain(
        refused("tcp-without-a-host", "unknown-type", "port-in-hex"),
        changed("unknown-attribute", "unknown-element"),
    ),
    "unknown-name": vocabulary(
        *("attribute-of-no-disk", "element-of-no-controller", "of-another-kind-of-disk", "in-another-place", "feature"),
    ),
    "unknown-value": vocabulary("bus", "number", "text", "dropped-value"),
    "needs-newer-libvirt": vocabulary("watchdog", "crypto", "ps2", "discard", cases=NEWER),
}

# Rules of level error on which libvirt has no word.
SILENT = {
    "hyperv-dependency": "it starts QEMU, and QEMU asks under KVM only; no test can show that without KVM",
    "agent-not-unix": "it takes a channel of any type, and gives up on the agent when the guest opens the port",
    "path-missing": "since 1.0.6 it makes a path of its own; older versions refuse the channel",
    "path-other-domain": "both domains start, and the second takes the socket from the first",
    "path-shared": "both domains start, and the second takes the socket from the first",
    "network-channel": "it listens where it is told to, and whoever reaches the port gets at the guest",
}

CASES = [(rule.name, said) for rule in RULES for said in SAID.get(rule.name, ())]
