"""Files of many languages with XML in them, for the tests: what is around the XML, and how the language writes it."""

import json
import re
from collections.abc import Callable
from typing import NamedTuple
from xml.sax.saxutils import escape

# A domain with one fault, the type "pty", that a fix corrects in its place.
DOMAIN = """\
<domain type='kvm'>
  <name>web</name>
  <memory>1048576</memory>
  <os>
    <type>hvm</type>
  </os>
  <devices>
    <channel type='pty'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>"""


def as_it_is(text):
    return text


def escaped(signs, by="\\"):
    """Return what writes each of some signs behind another one."""
    return lambda text: re.sub(f"[{re.escape(signs)}]", lambda match: by + match[0], text)


def on_one_line(text):
    return escaped('\\"')(text).replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def doubled(*signs):
    def write(text):
        for sign in signs:
            text = text.replace(sign, sign * 2)
        return text

    return write


def indented(by, write=as_it_is):
    return lambda text: write(text).replace("\n", "\n" + by)


class Surroundings(NamedTuple):
    """A file that XML stands in.

    ``write`` makes of XML what stands there, each character by itself. What is ``without`` cannot stand there at all.
    A fix is not written where every line has a mark, as in a comment.
    """

    file: str
    before: str
    after: str
    write: Callable[[str], str] = as_it_is
    without: str = "(?!)"
    has_marks: bool = False

    def around(self, xml):
        return self.before + self.write(xml) + self.after

    def place(self, xml, offset):
        """Return the byte of the file at which a byte of the XML stands."""
        return len((self.before + self.write(xml.encode()[:offset].decode())).encode())


SHELL = escaped("\\$`")
SURROUNDINGS = {
    "shell, here-document": Surroundings("up.sh", "#!/bin/sh\nvirsh define /dev/stdin <<EOF\n", "\nEOF\n", SHELL),
    "shell, quoted here-document": Surroundings("up.sh", "cat > a.xml <<'XML'\n", "\nXML\necho done\n"),
    "shell, word behind a backslash": Surroundings("up.sh", "cat <<\\E # it's\n", "\nE\n"),
    "shell, here-document with tabs": Surroundings("up.sh", "\tcat <<-E\n\t", "\n\tE\n", indented("\t", SHELL)),
    "shell, two here-documents": Surroundings("up.sh", "a <<A 3<<'B'\nx\nA\n", "\nB\n"),
    "shell, here-document in here-document": Surroundings("up.sh", "ssh h sh <<'OUT'\ncat <<'IN'\n", "\nIN\nOUT\n"),
    "shell, double quotes": Surroundings("up.sh", "# it's\nXML=\"", '"\n', escaped('\\$`"')),
    "shell, single quotes": Surroundings("up.sh", "printf %s '", "'\n", without="'"),
    "shell, quotes that are ended for a quote": Surroundings(
        "up.sh", "printf %s '", "'\n", lambda text: text.replace("'", "'\\''")
    ),
    "shell, quotes of bash": Surroundings("up.sh", "x=$'", "'\n", escaped("\\'")),
    "shell, comment": Surroundings("up.sh", "# ", "\ntrue\n", indented("# "), has_marks=True),
    "shell, no ending": Surroundings("up", "#!/usr/bin/env bash\ncat <<EOF\n", "\nEOF\n", SHELL),
    "shell, template of a script": Surroundings("up.sh.j2", "cat <<'EOF'\n", "\nEOF\n"),
    "make, define": Surroundings("Makefile", "define XML\n", "\nendef\n", doubled("$")),
    "make, here-document": Surroundings("rules.mk", "x:\n\tcat <<EOF\n", "\nEOF\n", doubled("$")),
    "docker, here-document": Surroundings("Dockerfile", "FROM x\nCOPY <<EOF /a.xml\n", "\nEOF\n", SHELL),
    "python, three quotes": Surroundings("a.py", 'XML = """', '"""\n', escaped('\\"')),
    "python, three single quotes": Surroundings("a.py", "X = 'a'  # it's\nXML = '''\\\n", "\n'''\n", escaped("\\'")),
    "python, raw": Surroundings("a.py", 'XML = r"""', '"""\n', without='\\\\|"'),
    "python, bytes": Surroundings("a.py", 'XML = b"""', '"""\n', escaped('\\"')),
    "python, f-string": Surroundings(
        "a.py", 'XML = f"""', '"""\n', lambda text: doubled("{", "}")(escaped('\\"')(text))
    ),
    "python, one line": Surroundings("a.py", 'XML = ("', '")\n', on_one_line),
    "python, no ending": Surroundings("tool", '#!/usr/bin/python3 -u\nX = """', '"""\n', escaped('\\"')),
    "python, joined lines": Surroundings(
        "a.py", 'XML = (\n    "', '"\n)\n', lambda text: on_one_line(text).replace("\\n", '\\n"  # it\'s\n    "')
    ),
    "python, joined f-strings": Surroundings(
        "a.py",
        'XML = (\n    f"',
        '"\n)\n',
        lambda text: doubled("{", "}")(on_one_line(text)).replace("\\n", '\\n"\n    f"'),
    ),
    "go, raw": Surroundings("a.go", "package a\n\n// it's `\nconst x = `", "`\n", without="`"),
    "go, quoted": Surroundings("a.go", "package a\n\nvar r = '\"'\n\nconst x = \"", '"\n', on_one_line),
    "rust, raw": Surroundings("a.rs", "fn f<'a>() {\n  let x = r#\"", '"#;\n}\n'),
    "rust, quoted": Surroundings("a.rs", 'const X: &str = "', '";\n', escaped('\\"')),
    "javascript, template": Surroundings("a.js", "const x = `", "`;\n", escaped("\\$`")),
    "javascript, added lines": Surroundings(
        "a.js", "const x = '", "';\n", lambda text: escaped("\\'")(text).replace("\n", "' +\n  '").replace("\t", "\\t")
    ),
    "javascript, quoted": Surroundings("a.ts", 'const x = "', '";\n', on_one_line),
    "ruby, here-document": Surroundings("a.rb", "x = <<~XML\n  ", "\nXML\n", indented("  ", escaped("\\#"))),
    "ruby, literal here-document": Surroundings("Vagrantfile", "x = <<-'XML'\n", "\n  XML\n"),
    "ruby, single quotes": Surroundings("a.rb", "x = '", "'\n", escaped("\\'")),
    "ruby, double quotes": Surroundings("a.rb", 'x = "', '"\n', escaped('\\"#')),
    "perl, single quotes": Surroundings("a.pl", "my $x = '", "';\n", escaped("\\'")),
    "perl, here-document": Surroundings("a.pl", 'my $x = <<"XML";\n', "\nXML\n", escaped("\\$@")),
    "php, single quotes": Surroundings("a.php", "<?php\n$x = '", "';\n", escaped("\\'")),
    "php, here-document": Surroundings("a.php", "<?php\n$x = <<<XML\n", "\nXML;\n", escaped("\\$")),
    "php, literal here-document": Surroundings("a.php", "<?php\n$x = <<<'XML'\n", "\nXML;\n"),
    "java, text block": Surroundings("A.java", 'class A { String x = """\n', '"""; }\n', escaped('\\"$')),
    "kotlin, raw": Surroundings("a.kt", 'val x = """', '"""\n', without='[\\\\$"]'),
    "kotlin, margin": Surroundings(
        "a.kt", 'val x = """\n    |', '\n""".trimMargin()\n', indented("    |"), without='[\\\\$"]', has_marks=True
    ),
    "csharp, raw": Surroundings("A.cs", 'var x = """\n', '\n""";\n'),
    "csharp, verbatim": Surroundings("A.cs", 'var x = @"', '";\n', doubled('"')),
    "c++, raw": Surroundings("a.cpp", 'auto x = R"xml(', ')xml";\n'),
    "c, joined lines": Surroundings(
        "a.c", 'char *x = "', '";\n', lambda text: on_one_line(text).replace("\\n", '\\n"\n          "')
    ),
    "c, comment": Surroundings("a.c", "/*\n * ", "\n */\n", indented(" * "), has_marks=True),
    "hcl, here-document": Surroundings(
        "main.tf", "x = <<-EOF\n    ", "\n  EOF\n", indented("    "), without=r"[$%]\{|[$%]$"
    ),
    "nix, indented string": Surroundings("a.nix", "{ x = ''\n  ", "\n''; }\n", indented("  "), without=r"''|'$|\$"),
    "nix, quoted": Surroundings("a.nix", '{ x = "', '"; }\n', escaped('\\"$')),
    "yaml, block": Surroundings("a.yml", "a:\n  xml: |\n    ", "\n  b: 1\n", indented("    ")),
    "yaml, folded block in a list": Surroundings("a.yaml", "- >-\n  ", "\n- b: it's\n", indented("  ")),
    "yaml, double quotes": Surroundings("a.yml", 'xml: "', '"\n', on_one_line),
    "yaml, single quotes": Surroundings("a.yml", "xml: '", "'\n", doubled("'")),
    "json": Surroundings("a.json", '{"xml": "', '"}\n', lambda text: json.dumps(text)[1:-1]),
    "json, as Go writes it": Surroundings(
        "a.json",
        '{"xml": "',
        '"}\n',
        lambda text: json.dumps(text)[1:-1].replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
    ),
    "toml": Surroundings("a.toml", "x = '''\n", "\n'''\n", without="'''|'$"),
    "toml, double quotes": Surroundings("a.toml", 'x = """', '"""\n', escaped('\\"')),
    "markdown, fence": Surroundings("a.md", "# It's a title\n\n```xml\n", "\n```\n\nText.\n", without="```"),
    "markdown, fence in a list": Surroundings("a.md", "1. Do:\n\n   ~~~\n   ", "\n   ~~~\n", indented("   ")),
    "markdown, indented": Surroundings("a.md", "Text:\n\n    ", "\n\nText.\n", indented("    ")),
    "markdown, quotation": Surroundings("a.md", "> ```xml\n> ", "\n> ```\n", indented("> "), has_marks=True),
    "markdown, HTML": Surroundings(
        "a.md", "Text:\n\n<pre><code>\n", "\n</code></pre>\n", lambda text: escape(text, {'"': "&quot;"})
    ),
    "restructuredtext": Surroundings(
        "a.rst", "Title\n=====\n\n.. code-block:: xml\n   :linenos:\n\n   ", "\n\nText.\n", indented("   ")
    ),
    "restructuredtext, in a note": Surroundings(
        "a.rst", ".. note::\n\n   See:\n\n   .. code:: xml\n\n      ", "\n\n   Text.\n", indented("      ")
    ),
    "restructuredtext, in a list": Surroundings("a.rst", "2. Write::\n\n     ", "\n\n   and.\n", indented("     ")),
    "asciidoc": Surroundings("a.adoc", "= Title\n\n[source,xml]\n----\n", "\n----\n"),
    "asciidoc, paragraph": Surroundings("a.adoc", "[source,xml]\n", "\n\nText.\n", without=r"\n\s*\n"),
    "org": Surroundings("a.org", "* Title\n#+BEGIN_SRC xml\n", "\n#+END_SRC\n"),
    "org, lines with a colon": Surroundings("a.org", ": ", "\n", indented(": "), has_marks=True),
    "plain text": Surroundings("a.txt", "Do this:\n", "\nand that.\n"),
}
