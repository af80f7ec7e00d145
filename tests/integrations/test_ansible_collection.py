"""The collection for Ansible, used by Ansible on this machine."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

import chanfix

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: pip install pyyaml")

CHECKOUT = Path(__file__).resolve().parents[2]
COLLECTION = CHECKOUT / "ansible"
PROGRAMS = Path(sys.executable).parent
MODULES = ("guest_agent_channel", "guest_agent_info")

WITHOUT = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <!-- a console -->
    <serial type='pty'/>
  </devices>
</domain>
"""
CHANNEL = "    <channel type='unix'>\n      <target type='virtio' name='{}'/>\n    </channel>\n"
ZERO, ONE = "org.qemu.guest_agent.0", "org.qemu.guest_agent.1"
NODE = """\
<node>
  <domain type='test'>
    <name>web</name>
    <memory>65536</memory>
    <os><type>hvm</type></os>
    <devices>
      <graphics type='vnc' port='-1' passwd='geheim'/>
{}    </devices>
  </domain>
</node>
"""
QEMU = """\
<domain type='qemu'>
  <name>web</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
</domain>
"""

RUN_MODULES = """
import contextlib, importlib, io, json, sys
from ansible.module_utils.testing import patch_module_args
results = []
with open(sys.argv[1]) as calls:
    for name, arguments in json.load(calls):
        module = importlib.import_module(f"ansible_collections.chanfix.libvirt.plugins.modules.{name}")
        out = io.StringIO()
        with patch_module_args(arguments), contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
            module.main()
        results.append(json.loads(out.getvalue()))
print(json.dumps(results))
"""


def with_channels(*names):
    return WITHOUT.replace("  </devices>", "".join(map(CHANNEL.format, names)) + "  </devices>")


@pytest.fixture
def collections(tmp_path):
    """A folder of collections with ours in it."""
    folder = tmp_path / "collections"
    installed = folder / "ansible_collections" / "chanfix" / "libvirt"
    shutil.copytree(COLLECTION, installed, ignore=shutil.ignore_patterns("collections"))
    return folder


@pytest.fixture
def ansible(run, tool, collections, tmp_path):
    """Run one of Ansible's programs where the collection is installed; returns its status and output."""

    def start(program, *words, **environment):
        return run(
            *(tool(program, "ansible-core"), *words),
            cwd=tmp_path,
            PATH=f"{PROGRAMS}:{os.environ['PATH']}",
            PYTHONPATH=os.pathsep.join(sys.path),
            ANSIBLE_HOME=tmp_path / "home",
            ANSIBLE_COLLECTIONS_PATH=collections,
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
            XDG_STATE_HOME=tmp_path / "state",
            LC_ALL="C.UTF-8",
            **environment,
        )

    return start


@pytest.fixture
def module(run, collections, tmp_path):
    """Run modules one after the other, as Ansible's own tests do; returns what each gives back to Ansible."""

    def start(*calls, check=False):
        settings = {"executable": str(PROGRAMS / "chanfix"), "_ansible_check_mode": check, "_ansible_diff": True}
        (tmp_path / "calls.json").write_text(json.dumps([(name, wanted | settings) for name, wanted in calls]))
        status, out = run(
            *(sys.executable, "-c", RUN_MODULES, "calls.json"),
            cwd=tmp_path,
            PYTHONPATH=os.pathsep.join([str(collections), *sys.path]),
            XDG_STATE_HOME=tmp_path / "state",
        )
        assert status == 0, out
        return json.loads(out)

    return start


@pytest.fixture
def channel(module, tmp_path):
    """Run the module for the channel in a file with that text; returns what it gave back, once for each time."""
    path = tmp_path / "web.xml"

    def start(text, times=1, check=False, **arguments):
        path.write_text(text)
        results = module(*[("guest_agent_channel", {"domain": str(path), **arguments})] * times, check=check)
        return *results, path.read_text()

    return start


CASES = [
    ((), {}, (ZERO,)),
    ((ONE,), {}, (ZERO,)),
    ((), {"port": "com.example.0"}, ("com.example.0",)),
    ((), {"state": "detached"}, (ONE,)),
    ((ZERO,), {"state": "detached", "port": "com.example.0"}, ("com.example.0",)),
    ((ZERO, ONE), {"state": "absent"}, (ONE,)),
]


def test_channel_is_brought_about_once(module, tmp_path):
    calls = []
    for number, (before, arguments, _) in enumerate(CASES):
        path = tmp_path / f"{number}.xml"
        path.write_text(with_channels(*before))
        calls += [("guest_agent_channel", {"domain": str(path), **arguments})] * 2
    results = module(*calls)
    for number, (_, arguments, after) in enumerate(CASES):
        first, second = results[2 * number : 2 * number + 2]
        assert (first["changed"], second["changed"]) == (True, False), arguments
        assert (tmp_path / f"{number}.xml").read_text() == with_channels(*after)
        assert [message for message in first["messages"] if "unchanged" in message] == []
        assert second["messages"][0].startswith("unchanged: ")
        assert second["diff"] == {"prepared": ""}


def test_check_mode_shows_the_change_and_makes_none(channel):
    result, text = channel(WITHOUT, check=True)
    assert result["changed"]
    assert f"+      <target type='virtio' name='{ZERO}'/>\n" in result["diff"]["prepared"]
    assert result["messages"] == [f"would add the channel '{ZERO}'"]
    assert text == WITHOUT


def test_broken_channel_that_is_detached_is_attached_and_repaired(channel):
    broken = with_channels(ONE).replace("type='unix'", "type='pty'")
    first, second, text = channel(broken, times=2)
    assert (first["changed"], second["changed"]) == (True, False)
    assert text == with_channels(ZERO)


def test_path_is_given_to_the_channel(channel):
    result, text = channel(WITHOUT, path="/run/web.sock")
    assert result["changed"]
    assert "<source mode='bind' path='/run/web.sock'/>" in text


FAILURES = [
    ("<network/>", {}, "<network>"),
    (WITHOUT.replace("kvm", "lxc"), {"state": "detached"}, "talks to no guest agent there"),
    (with_channels(ZERO, ONE), {"state": "detached"}, f"a channel '{ONE}' is there already"),
    (with_channels(ONE), {"port": ZERO, "state": "detached"}, "is the name that libvirt takes for its own"),
    (WITHOUT, {"state": "absent", "path": "/run/x"}, "makes no sense"),
]


def test_what_cannot_be_done_fails_with_the_words_of_chanfix(module, tmp_path):
    calls = []
    for number, (text, arguments, _) in enumerate(FAILURES):
        path = tmp_path / f"{number}.xml"
        path.write_text(text)
        calls.append(("guest_agent_channel", {"domain": str(path), **arguments}))
    for number, (result, (text, _, message)) in enumerate(zip(module(*calls), FAILURES, strict=True)):
        assert result["failed"]
        assert message in result["msg"]
        assert (tmp_path / f"{number}.xml").read_text() == text


def test_stored_domain_is_changed_and_its_passwords_are_not_shown(module, tmp_path):
    pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")
    (tmp_path / "node.xml").write_text(NODE.format(""))
    domain = {"domain": "web", "uri": f"test://{tmp_path}/node.xml"}
    [done] = module(("guest_agent_channel", domain))
    assert done["changed"]
    assert f"+      <target type='virtio' name='{ZERO}'/>\n" in done["diff"]["prepared"]
    assert any("powered off" in note for note in done["notes"])
    assert "geheim" not in json.dumps(done)
    (tmp_path / "node.xml").write_text(NODE.format(CHANNEL.format(ZERO)))
    [done, missing] = module(("guest_agent_channel", domain), ("guest_agent_channel", domain | {"domain": "db"}))
    assert not done["changed"]
    assert missing["failed"]
    assert "db" in missing["msg"]


@pytest.mark.embed
def test_stored_domain_of_qemu_has_the_channel_after_one_run(module, run, tmp_path):
    pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")
    for program, package in (("qemu-system-x86_64", "qemu-system-x86"), ("virsh", "libvirt-clients")):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is missing: install {package}")
    # The path of a socket has 107 bytes at most.
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="cf-") as root:
        uri = f"qemu:///embed?root={root}"
        (tmp_path / "web.xml").write_text(QEMU)
        status, out = run("virsh", "-c", uri, "define", "web.xml", cwd=tmp_path)
        if "no connection driver" in out:
            pytest.skip("libvirt's QEMU driver is missing: install libvirt-daemon-driver-qemu")
        if "Failed to parse user" in out:
            pytest.skip("for root libvirt's QEMU driver needs a user that is missing: install libvirt-daemon-system")
        assert status == 0, out
        call = ("guest_agent_channel", {"domain": "web", "uri": uri})
        first, second, gone = module(call, call, ("guest_agent_channel", call[1] | {"state": "absent"}))
        assert [result["changed"] for result in (first, second, gone)] == [True, False, True], (first, second, gone)


def test_agents_are_asked(module, tmp_path):
    pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")
    (tmp_path / "node.xml").write_text(NODE.format(""))
    host = {"uri": f"test://{tmp_path}/node.xml"}
    every, one, none = module(
        ("guest_agent_info", host),
        ("guest_agent_info", host | {"domains": ["web"]}),
        ("guest_agent_info", {"uri": "test:///no/such/file.xml"}),
    )
    assert [(domain["domain"], domain["verdict"]) for domain in every["domains"]] == [("web", "not-configured")]
    assert one["domains"] == every["domains"]
    assert not every["changed"]
    assert none["failed"]


def test_agents_tell_addresses_and_features_and_what_is_needed_fails_without(module, tmp_path):
    pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")
    agent = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
    for name, devices in (("one", f"{agent}<interface type='user'/>"), ("none", agent)):
        (tmp_path / f"{name}.xml").write_text(NODE.format(devices))
    uris = [f"test://{tmp_path}/{name}.xml" for name in ("one", "none")]
    need = {"need": ["addresses"], "wait": 1}
    found, lacking, unasked = module(
        ("guest_agent_info", {"uri": uris[0], **need}),
        ("guest_agent_info", {"uri": uris[1], **need}),
        ("guest_agent_info", {"uri": uris[0], "need": ["exec"]}),
    )
    [domain] = found["domains"]
    assert [address["prefix"] for address in domain["addresses"]] == [24]
    assert {each["name"]: each["works"] for each in domain["features"] if each["name"] in ("addresses", "exec")} == {
        "addresses": True,
        "exec": None,
    }
    assert lacking["failed"]
    assert "does not work: addresses" in lacking["msg"]
    assert unasked["failed"]
    assert "--raw" in unasked["msg"]


def test_chanfix_that_is_not_there_is_asked_for(ansible):
    status, out = ansible(
        *("ansible", "localhost", "--connection", "local", "-m", "chanfix.libvirt.guest_agent_info"),
        *("-e", f"ansible_python_interpreter={sys.executable}", "-a", "executable=no-such-chanfix"),
    )
    assert status != 0
    assert 'Failed to find required executable \\"no-such-chanfix\\"' in out


@pytest.mark.parametrize("name", MODULES)
def test_ansible_doc_shows_every_option_and_value(name, ansible):
    status, out = ansible("ansible-doc", "--json", f"chanfix.libvirt.{name}")
    assert status == 0, out
    page = json.loads(out[out.index("{") :])[f"chanfix.libvirt.{name}"]
    assert {"uri", "timeout", "executable"} <= page["doc"]["options"].keys()
    assert page["examples"]
    assert page["return"]


def test_collection_has_the_version_of_chanfix():
    galaxy = yaml.safe_load((COLLECTION / "galaxy.yml").read_text())
    assert galaxy["version"] == chanfix.__version__


def test_example_changes_nothing_in_check_mode_and_nothing_a_second_time(run, tool, tmp_path):
    # As somebody does who has just cloned the project: from its top, with nothing installed but the programs.
    def play(*options):
        status, out = run(
            *(tool("ansible-playbook", "ansible-core"), *options, "ansible/examples/ensure.yml"),
            cwd=CHECKOUT,
            PATH=f"{PROGRAMS}:{os.environ['PATH']}",
            PYTHONPATH=os.pathsep.join(sys.path),
            HOME=tmp_path,
            ANSIBLE_HOME=tmp_path / "home",
            LC_ALL="C.UTF-8",
        )
        assert status == 0, out
        return out

    example = tmp_path / ".cache" / "chanfix-example" / "web.xml"
    out = play("--check", "--diff")
    assert f"+      <target type='virtio' name='{ZERO}'/>\n" in out
    assert "changed=1 " in out
    assert example.read_text() == (COLLECTION / "examples" / "web.xml").read_text()
    assert "changed=1 " in play()
    assert ZERO in example.read_text()
    assert "changed=0 " in play()


def test_role_brings_the_reports_of_several_hypervisors_to_one_place(ansible, run, tmp_path):
    pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")
    for name, channels in (("north", CHANNEL.format(ZERO)), ("south", "")):
        (tmp_path / f"{name}.xml").write_text(NODE.format(channels))
    hosts = {name: {"audit_uri": f"test://{tmp_path}/{name}.xml"} for name in ("north", "south")}
    hosts["gone"] = {"audit_uri": "test:///no/such/file.xml"}
    variables = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    inventory = {"all": {"hosts": hosts, "vars": variables | {"audit_results": str(tmp_path / "results")}}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory))
    status, out = ansible("ansible-playbook", "-i", "hosts.yml", COLLECTION / "examples" / "audit.yml")
    assert status == 0, out
    status, out = run(
        *(PROGRAMS / "chanfix", "audit", "--merge", tmp_path / "results", "--output-format", "json", "--exit-zero"),
        cwd=tmp_path,
        PYTHONPATH=os.pathsep.join(sys.path),
    )
    report = json.loads(out[: out.rindex("}") + 1])
    assert sorted(host["name"] for host in report["hosts"]) == ["gone", "north", "south"]
