"""Compares what the typed views say of a domain with what they say of another."""

from chanfix.domain import views
from chanfix.domain.view import View

__all__ = ["differences"]

PARTS = [getattr(views, name) for name in views.__all__]
FEATURES = ("acpi", "apic", "pae", "hap", "viridian")
STATES = ("smm", "vmport", "pmu", "vmcoreinfo")
HYPERV = ("relaxed", "vapic", "spinlocks", "vpindex", "runtime", "synic", "stimer", "reset", "frequencies")


def differences(domain, other):
    """Return the facts of the views of one domain that are not those of the other's, by the names that lead there.

    What is left to libvirt may be anything in the other one. Lists are compared in any order: libvirt sorts some.
    """
    return [found for part in PARTS for found in compare(part.__name__, part(domain), part(other))]


def compare(path, one, other):
    if isinstance(one, list):
        nearest = (min((compare(path, item, twin) for twin in other), key=len, default=None) for item in one)
        return [found for each in nearest for found in (each if each is not None else [(path, one, other)])]
    if not isinstance(one, View):
        return [] if one is None or one == other else [(path, one, other)]
    if not isinstance(other, View):
        return [(path, one, other)]
    theirs = dict(facts(other))
    return [found for name, fact in facts(one) for found in compare(f"{path}.{name}", fact, theirs[name])]


def facts(view):
    for name, kept in vars(type(view)).items():
        if isinstance(kept, property):
            yield name, getattr(view, name)
    states = STATES if hasattr(view, "hyperv") else HYPERV
    for method, names in (("has", FEATURES), ("state", states)):
        if hasattr(view, method):
            yield from ((name, getattr(view, method)(name)) for name in names)
