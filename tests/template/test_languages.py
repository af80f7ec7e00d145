"""What the constructs of each language do, most of all of those that no engine here renders."""

import pytest

from chanfix.domain import Domain
from chanfix.template import read_document
from chanfix.template.construct import Flow, Role, TemplateError, nest
from chanfix.template.languages import FINDERS
from chanfix.template.languages.recognise import recognise

SIGNS = {Role.OUTPUT: "=", Role.SILENT: "-", Role.OPEN: "(", Role.MIDDLE: "|", Role.CLOSE: ")", Role.JUMP: "!"}


def outline(language, text):
    """Write a sign for each construct; a block in square brackets is put out elsewhere, if anywhere."""
    constructs = FINDERS[language](text.encode(), "utf-8")
    nest(constructs)
    return "".join("[" if one.flow is Flow.ELSEWHERE else SIGNS[one.role] for one in constructs)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("freemarker", "<#if a>x<#elseif b>y<#else>z</#if>", "(||)"),
        ("freemarker", "<#list xs as x>${x}<#else>none</#list>", "(=|)"),
        ("freemarker", "<#list xs as x>a<#sep>, </#list>", "(!)"),
        ("freemarker", "<#list xs as x><#break></#list><#continue>", "(!)!"),
        ("freemarker", "<#switch a><#case 1>x<#break><#default>y</#switch>", "()(-)()"),
        ("freemarker", "<#macro m a>x</#macro><@m a=1/><@m>y</@m><@m>z</@>", "[)==()=()"),
        ("freemarker", "<#assign a = 1><#assign b>x</#assign><#include 'c'><#import 'd' as d>", "-[)=-"),
        ("freemarker", "<#-- <#if a> -->${a!'}'}<#if (a > 1) && b == '>'>x</#if>", "-=()"),
        ("freemarker", "<#noparse>${a} <#if b></#noparse><#compress>x</#compress>", "--()"),
        ("freemarker", "<#attempt>x<#recover>y</#attempt>", "()()"),
        ("ejs", "<%@ page import='a' %><%! int a; %><%-- if (a) { --%><%= a %>", "---="),
        ("ejs", "<%- | $a | -%><% if $a { -%>x<% } elsif $b { -%>y<% } else { -%>z<% } -%>", "=(||)"),
        ("ejs", "<% $xs.each |$x| { -%><%= $x %><% } -%>", "(=)"),
        ("ejs", "<% for (const x of xs) { if (!x) continue; %><% } %>", "(!)"),
        ("ejs", "<% switch (a) { case 1: %>x<% break; case 2: %>y<% } %>", "()()"),
        ("ejs", "<% xs.map(x => { return x }) %><% include header %>", "-="),
        ("erb", "<% return if a %><% xs.each { |x| next if x } %>", "!-"),
        ("erb", "<%= form do |x| %>y<% end %><% content_for :a do %>x<% end %>", "=()[)"),
        ("erb", "<% x = [1].map { |y| y } if a %><% end_of = 1 %><% a.end %>", "---"),
        ("go", "{{- /* a }} */ -}}{{ $a := 1 }}{{ range .x }}{{ break }}{{ end }}", "--(!)"),
        ("handlebars", "{{#a as |b|}}{{else}}{{/a}}{{> c}}{{* d}}{{{{e}}}} {{#if}} {{{{/e}}}}", "(|)=-="),
        ("handlebars", "{{#> a}}x{{/a}}{{<b}}{{$c}}y{{/c}}{{/b}}", "=()=[())"),
        ("jinja", "{% load a %}{% my_tag b %}{% csrf_token %}{% extends 'c' %}", "-==="),
        ("jinja", "{% trans 'a' %}{% trans %}b{% pluralize %}c{% endtrans %}", "=(|)"),
        ("jinja", "{% blocktrans %}a{% plural %}b{% endblocktrans %}", "(|)"),
        ("jinja", "{% while a %}x{% end %}{% try %}x{% except %}y{% end %}", "()()()"),
        ("jinja", "{% cache 'a' %}x{% endcache %}{% embed 'b' %}y{% endembed %}", "()=()"),
        ("jinja", "{%- # a comment -%}{% for a in b reversed %}{% break %}{% endfor %}", "-(!)"),
        ("mako", "% for a in b:\n% endfor\n<%include file='c'/><%inherit file='d'/><%page args='e'/>", "()==-"),
        ("mako", "<%ns:tag a='1'>x</%ns:tag><%ns:other/>", "=[)="),
        ("php", "<?php // if (a) { ?><?php the_title(); ?><?php $a = 1; ?>", "-=-"),
        ("php", "<?php if ($a): ?>x<?php else if ($b): ?>y<?php endif ?>", "(|)"),
        ("php", "<?php function f() { ?>x<?php } exit;", "[)!"),
        ("smarty", "{if $a}{elseif $b}{else}{/if}{include file='c'}{$d}{custom}x{/custom}{ text }", "(||)==()"),
        ("template_toolkit", "[% PERL %]x[% END %][% USE a %][% a = 1 %][% a %]", "=[)--="),
        ("terraform", "$${a}%%{ if b }${ \"${ c }\" }%{ for d in e ~}%{ endfor }", "=()"),
        ("velocity", "#if($a)x#elseif($b)y#{else}z#end$!{c.d(\"})\")}#parse('e')#break", "(||)==!"),
        ("velocity", "#define($a)x#end#[[ #if ]]##@b()y#end &#10; #fff", "[)--=()"),
    ],
)  # fmt: skip
def test_what_opens_closes_and_leaves_is_known(language, text, expected):
    assert outline(language, text) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("{{#if a}}", "handlebars"),
        ("{{^a}}x{{/a}}", "handlebars"),
        ("{{{ a }}}", "handlebars"),
        ("{# a #}{{ b }}", "jinja"),
        ("{% if a %}{{#b}}", "jinja"),
        ("{{ a }}", "jinja"),
        ("{{ end }}", "go"),
        ("{{- .Values.a }}", "go"),
        ("{{/* a */}}{{ b }}", "go"),
        ("%{ if a }", "terraform"),
        ("${upper(a)}", "terraform"),
        ("${a}", "placeholders"),
        ("a\n  % if b:\n", "mako"),
        ("a\n% endfor\n", "mako"),
        ("<%def name='a()'>", "mako"),
        ("<% if a %><% end %>", "erb"),
        ("<%= a %>", "erb"),
        ("<% a.each { |b| %><% } %>", "erb"),
        ("<% if (a) { %><% } else { %><% } %>", "ejs"),
        ("<%_ a _%>", "ejs"),
        ("<%- | $a | -%>", "ejs"),
        ("[% IF a %]", "template_toolkit"),
        ("<?php if (a): ?>", "php"),
        ("<#if a>${b}</#if>", "freemarker"),
        ("#if($a)${b}#end", "velocity"),
        ("{if $a}{$b}{/if}", "smarty"),
        ("{ if } 100% a@b #1", "placeholders"),
    ],
)
def test_a_language_is_recognised_by_what_it_alone_writes(text, language):
    assert recognise(f"<domain><name>{text}</name></domain>".encode()) == language


@pytest.mark.parametrize("language", sorted(FINDERS.keys() - {"genshi", "xslt"}))
def test_plain_xml_has_no_construct_in_any_language(language):
    text = "<domain>\n <name>a &#10; 50% { b } $ 5 [c]</name> <!-- d: 'e' -->\n</domain>"
    assert FINDERS[language](text.encode(), "utf-8") == []


@pytest.mark.parametrize(
    "text",
    ["{% if a %}", "{# never closed", "<% if a %>", "<?php if ($a) {", "#if($a)", "{/if}", "{{#a}}", "[% IF a %]"],
)  # fmt: skip
def test_signs_of_a_template_in_plain_text_change_nothing(text):
    text = text.replace("<", "&lt;")
    data = f"<domain type='kvm'><name>web</name><description>{text}</description></domain>".encode()
    assert Domain.of(read_document(data, "web.xml")).name == "web"


@pytest.mark.parametrize(
    ("language", "text"), [("handlebars", "{{=<% %>=}}"), ("template_toolkit", "[% TAGS <% %> %]")]
)
def test_a_template_that_changes_its_marks_is_not_read(language, text):
    with pytest.raises(TemplateError, match="changes its marks"):
        FINDERS[language](text.encode(), "utf-8")
