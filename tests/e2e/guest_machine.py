"""One guest: a domain on a driver, what is seen of it from outside, and a shell in it."""

import contextlib
import json
import re
import secrets
import socket
import time
from pathlib import Path

from lxml import etree

with contextlib.suppress(ImportError):  # then there is no driver, and no guest
    import libvirt
    import libvirt_qemu

AGENT = "org.qemu.guest_agent.0"
# In seconds. A guest that is emulated boots in six; a machine that does much else takes many times that.
PATIENCE = 300

DOMAIN = """\
<domain type='{type}'>
  <name>{name}</name>
  <memory unit='MiB'>{memory}</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='{machine}'>hvm</type>
    <kernel>{kernel}</kernel>
    <initrd>{initrd}</initrd>
    <cmdline>console=ttyS0 quiet panic=-1 mitigations=off chanfix.agent={agent}</cmdline>
  </os>
  <features><acpi/></features>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='{disk}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <controller type='usb' model='none'/>
{controller}
    <serial type='file'><source path='{console}' append='on'/><target port='0'/></serial>
    <serial type='unix'><source mode='bind' path='{control}'/><target port='1'/></serial>
{channel}
    <memballoon model='none'/>
  </devices>
</domain>
"""
CONTROLLER = "    <controller type='virtio-serial' index='0'/>"


def agent_channel(name=AGENT, source=""):
    """Return a channel for an agent as libvirt wants it, or with a source of your own."""
    return f"<channel type='unix'>{source}<target type='virtio' name='{name}'/></channel>"


def definition(name, folder, disk, image, accelerator, agent, channel, controller, memory, machine):
    """Return the domain of a guest."""
    return DOMAIN.format(
        type=accelerator,
        name=name,
        memory=memory,
        machine=machine,
        kernel=image.kernel,
        initrd=image.initrd,
        agent=agent,
        disk=disk,
        controller=CONTROLLER if controller else "",
        console=folder / "console",
        control=folder / "control",
        channel=agent_channel() if channel is None else channel,
    )


def wait_until(what, holds, timeout=PATIENCE):
    """Ask until the answer is true, and return it; fails with ``what`` was waited for."""
    deadline = time.monotonic() + timeout
    while not (answer := holds()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout} seconds for {what}")
        time.sleep(0.2)
    return answer


class Guest:
    """A domain that is defined, and shut off until ``start``."""

    def __init__(self, driver, name, folder):
        self.driver = driver
        self.uri = driver.uri
        self.name = name
        self.console_path = folder / "console"
        self.control_path = folder / "control"
        self._marks = 0
        self._floods = False

    @property
    def domain(self):
        """The domain, on a connection that is alive."""
        return self.driver.connection.lookupByName(self.name)

    def start(self):
        """Switch it on and wait until it is up."""
        self._marks = self.console().count("chanfix guest: ready")
        self.domain.create()
        self.wait_for_boot()

    def wait_for_boot(self):
        """Wait until it has come up once more than before."""
        self._marks += 1

        def is_up():
            assert self.domain.isActive(), f"the guest went down again: {self.console()}"
            return self.console().count("chanfix guest: ready") >= self._marks

        wait_until(f"guest '{self.name}' to boot", is_up)

    def destroy(self):
        """Pull the plug; nothing happens to one that is shut off."""
        with contextlib.suppress(libvirt.libvirtError):
            self.domain.destroy()

    def remove(self):
        """Switch it off and forget it."""
        self.destroy()
        with contextlib.suppress(libvirt.libvirtError):
            self.domain.undefineFlags(
                libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
            )

    def power_cycle(self):
        """Off and on again, which is what a stored change waits for."""
        self.destroy()
        self.start()

    def wait_until_off(self):
        """Wait until it has gone down by itself."""
        wait_until(f"guest '{self.name}' to go down", lambda: not self.domain.isActive())

    def console(self):
        """Return everything that it said while booting and since."""
        try:
            return self.console_path.read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def running(self):
        """Return the running definition, parsed."""
        return etree.fromstring(self.domain.XMLDesc(0))

    def channel(self, port=AGENT):
        """Return the element of the running channel for that port, or None."""
        for target in self.running().findall("devices/channel/target"):
            if target.get("name") == port:
                return target.getparent()
        return None

    def channel_state(self, port=AGENT):
        """Return 'connected' when somebody in the guest has the port open, else 'disconnected'; None without it."""
        channel = self.channel(port)
        return None if channel is None else channel.find("target").get("state")

    def wait_for_state(self, state, port=AGENT):
        """Wait until libvirt has it that the port is open in the guest, or closed."""
        wait_until(f"port '{port}' of '{self.name}' to be {state}", lambda: self.channel_state(port) == state)

    def socket_path(self, port=AGENT):
        """Return where QEMU listens for that port's client."""
        return Path(self.channel(port).find("source").get("path"))

    def wait_for_agent(self, timeout=PATIENCE):
        """Wait until the agent answers libvirt."""

        def answers():
            try:
                return self.agent("guest-ping", timeout=10) == {}
            except libvirt.libvirtError:
                return False

        wait_until(f"the agent of '{self.name}' to answer", answers, timeout)

    def agent(self, command, timeout=60, **arguments):
        """Return what the agent returns for a command that goes through libvirt."""
        request = {"execute": command} | ({"arguments": arguments} if arguments else {})
        return json.loads(libvirt_qemu.qemuAgentCommand(self.domain, json.dumps(request), timeout, 0))["return"]

    def ask(self, port, command, timeout=PATIENCE):
        """Return what the agent on a port returns that libvirt does not hold, over the port's own socket."""
        number = secrets.randbelow(2**48)
        with self.dial(port, timeout) as link:
            sync = {"execute": "guest-sync-delimited", "arguments": {"id": number}}
            # The 0xFF makes the agent forget what a client before us began to say.
            link.sendall(b"\xff" + json.dumps(sync).encode() + b"\n")
            with link.makefile("rb") as lines:
                while json.loads(lines.readline().rpartition(b"\xff")[2] or b"{}").get("return") != number:
                    pass
                link.sendall(json.dumps({"execute": command}).encode() + b"\n")
                return json.loads(lines.readline())["return"]

    def dial(self, port, timeout=PATIENCE):
        """Return a connection to a port's socket."""
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(timeout)
        link.connect(str(self.socket_path(port)))
        return link

    def run(self, command):
        """Run a shell command in the guest and return what it prints; fails when the command does.

        Over a serial port: no virtio, no agent.
        """
        mark = secrets.token_hex(8)
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(PATIENCE)
            link.connect(str(self.control_path))
            link.sendall(f"{mark} {command}\n".encode())
            said = b""
            while not (end := re.search(rb"(?m)^" + mark.encode() + rb" (\d+)\n", said)):
                said += link.recv(65536) or b"\n%s 1\n" % mark.encode()
        output = said[: end.start()].decode(errors="replace")
        assert end[1] == b"0", f"'{command}' failed in the guest: {output}"
        return output

    def set_agent(self, mode):
        """Put another agent on every port, and wait until libvirt has seen the old one go and the new one come.

        The modes are those of ``guest/agent``: good, blocked:COMMAND,..., closed, silent, mute (answers guest-sync
        alone), late:SECONDS, garbage, other-ids, chatter (endless replies), flood (one endless line), stops.
        """
        # QEMU tells of a port once in a second, so what opens at once again would not have been closed for libvirt.
        steps = ["closed", mode]
        # QEMU 10 lets nothing through from a port that was closed in the middle of a flood, until it is closed again.
        if self._floods:
            steps = ["closed", "silent", *steps]
        for new in steps:
            self.run(f"set-agent {new}")
            for port in self.agent_ports():
                self.wait_for_state("disconnected" if new == "closed" else "connected", port)
        self._floods = mode in ("chatter", "flood")

    def agent_ports(self):
        """Return the names of the agent channels that the running domain has."""
        names = (target.get("name") for target in self.running().findall("devices/channel/target"))
        return [name for name in names if name and name.startswith("org.qemu.guest_agent.")]
