"""chanfix ask: one question to whatever is behind a socket, and what is printed of its answer."""

import io
import json

import pytest
from jsonschema import Draft202012Validator
from peers import answering, listening, questions, sync

from chanfix import resources
from chanfix.cli import main


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sock"


def reply(value):
    return answering(json.dumps(value).encode() + b"\n")


@pytest.fixture
def ask(path, capfd):
    """Run the command on a socket with such a peer, and return its status, output and errors."""

    def run(talk, *arguments):
        path.unlink(missing_ok=True)
        with listening(path, talk):
            status = main(["ask", str(path), *arguments])
        return status, *capfd.readouterr()

    return run


def test_answer_is_printed_as_json(ask):
    status, out, err = ask(reply({"return": {"host-name": "web01", "n": [1, 2.5, None, True]}}), "guest-get-host-name")
    assert (status, err) == (0, "")
    assert json.loads(out) == {"host-name": "web01", "n": [1, 2.5, None, True]}


def test_arguments_reach_the_agent(ask, monkeypatch):
    asked = []

    def talk(connection):
        each = questions(connection)
        connection.sendall(sync(next(each)))
        asked.append(next(each))
        connection.sendall(b'{"return": {}}\n')

    assert ask(talk, "guest-exec", '{"path": "/bin/true"}')[0] == 0
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"path": "/bin/false"}')))
    assert ask(talk, "guest-exec", "-")[0] == 0
    assert ask(talk, "guest-ping")[0] == 0
    assert asked == [
        {"execute": "guest-exec", "arguments": {"path": "/bin/true"}},
        {"execute": "guest-exec", "arguments": {"path": "/bin/false"}},
        {"execute": "guest-ping"},
    ]


def test_refusal_is_1_and_says_why(ask):
    refused = {"error": {"class": "CommandNotFound", "desc": "Command guest-exec has been disabled"}}
    status, out, err = ask(reply(refused), "guest-exec")
    assert (status, out) == (1, "")
    assert "refused: 'Command guest-exec has been disabled' ('CommandNotFound')" in err
    assert "--allow guest-exec\n" in err


def test_command_that_the_agent_lacks_has_the_near_one_as_its_hint(ask):
    unknown = {"error": {"class": "CommandNotFound", "desc": "The command guest-get-hostname has not been found"}}
    assert "did you mean 'guest-get-host-name'?" in ask(reply(unknown), "guest-get-hostname")[2]


def test_answer_to_a_synchronisation_is_read(ask):
    status, out, _ = ask(answering(b'\xff{"return": 7}\n'), "guest-sync-delimited", '{"id": 7}')
    assert (status, out) == (0, "7\n")


@pytest.mark.parametrize(
    ("talk", "kind"),
    [
        (lambda connection: list(questions(connection)), "unresponsive"),
        (lambda connection: None, "disconnected"),
        (answering(b"login: \n"), "spurious"),
    ],
)
def test_no_answer_is_3_and_the_document_has_its_kind(talk, kind, ask):
    arguments = ("--agent-timeout", "1", "guest-info")
    status, out, err = ask(talk, *arguments)
    assert (status, out) == (3, "")
    assert err.startswith("chanfix: ")
    status, out, _ = ask(talk, *arguments, "--output-format", "json")
    assert status == 3
    assert json.loads(out)["error"]["kind"] == kind


def test_documents_follow_their_schema(ask):
    schema = Draft202012Validator(json.loads(resources.read("schemas/ask-v1.schema.json")))
    refused = {"error": {"class": "GenericError", "desc": "no"}}
    for said, status in (({"return": {"a": 1}}, 0), ({"return": None}, 0), (refused, 1)):
        got, out, _ = ask(reply(said), "guest-info", "--output-format", "json")
        assert got == status
        document = json.loads(out)
        schema.validate(document)
        assert document["answer"] == said.get("return")


def test_nothing_that_a_guest_says_reaches_the_terminal_as_it_is(ask):
    strange = "\x1b[2J\x7f\x9b\u202e\u2028##[error]\n::error::"
    for said in ({"return": {strange: strange}}, {"error": {"class": strange, "desc": strange}}):
        for output_format in ("text", "json"):
            _, out, err = ask(reply(said), "guest-info", "--output-format", output_format)
            for character in out + err:
                assert character == "\n" or (character.isascii() and character.isprintable())
            assert "##[" not in out
            assert not any(line.startswith("::") for line in (out + err).splitlines())


def test_nobody_there_is_one_sentence_and_3(capfd, tmp_path):
    assert main(["ask", f"{tmp_path}/none", "guest-info"]) == 3
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines()[0] == f"chanfix: there is no socket '{tmp_path}/none'"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x"], "no SOCKET or DOMAIN, or no COMMAND given"),
        (["/x", "guest-exec", "path=/bin/true"], "the arguments are not JSON"),
        (["/x", "guest-exec", "[1]"], "the arguments are not a JSON object"),
        (["/x", "guest-exec", "[" * 100_000], "the arguments are not JSON"),
        (["/x", "guest-exec", '{"a": NaN}'], "the arguments are not JSON: NaN"),
        (["/x", "guest-exec", '{"a": 1e999}'], "the arguments are not JSON: Out of range float"),
        (["/x", "guest-exec", '{"a": %s}' % ("1" * 5000)], "a number of 5000 characters is more than an agent reads"),
        (["/x", "guest-exec", '{"a": 1, "a": 2}'], "the arguments are not JSON: an object has the same key twice"),
        (["/x", "guest-exec", '{"a": "\udcff"}'], "the arguments are not UTF-8"),
        (["/x", "guest-exec", '{"a": "\\ud800"}'], "the arguments are not UTF-8"),
        (["/x", ""], "no COMMAND given"),
        (["", "guest-info"], "no SOCKET or DOMAIN"),
        (["/d/channel/target/web.org.qemu.guest_agent.0", "guest-info"], "libvirt holds the socket"),
        (["/x/org.qemu.guest_agent.0", "guest-info", "--output-format", "json"], "libvirt holds the socket"),
        (["/x", "guest-info", "--port", "y"], "--port is for a DOMAIN"),
        (["/run/libvirt/org.qemu.guest_agent.0", "guest-info"], "libvirt holds the socket"),
        (["--schema", "guest-exce"], "nothing is known of the command 'guest-exce'"),
    ],
)
def test_wrong_usage_is_2(arguments, message, capfd):
    assert main(["ask", *arguments]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert message in err


def test_link_to_the_socket_of_libvirt_is_found_out(tmp_path, capfd):
    (tmp_path / "link").symlink_to(tmp_path / "org.qemu.guest_agent.0")
    assert main(["ask", f"{tmp_path}/link", "guest-info"]) == 2
    assert "chanfix detach-libvirt" in capfd.readouterr().err


def test_schema_shows_arguments_and_the_first_agent_with_a_command(capfd):
    assert main(["ask", "--schema", "guest-exec"]) == 0
    out, _ = capfd.readouterr()
    assert "since the agent of QEMU 2.5" in out
    assert "  path            string, required\n" in out
    assert main(["ask", "--schema", "--output-format", "json"]) == 0
    document = json.loads(capfd.readouterr().out)
    Draft202012Validator(json.loads(resources.read("schemas/ask-schema-v1.schema.json"))).validate(document)
    known = document["commands"]
    assert {"name": "pid", "type": "integer", "required": True} in next(
        each["arguments"] for each in known if each["name"] == "guest-exec-status"
    )


class TestDomain:
    """A domain on a connection: libvirt's test driver, whose domains run and have no QEMU behind them."""

    @pytest.fixture
    def uri(self, tmp_path, path):
        pytest.importorskip("libvirt", reason="libvirt-python is not installed: pip install 'chanfix[libvirt]'")

        def node(*channels, state=""):
            devices = "".join(
                f"<channel type='unix'><source mode='bind' path='{path}'/>"
                f"<target type='virtio' name='{name}'/></channel>"
                for name in channels
            )
            domain = "<domain type='test'><name>web</name><memory>65536</memory><os><type>hvm</type></os>"
            (tmp_path / "node.xml").write_text(f"<node>{domain}<devices>{devices}</devices>{state}</domain></node>")
            return f"test://{tmp_path}/node.xml"

        return node

    def test_detached_port_of_the_running_domain_is_asked(self, uri, path, capfd):
        with listening(path, reply({"return": {}})):
            assert (
                main(["-c", uri("org.qemu.guest_agent.0", "org.qemu.guest_agent.3"), "ask", "web", "guest-ping"]) == 0
            )
        assert capfd.readouterr().out == "{}\n"

    def test_port_of_another_name_is_asked_by_its_name(self, uri, path, capfd):
        with listening(path, reply({"return": {}})):
            assert main(["-c", uri("com.example.0"), "ask", "web", "guest-ping", "--port", "com.example.0"]) == 0
        assert capfd.readouterr().out == "{}\n"

    @pytest.mark.parametrize(
        ("channels", "more", "status", "message"),
        [
            (["org.qemu.guest_agent.0"], [], 2, "libvirt holds the socket"),
            (["org.qemu.guest_agent.0"], ["--port", "org.qemu.guest_agent.0"], 2, "virsh qemu-agent-command web"),
            (["org.qemu.guest_agent.1", "org.qemu.guest_agent.2"], [], 2, "several detached ports"),
            ([], [], 3, "no detached port"),
            (["com.example.0"], ["--port", "x"], 3, "has no port 'x'"),
        ],
    )
    def test_other_ports_are_told_with_the_way_out(self, channels, more, status, message, uri, capfd):
        assert main(["-c", uri(*channels), "ask", "web", "guest-ping", *more]) == status
        out, err = capfd.readouterr()
        assert out == ""
        assert message in err
        assert "hint: " in err

    def test_socket_without_a_slash_is_hinted_at(self, uri, path, capfd, monkeypatch):
        where = uri("org.qemu.guest_agent.1")
        monkeypatch.chdir(path.parent)
        with listening(path, reply({"return": {}})):
            assert main(["-c", where, "ask", "sock", "guest-ping"]) == 3
            assert "if it is the socket: ./sock\n" in capfd.readouterr().err
            assert main(["ask", "./sock", "guest-ping"]) == 0

    def test_domain_that_is_shut_off_has_no_socket(self, uri, capfd):
        off = "<test:runstate xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>5</test:runstate>"
        assert main(["-c", uri("org.qemu.guest_agent.1", state=off), "ask", "web", "guest-ping"]) == 3
        assert "is shut off" in capfd.readouterr().err

    @pytest.mark.parametrize(
        ("channels", "state", "name", "message"),
        [
            (["org.qemu.guest_agent.1"], True, "web", "the domain 'web' is shut off"),
            (["com.example.0"], False, "web", "the running domain 'web' has no detached port of an agent"),
            ([], False, "wbe", "no domain 'wbe' on 'test:"),
        ],
    )
    def test_no_answer_is_a_document_too(self, channels, state, name, message, uri, capfd):
        off = "<test:runstate xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>5</test:runstate>"
        where = uri(*channels, state=off if state else "")
        assert main(["-c", where, "ask", name, "guest-ping", "--output-format", "json"]) == 3
        document = json.loads(capfd.readouterr().out)
        Draft202012Validator(json.loads(resources.read("schemas/ask-v1.schema.json"))).validate(document)
        assert document["error"]["kind"] == "unreachable"
        assert document["error"]["message"].startswith(message)
