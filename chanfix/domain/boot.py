"""What a domain boots: its ``<os>``, as libvirt reads it (``src/conf/domain_conf.c:virDomainDefParseBootOptions``)."""

from __future__ import annotations

from chanfix.domain.values import Flag, Text, text
from chanfix.domain.view import View

__all__ = ["OperatingSystem"]


class OperatingSystem(View):
    """The ``<os>`` of a domain."""

    @property
    def type(self) -> Text:
        """``hvm`` for a whole machine."""
        return self._content("type")

    @property
    def arch(self) -> Text:
        """The architecture; None is the host's."""
        return self._text("arch", "type")

    @property
    def machine(self) -> Text:
        """The machine type; None is the first that QEMU offers."""
        return self._text("machine", "type")

    @property
    def firmware(self) -> Text:
        """``efi`` or ``bios`` where libvirt is to choose the firmware."""
        return self._text("firmware")

    @property
    def loader(self) -> Text:
        """The path of the firmware; an empty one is as good as none."""
        return self._content("loader")

    @property
    def loader_type(self) -> Text:
        """``rom`` or ``pflash``."""
        return self._text("type", "loader")

    @property
    def is_loader_readonly(self) -> Flag:
        """Whether the firmware is read-only."""
        return self._flag("readonly", "loader")

    @property
    def is_loader_secure(self) -> Flag:
        """Whether the firmware asks for Secure Boot, and with it for SMM."""
        return self._flag("secure", "loader")

    @property
    def nvram(self) -> Text:
        """The path of the variables."""
        return self._content("nvram")

    @property
    def nvram_template(self) -> Text:
        """The file that the variables are copied from."""
        return self._text("template", "nvram")

    @property
    def kernel(self) -> Text:
        """The kernel that is booted without a boot loader."""
        return self._content("kernel")

    @property
    def boot_devices(self) -> list[Text]:
        """The kinds of devices to boot, in their order: ``hd``, ``cdrom``, ``network``, ``fd``."""
        return [text(node.get("dev")) for node in self._all("boot")]

    @property
    def has_boot_menu(self) -> Flag:
        """Whether the firmware asks what to boot."""
        return self._flag("enable", "bootmenu")
