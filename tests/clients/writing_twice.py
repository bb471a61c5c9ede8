"""The same thing sent twice, at once, or half: one of it is there, whole, and pages of a search stay in step."""

import concurrent.futures
import uuid

from common import (
    BASE,
    DEMO,
    FHIR_JSON,
    expect,
    finish,
    http,
    new_patient,
    new_visit,
    refused,
    response_to,
    totals,
)

session = http()
session.headers["Content-Type"] = FHIR_JSON
count = 0


def find(body):
    """How many patients there are with the identifier of this one."""
    token = "{system}|{value}".format(**body["identifier"][0])
    return session.get(f"{BASE}/Patient", params={"identifier": token}).json()["total"]


def at_once(requests):
    """Sends all of them at the same time; their statuses, sorted."""
    with concurrent.futures.ThreadPoolExecutor(len(requests)) as pool:
        answers = list(pool.map(lambda one: one(), requests))
    wrong = [answer.text[:200] for answer in answers if answer.status_code >= 500]
    expect(not wrong, f"{len(wrong)} of {len(answers)} at once failed: {wrong[:1]}")
    return sorted(answer.status_code for answer in answers)


# One identifier is one patient, however often and at how many doors.
body = new_patient("Twice")
condition = {"If-None-Exist": "identifier={system}|{value}".format(**body["identifier"][0])}
found = at_once(
    [lambda: http().post(f"{BASE}/Patient", json=body, headers={"Content-Type": FHIR_JSON} | condition)] * 12
)
expect(found == [200] * 11 + [201], f"12 conditional creates at once were answered {found}")
expect(find(body) == 1, f"12 conditional creates made {find(body)} patients")

# What somebody else has changed is not overwritten.
made = session.post(f"{BASE}/Patient", json=new_patient("Stale"))
etag, one = made.headers["ETag"], made.json()
change = lambda name: http().put(
    f"{BASE}/Patient/{one['id']}",
    json=one | {"name": [{"family": name}]},
    headers={"Content-Type": FHIR_JSON, "If-Match": etag},
)
found = at_once([lambda name=f"Stale{number}": change(name) for number in range(12)])
expect(found == [200] + [412] * 11, f"12 updates of one version at once were answered {found}")
refused("a stale version", change("Late"), 412)
for tag in ('W/"99"', 'W/"0"', '"nonsense"'):
    answer = session.put(f"{BASE}/Patient/{one['id']}", json=one, headers={"If-Match": tag})
    refused(f"If-Match: {tag}", answer, 412)
refused(
    "If-Match that is none",
    session.put(f"{BASE}/Patient/{one['id']}", json=one, headers={"If-Match": 'W/"'}),
    400,
)
refused(
    "an id that is not that of the address",
    session.put(f"{BASE}/Patient/{DEMO['patients'][0]['id']}", json=one),
    400,
)
refused("no id", session.put(f"{BASE}/Patient/{one['id']}", json=new_patient("Else")), 400)
other = str(uuid.uuid4())
refused("an id nobody gave", session.put(f"{BASE}/Patient/{other}", json=one | {"id": other}), 404, 405)
refused(
    "several matches", session.put(f"{BASE}/Patient?birthdate=1970-02-03", json=new_patient("Several")), 412
)
nothing = session.post(
    f"{BASE}/Patient", json=new_patient("Nothing"), headers={"If-None-Exist": "nonsense=1"}
)
refused("a condition nobody knows", nothing, 400, 412)

# Preferences.
for wish, wanted in [
    ("minimal", b""),
    ("OperationOutcome", "OperationOutcome"),
    ("representation", "Patient"),
]:
    answer = session.post(f"{BASE}/Patient", json=new_patient("Prefer"), headers={"Prefer": f"return={wish}"})
    got = answer.json()["resourceType"] if answer.content else b""
    expect(answer.status_code == 201 and got == wanted, f"return={wish}: {answer.status_code} with {got}")

# A transaction is done whole or not at all; references to what is new in it lead there.
questionnaire = session.get(f"{BASE}/Questionnaire/phq-9").json()


def bundle(kind, *entries):
    return session.post(BASE, json={"resourceType": "Bundle", "type": kind, "entry": list(entries)})


def entry(resource, name=None, **request):
    asked = {"method": "POST", "url": resource["resourceType"]} | request
    return {"fullUrl": name or f"urn:uuid:{uuid.uuid4()}", "resource": resource, "request": asked}


urn = f"urn:uuid:{uuid.uuid4()}"
newcomer = new_patient("Transaction")
response = response_to(questionnaire, "x", 0) | {"subject": {"reference": urn}}
visit = new_visit(urn, 32)
before = totals(session)
broken = [
    (
        "an answer nobody offered",
        entry(response | {"item": [{"linkId": "q1", "answer": [{"valueInteger": 9}]}]}),
    ),
    (
        "a kind that is not written",
        entry({"resourceType": "Observation", "status": "final", "code": {"text": "x"}}),
    ),
    (
        "a reference that leads nowhere",
        entry(response | {"subject": {"reference": f"urn:uuid:{uuid.uuid4()}"}}),
    ),
    ("the same address twice", entry(new_patient("Same"), urn)),
    ("no request", {"resource": new_patient("None")}),
    ("a method nobody knows", entry(new_patient("Method"), method="BREW")),
    ("an address outside", entry(new_patient("Outside"), url="https://ehr.example/Patient")),
]
for what, fault in broken:
    refused(
        f"a transaction with {what}",
        bundle("transaction", entry(newcomer, urn), fault),
        400,
        404,
        405,
        412,
        422,
    )
expect(
    totals(session) == before, f"something of a refused transaction was stored: {before}, {totals(session)}"
)
answer = bundle(
    "transaction",
    entry(response),
    entry(visit),
    entry(newcomer, urn),
)
if expect(answer.status_code == 200, f"a transaction: {answer.status_code} {answer.text[:300]}"):
    entries = answer.json()["entry"]
    places = [one["response"]["location"] for one in entries]
    expect(all(one["response"]["status"].startswith("201") for one in entries), "not all was created")
    kept = session.get(places[0] if places[0].startswith("http") else f"{BASE}/{places[0]}").json()
    patient = places[2].removeprefix(f"{BASE}/").split("/_history")[0]
    expect(
        kept["subject"]["reference"].removeprefix(f"{BASE}/") == patient,
        f"the response is about {kept['subject']}",
    )
    expect("urn:uuid" not in str(kept), "a reference within the transaction was kept as it was sent")
answer = bundle(
    "batch",
    entry(new_patient("Batch")),
    broken[0][1],
    {"request": {"method": "GET", "url": "Patient?_count=1"}},
)
statuses = [one["response"]["status"][:3] for one in answer.json().get("entry", [])]
expect(
    len(statuses) == 3 and statuses[0] == "201" and statuses[1][0] == "4" and statuses[2] == "200",
    f"a batch: {statuses}",
)
outcome = answer.json()["entry"][1]["response"].get("outcome", {})
expect(outcome.get("issue"), "the faulty entry of a batch does not say why")
for kind in ("searchset", "document", "nonsense"):
    refused(f"a Bundle of type {kind}", bundle(kind), 400, 422)
within = {
    "resourceType": "Bundle",
    "type": "batch",
    "entry": [{"request": {"method": "GET", "url": "Patient"}}],
}
answer = bundle("batch", entry(within))
expect(answer.status_code < 500, f"a batch within a batch: {answer.status_code}")
many = [entry(new_patient("Many")) for _ in range(60)]
answer = bundle("transaction", *many)
expect(answer.status_code == 200 or answer.status_code in (413, 422), f"60 entries: {answer.status_code}")

# Pages of a search go on while others write: nobody twice, nobody who was there left out.
wanted = {one["resource"]["id"] for one in session.get(f"{BASE}/Patient?_count=1000").json()["entry"]}
for order in ("", "&_sort=-_lastUpdated", "&_sort=family"):
    seen, page = [], session.get(f"{BASE}/Patient?_count=9{order}").json()
    while page:
        seen += [one["resource"]["id"] for one in page.get("entry", [])]
        session.post(f"{BASE}/Patient", json=new_patient("Aaa"))
        link = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
        page = session.get(link).json() if link and len(seen) < 5000 else None
    expect(
        len(seen) == len(set(seen)),
        f"{order}: {len(seen) - len(set(seen))} came twice while others were added",
    )
    expect(wanted <= set(seen), f"{order}: {len(wanted - set(seen))} were left out while others were added")

# A response in progress goes on, and what is completed does not go back.
draft = response_to(questionnaire, DEMO["patients"][3]["id"], 0) | {"status": "in-progress"}
draft["item"] = draft["item"][:3]
made = session.post(f"{BASE}/QuestionnaireResponse", json=draft)
if expect(made.status_code == 201, f"a response in progress: {made.status_code} {made.text[:300]}"):
    mine = made.json()["id"]
    steps = [("completed", 200), ("amended", 200), ("in-progress", 422)]
    for status, wanted in steps:
        body = response_to(questionnaire, DEMO["patients"][3]["id"], 0) | {"status": status, "id": mine}
        answer = session.put(f"{BASE}/QuestionnaireResponse/{mine}", json=body)
        expect(answer.status_code == wanted, f"to {status}: {answer.status_code} {answer.text[:200]}")
finish("what came twice, at once or half is there once and whole")
