"""Small files of many languages with XML in them, for the tests: a name, text around the XML, and how it is written."""

import json
from collections.abc import Callable
from typing import NamedTuple

# A domain with one fault, the type "pty", that a fix corrects in place.
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


def for_double_quotes(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def for_json(text):
    return json.dumps(text)[1:-1]


def for_single_quotes(text):
    return text.replace("'", '"')


def doubled(sign):
    return lambda text: text.replace(sign, sign * 2)


def indented(by):
    return lambda text: text.replace("\n", "\n" + by)


class Surroundings(NamedTuple):
    """A file that XML stands in. ``write`` makes of XML what stands there; ``is_literal`` if that is the XML itself."""

    file: str
    before: str
    after: str
    write: Callable[[str], str] = as_it_is
    is_literal: bool = True

    def around(self, xml):
        return self.before + self.write(xml) + self.after


SURROUNDINGS = {
    "shell, here-document": Surroundings("up.sh", "#!/bin/sh\nvirsh define /dev/stdin <<EOF\n", "\nEOF\n"),
    "shell, quoted here-document": Surroundings("up.sh", "cat > a.xml <<'XML'\n", "\nXML\necho done\n"),
    "shell, here-document with tabs": Surroundings("up.sh", "\tcat <<-E\n\t", "\n\tE\n", indented("\t")),
    "shell, here-document in here-document": Surroundings("up.sh", "ssh host sh <<'OUT'\ncat <<IN\n", "\nIN\nOUT\n"),
    "shell, double quotes": Surroundings("up.sh", 'XML="', '"\n', lambda text: text.replace('"', '\\"')),
    "shell, single quotes": Surroundings("up.sh", "printf '%s' '", "'\n", for_single_quotes),
    "shell, comment": Surroundings("up.sh", "# ", "\ntrue\n", indented("# "), False),
    "shell, no ending": Surroundings("up", "#!/usr/bin/env bash\ncat <<EOF\n", "\nEOF\n"),
    "make, define": Surroundings("Makefile", "define XML\n", "\nendef\n"),
    "make, here-document": Surroundings("rules.mk", "x:\n\tcat <<EOF\n", "\nEOF\n"),
    "docker, here-document": Surroundings("Dockerfile", "FROM x\nCOPY <<EOF /a.xml\n", "\nEOF\n"),
    "python, three quotes": Surroundings("a.py", 'XML = """', '"""\n'),
    "python, three single quotes": Surroundings("a.py", "XML = '''\\\n", "\n'''\n"),
    "python, raw": Surroundings("a.py", 'XML = r"""', '"""\n'),
    "python, bytes": Surroundings("a.py", 'XML = b"""', '"""\n'),
    "python, f-string": Surroundings("a.py", 'name = 1\nXML = f"""', '"""\n'),
    "python, one line": Surroundings("a.py", 'XML = "', '"\n', for_double_quotes, False),
    "python, no ending": Surroundings("tool", '#!/usr/bin/python3\nX = """', '"""\n'),
    "go, raw": Surroundings("a.go", "package a\n\nconst x = `", "`\n"),
    "go, quoted": Surroundings("a.go", 'package a\n\nconst x = "', '"\n', for_double_quotes, False),
    "rust, raw": Surroundings("a.rs", "fn f<'a>() {\n  let x = r#\"", '"#;\n}\n'),
    "rust, quoted": Surroundings("a.rs", 'const X: &str = "', '";\n', for_double_quotes, False),
    "javascript, template": Surroundings("a.js", "const x = `", "`;\n"),
    "javascript, quoted": Surroundings("a.ts", 'const x = "', '";\n', for_double_quotes, False),
    "ruby, here-document": Surroundings("a.rb", "x = <<~XML\n  ", "\nXML\n", indented("  ")),
    "ruby, literal here-document": Surroundings("Vagrantfile", "x = <<-'XML'\n", "\nXML\n"),
    "ruby, double quotes": Surroundings("a.rb", 'x = "', '"\n', for_double_quotes, False),
    "perl, here-document": Surroundings("a.pl", 'my $x = <<"XML";\n', "\nXML\n"),
    "php, here-document": Surroundings("a.php", "<?php\n$x = <<<XML\n", "\nXML;\n"),
    "php, literal here-document": Surroundings("a.php", "<?php\n$x = <<<'XML'\n", "\nXML;\n"),
    "java, text block": Surroundings("A.java", 'class A { String x = """\n', '"""; }\n'),
    "kotlin, raw": Surroundings("a.kt", 'val x = """', '"""\n'),
    "csharp, raw": Surroundings("A.cs", 'var x = """\n', '\n""";\n'),
    "csharp, verbatim": Surroundings("A.cs", 'var x = @"', '";\n', doubled('"')),
    "c++, raw": Surroundings("a.cpp", 'auto x = R"xml(', ')xml";\n'),
    "c, comment": Surroundings("a.c", "/*\n * ", "\n */\n", indented(" * "), False),
    "hcl, here-document": Surroundings("main.tf", "x = <<-EOF\n    ", "\n  EOF\n", indented("    ")),
    "nix, indented string": Surroundings(
        "a.nix", "{ x = ''\n  ", "\n''; }\n", lambda text: text.replace("''", '""').replace("\n", "\n  ")
    ),
    "yaml, block": Surroundings("a.yml", "a:\n  xml: |\n    ", "\n  b: 1\n", indented("    ")),
    "yaml, folded block in a list": Surroundings("a.yaml", "- >-\n  ", "\n- b\n", indented("  ")),
    "yaml, double quotes": Surroundings("a.yml", 'xml: "', '"\n', for_double_quotes, False),
    "yaml, single quotes": Surroundings("a.yml", "xml: '", "'\n", doubled("'"), False),
    "json": Surroundings("a.json", '{"xml": "', '"}\n', for_json, False),
    "toml": Surroundings("a.toml", "x = '''\n", "\n'''\n"),
    "markdown, fence": Surroundings("a.md", "# Title\n\n```xml\n", "\n```\n\nText.\n"),
    "markdown, fence in a list": Surroundings("a.md", "1. Do:\n\n   ~~~\n   ", "\n   ~~~\n", indented("   ")),
    "markdown, indented": Surroundings("a.md", "Text:\n\n    ", "\n\nText.\n", indented("    ")),
    "markdown, quotation": Surroundings("a.md", "> ```xml\n> ", "\n> ```\n", indented("> "), False),
    "restructuredtext": Surroundings(
        "a.rst", "Title\n=====\n\n.. code-block:: xml\n   :linenos:\n\n   ", "\n\nText.\n", indented("   ")
    ),
    "asciidoc": Surroundings("a.adoc", "= Title\n\n[source,xml]\n----\n", "\n----\n"),
    "org": Surroundings("a.org", "* Title\n#+BEGIN_SRC xml\n", "\n#+END_SRC\n"),
    "plain text": Surroundings("a.txt", "Do this:\n", "\nand that.\n"),
}
