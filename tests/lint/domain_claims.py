"""The cases of the rules about disks, addresses, booting and devices of the host, and what libvirt says of each."""

from typing import NamedTuple

from by_version import ByVersion

DOMAIN = """\
<domain type='qemu'>
  <name>claim</name>
  <memory unit='MiB'>64</memory>
  <os{firmware}><type arch='{arch}' machine='{machine}'>hvm</type>{os}</os>
  <features>{features}</features>
  <devices>{devices}</devices>
</domain>
"""


class Claim(NamedTuple):
    """The parts of a domain, and the words with which libvirt refuses it; None where it defines it."""

    words: str | ByVersion | None
    devices: str = ""
    machine: str = "q35"
    arch: str = "x86_64"
    os: str = ""
    features: str = "<acpi/>"
    firmware: str = ""

    @property
    def text(self) -> str:
        """The domain."""
        return DOMAIN.format(**self._asdict())


def disk(target="vda", bus="virtio", driver="type='raw'", rest="", device="disk"):
    return (
        f"<disk type='file' device='{device}'><driver name='qemu' {driver}/><source file='/srv/a'/>"
        f"<target dev='{target}' bus='{bus}'/>{rest}</disk>"
    )


NATIVE = "io='native' needs either no disk cache or directsync cache mode"

# Rule -> name of the case -> the case. What is refused is what the rule reports, and the others it does not.
CLAIMS = {
    "disk-io-native": {
        "no-cache-mode": Claim(NATIVE, disk(driver="type='raw' io='native'")),
        "default": Claim(NATIVE, disk(driver="type='raw' io='native' cache='default'")),
        "writeback": Claim(NATIVE, disk(driver="type='raw' io='native' cache='writeback'")),
        "writethrough": Claim(NATIVE, disk(driver="type='raw' io='native' cache='writethrough'")),
        "unsafe": Claim(NATIVE, disk(driver="type='raw' io='native' cache='unsafe'")),
        "none": Claim(None, disk(driver="type='raw' io='native' cache='none'")),
        "directsync": Claim(None, disk(driver="type='raw' io='native' cache='directsync'")),
        "io_uring": Claim(None, disk(driver="type='raw' io='io_uring'")),
    },
}
