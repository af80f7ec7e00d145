"""``typing.NamedTuple`` for classes whose annotations nobody looks at: making one takes half the time.

``typing`` compiles each annotation that is a text, as all are under ``from __future__ import annotations``. A short run
makes a hundred of these classes, and would spend a twentieth of its time on that (``benchmarks``: one file).
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    # What the class of a body has in any case.
    _GIVEN = frozenset({"__annotations__", "__module__", "__qualname__"})

    class _Making(type):
        """Makes a tuple with names of each class that says it is one."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            if "__annotations__" not in body:
                # Python 3.14 makes those that are no texts later.
                raise TypeError(f"{name} needs fields, and 'from __future__ import annotations' in its module")
            fields = body["__annotations__"]
            with_default = [field for field in fields if field in body]
            if with_default != list(fields)[len(fields) - len(with_default) :]:
                raise TypeError(f"{name}: fields with a default come last")
            defaults = [body[field] for field in with_default]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            made.__qualname__ = body["__qualname__"]
            for key, value in body.items():
                if key not in _GIVEN and key not in fields:
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Making):
        """A tuple with a name for each of its values; those with a default come last."""
