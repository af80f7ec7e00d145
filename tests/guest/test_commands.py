"""What is known of the agent's commands, held against the real qemu-ga."""

import re

import pytest
from real_agent import AGENTS, every_agent, running, version_of

from chanfix.agent import Dialogue
from chanfix.errors import AgentError
from chanfix.guest.commands import COMMANDS, power_of

# A value of each type that is right, so that what an agent says is about the argument behind it.
RIGHT = {"string": "x", "base64": "eA==", "integer": 0, "boolean": False, "list of strings": [], "list of objects": []}


def told(agent, command, arguments):
    """Return why the agent refuses arguments, before it does anything."""
    with pytest.raises(AgentError) as error:
        agent.ask(command, arguments)
    assert error.value.kind == "refused"
    return error.value.description


@pytest.fixture(scope="module")
def agent(request):
    with running(request.param) as socket, Dialogue(socket, timeout=120) as agent:
        yield agent


every_dialogue = pytest.mark.parametrize("agent", AGENTS, indirect=True)


@every_dialogue
def test_every_command_of_the_agent_is_known_and_not_older_than_written(agent):
    found = agent.ask("guest-info")
    version = tuple(map(int, found["version"].split(".")[:2]))
    theirs = {command["name"] for command in found["supported_commands"]}
    assert theirs <= COMMANDS.keys()
    for command in COMMANDS.values():
        if tuple(map(int, command.since.split("."))) <= version:
            # That one is on Windows alone, and since 9.1 other agents do not list it.
            assert command.name in theirs or command.name == "guest-get-devices"
        else:
            assert command.name not in theirs


@every_dialogue
def test_agent_takes_the_arguments_that_are_known_and_no_others(agent):
    enabled = {each["name"] for each in agent.ask("guest-info")["supported_commands"] if each["enabled"]}
    assert len(enabled) > 30
    for name in sorted(enabled):
        right = {}
        for argument in COMMANDS[name].arguments:
            wrong = {**right, argument.name: {"no": "such type"}}
            # An alternate of two types, and a list of structures, say it in other words.
            assert re.search(rf"Invalid parameter.*'{argument.name}'", told(agent, name, wrong)), name
            if argument.is_required:
                assert told(agent, name, right) == f"Parameter '{argument.name}' is missing", name
                right[argument.name] = RIGHT.get(argument.type, 0)
        assert told(agent, name, {**right, "chanfix": 1}) == "Parameter 'chanfix' is unexpected", name


@every_agent
def test_allow_list_without_the_first_question_is_told(release):
    with running(release, config="[general]\nallow-rpcs=guest-ping\n") as socket:
        if version_of(release) < (8, 1):  # there are no allow lists yet, and the line is passed over
            with Dialogue(socket, timeout=60) as agent:
                assert agent.ask("guest-ping") == {}
            return
        with pytest.raises(AgentError, match="refused to begin") as error, Dialogue(socket, timeout=60):
            pass
    assert error.value.kind == "refused"
    assert "guest-sync-delimited" in error.value.hint


def test_commands_that_amount_to_root_are_marked():
    marked = {name for name in COMMANDS if power_of(name)}
    assert {"guest-exec", "guest-set-user-password", "guest-ssh-add-authorized-keys"} <= marked
    assert {name for name in COMMANDS if name.startswith("guest-file-")} <= marked
    assert not {"guest-ping", "guest-info", "guest-get-osinfo", "guest-network-get-interfaces"} & marked
    assert power_of("guest-of-tomorrow") == ""
