"""Does what the capability statement says can be done, all of it, and expects that it is done; and that the rest is refused."""

import uuid

from common import (
    BASE,
    DEMO,
    FHIR_JSON,
    canonical,
    expect,
    finish,
    http,
    new_patient,
    new_visit,
    refused,
    response_to,
)

session = http()
session.headers["Content-Type"] = FHIR_JSON
statement = session.get(f"{BASE}/metadata").json()
done = 0
# A value that every parameter of a type can be asked for.
VALUES = {
    "token": "x", "date": "ge2020-01-01", "string": "x", "reference": "Patient/x", "uri": "urn:x",
    "quantity": "5", "number": "5", "composite": "x$x",
}  # fmt: skip


def does(method, path, *statuses, **more):
    """Sends a request that must be done."""
    global done
    done += 1
    answer = session.request(method, f"{BASE}/{path}".rstrip("/"), **more)
    wanted = statuses or (200,)
    expect(answer.status_code in wanted, f"{method} {path[:120]}: {answer.status_code} {answer.text[:200]}")
    return answer


def example(kind):
    """A new resource of a kind that can be created."""
    if kind == "Patient":
        return new_patient("Every")
    questionnaire = session.get(f"{BASE}/Questionnaire/phq-9").json()
    if kind == "QuestionnaireResponse":
        # The same answers once more would be the same response.
        named = {"identifier": {"system": "urn:foreword:tests", "value": str(uuid.uuid4())}}
        return response_to(questionnaire, DEMO["patients"][1]["id"], 1) | named
    if kind == "Questionnaire":
        name = f"tests-{uuid.uuid4()}"
        item = [{"linkId": "sleep", "type": "boolean", "text": "Did you sleep well?"}]
        url = f"https://clinic.example/Questionnaire/{name}"
        return {
            "resourceType": kind,
            "url": url,
            "version": "1",
            "status": "active",
            "title": "Sleep",
            "item": item,
        }
    return new_visit(f"Patient/{DEMO['patients'][1]['id']}", 30)


def naming(resource):
    """A search that finds this resource and no other."""
    if resource["resourceType"] == "Questionnaire":
        return f"url={resource['url']}"
    identifier = resource["identifier"]
    return "identifier={system}|{value}".format(
        **(identifier[0] if isinstance(identifier, list) else identifier)
    )


def drive(kind, code, some):
    """One interaction with one kind."""
    at = f"{kind}/{some['id']}" if some else None
    if code == "search-type":
        does("GET", kind)
        does(
            "POST",
            f"{kind}/_search",
            data="_count=1",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    elif code == "create":
        made = does("POST", kind, 201, json=example(kind))
        expect(made.headers.get("Location", "").startswith(f"{BASE}/{kind}/"), f"POST {kind}: no Location")
        expect(made.headers.get("ETag"), f"POST {kind}: no ETag")
    elif code == "update":
        made = does("POST", kind, 201, json=example(kind))
        if made.ok:
            body = made.json()
            does("PUT", f"{kind}/{body['id']}", json=body, headers={"If-Match": made.headers["ETag"]})
    elif code == "delete":
        made = does("POST", kind, 201, json=example(kind))
        if made.ok:
            does("DELETE", f"{kind}/{made.json()['id']}", 200, 204)
    elif not some:
        expect(False, f"{kind}: nothing is there for {code}")
    elif code == "read":
        version = does("GET", at).headers.get("ETag")
        does("GET", at, 304, headers={"If-None-Match": version})
    elif code == "vread":
        does("GET", f"{at}/_history/{some['meta']['versionId']}")
    elif code == "history-instance":
        does("GET", f"{at}/_history")
    else:
        expect(False, f"{kind}: nobody knows the interaction {code}")


def operate(kind, name, some):
    """One operation on one kind."""
    at = f"{kind}/{some['id']}" if some else kind
    if name == "validate":
        does("POST", f"{kind}/$validate", json=some)
        does("POST", f"{kind}/$validate", json={"resourceType": kind, "nonsense": 1})
    elif name == "populate":
        subject = {"name": "subject", "valueReference": {"reference": f"Patient/{DEMO['patients'][0]['id']}"}}
        asked = {"name": "canonical", "valueUri": canonical(some)}
        does("POST", f"{kind}/$populate", json={"resourceType": "Parameters", "parameter": [subject, asked]})
        does("POST", f"{at}/$populate", json={"resourceType": "Parameters", "parameter": [subject]})
    elif name == "extract":
        does("GET", f"{at}/$extract")
        does("POST", f"{kind}/$extract", json=some)
    elif name == "export":
        started = does("GET", f"{kind}/$export".lstrip("/"), 202, headers={"Prefer": "respond-async"})
        place = started.headers.get("Content-Location", "")
        if expect(place.startswith("http"), f"{kind}/$export: Content-Location is {place!r}"):
            expect(session.get(place).status_code in (200, 202), f"{kind}/$export: its status can't be read")
            expect(session.delete(place).status_code == 202, f"{kind}/$export: it can't be ended")
    elif name in ("everything", "document"):
        does("GET", f"{at}/${name}")
    else:
        expect(False, f"{kind}: nobody knows the operation {name}")


rest = statement["rest"][0]
for row in rest["resource"]:
    kind = row["type"]
    listed = [one["resource"] for one in session.get(f"{BASE}/{kind}").json().get("entry", [])]
    ended = [one for one in listed if one.get("status") == "completed"]
    some = (ended or listed or [None])[0]
    codes = [one["code"] for one in row["interaction"]]
    for code in codes:
        drive(kind, code, some)
    for one in row.get("searchParam", []):
        does("GET", f"{kind}?{one['name']}={VALUES[one['type']]}", headers={"Prefer": "handling=strict"})
        does("GET", f"{kind}?{one['name']}:missing=false", headers={"Prefer": "handling=strict"})
        if one["type"] != "composite":
            does("GET", f"{kind}?_sort=-{one['name']}&_count=2", headers={"Prefer": "handling=strict"})
    for include in row.get("searchInclude", []):
        does("GET", f"{kind}?_include={include}")
    for include in row.get("searchRevInclude", []):
        does("GET", f"{kind}?_revinclude={include}")
    for one in row.get("operation", []):
        operate(kind, one["name"], some)
    if row.get("conditionalCreate"):
        body = example(kind)
        condition = naming(body)
        first = does("POST", kind, 201, json=body, headers={"If-None-Exist": condition})
        second = does("POST", kind, 200, json=body, headers={"If-None-Exist": condition})
        expect(
            first.headers.get("Location") == second.headers.get("Location"),
            f"{kind}: made twice on a condition",
        )
    if row.get("conditionalUpdate"):
        body = example(kind)
        condition = naming(body)
        does("PUT", f"{kind}?{condition}", 201, json=body)
        does("PUT", f"{kind}?{condition}", 200, json=body)

    # What is not listed is refused as such.
    at = f"{BASE}/{kind}/{some['id'] if some else 'x'}"
    for code, method, url in [
        ("create", "POST", f"{BASE}/{kind}"),
        ("update", "PUT", at),
        ("delete", "DELETE", at),
        ("patch", "PATCH", at),
    ]:
        if code not in codes:
            refused(f"{method} {kind}", session.request(method, url, json=some), 405)

for one in rest["interaction"]:
    entry = {"resource": new_patient("Bundled"), "request": {"method": "POST", "url": "Patient"}}
    sent = {"resourceType": "Bundle", "type": one["code"], "entry": [entry]}
    answer = does("POST", "", json=sent)
    if answer.ok:
        status = answer.json()["entry"][0]["response"]["status"]
        expect(status.startswith("201"), f"the entry of a {one['code']} was answered {status}")
for one in rest.get("operation", []):
    operate("", one["name"], None)
refused("an operation nobody knows", session.get(f"{BASE}/Patient/$frobnicate"), 400, 404, 405)
finish(f"{done} requests by the statement")
