"""What the service emits, sent back with random faults in it: whatever the fault, it is taken or refused, and no 5xx.

The same ones each time, so that a run says what a change did; `FOREWORD_TEST_SEED` has others made, or any with
`random`, and `FOREWORD_TEST_MUTANTS` says how many. The seed is told.
"""

import copy
import json
import os
import random
import uuid

from common import BASE, DEMO, FHIR_JSON, canonical, expect, finish, http, is_outcome
from common import new_patient, new_visit, response_to

wanted = os.environ.get("FOREWORD_TEST_SEED", "1")
seed = random.SystemRandom().randrange(10**6) if wanted == "random" else int(wanted)
chance = random.Random(seed)
session = http()
session.headers["Content-Type"] = FHIR_JSON
questionnaire = session.get(f"{BASE}/Questionnaire/phq-9").json()
patient = f"Patient/{DEMO['patients'][4]['id']}"
answered = response_to(questionnaire, DEMO["patients"][4]["id"], 1)
visit = new_visit(patient, 33)
form = {key: value for key, value in questionnaire.items() if key not in ("id", "meta")}
bundle = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {
            "fullUrl": f"urn:uuid:{uuid.uuid4()}",
            "resource": one,
            "request": {"method": "POST", "url": one["resourceType"]},
        }
        for one in (new_patient("Mutant"), visit, answered)
    ],
}
parameters = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": "subject", "valueReference": {"reference": patient}},
        {"name": "canonical", "valueUri": canonical(questionnaire)},
        {"name": "context", "part": [{"name": "name", "valueString": "patient"}]},
    ],
}
SENT = [
    ("POST", "/QuestionnaireResponse", answered),
    ("POST", "/QuestionnaireResponse/$validate", answered),
    ("POST", "/QuestionnaireResponse/$extract", answered),
    ("POST", "/Questionnaire/$validate", form),
    ("POST", "/Questionnaire/$populate", parameters),
    ("POST", "/Patient", new_patient("Mutant")),
    ("POST", "/Appointment", visit),
    ("PUT", "/Appointment?identifier=mutant", visit),
    ("POST", "", bundle),
]
# What a client that is mistaken, or means harm, puts where something else belongs.
STRANGE = [
    None, True, 0, -1, 1.5, 10**30, -(10**400), "", " ", "x", "x" * 70_000, "\u0000", "\ud800", "\u202e", "𝒳", "null",
    "2026-02-30", "0000-01-01", "9999-12-31T23:59:60Z", "-0", "1e9999", "Patient/x", "urn:uuid:1", "#a", "|", "a|b|c",
    "http://[", "%resource", "'", '"', "<b>", "${x}", "../..", [], {}, [[]], [None], {"": ""}, {"reference": 1},
    {"extension": [{"url": "x"}]}, {"resourceType": "Patient"}, [{"linkId": "q1"}] * 50,
]  # fmt: skip


def places(value, at=()):
    """Every place within a resource."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*at, key))


def mutant(resource):
    """A copy with one to three faults."""
    out = copy.deepcopy(resource)
    for _ in range(chance.randint(1, 3)):
        *way, last = chance.choice([at for at in places(out) if at] or [("resourceType",)])
        inside = out
        for key in way:
            inside = inside[key]
        kind = chance.randrange(6)
        if kind == 0:
            del inside[last]
        elif kind == 1 and isinstance(inside, dict):
            inside[chance.choice(["nonsense", "_" + str(last), "valueString", "modifierExtension"])] = (
                chance.choice(STRANGE)
            )
        elif kind == 2 and isinstance(inside, list):
            inside.append(copy.deepcopy(inside[last]))
        elif kind == 3:
            inside[last] = [inside[last]]
        else:
            inside[last] = copy.deepcopy(chance.choice(STRANGE))
    return out


taken = turned_down = 0
for number in range(int(os.environ.get("FOREWORD_TEST_MUTANTS", "500"))):
    method, path, resource = chance.choice(SENT)
    text = json.dumps(mutant(resource))
    answer = session.request(method, BASE + path, data=text)
    if answer.ok:
        taken += 1
        continue
    turned_down += 1
    good = 400 <= answer.status_code < 500 and is_outcome(answer.json())
    expect(
        good,
        f"seed {seed}, mutant {number}: {method} {path}: {answer.status_code} {answer.text[:200]} to {text[:600]}",
    )
expect(taken and turned_down, f"{taken} were taken, {turned_down} turned down: nothing was tried")
finish(f"{taken + turned_down} mutants of seed {seed}: {taken} taken, {turned_down} turned down")
