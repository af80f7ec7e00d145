"""The hook of a real libvirtd, with chanfix in it."""

import sys
from pathlib import Path

import pytest
from guest_driver import Libvirtd
from guest_machine import agent_channel

libvirt = pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")

# That of docs/hooks.md, with the chanfix of this test.
SCRIPT = """\
#!/bin/sh
PYTHONPATH='{path}' timeout 60 {command} hook --refuse error --refuse-with 77 qemu "$@" >/dev/null
[ $? -ne 77 ]
"""
HOOK = Path("/etc/libvirt/hooks/qemu")


@pytest.fixture(scope="module")
def libvirtd(driver):
    if not isinstance(driver, Libvirtd):
        pytest.skip("takes a libvirtd: CHANFIX_E2E_LIBVIRTD=1")
    return driver


@pytest.fixture
def set_hook(libvirtd):
    """Have libvirtd call a script; it looks for one when it starts."""

    def set_it(command):
        HOOK.parent.mkdir(exist_ok=True)
        HOOK.write_text(SCRIPT.format(command=command, path=":".join(sys.path)))
        HOOK.chmod(0o755)
        libvirtd.stop()
        libvirtd.start()

    yield set_it
    HOOK.unlink()
    libvirtd.stop()
    libvirtd.start()


def refusal_of(machine):
    """Return the error of a domain that is refused; on a busy machine a hook may not judge it within its second."""
    for _ in range(10):
        try:
            machine.domain.create()
        except libvirt.libvirtError as error:
            return error
        machine.destroy()
    raise AssertionError("the domain was never refused")


def test_good_domain_starts_and_one_that_breaks_a_rule_is_refused(set_hook, make_guest):
    set_hook(f"{sys.executable} -m chanfix")
    good = make_guest()
    good.start()
    good.wait_for_agent()
    good.destroy()
    # QEMU would start it, and the agent would never hear of libvirt.
    wrong = agent_channel(source="<source mode='connect' path='/run/none.sock'/>")
    bad = make_guest(channel=wrong)
    error = refusal_of(bad)
    assert error.get_error_code() == libvirt.VIR_ERR_HOOK_SCRIPT_FAILED
    assert "mode-connect" in str(error)
    assert not bad.domain.isActive()


def test_domain_starts_where_there_is_no_chanfix(set_hook, make_guest):
    set_hook("/none/chanfix")
    machine = make_guest(channel=agent_channel() + agent_channel("x"))
    machine.start()
    assert machine.domain.isActive()
    machine.destroy()
