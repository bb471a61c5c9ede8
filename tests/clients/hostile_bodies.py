"""Bodies that are broken, wrong, too deep or too large: each is refused with its reason, and nothing of any is stored."""

import json

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
before = totals(session)
questionnaire = session.get(f"{BASE}/Questionnaire/phq-9").json()
patient = new_patient("Hostile")
response = response_to(questionnaire, DEMO["patients"][2]["id"], 1)
count = 0


def send(what, path, body, *statuses, kind=FHIR_JSON):
    global count
    count += 1
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": kind} if kind else {}
    answer = session.post(f"{BASE}{path}", data=data, headers=headers)
    refused(f"{what} to {path or '/'}", answer, *(statuses or (400,)))


def with_text(old, new):
    """The patient with a piece of its text replaced."""
    text = json.dumps(patient)
    assert old in text
    return text.replace(old, new, 1).encode()


broken = {
    "nothing": b"",
    "blanks": b" \n",
    "half of an object": b'{"resourceType": "Patient"',
    "null": b"null",
    "a number": b"1",
    "a list": b"[]",
    "an empty object": b"{}",
    "two values": b'{"resourceType":"Patient"} {}',
    "no JSON": b"<Patient/>",
    "bytes that are no UTF-8": b'{"resourceType":"Patient","id":"\xff\xfe"}',
    "UTF-16": '{"resourceType":"Patient"}'.encode("utf-16"),
    "half a surrogate pair": b'{"resourceType":"Patient","name":[{"family":"\\ud800"}]}',
    "NaN": b'{"resourceType":"Patient","multipleBirthInteger":NaN}',
    "100,000 lists within each other": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects within each other": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a list within each other inside a resource": b'{"resourceType":"Patient","name":'
    + b"[" * 9000
    + b"]" * 9000
    + b"}",
    "another resource": {"resourceType": "Basic", "code": {"text": "x"}},
    "a resource nobody knows": {"resourceType": "Nonsense"},
    "a resource type that is a number": {"resourceType": 7},
}
for path in ("/Patient", "/Appointment", "/QuestionnaireResponse", "/Questionnaire", ""):
    for what, body in broken.items():
        send(what, path, body)

given = '"given": ["Test"]'
for what, old, new in [
    ("an unknown member", given, '"given": ["Test"], "nickname": "T"'),
    ("a member twice", given, '"given": ["Test"], "given": ["Else"]'),
    ("null", given, '"given": null'),
    ("null in a list", given, '"given": [null]'),
    ("an empty list", given, '"given": []'),
    ("an empty object", given, '"period": {}'),
    ("an empty string", given, '"given": [""]'),
    ("a number for a string", given, '"given": [7]'),
    ("a string for a list", given, '"given": "Test"'),
    ("an object for a string", given, '"given": [{"a": 1}]'),
    ("a control character", given, '"given": ["T\\u0000st"]'),
    ("a date that is none", "1970-02-03", "1970-02-30"),
    ("a date in another form", "1970-02-03", "03.02.1970"),
    ("a time for a date", "1970-02-03", "1970-02-03T10:00:00Z"),
    ("a code nobody knows", '"birthDate"', '"gender": "x", "birthDate"'),
    ("a number for a boolean", '"birthDate"', '"active": 1, "birthDate"'),
    ("a word for a boolean", '"birthDate"', '"active": "true", "birthDate"'),
    ("a number without end", '"birthDate"', '"multipleBirthInteger": 1e400, "birthDate"'),
    ("a fraction for a whole", '"birthDate"', '"multipleBirthInteger": 1.5, "birthDate"'),
    (
        "two of value[x]",
        '"birthDate"',
        '"multipleBirthInteger": 1, "multipleBirthBoolean": true, "birthDate"',
    ),
    ("a resource of another version", '"birthDate"', '"animal": {"species": {"text": "dog"}}, "birthDate"'),
]:
    send(what, "/Patient", with_text(old, new))

# No form: what it is said to be is not read here.
for kind in (
    "application/fhir+xml",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    None,
):
    send(f"a body of {kind}", "/Patient", patient, 415, kind=kind)
large = new_patient("L" * 5_000_000)
send("5 MB", "/Patient", large, 413)
count += 1
chunks = (json.dumps(large).encode()[at : at + 65536] for at in range(0, 5_000_100, 65536))
refused(
    "5 MB in pieces", session.post(f"{BASE}/Patient", data=chunks, headers={"Content-Type": FHIR_JSON}), 413
)

# A response with something wrong in it.
first = response["item"][0]
for what, change, statuses in [
    ("no questionnaire", {"questionnaire": None}, (400, 422)),
    ("a questionnaire nobody has", {"questionnaire": "https://clinic.example/none|1"}, (422,)),
    ("a version nobody has", {"questionnaire": f"{questionnaire['url']}|99"}, (422,)),
    ("a status nobody knows", {"status": "done"}, (400,)),
    ("no status", {"status": None}, (400,)),
    ("nobody", {"subject": None}, (400, 422)),
    ("a patient who is not there", {"subject": {"reference": "Patient/no-such-patient"}}, (422, 404)),
    ("a patient of another server", {"subject": {"reference": "https://ehr.example/Patient/1"}}, (422, 404)),
    ("a time without zone", {"authored": "2026-11-20T09:00:00"}, (400,)),
    ("an item nobody asked", {"item": [{"linkId": "q99", "answer": [{"valueBoolean": True}]}]}, (422,)),
    ("an item without linkId", {"item": [{"answer": [{"valueBoolean": True}]}]}, (400, 422)),
    ("an answer of another type", {"item": [first | {"answer": [{"valueString": "3"}]}]}, (422,)),
    ("an option nobody offered", {"item": [first | {"answer": [{"valueCoding": {"code": "7"}}]}]}, (422,)),
    ("two answers to one item", {"item": [first | {"answer": first["answer"] * 2}]}, (422,)),
    ("an item twice", {"item": [first, first]}, (422,)),
    (
        "two values in one answer",
        {"item": [first | {"answer": [{"valueString": "a", "valueInteger": 1}]}]},
        (400,),
    ),
]:
    body = {key: value for key, value in (response | change).items() if value is not None}
    send(what, "/QuestionnaireResponse", body, *statuses)
deep = {"linkId": "q1"}
for _ in range(300):
    deep = {"linkId": "q1", "item": [deep]}
send("items within items", "/QuestionnaireResponse", response | {"item": [deep]}, 400, 422)

# An appointment with something wrong in it.
visit = new_visit(f"Patient/{DEMO['patients'][2]['id']}", 31)
end = {"start": visit["end"], "end": visit["start"]}
for what, change in [
    ("nobody", {"participant": [{"status": "accepted"}]}),
    ("no participant", {"participant": None}),
    (
        "a patient who is not there",
        {"participant": [{"actor": {"reference": "Patient/none"}, "status": "accepted"}]},
    ),
    ("no start", {"start": None, "end": None}),
    ("an end before its start", end),
    ("a start that is no time", {"start": "soon"}),
    ("a start without zone", {"start": visit["start"].removesuffix("Z")}),
    ("a status nobody knows", {"status": "maybe"}),
]:
    body = {key: value for key, value in (visit | change).items() if value is not None}
    send(what, "/Appointment", body, 400, 404, 422)

# A questionnaire with something wrong in it.
form = {
    "resourceType": "Questionnaire",
    "url": "https://clinic.example/q",
    "version": "1",
    "status": "active",
}
item = {"linkId": "a", "type": "boolean", "text": "Well?"}
for what, items in [
    ("a linkId twice", [item, item]),
    ("an item without type", [{"linkId": "a", "text": "Well?"}]),
    ("a type nobody knows", [item | {"type": "colour"}]),
    (
        "a condition on nothing",
        [item | {"enableWhen": [{"question": "b", "operator": "=", "answerBoolean": True}]}],
    ),
    (
        "two ways of options",
        [item | {"type": "choice", "answerValueSet": "urn:x", "answerOption": [{"valueInteger": 1}]}],
    ),
]:
    send(what, "/Questionnaire", form | {"item": items}, 400, 422)

after = totals(session)
expect(after == before, f"something of what was refused was stored: {before} became {after}")
expect(session.get(f"{BASE}/Patient?_count=1").status_code == 200, "the service does not answer any more")
finish(f"{count} bodies refused")
