"""Tells what libvirt's QEMU driver would store of a document, in a process of its own, for it may crash.

It reads a document a line, as JSON, and answers each with a line: what would be stored, or null if it is refused. It
stands alone, and runs with Python 3.9 as well: it is sent into the roots of other releases.
"""

import json
import os
import shutil
import sys
import threading
import xml.etree.ElementTree as Tree

NOBODY = 65534


def main():
    """Answer until there are no more questions; the driver's folder is the argument."""
    [folder] = sys.argv[1:]
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        os.environ[name] = folder
    # It may ask for them when it is loaded; and Python's modules may be root's alone.
    import libvirt

    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    libvirt.registerErrorHandler(lambda *_: None, None)
    libvirt.virEventRegisterDefaultImpl()
    threading.Thread(target=run_events, args=(libvirt,), daemon=True).start()
    connection = libvirt.open("qemu:///embed?root=" + folder)
    for line in sys.stdin:
        print(json.dumps(stored(libvirt, connection, json.loads(line))), flush=True)
    os._exit(0)  # without a wait for the thread


def run_events(libvirt):
    """Run libvirt's events, without which the driver does not start."""
    while True:
        libvirt.virEventRunDefaultImpl()


def stored(libvirt, connection, text):
    """Return what would be stored of a document that is asked as this machine can run it, None if it is refused."""
    root = Tree.fromstring(text)
    if root.get("type") == "kvm":
        root.set("type", "qemu")
    kind = root.find("os/type")
    arch = (kind.get("arch") if kind is not None else None) or "x86_64"
    ours = shutil.which("qemu-system-" + arch)
    for emulator in root.iterfind("devices/emulator"):
        if ours:
            emulator.text = ours
    try:
        domain = connection.defineXMLFlags(Tree.tostring(root, encoding="unicode"), 0)
    except libvirt.libvirtError:
        return None
    text = domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE)
    # Newer releases keep a TPM's state unless they are told not to.
    keep = libvirt.VIR_DOMAIN_UNDEFINE_KEEP_NVRAM | getattr(libvirt, "VIR_DOMAIN_UNDEFINE_KEEP_TPM", 0)
    try:
        domain.undefineFlags(keep)
    except libvirt.libvirtError:
        domain.undefine()
    return text


if __name__ == "__main__":
    main()
