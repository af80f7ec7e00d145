"""The plays for Ansible, run by Ansible on this machine."""

import json
import os
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def ansible_playbook(tool):
    return tool("ansible-playbook", "ansible-core")


@pytest.fixture
def play(run, snippets, ansible_playbook, tmp_path):
    """Run one of the page's plays with some variables in a folder with the page's template; return what came of it."""

    def start(number, **variables):
        (tmp_path / "play.yml").write_text(snippets("ansible.md", "yaml")[number])
        [template] = snippets("ansible.md", "jinja")
        (tmp_path / "vm.xml.j2").write_text(template)
        variables["ansible_python_interpreter"] = sys.executable
        status, output = run(
            *(ansible_playbook, "--connection", "local", "--inventory", "hypervisors,"),
            *("--extra-vars", json.dumps(variables), "play.yml"),
            cwd=tmp_path,
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            PYTHONPATH=os.pathsep.join(sys.path),
            ANSIBLE_HOME=tmp_path / "ansible",
            ANSIBLE_LOCALHOST_WARNING="false",
            LC_ALL="C.UTF-8",
        )
        return status, output

    return start


def test_template_is_written_when_nothing_is_wrong_with_it(play, tmp_path):
    status, output = play(0, folder=str(tmp_path))
    assert (status, "changed=1" in output) == (0, True), output
    assert "<channel type='unix'>" in (tmp_path / "web.xml").read_text()


def test_template_is_not_written_when_its_channel_would_not_work(play, tmp_path):
    (tmp_path / "web.xml").write_text("old")
    status, output = play(0, folder=str(tmp_path), channel_type="pty")
    assert status != 0
    assert "error[agent-not-unix] the agent channel is of type 'pty'" in output
    assert (tmp_path / "web.xml").read_text() == "old"


@pytest.mark.parametrize(("is_there", "changed"), [(False, 1), (True, 0)])
def test_channel_is_put_into_a_stored_domain_that_has_none(play, texts, tmp_path, is_there, changed):
    pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")
    domain = (
        texts["good"]
        .replace("type='kvm'", "type='test'")
        .replace("<devices>", "<memory>1</memory><os><type>hvm</type></os><devices>")
    )
    if not is_there:
        domain = domain.replace("guest_agent.0", "other.0")
    (tmp_path / "node.xml").write_text(f"<node>{domain}</node>")
    status, output = play(1, libvirt_uri=f"test://{tmp_path}/node.xml")
    assert (status, f"changed={changed}" in output) == (0, True), output
