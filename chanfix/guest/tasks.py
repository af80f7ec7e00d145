"""What a guest's agent may do, as tasks for Ansible."""

from __future__ import annotations

from collections.abc import Sequence

from chanfix.errors import UsageError
from chanfix.guest.generations import Generation, Style, generations_of
from chanfix.guest.policy import Policy
from chanfix.own_templates import render_text

__all__ = ["ansible_tasks"]


def ansible_tasks(policies: Sequence[Policy]) -> str:
    """Return a file of tasks that set these policies, each on the releases that have its generation.

    Raises ``UsageError`` where the policy is an argument of the service.
    """
    for policy in policies:
        if policy.generation.style is Style.SERVICE:
            raise UsageError(
                f"there are no tasks for {policy.generation.label}: the policy is an argument of the service",
                hint="leave --ansible out: the file to have",
            )
    changing = [policy for policy in policies if policy.changes]
    if not changing:
        return "# Nothing to set: the agent may do this as it is shipped. Written by chanfix guest-config.\n[]\n"
    several = len(policies) > 1
    values = {"policies": changing, "condition": lambda generation: _condition(generation) if several else ""}
    return render_text("guest/policy/tasks.yml.j2", values) + "\n"


def _condition(generation: Generation) -> str:
    """Return when a task is for a guest: its release lies between this generation's first and the next one's."""
    known = generations_of(generation.system)
    after = known[known.index(generation) + 1 :]
    version = "ansible_facts['distribution_version']"
    bounds = [] if generation is known[0] else [f"{version} is version('{_dotted(generation)}', '>=')"]
    if after:
        bounds.append(f"{version} is version('{_dotted(after[0])}', '<')")
    return " and ".join(bounds)


def _dotted(generation: Generation) -> str:
    return ".".join(map(str, generation.releases))
