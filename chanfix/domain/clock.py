"""The clock and the timers of a domain (``src/conf/domain_conf.c:virDomainDefClockParse``)."""

from __future__ import annotations

from chanfix.domain.values import Flag, Known, Text, Unknown, or_default
from chanfix.domain.view import View

__all__ = ["Clock", "Timer"]


class Timer(View):
    """A ``<timer>``."""

    @property
    def name(self) -> Text:
        """``rtc``, ``pit``, ``hpet``, ``tsc``, ``kvmclock``, ``hypervclock``, ..."""
        return self._text("name")

    @property
    def is_present(self) -> Flag:
        """Whether the guest has it; None leaves it to QEMU."""
        return self._flag("present")

    @property
    def tick_policy(self) -> Text:
        """What becomes of ticks that came too late."""
        return self._text("tickpolicy")


class Clock(View):
    """The ``<clock>`` of a domain."""

    @property
    def offset(self) -> Known[str] | Unknown:
        """What the clock shows at boot: ``utc``, ``localtime``, ``timezone``, ``variable``, ``absolute``."""
        return or_default(self._text("offset"), "utc")

    @property
    def timezone(self) -> Text:
        """The time zone, where the offset is one."""
        return self._text("timezone")

    @property
    def timers(self) -> list[Timer]:
        """The timers."""
        return [Timer(node) for node in self._all("timer")]
