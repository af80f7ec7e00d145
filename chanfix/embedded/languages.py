"""Which files may hold XML beside other text: one table of endings, names and interpreters, by language."""

from __future__ import annotations

import re

from chanfix.named_tuple import NamedTuple

__all__ = ["LANGUAGES", "Language", "holds_mark", "language_of", "language_of_name", "may_be_device", "program_of"]


class Language(NamedTuple):
    """A language: the endings of its files in lower case, whole names of files, and interpreters of a ``#!`` line.

    A search of a folder looks into its files unless ``is_searched`` is false.
    """

    name: str
    endings: tuple[str, ...]
    names: tuple[str, ...] = ()
    interpreters: tuple[str, ...] = ()
    is_searched: bool = True

    @property
    def is_of_examples(self) -> bool:
        """Return True if domains in its files are examples, tests or parts of a program: no host has all of them."""
        return self.name not in ("shell", "make", "hcl", "nix", "yaml", "json", "toml")


LANGUAGES = (
    Language("markdown", (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rmd", ".qmd")),
    Language("restructuredtext", (".rst",)),
    Language("asciidoc", (".adoc", ".asciidoc", ".asc")),
    Language("org", (".org",)),
    Language("text", (".txt", ".text"), is_searched=False),
    Language(
        "shell",
        (".sh", ".bash", ".zsh", ".ksh", ".ash", ".bats"),
        ("PKGBUILD", "Dockerfile", "Containerfile"),
        ("sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "busybox"),
    ),
    Language("make", (".mk", ".mak"), ("Makefile", "makefile", "GNUmakefile")),
    Language("python", (".py", ".pyi"), ("SConstruct", "SConscript"), ("python", "python2", "python3")),
    Language("ruby", (".rb",), ("Vagrantfile", "Rakefile"), ("ruby",)),
    Language("perl", (".pl", ".pm"), (), ("perl",)),
    Language("php", (".php", ".inc"), (), ("php",)),
    Language("go", (".go",)),
    Language("rust", (".rs",)),
    Language("javascript", (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx"), (), ("node", "deno")),
    Language("java", (".java", ".kt", ".kts", ".groovy", ".gradle", ".scala", ".swift"), ("Jenkinsfile",)),
    Language("csharp", (".cs",)),
    Language("c", (".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx")),
    Language("hcl", (".tf", ".hcl", ".tofu", ".tfvars", ".nomad")),
    Language("nix", (".nix",)),
    Language("yaml", (".yml", ".yaml")),
    Language("json", (".json", ".jsonc", ".json5", ".ipynb")),
    Language("toml", (".toml",), is_searched=False),
)
"""Every language whose files are looked into, with what tells it."""

_BY_ENDING = {ending: language for language in LANGUAGES for ending in language.endings}
_BY_NAME = {name: language for language in LANGUAGES for name in language.names}
_BY_INTERPRETER = {name: language for language in LANGUAGES for name in language.interpreters}
# Of examples in documents: languages whose strings are read there, and other words for them.
_PROGRAMS = ("python", "ruby", "perl", "php", "go", "rust", "javascript", "java", "csharp", "c", "json")
_OTHER_WORDS = {"typescript": "javascript", "kotlin": "java", "golang": "go", "c++": "c", "c#": "csharp"}
_WORD = rb"[\s{.,:\[]*(?:source\s*,\s*)?([A-Za-z][A-Za-z+\#]*)"
_OF_TEMPLATES = (".j2", ".jinja", ".jinja2", ".erb", ".tpl", ".tmpl", ".gotmpl", ".tftpl", ".mako", ".in", ".template")
# "#!/usr/bin/env -S python3.11 -u": the last word that begins with a letter and is no option's value.
_INTERPRETER = rb"(?:\xef\xbb\xbf)?#![ \t]*(?:\S*/)?([A-Za-z]+)[\d.]*(?:[ \t]+(?:-\S+[ \t]+)*([A-Za-z]+))?"
# "<" is written as a number in some JSON, as Go's encoder does.
_MARKS = (b"domain", b"channel", b"controller")
_MARK = re.compile(rb"<(?:domain|channel|controller)")
_FEW = 32
_MARK_IN_JSON = rb"(?i)\\u003c(?:domain|channel|controller)"


def language_of_name(name: str) -> Language | None:
    """Return the language that the name of a file, or its path, tells; None where it tells none.

    Of a template, as ``up.sh.j2``, it is the language of the file that comes of it.
    """
    last = name[name.rfind("/") + 1 :]
    found = _BY_NAME.get(last)
    while found is None and (dot := last.rfind(".")) > 0:
        ending = last[dot:].lower()
        found = _BY_ENDING.get(ending)
        if ending not in _OF_TEMPLATES:
            break
        last = last[:dot]
    return found


def language_of(name: str, data: bytes) -> Language | None:
    """Return the language of a file, by its name, else by the interpreter that its first line names."""
    found = language_of_name(name)
    if found is None and b"#!" in data[:5] and (match := re.match(_INTERPRETER, data)):
        path, argument = (part.decode() if part else "" for part in match.groups())
        found = _BY_INTERPRETER.get(argument if path == "env" else path)
    # A page of PHP is a template of what stands around its code.
    return None if found is not None and found.name == "php" and b"?>" in data and b"<<<" not in data else found


def program_of(info: bytes) -> str:
    """Return the name of an example's language by what the example is marked with; empty where it is no program."""
    match = re.match(_WORD, info)
    word = match[1].decode().lower() if match else ""
    name = _OTHER_WORDS.get(word, word)
    if name not in _PROGRAMS and (found := _BY_ENDING.get(f".{word}")):
        name = found.name
    return name if name in _PROGRAMS else ""


def holds_mark(data: bytes) -> bool:
    """Return True if a look at the bytes of a file shows that libvirt's XML may stand in it."""
    at = data.find(b"<")
    # Most programs hold a few of this byte, and a search for one byte is much faster than one for a word.
    for _ in range(_FEW):
        if at < 0 or data.startswith(_MARKS, at + 1):
            break
        at = data.find(b"<", at + 1)
    found = _MARK.search(data, at) if at >= 0 else None
    if found is None and data[:64].lstrip().startswith((b"{", b"[")):
        found = re.search(_MARK_IN_JSON, data)
    return found is not None and (b"domain" in found[0] or b"<domain" in data or b"virtio" in data)


def may_be_device(data: bytes) -> bool:
    """Return True if a look at the bytes shows that an XML file may be a channel or a controller by itself."""
    return (b"<channel" in data or b"<controller" in data) and b"virtio" in data
