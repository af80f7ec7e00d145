"""The JSON Schemas: each is a schema of the draft that it names, and has a name of its own."""

import json
from pathlib import Path

import pytest
from jsonschema.validators import validator_for

SCHEMAS = sorted((Path(__file__).resolve().parent.parent / "schemas").glob("*.schema.json"))


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_schema_is_one_of_its_draft(path):
    schema = json.loads(path.read_text())
    validator = validator_for(schema, default=None)
    assert validator is not None, schema.get("$schema")
    validator.check_schema(schema)
    assert schema["title"]
    assert [name for name in names(schema) if name not in validator.VALIDATORS] == []


# What says something to people, or is looked up, and checks nothing.
_SILENT = {"$schema", "$id", "$defs", "definitions", "title", "description", "default", "examples", "$comment"}
_BY_NAME = ("properties", "$defs", "definitions", "patternProperties")
_LISTS = ("anyOf", "allOf", "oneOf", "prefixItems")
_SINGLE = ("items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else")


def names(schema):
    """Yield the keywords of a schema and of those in it: a mistyped one would check nothing."""
    if not isinstance(schema, dict):
        return
    yield from (name for name in schema if name not in _SILENT)
    for key in _BY_NAME:
        for inner in schema.get(key, {}).values():
            yield from names(inner)
    for key in _LISTS:
        for inner in schema.get(key, []):
            yield from names(inner)
    for key in _SINGLE:
        yield from names(schema.get(key))


def test_every_schema_has_a_name_of_its_own():
    identities = [json.loads(path.read_text())["$id"] for path in SCHEMAS]
    assert len(set(identities)) == len(SCHEMAS)
    assert all(identity.startswith("urn:chanfix:") for identity in identities)
