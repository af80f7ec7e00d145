import pytest

from chanfix.errors import InputError, UsageError
from chanfix.rewrite.plan import Verb, Wish
from chanfix.rewrite.rename import attach, detach
from chanfix.xml.document import Document

ZERO, ONE, TWO = (f"org.qemu.guest_agent.{number}" for number in range(3))


def domain(*names, source="", extra=""):
    channels = "".join(
        f"<channel type='unix'>{source}<target type='virtio' name='{name}'{extra}/></channel>\n" for name in names
    )
    return f"<domain type='kvm'><name>web</name><devices>\n{channels}</devices></domain>\n"


def run(function, text, **wish):
    return function(Document.parse(text.encode()), Wish(**wish))


def test_detach_changes_the_name_and_nothing_else():
    plan = run(detach, domain(ZERO))
    assert plan.data.decode() == domain(ONE)
    assert plan.verb is Verb.RENAME


def test_detach_says_what_is_lost_and_what_to_set_in_the_guest_and_where_the_socket_is():
    lost, guest, socket = run(detach, domain(ZERO)).notes
    assert "shutdown and reboot --mode agent" in lost
    assert f"chanfix guest-config --port {ONE}" in guest
    assert "--path" in socket


SOURCES = {
    "none": "",
    "no-path": "<source mode='bind'/>",
    "path-without-name": "<source mode='bind' path='/srv/web.sock'/>",
    "path-with-name": f"<source mode='bind' path='/srv/web.{ZERO}'/>",
    "path-with-entities": f'<source mode="bind" path="/srv/a&amp;b&#x2e;{ZERO}"/>',
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_attach_after_detach_gives_the_very_bytes(source):
    text = domain(ZERO, source=source, extra="  state = 'connected' ")
    detached = run(detach, text).data.decode()
    assert ZERO not in detached
    assert run(attach, detached).data.decode() == text


def test_detach_takes_another_name():
    assert run(detach, domain(ZERO), port="com.example.agent").data.decode() == domain("com.example.agent")
    assert run(attach, domain("com.example.agent"), port="com.example.agent").data.decode() == domain(ZERO)


def test_detach_gives_the_socket_a_path_that_stays():
    plan = run(detach, domain(ZERO), path="/srv/web.sock")
    assert plan.data.decode() == domain(ONE, source="<source mode='bind' path='/srv/web.sock'/>")
    assert plan.notes[-1] == "the socket on the host is /srv/web.sock"


@pytest.mark.parametrize(("function", "text"), [(detach, domain(ONE)), (attach, domain(ZERO))])
def test_what_is_done_already_changes_nothing(function, text):
    assert not run(function, text).is_change


TWO_PORTS = domain(ZERO).replace(
    "</devices>",
    "<channel type='unix'><source mode='bind' path='/srv/y'/><target type='virtio' name='y'/></channel></devices>",
)

REFUSED = {
    "detach-none": (detach, domain(), {}, "no channel"),
    "detach-taken": (detach, domain(ZERO, ONE), {}, "is there already"),
    "detach-two": (detach, domain(ZERO, ZERO), {}, "2 channels are named"),
    "detach-path-with-both": (
        detach,
        domain(ZERO, source=f"<source mode='bind' path='/{ZERO}/{ONE}'/>"),
        {},
        "could not give these bytes back",
    ),
    "detach-references": (detach, domain("org.qemu.guest_agent.&#48;"), {}, "could not give these bytes back"),
    "detach-path-of-another": (detach, TWO_PORTS, {"path": "/srv/y"}, "path-shared"),
    "detach-pty-path": (detach, domain(ZERO).replace("unix", "pty"), {"path": "/srv/y"}, "is of type 'pty'"),
    "detach-path-dropped": (
        detach,
        domain(ZERO),
        {"path": f"/var/lib/libvirt/qemu/channel/target/domain-3-web/{ONE}"},
        "drops it",
    ),
    "attach-none": (attach, domain(), {}, "no channel"),
    "attach-several": (attach, domain(ONE, TWO), {}, "several channels"),
    "attach-beside": (attach, domain(ZERO, ONE), {}, "beside"),
    "attach-no-such": (attach, domain(ONE), {"port": TWO}, f"no channel '{TWO}'"),
}


@pytest.mark.parametrize(("function", "text", "wish", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_renamed_is_refused_with_a_way_out(function, text, wish, words):
    with pytest.raises(InputError, match=words) as caught:
        run(function, text, **wish)
    assert caught.value.hint
    assert caught.value.position


def test_attach_with_several_takes_the_one_that_is_named():
    assert run(attach, domain(ONE, TWO), port=TWO).data.decode() == domain(ONE, ZERO)


@pytest.mark.parametrize(
    ("function", "wish"),
    [(detach, {"port": ZERO}), (attach, {"port": ZERO}), (attach, {"port": ""}), (attach, {"path": "x"})],
)
def test_a_port_or_a_path_that_makes_no_sense_is_wrong_usage(function, wish):
    with pytest.raises(UsageError):
        run(function, domain(ZERO), **wish)


@pytest.mark.parametrize(
    "text", [domain(ZERO).replace("unix", "pty"), domain(ZERO, source="<source mode='connect' path='/x'/>")]
)
def test_a_channel_that_libvirt_could_not_use_goes_and_comes_back_and_that_is_said(text):
    detached = run(detach, text).data.decode()
    plan = run(attach, detached)
    assert plan.data.decode() == text
    assert plan.notes[0].startswith("still wrong: ")


def test_a_channel_of_another_kind_with_the_new_name_is_not_taken_for_the_agents():
    xen = f"<channel type='unix'><target type='xen' name='{ONE}'/></channel>"
    text = domain(ZERO).replace("<devices>", f"<devices>{xen}")
    assert xen in run(detach, text, path="/srv/x").data.decode()


def test_a_path_that_is_asked_for_replaces_a_connection():
    source = "<source mode='connect' path='/x'><reconnect enabled='yes' timeout='1'/></source>"
    plan = run(detach, domain(ZERO, source=source), path="/srv/x")
    assert plan.data.decode() == domain(ONE, source="<source mode='bind' path='/srv/x'></source>")


def test_attach_sets_the_path_that_is_asked_for():
    assert "path='/srv/x'" in run(attach, domain(ZERO), path="/srv/x").data.decode()
