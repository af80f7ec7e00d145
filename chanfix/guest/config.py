"""What to set in a guest: as files, as a shell script, as cloud-init user-data, as commands of virt-customize."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from chanfix.domain.agent_name import AGENT_NAME
from chanfix.errors import UsageError
from chanfix.guest.generations import Style
from chanfix.guest.policy import Policy
from chanfix.guest.port import check_guest_port, device_unit
from chanfix.guest.systems import System
from chanfix.own_templates import render_text

__all__ = ["GuestConfig", "GuestFile"]


_SYSTEMCTL = "systemctl enable qemu-guest-agent.service || true"
# System -> what has the agent start with an image that is not running now.
_OFFLINE = {
    **dict.fromkeys(("systemd", "debian", "ubuntu", "fedora", "rhel", "suse", "arch"), _SYSTEMCTL),
    "devuan": "update-rc.d qemu-guest-agent defaults",
    "alpine": "rc-update add qemu-guest-agent default",
}


@dataclass(frozen=True, slots=True)
class GuestFile:
    """A file as it is to be in the guest."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class GuestConfig:
    """The configuration of one system for one port. Raises ``UsageError`` for a name that no guest could carry.

    ``policy`` is what the agent may do there, None to leave that as it is. Without ``sets_port`` the port stays as it
    is as well.
    """

    system: System
    port: str
    policy: Policy | None = None
    sets_port: bool = True

    def __post_init__(self) -> None:
        check_guest_port(self.port)

    @property
    def is_default(self) -> bool:
        """Return True if the package's own service opens that port, so that nothing is to be set for it."""
        return self.system.has_systemd and self.port == AGENT_NAME

    @property
    def port_files(self) -> tuple[GuestFile, ...]:
        """The files to have in the guest for the port; none where its own service does."""
        if self.is_default or not (self.sets_port or self._is_policy_in_service):
            return ()
        return tuple(GuestFile(path, self._render(template)) for path, template in self.system.files)

    @property
    def policy_file(self) -> GuestFile | None:
        """The file for the policy; None where that is set in a file of the port, or is as it is shipped."""
        policy = self.policy
        if policy is None or not policy.changes or self._is_policy_in_service:
            return None
        if policy.generation.path in [file.path for file in self.port_files]:
            return None
        return GuestFile(policy.generation.path, policy.text)

    @property
    def files(self) -> tuple[GuestFile, ...]:
        """All files to have in the guest."""
        return (*self.port_files, *([self.policy_file] if self.policy_file else []))

    def script(self) -> str:
        """Return a POSIX shell script that root runs in the guest; a second run changes nothing."""
        return self._render_for_unix("script.sh", "shell script")

    def cloud_init(self) -> str:
        """Return user-data for cloud-init, which installs the agent as well."""
        return self._render_for_unix("cloud-config.yaml", "cloud-init user-data")

    def virt_customize(self) -> str:
        """Return a file for ``virt-customize --commands-from-file``: installs the agent in an image and sets it."""
        if self.system.name not in _OFFLINE:
            raise UsageError(
                f"virt-customize sets no {self.system.label}", hint=f"--os takes {', '.join(_OFFLINE)} for it"
            )
        script = self._render_for_unix("script.sh", "shell script", offline="yes")
        # One line, for a command ends with its line.
        packed = base64.b64encode(script.encode()).decode()
        return self._render("virt-customize", script=script, packed=packed, enable=_OFFLINE[self.system.name])

    @property
    def edits_policy(self) -> bool:
        """Return True if a script has to change a file that the guest may have already."""
        return self.policy is not None and not self._is_policy_in_service and not self._is_policy_in_port_file

    @property
    def _is_policy_in_service(self) -> bool:
        return self.policy is not None and self.policy.generation.style is Style.SERVICE

    @property
    def _is_policy_in_port_file(self) -> bool:
        return self.policy is not None and self.policy.generation.path in [file.path for file in self.port_files]

    def _render_for_unix(self, template: str, what: str, **more: str) -> str:
        if not self.system.is_unix:
            raise UsageError(
                f"there is no {what} for {self.system.label}", hint="leave the option out: a list of files"
            )
        return self._render(template, **more)

    def _render(self, template: str, **more: str) -> str:
        device = self.system.devices + self.port
        policy = self.policy
        is_key = policy is not None and policy.generation.style is Style.KEY
        values = {
            "offline": "",
            **more,
            "config": self,
            "system": self.system,
            "port": self.port,
            "path": device,
            "unit": device_unit(self.port),
            "rights": policy.rights if policy else None,
            "policy_line": policy.line if policy and policy.changes else "",
            "key_file": policy.generation.path if policy and is_key else "",
        }
        return render_text(f"guest/{template}.j2", values) + "\n"
