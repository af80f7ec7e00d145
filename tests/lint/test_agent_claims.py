"""What the rules' pages say that libvirt and QEMU do, shown on libvirt's own QEMU driver."""

import shutil

import pytest
from agent_claims import CALL, CLAIMS, DEFINE, DOMAIN, SPICE, START

pytestmark = pytest.mark.embed


@pytest.fixture
def outcome(embed):
    """Defines a domain, starts it and calls its agent; says how far that gets, and why no further."""
    libvirt = pytest.importorskip("libvirt")
    libvirt_qemu = pytest.importorskip("libvirt_qemu")

    def try_it(text):
        step, said = try_once(text)
        # A QEMU that ends at once may be gone before libvirt has asked it why.
        return try_once(text) if "monitor socket" in said else (step, said)

    def try_once(text):
        domain, step = None, DEFINE
        try:
            domain, step = embed.defineXML(text), START
            domain.create()
            step = CALL
            return step, libvirt_qemu.qemuAgentCommand(domain, '{"execute": "guest-ping"}', 1, 0)
        except libvirt.libvirtError as error:
            return step, str(error)
        finally:
            if domain is not None:
                if domain.isActive():
                    domain.destroy()
                domain.undefine()

    return try_it


@pytest.mark.parametrize(("devices", "outside", "step", "words"), CLAIMS.values(), ids=CLAIMS)
def test_libvirt_or_qemu_does_what_the_page_says(outcome, need_display, devices, outside, step, words):
    if SPICE in devices:
        need_display("spice")
    emulator = shutil.which("qemu-system-x86_64")
    reached, said = outcome(DOMAIN.format(emulator=emulator, devices=devices, outside=outside))
    assert reached == step
    assert words in said
