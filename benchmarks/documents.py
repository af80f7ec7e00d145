"""The documents that are measured: real ones where there are any, else some of our own making, and variations."""

from __future__ import annotations

import itertools
import os
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

__all__ = ["corpus", "corpus_name", "documents", "domain_of", "fill", "one_domain"]

_PROJECT = Path(__file__).resolve().parent.parent
_REAL = Path(os.environ.get("CHANFIX_CORPUS") or _PROJECT.parent / "shared" / "corpus") / "libvirt-9.0.0-domains.tar.xz"
_MADE = 2378

_AGENT = "<target type='virtio' name='org.qemu.guest_agent.0'/>"
_DEVICE = """\
    <interface type='network'>
      <mac address='52:54:00:{:02x}:{:02x}:{:02x}'/>
      <source network='default'/>
      <model type='virtio'/>
    </interface>
"""


def corpus_name() -> str:
    """Say what the corpus is."""
    count = len(documents())
    if _REAL.is_file():
        return f"the {count} documents of libvirt's own test data ({_REAL.name})"
    return f"{count} documents of our own making, since {_REAL.name} is not here (CHANFIX_CORPUS can name its folder)"


@cache
def documents() -> tuple[bytes, ...]:
    """Return the documents of the corpus."""
    if not _REAL.is_file():
        return tuple(itertools.islice(_made(), _MADE))
    with tarfile.open(_REAL) as archive:
        files = (archive.extractfile(member) for member in archive if member.isfile())
        return tuple(file.read() for file in files if file is not None)


def corpus(folder: Path) -> list[Path]:
    """Write the corpus into a folder and return its files."""
    return fill(folder, len(documents()))


def fill(folder: Path, count: int) -> list[Path]:
    """Write as many documents as one likes into a folder, each of the corpus' as often as it takes.

    Repetitions differ in the name of their domain, as copies of a definition do.
    """
    paths = []
    for number, data in zip(range(count), itertools.cycle(documents()), strict=False):
        turn = number // len(documents())
        # No more files in one folder than people have.
        path = folder / f"{number // 1000:03}" / f"{number:06}.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.replace(b"</name>", b"-%d</name>" % turn, 1) if turn else data)
        paths.append(path)
    return paths


def one_domain(devices: int) -> bytes:
    """Return a domain with an agent channel and so many devices."""
    lines = (_DEVICE.format(number >> 16 & 255, number >> 8 & 255, number & 255) for number in range(devices - 1))
    return domain_of("".join(lines))


def domain_of(devices: str, name: str = "web", agent: str = _AGENT) -> bytes:
    """Return a domain that holds these devices, and an agent channel."""
    return f"""\
<domain type='kvm'>
  <name>{name}</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <features>
    <acpi/>
  </features>
  <devices>
{devices}\
    <channel type='unix'>
      {agent}
    </channel>
  </devices>
</domain>
""".encode()


def _made() -> Iterator[bytes]:
    """Yield domains of one to forty devices, some of them with faults in the channel."""
    agents = (
        *(_AGENT,) * 9,
        f"<source path='/tmp/agent'/>{_AGENT}",
        "<target type='virtio' name='org.qemu.guest_agent'/>",
    )
    for number in itertools.count():
        lines = "".join(_DEVICE.format(number >> 8 & 255, number & 255, device) for device in range(number * 7 % 40))
        yield domain_of(lines, f"web{number}", agents[number % len(agents)])
