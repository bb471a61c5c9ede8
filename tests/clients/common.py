"""What the clients share: where the service is, who they are there, and how they tell a fault."""

import datetime
import json
import os
import pathlib
import sys
import uuid

BASE = os.environ["FOREWORD_FHIR"]
TOKEN = os.environ["FOREWORD_TOKEN"]
# What `foreword demo` wrote down, and where files of this run go.
DEMO = json.loads(pathlib.Path(os.environ["FOREWORD_DEMO"]).read_text())
FOLDER = pathlib.Path(os.environ["FOREWORD_FOLDER"])
FHIR_JSON = "application/fhir+json"

_faults = 0


def expect(holds, what):
    """Counts a fault and goes on, so that one run tells all of them."""
    global _faults
    if not holds:
        _faults += 1
        print(f"FAULT {what}")
    return bool(holds)


def finish(summary):
    """Ends the client: with 1 where there was a fault."""
    print(summary)
    sys.exit(1 if _faults else 0)


def is_outcome(body):
    """Whether it says what is wrong, as FHIR does."""
    return (
        isinstance(body, dict)
        and body.get("resourceType") == "OperationOutcome"
        and any(issue.get("code") for issue in body.get("issue", []))
    )


def http():
    """A session of `requests` that has the token."""
    import requests

    session = requests.Session()
    session.headers.update({"Authorization": f"Bearer {TOKEN}", "Accept": FHIR_JSON})
    return session


def response_to(questionnaire, patient, weight):
    """A completed QuestionnaireResponse that gives every weighted choice the option of this weight."""
    items = []
    for item in questionnaire["item"]:
        for option in item.get("answerOption", []):
            if weight_of(option) == weight:
                coding = {key: option["valueCoding"][key] for key in ("system", "code", "display")}
                items.append({"linkId": item["linkId"], "answer": [{"valueCoding": coding}]})
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": canonical(questionnaire),
        "status": "completed",
        "subject": {"reference": f"Patient/{patient}"},
        "authored": "2026-11-20T09:00:00Z",
        "item": items,
    }


def new_visit(patient, day):
    """An Appointment nobody has sent before, so many days from now; `patient` is a reference."""
    date = datetime.date.today() + datetime.timedelta(days=day)
    return {
        "resourceType": "Appointment",
        "identifier": [{"system": "urn:foreword:tests", "value": str(uuid.uuid4())}],
        "status": "booked",
        "appointmentType": {"text": "GI follow-up"},
        "start": f"{date}T09:00:00Z",
        "end": f"{date}T09:20:00Z",
        "participant": [{"actor": {"reference": patient}, "status": "accepted"}],
    }


def canonical(questionnaire):
    """The address of a questionnaire with its version."""
    return f"{questionnaire['url']}|{questionnaire['version']}"


def weight_of(option):
    """What an option of a choice counts."""
    found = option.get("extension", []) + option["valueCoding"].get("extension", [])
    return next((one["valueDecimal"] for one in found if "valueDecimal" in one), None)


def refused(what, answer, *statuses):
    """Whether a request was refused as FHIR wants it: by one of these statuses and with an OperationOutcome."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    good = answer.status_code in statuses and is_outcome(body)
    return expect(good, f"{what}: {answer.status_code} instead of {statuses}, {answer.text[:160]!r}")


def totals(session):
    """How many resources there are of each kind that programs can write."""
    kinds = ("Patient", "Appointment", "QuestionnaireResponse", "Questionnaire")
    return {kind: session.get(f"{BASE}/{kind}?_summary=count").json()["total"] for kind in kinds}


def new_patient(name):
    """A Patient nobody has sent before."""
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:foreword:tests", "value": f"{name}-{uuid.uuid4()}"}],
        "name": [{"family": name, "given": ["Test"]}],
        "birthDate": "1970-02-03",
    }
