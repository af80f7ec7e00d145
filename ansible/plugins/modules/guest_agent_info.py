#!/usr/bin/python
# SPDX-License-Identifier: MIT
"""Which guest agents answer."""

from __future__ import annotations

DOCUMENTATION = r"""
module: guest_agent_info
short_description: Tells of libvirt domains whether their guest agents answer
version_added: 0.1.0
description:
  - Asks the guest agents of domains, side by side.
  - Says of each whether it answers, and if not, why not and what to do.
  - Nothing changes, and no domain is marked as tainted.
options:
  domains:
    description: Names, ids or UUIDs of domains on the connection. By default all of them.
    type: list
    elements: str
  agent_timeout:
    description: How long an agent has to answer, in seconds.
    type: float
    default: 10
extends_documentation_fragment:
  - chanfix.libvirt.chanfix
attributes:
  check_mode:
    description: The module changes nothing in any mode.
    support: full
  diff_mode:
    description: There is nothing to show.
    support: none
seealso:
  - module: chanfix.libvirt.guest_agent_channel
"""

EXAMPLES = r"""
- name: Ask every agent
  chanfix.libvirt.guest_agent_info:
    uri: qemu:///system
  register: agents

- name: Stop where one does not answer
  ansible.builtin.assert:
    that: agents.domains | rejectattr('is_answering') | length == 0
"""

RETURN = r"""
domains:
  description:
    - One entry for each domain, as C(chanfix status --output-format json) has them.
    - Later versions of chanfix may add keys and verdicts.
  type: list
  elements: dict
  returned: success
  contains:
    domain:
      description: The domain, as it was named.
      type: str
    verdict:
      description: What is with its agent, as V(responding), V(detached) or V(disconnected).
      type: str
    is_answering:
      description: Whether the agent answered.
      type: bool
    summary:
      description: The same in words.
      type: str
    port:
      description: The port that the agent is on.
      type: str
    next_step:
      description: What to do about it.
      type: dict
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.chanfix.libvirt.plugins.module_utils.chanfix import Chanfix, chanfix_arguments


def main():
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "domains": {"type": "list", "elements": "str"},
            "agent_timeout": {"type": "float", "default": 10},
            **chanfix_arguments(),
        },
        supports_check_mode=True,
    )
    chanfix = Chanfix(module)
    wanted = ["--"] + module.params["domains"] if module.params["domains"] else ["--all"]
    options = ["--agent-timeout", str(module.params["agent_timeout"]), "--output-format", "json"]
    status, out, err = chanfix.run("status", *options, *wanted)
    try:
        domains = json.loads(out)["domains"]
    except (ValueError, KeyError, TypeError):
        chanfix.fail(err, status)
    module.exit_json(changed=False, domains=domains)


if __name__ == "__main__":
    main()
