"""A pin or a scheduler is for a virtual CPU or an I/O thread that does not exist.

What it does
    Reports the ``<vcpupin>`` elements for CPUs beyond the number in ``<vcpu>``, and as errors the ``<iothreadpin>``
    elements for I/O threads that are not there, each once for a domain; and a ``<vcpusched>`` or ``<iothreadsched>``
    with such a CPU or thread.

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
from chanfix.domain.tuning import Pin, Tuning
from chanfix.domain.values import Known
from chanfix.lint.rule import (
    ERROR,
    WARNING,
    At,
    Bad,
    Domain,
    Draft,
    Drafts,
    Facts,
    Fix,
    Good,
    Node,
    Rule,
    and_more,
    safe,
    unsafe,
)
from chanfix.xml.edit import remove_element
from chanfix.xml.together import nodes_by_block

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
            for pins in _missing(tuning.vcpu_pins, lambda cpu: cpu < number.value):
                names = and_more(f"virtual CPU {pins[0].get('vcpu')}", pins[1:])
                are = "are" if pins[1:] else "is"
                sentence = f"{names} {are} not there: the domain has {number.value}, numbered from 0"
                yield self._draft(sentence, pins, "vcpu", safe)
            yield from self._schedulers(tuning, "vcpusched", lambda cpu: cpu < number.value)
        if ids is not None:
            for pins in _missing(tuning.iothread_pins, ids.has):
                names = and_more(f"I/O thread {pins[0].get('iothread')}", pins[1:])
                what = "is not there; libvirt refuses a pin for it"
                if pins[1:]:
                    what = "are not there; libvirt refuses pins for them"
                yield self._draft(f"{names} {what}", pins, "iothread", unsafe)._replace(severity=ERROR)
            yield from self._schedulers(tuning, "iothreadsched", ids.has)

    def _draft(self, sentence: str, pins: list[Node], attribute: str, fix: Callable[..., Fix]) -> Draft:
        at, *related = (At(pin, attribute, f"{attribute} {pin.get(attribute)}") for pin in pins)
        title = "Remove the pins" if related else "Remove the pin"
        return self.finding(sentence, at, *related, fix=fix(title, *map(remove_element, pins)))

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


def _missing(pins: list[Pin], is_there: Callable[[int], bool]) -> list[list[Node]]:
    """Return the pins for threads that are not there."""
    return nodes_by_block(pin.node for pin in pins if isinstance(pin.thread, Known) and not is_there(pin.thread.value))
