"""Every verdict, as a real guest brings it about."""

import json
import re

import pytest
from guest_machine import agent_channel, wait_until

from chanfix.cli import main
from chanfix.host.deadline import within
from chanfix.host.libvirt.connection import connect
from chanfix.host.libvirt.events import has_channel_event
from chanfix.status.survey import Survey
from chanfix.status.verdict import Verdict
from chanfix.status.watching import watch

DETACHED = "org.qemu.guest_agent.1"
# In seconds. An agent that answers at all does so within this on a loaded machine, too.
PATIENCE = 15


@pytest.fixture(scope="module")
def host(driver):
    host = connect(driver.uri, readonly=False)
    yield host
    host.close()


@pytest.fixture
def look(host):
    """Return what comes of looking at a guest once."""

    def look(guest, **options):
        survey = Survey(host, lambda: host, version=None, **options)
        [health] = survey.look([host.find(guest.name)], patience=PATIENCE)
        return health

    return look


@pytest.fixture(scope="module")
def running(make_guest):
    """A running guest for agents of every kind. Nothing was asked of it by way of libvirt."""
    guest = make_guest()
    guest.start()
    guest.wait_for_state("connected")
    return guest


def command(health):
    return " ".join(health.next_step.command)


def test_an_agent_that_answers_is_found_without_tainting_the_domain(running, capfd):
    before = running.domain.messages()
    assert main(["-c", running.uri, "status", running.name, "--wait", "60"]) == 0
    out = capfd.readouterr().out
    assert out.startswith(
        f"{running.name}  responding  the agent answers. works: time, guest info. does not work: addr"
    )
    assert running.domain.messages() == before


def test_raw_tells_version_and_commands_and_taints_the_domain(running, capfd):
    before = running.domain.messages()
    assert main(["-c", running.uri, "status", running.name, "--raw", "--output-format", "json"]) == 0
    [domain] = json.loads(capfd.readouterr().out)["domains"]
    assert re.match(r"\d+\.\d+", domain["agent_version"])
    # It has no network.
    assert {name for name, works in domain["readiness"].items() if not works} == {"addresses"}
    assert domain["guest_os"]["id"]
    assert len(running.domain.messages()) == len(before) + 1


def test_blocked_commands_are_told_with_raw(running, look):
    running.set_agent("blocked:guest-fsfreeze-freeze,guest-set-user-password")
    broken = {each.name: each.blocked for each in look(running, raw=True).features if not each.works}
    assert broken == {
        "addresses": (),
        "quiesced snapshot": ("guest-fsfreeze-freeze",),
        "password": ("guest-set-user-password",),
    }


def test_an_agent_that_answers_with_errors_answers(running, look):
    running.set_agent("blocked:guest-get-time,guest-get-osinfo")
    health = look(running)
    assert health.verdict is Verdict.RESPONDING
    broken = {each.name: each.blocked for each in health.features if each.works is False}
    assert broken == {"addresses": (), "time": ("guest-get-time",), "guest info": ("guest-get-osinfo",)}


@pytest.mark.parametrize(
    ("mode", "verdict", "step"),
    [
        ("closed", Verdict.DISCONNECTED, "systemctl start qemu-guest-agent"),
        ("stops", Verdict.DISCONNECTED, "systemctl start qemu-guest-agent"),
        ("silent", Verdict.UNRESPONSIVE, "systemctl restart qemu-guest-agent"),
        ("mute", Verdict.UNRESPONSIVE, "systemctl restart qemu-guest-agent"),
        # libvirt says the same of these as of a silent one.
        ("other-ids", Verdict.UNRESPONSIVE, "systemctl restart qemu-guest-agent"),
        ("chatter", Verdict.UNRESPONSIVE, "systemctl restart qemu-guest-agent"),
    ],
)
def test_a_bad_agent_gets_its_verdict(running, look, mode, verdict, step):
    running.set_agent(mode)
    seen = []

    def is_told():
        seen.append(look(running))
        return seen[-1].verdict is verdict

    # One that goes away when it is asked takes longer in a slow guest than libvirt waits, and is silent until then.
    wait_until(f"the agent is {verdict}", is_told)
    assert not any(health.is_answering for health in seen)
    assert (command(seen[-1]), seen[-1].next_step.is_in_guest) == (step, True)


def test_agent_that_answers_garbage_is_no_good_one_whatever_libvirt_makes_of_it(running, look):
    running.set_agent("garbage")
    # libvirt 9.0 fails with what it read; 11.3 passes over it, as from an agent that is silent.
    steps = {
        Verdict.SPURIOUS: "fuser -v /dev/virtio-ports/org.qemu.guest_agent.0",
        Verdict.UNRESPONSIVE: "systemctl restart qemu-guest-agent",
    }
    health = look(running)
    assert command(health) == steps[health.verdict]
    assert not health.is_answering


def test_flood_is_found_out_once_libvirt_has_had_enough_of_it(running, look):
    running.set_agent("flood")
    # Until ten megabytes have come, which takes a slow guest longer than libvirt waits, it is taken for silent.
    wait_until("the flood is found out", lambda: look(running).verdict is Verdict.SPURIOUS)
    assert command(look(running)) == "fuser -v /dev/virtio-ports/org.qemu.guest_agent.0"


def test_an_agent_that_comes_back_is_asked_again(running, look):
    running.set_agent("silent")
    assert not look(running).is_answering
    running.set_agent("good")
    assert look(running).is_answering


def test_watching_shows_what_changes_when_libvirt_tells_of_it(running, host):
    running.set_agent("good")
    verdicts = watch(host, Survey(host, lambda: host, version=None), [running.name], refresh=3600)

    def next_verdict():
        return within(300, lambda: next(verdicts))[running.name].verdict

    assert next_verdict() is Verdict.RESPONDING
    running.run("set-agent closed")
    assert next_verdict() is Verdict.DISCONNECTED
    running.domain.suspend()
    assert next_verdict() is Verdict.PAUSED
    running.domain.resume()
    assert next_verdict() is Verdict.DISCONNECTED


def test_watching_shows_who_opens_and_closes_a_detached_port(guest, host):
    libvirt = pytest.importorskip("libvirt")
    if not has_channel_event(libvirt):
        pytest.skip("libvirt-python has no event, or one that crashes, for a port that is not its own agent's")
    machine = guest(channel=agent_channel(DETACHED))
    machine.start()
    machine.wait_for_state("connected", DETACHED)
    verdicts = watch(host, Survey(host, lambda: host, version=None), [machine.name], refresh=3600)

    def next_answer():
        return within(300, lambda: next(verdicts))[machine.name].is_answering

    assert next_answer()
    machine.run("set-agent closed")
    assert not next_answer()
    machine.run("set-agent good")
    assert next_answer()


def test_watching_takes_up_domains_that_come_and_drops_those_that_go(host, guest):
    verdicts = watch(host, Survey(host, lambda: host, version=None), [], refresh=3600)
    before = within(300, lambda: next(verdicts))
    machine = guest()
    during = within(300, lambda: next(verdicts))
    assert during.keys() - before.keys() == {machine.name}
    machine.remove()
    assert within(300, lambda: next(verdicts)).keys() == before.keys()


def test_a_paused_domain_is_not_asked(running, look):
    running.domain.suspend()
    try:
        health = look(running)
    finally:
        running.domain.resume()
    assert health.verdict is Verdict.PAUSED
    assert command(health) == f"virsh resume {running.name}"


def test_a_channel_that_was_stored_since_the_start_waits_for_a_power_cycle(guest, look, host):
    machine = guest(channel="")
    assert look(machine).verdict is Verdict.NOT_CONFIGURED
    machine.domain.create()
    assert command(look(machine)) == f"chanfix add {machine.name}"
    assert main(["-q", "-c", machine.uri, "add", machine.name]) == 0
    assert look(machine).verdict is Verdict.PENDING_POWER_CYCLE
    machine.destroy()
    health = look(machine)
    assert (health.verdict, command(health)) == (Verdict.SHUT_OFF, f"virsh start {machine.name}")


def test_a_broken_channel_is_told_with_its_rules(guest, look):
    machine = guest(channel="<channel type='pty'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>")
    health = look(machine)
    assert (health.verdict, health.rules) == (Verdict.MISCONFIGURED, ("agent-not-unix",))
    assert command(health) == f"chanfix add {machine.name}"


def test_a_running_channel_that_is_not_stored_is_asked_and_told_of(running, look, driver):
    running.set_agent("good")
    xml = running.domain.XMLDesc(2)
    without = xml[: xml.index("<channel")] + xml[xml.index("</channel>") + len("</channel>") :]
    driver.connection.defineXML(without)
    try:
        health = look(running)
    finally:
        driver.connection.defineXML(xml)
    assert health.is_answering
    assert health.notes == ("the stored definition has no agent channel: it is gone at the next start",)


def test_a_detached_port_is_asked_behind_libvirts_back(guest, look, host):
    machine = guest(channel=agent_channel(DETACHED))
    health = look(machine)
    assert (health.verdict, health.is_answering) == (Verdict.DETACHED, False)
    machine.start()
    machine.wait_for_state("connected", DETACHED)
    before = machine.domain.messages()
    health = look(machine)
    assert (health.verdict, health.port, health.is_answering) == (Verdict.DETACHED, DETACHED, True)
    assert re.match(r"\d+\.\d+", health.agent_version)
    assert {each.name for each in health.features if not each.works} == {"addresses"}
    assert machine.domain.messages() == before
    with machine.dial(DETACHED):
        [health] = Survey(host, lambda: host, version=None).look([host.find(machine.name)], patience=2)
    assert health.summary.endswith("the agent hangs, or another client holds the socket")
    machine.set_agent("other-ids")
    health = look(machine)
    assert "something in the guest answers, and not to what was asked" in health.summary
    assert command(health) == f"fuser -v /dev/virtio-ports/{DETACHED}"
    machine.set_agent("closed")
    health = look(machine)
    assert health.summary.endswith("nobody in the guest has the port open")
    assert command(health) == f"chanfix guest-config {machine.name}"
