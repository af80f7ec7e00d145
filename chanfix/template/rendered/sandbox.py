"""What reads variables and renders Jinja templates of strangers: a program for a process of its own, with limits.

It is given a task as JSON and answers in JSON. Once its limits are set it can open no file.
"""

from __future__ import annotations

import json
import re
import resource
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, BinaryIO

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from chanfix.template.construct import TemplateError
from chanfix.template.rendered.marks import MarkingLexer, last_mark

__all__ = ["CPU_SECONDS", "MEMORY_MIB", "OUTPUT_MIB", "main"]

CPU_SECONDS = 10
MEMORY_MIB = 512
OUTPUT_MIB = 8

_Answer = dict[str, Any]


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja as Ansible sets it up, which is what most templates of domains are written for; without a loader."""

    def __init__(self, lexer: type[MarkingLexer]) -> None:
        # With a finalizer that takes the context nothing is worked out before its turn, so that an error has a place.
        super().__init__(
            trim_blocks=True,
            keep_trailing_newline=True,
            undefined=jinja2.StrictUndefined,
            optimized=False,
            finalize=_as_it_is,
            cache_size=0,
        )
        self._marking = lexer(self)

    @property
    def lexer(self) -> MarkingLexer:
        """The lexer that puts in the marks."""
        return self._marking


@jinja2.pass_context
def _as_it_is(context: object, value: object) -> object:
    return value


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Read a task, do it, and write the answer."""
    task = json.load(source)
    do = _TASKS[task.pop("task")]
    if task.get("is_yaml"):
        import yaml  # noqa: F401
    _load_what_is_loaded_late(task.get("encoding", "utf-8"))
    _limit()
    try:
        answer = do(**task)
    except MemoryError:
        answer = {"fault": f"it takes more than {MEMORY_MIB} MiB of memory"}
    except RecursionError:
        answer = {"fault": "it is nested too deep, or calls itself without end"}
    target.write(json.dumps(answer).encode())


def _load_what_is_loaded_late(encoding: str) -> None:
    """Have Jinja do all for which it loads a module or a codec: behind the limits it could not."""
    _render("{{ lipsum(1) | tojson }}{{ 'a' | urlize }}{{ missing }}", encoding, "{}", "")


def _limit() -> None:
    limits = {
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_AS: MEMORY_MIB << 20,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for which, most in limits.items():
        # Where a system does not know a limit, the others and the deadline of whoever waits remain.
        with suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))


def _read_variables(text: str, is_yaml: bool) -> _Answer:
    read = _yaml if is_yaml else _json
    try:
        variables, fault = read(text)
        if fault:
            return {"fault": fault}
        if not isinstance(variables, dict):
            return {"fault": "it is no mapping of names to values"}
        written, size = [], 0
        # What an alias stands for is written out here, however many times over.
        for part in json.JSONEncoder(default=str).iterencode(variables):
            written.append(part)
            size += len(part)
            if size > OUTPUT_MIB << 20:
                return {"fault": f"it holds values of over {OUTPUT_MIB} MiB"}
    except (ValueError, TypeError) as error:
        return {"fault": f"it holds what is no value: {error}"}
    return {"variables": "".join(written)}


def _json(text: str) -> tuple[object, str]:
    try:
        return json.loads(text), ""
    except json.JSONDecodeError as error:
        return None, f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})"


def _yaml(text: str) -> tuple[object, str]:
    import yaml

    try:
        return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}, ""
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        return None, f"not YAML: {problem or error}{place}"


def _render(text: str, encoding: str, variables: str, key: str) -> _Answer:
    lexer = type("Lexer", (MarkingLexer,), {"encoding": encoding, "key": key})
    parts: list[str] = []
    size = 0
    try:
        template = _Environment(lexer).from_string(text)
        for part in template.generate(json.loads(variables)):
            parts.append(part)
            size += len(part)
            if size > OUTPUT_MIB << 20:
                return {"fault": f"over {OUTPUT_MIB} MiB come of it", "near": last_mark(key, parts)}
    except TemplateError as error:
        return {"fault": error.message, "near": error.offset}
    except jinja2.TemplateSyntaxError as error:
        return {"fault": _reason(error), "line": error.lineno}
    except Exception as error:
        return {"fault": _reason(error), "line": _line_of(error), "near": last_mark(key, parts)}
    return {"rendered": "".join(parts)}


def _reason(error: Exception) -> str:
    message = str(error)
    if missing := re.match(r"No (filter|test) named ('.*?')", message):
        return f"no {missing[1]} of Jinja is called {missing[2]}"
    match error:
        case SecurityError() | OverflowError():
            return f"refused: {message.rstrip('.')}"
        case MemoryError():
            return f"it takes more than {MEMORY_MIB} MiB of memory"
        case RecursionError():
            return "it is nested too deep, or calls itself without end"
        case SyntaxError():
            return error.msg
        case jinja2.TemplateError():
            return message.rstrip(".")
        case _:
            return f"{type(error).__name__}: {message}"


def _line_of(error: Exception) -> int | None:
    """Return the line of the template that was at work."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


_TASKS: Mapping[str, Callable[..., _Answer]] = {"variables": _read_variables, "render": _render}
