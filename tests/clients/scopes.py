"""Programs with narrow scopes: what they may not see reaches them by no other way either."""

import os
import subprocess
import time
import uuid

import requests

from common import (
    BASE,
    DEMO,
    FHIR_JSON,
    expect,
    finish,
    http,
    is_outcome,
    new_patient,
    refused,
    response_to,
    totals,
)

patient = DEMO["patients"][0]["id"]
answered = (
    http().get(f"{BASE}/QuestionnaireResponse?status=completed&_count=1").json()["entry"][0]["resource"]
)


def program(*scopes):
    """A session of a program that may do just this."""
    command = [
        os.environ["FOREWORD_BIN"],
        "--database",
        os.environ["FOREWORD_DATABASE"],
        "api-client",
        "add",
        f"narrow-{uuid.uuid4()}",
    ]
    for scope in scopes:
        command += ["--scope", scope]
    token = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    session = requests.Session()
    session.headers.update({"Authorization": f"Bearer {token}", "Content-Type": FHIR_JSON})
    return session


def kinds(answer):
    """The kinds of all resources in an answer."""
    found = set()

    def walk(value):
        if isinstance(value, dict):
            if isinstance(value.get("resourceType"), str):
                found.add(value["resourceType"])
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    walk(answer.json())
    return found - {"Bundle", "OperationOutcome", "Parameters"}


def keeps_to(what, answer, *allowed):
    """Whether an answer refuses, or holds no resource but of these kinds."""
    if answer.status_code in (400, 401, 403, 404):
        return expect(is_outcome(answer.json()), f"{what}: {answer.status_code} without an OperationOutcome")
    more = kinds(answer) - set(allowed)
    return expect(answer.ok and not more, f"{what}: {answer.status_code} with {sorted(more)}")


def batch(session, method, url, resource=None):
    """The answer to one request in a batch: its status, and the answer to the batch."""
    entry = {"request": {"method": method, "url": url}} | ({"resource": resource} if resource else {})
    answer = session.post(BASE, json={"resourceType": "Bundle", "type": "batch", "entry": [entry]})
    entries = answer.json().get("entry", [])
    return (entries[0]["response"]["status"][:3] if entries else str(answer.status_code)), answer


before = totals(http())
one = program("system/Patient.rs")
for path in (
    "Observation",
    "QuestionnaireResponse",
    "Appointment",
    f"QuestionnaireResponse/{answered['id']}",
    "Task",
    "Flag",
):
    refused(f"{path} with system/Patient.rs", one.get(f"{BASE}/{path}"), 403)
for query in (
    f"Patient?_id={patient}&_revinclude=Observation:patient",
    f"Patient?_id={patient}&_revinclude=QuestionnaireResponse:subject",
    "Patient?_revinclude=*",
    f"Patient/{patient}/$everything",
):
    keeps_to(f"{query} with system/Patient.rs", one.get(f"{BASE}/{query}"), "Patient")
for method, url in (
    ("GET", "Observation"),
    ("GET", f"QuestionnaireResponse/{answered['id']}"),
    ("GET", "Flag?_count=1"),
):
    status, answer = batch(one, method, url)
    expect(status == "403", f"{url} in a batch with system/Patient.rs: {status}")
    keeps_to(f"{url} in a batch", answer)
refused("creating with system/Patient.rs", one.post(f"{BASE}/Patient", json=new_patient("Scope")), 403)
expect(
    batch(one, "POST", "Patient", new_patient("Scope"))[0] == "403", "a batch creates what its token may not"
)
entry = {"resource": new_patient("Scope"), "request": {"method": "POST", "url": "Patient"}}
sent = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
refused("a transaction with system/Patient.rs", one.post(BASE, json=sent), 403)
for operation, body in (
    (f"QuestionnaireResponse/{answered['id']}/$extract", None),
    ("QuestionnaireResponse/$extract", answered),
    (f"Questionnaire/phq-9/$populate?subject=Patient/{patient}", None),
):
    answer = one.request("POST" if body else "GET", f"{BASE}/{operation}", json=body)
    keeps_to(f"{operation} with system/Patient.rs", answer)

# An export holds what its program may read, and is there for that program alone.
later = {"Prefer": "respond-async"}
refused("exporting observations", one.get(f"{BASE}/$export?_type=Observation", headers=later), 403)
begun = one.get(f"{BASE}/$export", headers=later)
if expect(begun.status_code == 202, f"an export: {begun.status_code} {begun.text[:200]}"):
    place, others = begun.headers["Content-Location"], program("system/*.rs")
    refused("the export of another program", others.get(place), 404)
    refused("ending the export of another program", others.delete(place), 404)
    for _ in range(100):
        status = one.get(place)
        if status.status_code != 202:
            break
        time.sleep(0.2)
    files = {file["type"]: file["url"] for file in status.json().get("output", [])}
    expect(set(files) == {"Patient"}, f"an export with system/Patient.rs holds {sorted(files)}")
    refused("the file of another program", others.get(files.get("Patient", place)), 404)
    expect(one.delete(place).status_code == 202, "an export can't be ended")

# Whoever may write answers learns nothing of those of others.
writer = program("system/QuestionnaireResponse.c", "system/Questionnaire.rs")
questionnaire = writer.get(f"{BASE}/Questionnaire/phq-9").json()
made = writer.post(f"{BASE}/QuestionnaireResponse", json=response_to(questionnaire, patient, 0))
expect(made.ok, f"a writer of answers was answered {made.status_code} {made.text[:200]}")
refused("reading what it wrote", writer.get(f"{BASE}/QuestionnaireResponse/{answered['id']}"), 403)
refused("searching among answers", writer.get(f"{BASE}/QuestionnaireResponse"), 403)
refused("changing answers", writer.put(f"{BASE}/QuestionnaireResponse/{answered['id']}", json=answered), 403)
refused("deleting answers", writer.delete(f"{BASE}/QuestionnaireResponse/{answered['id']}"), 403, 405)
condition = {"If-None-Exist": f"birthdate={DEMO['patients'][0]['birth_date']}"}
answer = program("system/Patient.c").post(f"{BASE}/Patient", json=new_patient("Scope"), headers=condition)
refused("a conditional create tells who may not search whether somebody is there", answer, 403)

# Reading one by one is not searching.
reader = program("system/Patient.r")
expect(reader.get(f"{BASE}/Patient/{patient}").status_code == 200, "system/Patient.r does not read")
refused("searching with system/Patient.r", reader.get(f"{BASE}/Patient"), 403)

after = totals(http())
expect(after["Patient"] == before["Patient"], "a patient was made by who may not")
finish("narrow scopes keep to what they say")
