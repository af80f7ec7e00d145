"""What an editor's settings ask for. They come with its first message, and go before a file's configuration."""

from __future__ import annotations

from chanfix.domain.targets import chosen_targets
from chanfix.errors import UsageError
from chanfix.lint.known.rule_names import PROFILES
from chanfix.named_tuple import NamedTuple
from chanfix.words import did_you_mean

__all__ = ["Settings", "read_settings"]


class Settings(NamedTuple):
    """``asks``: libvirt is asked about a text that is saved. Targets and profile replace those of the configuration."""

    asks: bool = False
    targets: tuple[str, ...] = ()
    profile: str | None = None


def read_settings(options: object) -> tuple[Settings, list[str]]:
    """Return the settings in an editor's initialization options, and a sentence for each that cannot be used.

    Such a setting counts as not made. So does an empty one: editors send those that nobody has made.
    """
    values = options if isinstance(options, dict) else {}
    problems: list[str] = []
    targets = _targets(values.get("target"), problems)
    profile = _profile(values.get("profile"), problems)
    return Settings(values.get("askLibvirt") is True, targets, profile), problems


def _targets(value: object, problems: list[str]) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list | None) or not all(isinstance(name, str) for name in names or ()):
        problems.append("the setting 'target' is not a name, nor a list of names")
        return ()
    targets = tuple(name for word in names or () if (name := word.strip()))
    try:
        chosen_targets(targets)
    except UsageError as error:
        problems.append(f"the setting 'target': {error.message}; {error.hint}")
        return ()
    return targets


def _profile(value: object, problems: list[str]) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or value not in PROFILES:
        hint = did_you_mean(str(value), PROFILES, f"there are {', '.join(PROFILES)}")
        problems.append(f"the setting 'profile': there is no profile '{value}'; {hint}")
        return None
    return value
