"""A pin or a scheduler is for a virtual CPU or an I/O thread that does not exist.

What it does
    Reports a ``<vcpupin>`` for a CPU beyond the number in ``<vcpu>``, and as errors a ``<vcpusched>`` with such a
    CPU, an ``<iothreadpin>`` and an ``<iothreadsched>`` for an I/O thread that is not there.

Why it matters
    libvirt drops the pin; only its log says ``Ignoring vcpupin for missing vcpus``. So the file says more than is
    true, and a CPU that is added later is pinned nowhere. The others libvirt refuses: ``vCPU '4' is not present in
    domain definition``, ``Cannot find 'iothread' : 2``.

Fix
    Removes the pin of a virtual CPU, as libvirt does: safe. Removes a scheduler or pin that names nothing else:
    unsafe, for the thread may be what is missing.

References
    libvirt ``src/conf/domain_conf.c:virDomainVcpuPinDefParseXML``, ``virDomainIOThreadPinDefParseXML``,
    ``virDomainSchedulerParse``
"""

from collections.abc import Callable

from chanfix.domain import views
from chanfix.domain.tuning import IoThreadIds, Tuning
from chanfix.domain.values import Known
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Drafts, Facts, Good, Rule, safe, unsafe
from chanfix.xml.edit import remove_element

# Threads that are looked at for one domain: no two schedulers may be for one of them.
_MOST = 16384


class PinOutOfRange(Rule):
    severity = WARNING
    refusals = (
        "Cannot find 'iothread' : *",
        "vCPU '*' is not present in domain definition",
    )
    since = "0.2.0"
    only_if_text_has = (b"cputune",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <vcpu>2</vcpu>
  <cputune>
    <vcpupin vcpu='1' cpuset='4'/>
    <vcpupin vcpu='2' cpuset='5'/>
  </cputune>
</domain>
""",
            at="2",
            fixed="""\
<domain type='kvm'>
  <vcpu>2</vcpu>
  <cputune>
    <vcpupin vcpu='1' cpuset='4'/>
  </cputune>
</domain>
""",
        ),
        Bad(
            """\
<domain type='kvm'>
  <vcpu>2</vcpu>
  <cputune>
    <vcpusched vcpus='0-3' scheduler='fifo' priority='1'/>
  </cputune>
</domain>
""",
            at="0-3",
        ),
        Good(
            """\
<domain type='kvm'>
  <vcpu current='1'>2</vcpu>
  <iothreads>1</iothreads>
  <cputune>
    <vcpupin vcpu='1' cpuset='4'/>
    <iothreadpin iothread='1' cpuset='5'/>
    <vcpusched vcpus='0' scheduler='fifo' priority='1'/>
  </cputune>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if domain.node.is_made_up:
            return
        tuning, number, ids = views.tuning(domain), views.vcpus(domain).maximum, views.iothreads(domain).all_ids()
        if isinstance(number, Known):
            yield from self._cpus(tuning, number.value)
        if ids is not None:
            yield from self._threads(tuning, ids)

    def _cpus(self, tuning: Tuning, number: int) -> Drafts:
        for pin in tuning.vcpu_pins:
            if isinstance(pin.thread, Known) and pin.thread.value >= number:
                yield self.finding(
                    f"virtual CPU {pin.thread.value} is not there: the domain has {number}, numbered from 0",
                    At(pin.node, "vcpu"),
                    fix=safe("Remove the pin", remove_element(pin.node)),
                )
        yield from self._schedulers(tuning, "vcpusched", lambda cpu: cpu < number)

    def _threads(self, tuning: Tuning, ids: IoThreadIds) -> Drafts:
        for pin in tuning.iothread_pins:
            if isinstance(pin.thread, Known) and not ids.has(pin.thread.value):
                text = f"I/O thread {pin.thread.value} is not there; libvirt refuses a pin for it"
                fix = unsafe("Remove the pin", remove_element(pin.node))
                yield self.finding(text, At(pin.node, "iothread"), fix=fix, severity=ERROR)
        yield from self._schedulers(tuning, "iothreadsched", ids.has)

    def _schedulers(self, tuning: Tuning, tag: str, is_there: Callable[[int], bool]) -> Drafts:
        noun, attribute = ("virtual CPU", "vcpus") if tag == "vcpusched" else ("I/O thread", "iothreads")
        named = 0
        for scheduler in tuning.schedulers:
            threads = scheduler.threads if scheduler.node.tag == tag and named < _MOST else None
            if not isinstance(threads, Known):
                continue
            named += len(threads.value)
            missing = [number for number in sorted(threads.value) if not is_there(number)]
            if missing:
                is_all = len(missing) == len(threads.value)
                fix = unsafe("Remove the scheduler", remove_element(scheduler.node)) if is_all else None
                text = f"{noun} {missing[0]} is not there; libvirt refuses a scheduler for it"
                yield self.finding(text, At(scheduler.node, attribute), fix=fix, severity=ERROR)
