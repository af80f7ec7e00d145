"""Several processes give what one gives, in the same order."""

import os
import time
from functools import partial

from chanfix.lint import processes
from chanfix.lint.config import Config, chosen_rules
from chanfix.lint.linter import Job, Source, lint_sources
from chanfix.lint.processes import lint_in_processes

DOMAIN = """<domain type='kvm'>
<name>{}</name>
<devices><channel type='{}'><target type='virtio' name='org.qemu.guest_agent.0'/></channel></devices>
</domain>"""
FIRST = os.getpid()
JOB = Job(chosen_rules(Config()))


def source(number):
    text = DOMAIN.format(number, "pty" if number % 3 else "unix")
    return Source(f"{number}.xml", partial(bytes, text.encode()))


class Witness(Source):
    """Says in its findings which process has read it, and takes its time in any but the first."""

    __slots__ = ()

    def parse(self, data):
        if os.getpid() != FIRST:
            time.sleep(0.01)
        return super().parse(data.replace(b"'pty'", b"'pid%d'" % os.getpid()))


def test_every_input_is_linted_once_and_in_order_whoever_does_it(monkeypatch):
    monkeypatch.setattr(processes, "_CHUNK", 1)
    sources = [source(number) for number in range(200)]
    assert list(lint_in_processes(JOB, sources, 3)) == list(lint_sources(JOB, sources))


def test_the_process_that_asks_works_as_well(monkeypatch):
    monkeypatch.setattr(processes, "_CHUNK", 1)
    sources = [Witness(*source(number)) for number in range(200)]
    messages = {finding.message for one in lint_in_processes(JOB, sources, 2) for finding in one.report.findings}
    assert len({message for message in messages if "'pid" in message}) == 2
    assert any(f"'pid{FIRST}'" in message for message in messages)
