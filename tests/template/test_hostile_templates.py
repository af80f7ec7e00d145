"""Templates that are broken, huge or made to be slow: one sentence or a result, in time that grows with their size."""

from time import process_time

import pytest
from syntaxes import AGENT, INPUT, SYNTAXES

from chanfix.errors import InputError
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source
from chanfix.template.construct import TemplateError, nest
from chanfix.template.languages import FINDERS

MANY = 10_000
SIZE = 1_000_000
SECONDS = 5
JOB = Job(chosen_rules(Config()))

# Marks, quotes and comments that open and are never closed, or closed in the wrong place.
PIECES = [
    *("{{", "}}", "{%", "%}", "{#", "{{#", "{{!--", "{{{", "{{{{", "{{/*", "{{`", "\\{{", "{{if ", "{{^", "{{!-- --"),
    *("{% comment %}", "{% raw %}", "{% ? %}{% comment %}", "{% if a %}{{ '", "{{ ' }}{{ \" }}", "{% ' ? %}"),
    *("<%", "%>", "<%=", "<%--", "<% '", "<% /*", "<%# ", "<% } ", "<% {", "<% if x %>", "<% do %>", "<%doc>"),
    *("<%text>", "<% ' %>", "<% \" %><% ' %>", "<% elsif ", "<%a:b c='", "<%a = = = ", "<%a , = , ", "</%a>", "<%def "),
    *("${", '${"', "${'", "${'}", "%{", "%{ if x }", "$${", "\n% if x:\n", "\n% if : : ", "\n% ", "\n##", "\\\n"),
    *("[%", "%]", "[% IF x; ", "[% '", "[%# ", "[% ' %]", "[% MACRO x  ", "[% x .y  "),
    *("{", "{$", "{*", "{if $x}", "{literal}", "{'", "{/if}", '{foreach "{', "{$x '}", "{ |x| "),
    *("#if(", "#if($x)", "#end ", "#*", "#[[", "$a(", "$a.b[", "${a", '#foo("', "#@m()", "##", "#set(", "#foo   "),
    *("<#", "<#if x>", "<#--", "<@", "</#if>", "<#if '", "<#if (", "<#noparse>", "<#case x>", "#{"),
    *("<?php", "<?= '", "<?php /*", "<?php if (x): ?>", "<?php } ", "<?php {", "<?", "?>", '<?php // "', "<?php ' ?>"),
    *("<?php case 1: ?>", "<?php $a[1] [2] "),
]


def broken(syntax):
    """Texts whose blocks do not work out, and ones with very many."""
    start, otherwise, end = syntax.if_("a", "|", "|").split("|")
    middle = otherwise.strip()
    yield "a block that never ends", start + AGENT
    yield "an end of no block", AGENT + "\n" + end
    yield "another arm of no block", AGENT + "\n" + middle
    yield "blocks one after the other", "\n".join([syntax.if_("a", INPUT)] * MANY)
    yield "blocks within each other", start * MANY + INPUT + end * MANY
    yield "blocks that never end", start * MANY
    yield "ends of no blocks", end * MANY
    yield "arms of one block", start + (INPUT + "\n" + middle + "\n") * (MANY // 5) + end
    yield "jumps", syntax.loop_("\n".join([syntax.skip or INPUT] * (MANY // 5)))
    yield "ends and starts in disorder", "\n".join([end, start, middle] * (MANY // 5))


BROKEN = {f"{name}: {what}": (syntax, text) for name, syntax in SYNTAXES.items() for what, text in broken(syntax)}


@pytest.mark.parametrize(("syntax", "devices"), BROKEN.values(), ids=BROKEN)
def test_blocks_that_do_not_work_out_are_said_in_one_finding(syntax, devices):
    before = process_time()
    run = Run.lint([Source(f"vm{syntax.ending}", syntax.domain(devices).encode)], JOB)
    [report] = run.reports
    assert process_time() - before < SECONDS
    assert report.error is None
    assert len(report.findings) <= 2


@pytest.mark.parametrize("language", FINDERS)
def test_much_of_one_piece_is_read_in_time_that_grows_with_its_length(language):
    slow = []
    for piece in PIECES:
        data = (piece * (SIZE // 10 // len(piece))).encode()
        before = process_time()
        offset = offset_of_fault(FINDERS[language], data)
        if process_time() - before > SECONDS:
            slow.append(piece)
        assert 0 <= offset <= len(data)
    assert slow == []


def offset_of_fault(find, data):
    try:
        nest(find(data, "utf-8"))
    except TemplateError as error:
        return error.offset
    except InputError:
        # A language that is XML itself is read by its parser.
        return 0
    return 0


@pytest.mark.parametrize(
    "piece",
    [
        "{{",
        "{%",
        "{#",
        "{{#if x}}",
        "<%",
        "${",
        "%{",
        "\n% if x:\n",
        "[%",
        "{$",
        "#if($x)",
        "$a(",
        "<#if x>",
        "<?php {",
    ],
)
def test_a_megabyte_of_one_mark_is_said_in_one_finding(piece):
    data = f"<domain type='kvm'>{piece * (SIZE // len(piece))}".encode()
    before = process_time()
    [report] = Run.lint([Source("vm.xml", lambda: data)], JOB).reports
    assert process_time() - before < SECONDS
    assert report.error is None
    assert len(report.findings) == 1
