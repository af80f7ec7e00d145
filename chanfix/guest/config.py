"""What to set in a guest for a port: as files, as a shell script, as cloud-init user-data."""

from __future__ import annotations

from dataclasses import dataclass

from chanfix.domain.agent_name import AGENT_NAME
from chanfix.errors import UsageError
from chanfix.guest.port import check_guest_port, device_unit
from chanfix.guest.systems import System
from chanfix.own_templates import render_text

__all__ = ["GuestConfig", "GuestFile"]


@dataclass(frozen=True, slots=True)
class GuestFile:
    """A file as it is to be in the guest."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class GuestConfig:
    """The configuration of one system for one port. Raises ``UsageError`` for a name that no guest could carry."""

    system: System
    port: str

    def __post_init__(self) -> None:
        check_guest_port(self.port)

    @property
    def is_default(self) -> bool:
        """Return True if the package's own service opens that port, so that nothing is to be set."""
        return self.system.has_systemd and self.port == AGENT_NAME

    @property
    def files(self) -> tuple[GuestFile, ...]:
        """The files to have in the guest; none where its own service does."""
        if self.is_default:
            return ()
        return tuple(GuestFile(path, self._render(template)) for path, template in self.system.files)

    def script(self) -> str:
        """Return a POSIX shell script that root runs in the guest; a second run changes nothing."""
        return self._render_for_unix("script.sh", "shell script")

    def cloud_init(self) -> str:
        """Return user-data for cloud-init, which installs the agent as well."""
        return self._render_for_unix("cloud-config.yaml", "cloud-init user-data")

    def _render_for_unix(self, template: str, what: str) -> str:
        if not self.system.is_unix:
            raise UsageError(
                f"there is no {what} for {self.system.label}", hint="leave the option out: a list of files"
            )
        return self._render(template)

    def _render(self, template: str) -> str:
        device = self.system.devices + self.port
        values = {
            "config": self,
            "system": self.system,
            "port": self.port,
            "path": device,
            "unit": device_unit(self.port),
        }
        return render_text(f"guest/{template}.j2", values) + "\n"
