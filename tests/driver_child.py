"""Asks libvirt's QEMU driver whether it defines documents, in a process of its own: on some of them libvirt crashes.

It reads a document a line, as JSON of its bytes in Latin-1, and answers each with a line: what libvirt says against it,
or null. Documents are asked as this machine can run them: a ``kvm`` domain as ``qemu`` where KVM cannot be opened, and
an emulator that is not here as the one that is.
"""

import json
import os
import shutil
import sys
import threading

import libvirt
from lxml import etree

NOBODY = 65534
PROGRAMS = {"i686": "i386", "armv7l": "arm"}
KEEP = (
    libvirt.VIR_DOMAIN_UNDEFINE_KEEP_NVRAM
    | libvirt.VIR_DOMAIN_UNDEFINE_KEEP_TPM
    | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
)


def for_this_machine(text):
    root = etree.fromstring(text.encode("latin-1"))
    if root.get("type") == "kvm" and not os.access("/dev/kvm", os.R_OK | os.W_OK):
        root.set("type", "qemu")
    kind = root.find("os/type")
    arch = (kind.get("arch") if kind is not None else None) or "x86_64"
    ours = shutil.which(f"qemu-system-{PROGRAMS.get(arch, arch)}")
    for emulator in root.iterfind("devices/emulator"):
        if ours and not os.access((emulator.text or "").strip(), os.X_OK):
            emulator.text = ours
    return etree.tostring(root, encoding="unicode")


def refusal(connection, text):
    try:
        domain = connection.defineXML(for_this_machine(text))
    except etree.XMLSyntaxError as error:
        return f"not well formed: {error}"
    except libvirt.libvirtError as error:
        return error.get_error_message()
    domain.undefineFlags(KEEP)
    return None


def run_events():
    while True:
        libvirt.virEventRunDefaultImpl()


def become_nobody():
    """Become another user, as root could not use a driver with a folder of its own; Python may be root's alone."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


if __name__ == "__main__":
    become_nobody()
    libvirt.registerErrorHandler(lambda *_: None, None)
    libvirt.virEventRegisterDefaultImpl()
    threading.Thread(target=run_events, daemon=True).start()
    connection = libvirt.open(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(refusal(connection, json.loads(line))), flush=True)
    os._exit(0)  # without a wait for the thread
