"""A libvirt host whose agents never answer, behind connections that each carry four calls at a time.

As a program it runs chanfix on that host: ``stalling_host.py DOMAINS ARGUMENT...``.
"""

import os
import signal
import sys
import threading
from itertools import chain, count
from uuid import UUID

from chanfix.domain.versions import NEWEST
from chanfix.host.host import DomainRef, DomainState

XML = (
    b"<domain type='kvm'><name>web</name><devices>"
    b"<channel type='unix'><source mode='bind'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
    b"</devices></domain>"
)
RUNNING = DomainState(is_running=True, is_paused=False, is_persistent=True, has_managed_save=False, snapshots=())


class StallingHost:
    calls_at_once = 4
    uri = "fake:///"
    version = NEWEST

    def __init__(self, domains):
        self._refs = {
            f"web-{number:03}": DomainRef(f"web-{number:03}", str(UUID(int=number + 1))) for number in domains
        }
        self._calls = count(1)
        self.opened = []

    def another(self):
        self.opened.append(StallingHost(()))
        return self.opened[-1]

    def names(self):
        return list(self._refs)

    def find(self, text):
        return self._refs[text]

    def follow(self, tell):
        return lambda: None

    def state(self, ref):
        return RUNNING

    def public_xml(self, ref):
        return XML

    running_xml = public_xml

    def ask_agent(self, ref, *, raw, timeout):
        assert next(self._calls) <= self.calls_at_once, "libvirtd would let this call wait"
        os.write(2, f"asked {ref.name}\n".encode())  # many threads do this at once, and print would lose lines
        threading.Event().wait()

    def close(self):
        pass


if __name__ == "__main__":
    from chanfix.cli import main
    from chanfix.host.libvirt import connection as libvirt_host

    # Who starts this may ignore interrupts, as processes in the background do, and then this would too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    first = StallingHost(range(int(sys.argv[1])))
    hosts = chain([first], iter(first.another, None))
    libvirt_host.connect = lambda *arguments, **options: next(hosts)
    sys.exit(main(sys.argv[2:]))
