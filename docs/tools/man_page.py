"""The manual page of the command line, made from its help."""

import string
from collections.abc import Iterable

from click_help import Command, Option, commands, program

from chanfix import __version__


def man_page(template: str) -> str:
    """Return a template of roff with what the help says in its places."""
    whole = program()
    return string.Template(template).substitute(
        version=_text(__version__),
        text=_text(" ".join(whole.text)),
        # The statuses have a section of their own.
        remarks=_remarks([remark for remark in whole.remarks if not remark.startswith("Exit status")]),
        options=_options(whole.options),
        commands="\n".join(map(_command, commands())),
        examples=_examples(whole),
    )


def _command(command: Command) -> str:
    usage = f"chanfix {_text(command.name)} [option ...] {_text(command.arguments)}".rstrip()
    parts = [f'.SS "{usage}"']
    parts += ["\n.PP\n".join(map(_text, command.text)), _options(command.options)]
    parts += [".PP\nExamples:", _examples(command), _remarks(command.remarks)]
    return "\n".join(filter(None, parts))


def _remarks(remarks: Iterable[str]) -> str:
    return "\n".join(f".PP\n{_text(remark)}" for remark in remarks)


def _options(options: tuple[Option, ...]) -> str:
    return "\n".join(f".TP\n{_names(option)}\n{_meaning(option)}" for option in options)


def _names(option: Option) -> str:
    value = rf" \fI{_text(option.value)}\fR" if option.value else ""
    return ", ".join(rf"\fB{_text(name)}\fR" for name in option.names) + value


def _meaning(option: Option) -> str:
    return _text(f"{option.text} [default: {option.default}]" if option.default else option.text)


def _examples(command: Command) -> str:
    lines = ((f".B {_text(example)}", _text(remark) or r"\&") for example, remark in command.examples)
    return "\n".join(f".TP\n{example}\n{remark}" for example, remark in lines)


def _text(text: str) -> str:
    """Return text that roff leaves as it is."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{text}" if text.startswith((".", "'")) else text
