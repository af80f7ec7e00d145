"""Documents for libvirt, made of a few devices."""


def document_of(devices="", *, kind="qemu", machine="pc", beside="", name="web"):
    return (
        f"<domain type='{kind}'>\n"
        f"  <name>{name}</name>\n"
        "  <memory unit='MiB'>64</memory>\n"
        f"  <os><type arch='x86_64' machine='{machine}'>hvm</type></os>\n"
        f"  {beside}\n"
        f"  <devices>{devices}</devices>\n"
        "</domain>\n"
    ).encode()
