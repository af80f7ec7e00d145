"""The contents of a document by several parsers, in one form."""

import re
from functools import partial
from xml.parsers import expat

from chanfix.xml.scan import scan, scan_attributes

ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


class Events(list):
    """What a document holds: start tags with their attributes, end tags, and the text in between."""

    def text(self, part):
        if part and self and isinstance(self[-1], str):
            self[-1] += part
        elif part:
            self.append(part)

    @classmethod
    def by_expat(cls, data):
        events = cls()
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda name, attributes: events.append((name, attributes))
        parser.EndElementHandler = lambda name: events.append((name,))
        parser.CharacterDataHandler = events.text
        parser.Parse(data, True)
        return events

    @classmethod
    def by_scan(cls, document):
        """The same by the places that the scan has found, and the bytes between them."""
        read = partial(str, encoding=document.encoding)
        found = scan(document.data)
        marks = [(comment.start, comment.end, None) for comment in found.comments]
        for element in found.elements:
            attributes = {
                read(each.name): resolved(
                    re.sub("\r\n?|[\t\n]", " ", read(document.data[each.value.start : each.value.end]))
                )
                for each in scan_attributes(document.data, element)
            }
            name = read(element.name)
            marks.append((element.start_tag.start, element.start_tag.end, (name, attributes)))
            marks.append((element.end_tag.start, element.end_tag.end, (name,)))
        events, end = cls(), found.elements[0].span.start
        for start, behind, event in sorted(marks, key=lambda mark: mark[:2]):
            if found.elements[0].span.start <= start < found.elements[0].span.end or event:
                events.text(text_of(read(document.data[end:start])))
                events += [event] if event else []
                end = behind
        return events


def text_of(markup):
    parts = re.split(r"<!\[CDATA\[(.*?)\]\]>|<\?.*?\?>", re.sub("\r\n?", "\n", markup), flags=re.DOTALL)
    return "".join(part if number % 2 else resolved(part) for number, part in enumerate(parts) if part)


def resolved(text):
    def character(match):
        name = match[1]
        if name.startswith("#"):
            return chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))
        return ENTITIES[name]

    return re.sub("&([^;]+);", character, text)
