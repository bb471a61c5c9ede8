"""Fetches everything the service emits into one NDJSON file that others validate, and looks whether it hangs together."""

import json
import re

from common import BASE, DEMO, FOLDER, expect, finish, http

session = http()
found = {}
seen = {}


def get(path, **more):
    """A resource from the service, kept for the validators; None where there is none."""
    url = path if path.startswith("http") else f"{BASE}/{path}"
    answer = session.get(url, **more)
    if not expect(answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text[:200]}"):
        return None
    return keep(path, answer.json())


def post(path, body):
    answer = session.post(f"{BASE}/{path}", json=body, headers={"Content-Type": "application/fhir+json"})
    if not expect(answer.status_code == 200, f"POST {path}: {answer.status_code} {answer.text[:200]}"):
        return None
    return keep(f"POST {path}", answer.json())


def keep(place, resource):
    text = json.dumps(resource, sort_keys=True)
    found.setdefault(text, place)
    return resource


def pages(path):
    """All matches of a search, page by page."""
    while path:
        bundle = get(path)
        if bundle is None:
            return
        links = {link["relation"]: link["url"] for link in bundle.get("link", [])}
        expect(links.get("self", "").startswith(BASE), f"{path}: the self link is {links.get('self')}")
        for entry in bundle.get("entry", []):
            resource = entry["resource"]
            url = f"{BASE}/{resource['resourceType']}/{resource.get('id')}"
            expect(
                resource["resourceType"] == "OperationOutcome" or entry.get("fullUrl") == url,
                f"{path}: {url} has another fullUrl",
            )
            yield resource
        path = links.get("next")


def references(value):
    """The references in a resource to others of this service."""
    if isinstance(value, dict):
        text = value.get("reference")
        if isinstance(text, str) and re.fullmatch(
            r"[A-Z][A-Za-z]+/[A-Za-z0-9.-]+(/_history/\d+)?", text.removeprefix(f"{BASE}/")
        ):
            yield text.removeprefix(f"{BASE}/")
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


statement = get("metadata")
expect(statement["implementation"]["url"] == BASE, "the statement names another address")
served = {one["type"]: one for one in statement["rest"][0]["resource"]}
for kind, row in served.items():
    codes = {one["code"] for one in row["interaction"]}
    total = get(f"{kind}?_summary=count").get("total")
    listed = list(pages(f"{kind}?_count=7"))
    ids = [one["id"] for one in listed]
    expect(len(ids) == len(set(ids)), f"{kind}: a resource stands on two pages")
    expect(total == len(ids), f"{kind}: {len(ids)} on pages, {total} by count")
    seen[kind] = listed
    for one in listed[:25]:
        read = get(f"{kind}/{one['id']}")
        expect(read == one, f"{kind}/{one['id']}: reading says something else than searching")
        if "vread" in codes:
            get(f"{kind}/{one['id']}/_history/{one['meta']['versionId']}")
        if "history-instance" in codes:
            get(f"{kind}/{one['id']}/_history")
    operations = {one["name"] for one in row.get("operation", [])}
    for one in listed[:12]:
        if kind == "Patient" and "everything" in operations:
            get(f"Patient/{one['id']}/$everything")
        if kind == "Composition" and "document" in operations:
            get(f"Composition/{one['id']}/$document")
        if kind == "QuestionnaireResponse" and one["status"] in ("completed", "amended"):
            get(f"QuestionnaireResponse/{one['id']}/$extract")
        if kind == "Questionnaire" and "populate" in operations:
            get(f"Questionnaire/{one['id']}/$populate?subject=Patient/{DEMO['patients'][0]['id']}")
        if "validate" in operations:
            checked = post(f"{kind}/$validate", one)
            errors = [i for i in checked["issue"] if i["severity"] in ("error", "fatal")]
            expect(not errors, f"{kind}/{one['id']}: our own $validate refuses what we emit: {errors[:1]}")
for kind in ("Patient", "Appointment", "Observation", "QuestionnaireResponse", "Questionnaire", "Task"):
    expect(seen.get(kind), f"the demo has no {kind}")
get("Appointment?_include=Appointment:patient&_revinclude=Task:focus&_count=3")
get("Observation?_summary=true&_count=3")
get("Questionnaire?_elements=title&_count=3")

# What is referred to is there.
named = {name for listed in seen.values() for one in listed for name in references(one)}
dangling = [name for name in sorted(named) if session.get(f"{BASE}/{name}").status_code != 200]
expect(not dangling, f"{len(dangling)} references lead nowhere: {dangling[:5]}")

# Refusals are resources, too.
for path in ("Patient/no-such-patient", "Medication", "Patient?birthdate=yesterday", "Patient/a/b/c/d"):
    keep(path, session.get(f"{BASE}/{path}").json())

with open(FOLDER / "emitted.ndjson", "w") as file:
    for text, place in found.items():
        file.write(json.dumps({"place": place, "resource": json.loads(text)}) + "\n")
counts = ", ".join(f"{len(listed)} {kind}" for kind, listed in seen.items())
finish(f"{counts}; {len(named)} references; {len(found)} different resources kept")
