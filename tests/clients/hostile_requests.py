"""Addresses, headers, methods and searches that are wrong or meant to harm: a clear 4xx for each, and no 5xx."""

import http.client
import json
import urllib.parse

import requests

from common import (
    BASE,
    DEMO,
    FHIR_JSON,
    TOKEN,
    expect,
    finish,
    http as session_with_token,
    is_outcome,
    refused,
)

session = session_with_token()
count = 0
patient = DEMO["patients"][0]["id"]
place = urllib.parse.urlsplit(BASE)


def raw(method, target, headers=(), body=None):
    """A request that no library tidies up; status, headers and body as JSON."""
    global count
    count += 1
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=20)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    try:
        return answer.status, answer.headers, json.loads(text)
    except ValueError:
        return answer.status, answer.headers, text


LET_IN = ("Authorization", f"Bearer {TOKEN}")


def turned_down(what, found, *statuses, with_outcome=True):
    status, _, body = found
    good = status in statuses and (is_outcome(body) or not with_outcome)
    return expect(good, f"{what}: {status} instead of {statuses}, {str(body)[:160]!r}")


# --- Who asks ---------------------------------------------------------------------------------

for what, headers in [
    ("no token", []),
    ("an empty token", [("Authorization", "Bearer ")]),
    ("a token of nobody", [("Authorization", "Bearer fw_nobody")]),
    ("a password", [("Authorization", "Basic ZGVtbzpkZW1v")]),
    ("two tokens", [LET_IN, LET_IN]),
    ("a token of 60,000 letters", [("Authorization", "Bearer " + "x" * 60_000)]),
    ("a token that is no text", [("Authorization", b"Bearer \xff\xfe")]),
]:
    found = raw("GET", f"{place.path}/Patient", headers)
    turned_down(what, found, 401, 431)
    if found[0] == 401:
        expect("Bearer" in found[1].get("WWW-Authenticate", ""), f"{what}: 401 says not what to bring")
expect(
    TOKEN not in str(raw("GET", f"{place.path}/Patient?x={TOKEN}", [LET_IN])),
    "a token comes back in an answer",
)
turned_down("a token in the address", raw("GET", f"{place.path}/Patient?access_token={TOKEN}"), 401)

# --- Addresses --------------------------------------------------------------------------------

ids = [
    "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%00", "%ff", "a%0d%0aX-Evil:%201", "'%20OR%201=1--", "x" * 65, "x" * 8000,
    "-", "%F0%9F%98%80", "1;DROP%20TABLE%20patients", "{id}", "null", "%25%25", "_history", "019e3a6b", " ".replace(" ", "%20"),
]  # fmt: skip
for kind in ("Patient", "QuestionnaireResponse", "Questionnaire", "Observation"):
    for name in ids:
        turned_down(
            f"GET {kind}/{name[:60]}", raw("GET", f"{place.path}/{kind}/{name}", [LET_IN]), 400, 404, 405, 414
        )
        turned_down(
            f"GET {kind}/{name[:60]}/_history/1",
            raw("GET", f"{place.path}/{kind}/{name}/_history/1", [LET_IN]),
            400,
            404,
            405,
        )
for version in ("0", "99", "-1", "x", "9" * 40, "%00"):
    target = f"{place.path}/QuestionnaireResponse/{patient}/_history/{version}"
    turned_down(f"version {version}", raw("GET", target, [LET_IN]), 400, 404)
for path in (
    "/patient",
    "/Patient/x/y",
    "/Patient//x/_history/1/2",
    "/Medication",
    "/Medication/1",
    "/$nonsense",
    "/_history",
    "/.%2e/x",
):
    turned_down(f"GET {path}", raw("GET", place.path + path, [LET_IN]), 400, 404, 405)
for length in (10_000, 60_000, 300_000):
    found = raw("GET", f"{place.path}/Patient?name={'x' * length}", [LET_IN])
    expect(found[0] < 500, f"an address of {length} letters: {found[0]}")
expect(
    raw("GET", f"{place.path}/Patient?_id={','.join([patient] * 900)}", [LET_IN])[0] < 500, "900 ids at once"
)

# --- Methods ----------------------------------------------------------------------------------

status, headers, body = raw("HEAD", f"{place.path}/Patient/{patient}", [LET_IN])
expect(status == 200 and body == b"", f"HEAD is answered {status} with {len(body)} bytes")
expect(headers.get("ETag"), "HEAD says no version")
for method in ("PATCH", "DELETE", "TRACE", "PUT", "POST", "OPTIONS", "PROPFIND"):
    found = raw(method, f"{place.path}/Observation/x", [LET_IN])
    turned_down(f"{method} of an Observation", found, 400, 404, 405)
    if found[0] == 405:
        expect(found[1].get("Allow"), f"{method}: 405 without Allow")
for method in ("POST", "PUT", "DELETE", "PATCH"):
    turned_down(f"{method} of the statement", raw(method, f"{place.path}/metadata", [LET_IN]), 405)
for method in ("GET", "PUT", "DELETE"):
    turned_down(f"{method} of the endpoint", raw(method, place.path, [LET_IN]), 400, 404, 405)

# --- The form of the answer -------------------------------------------------------------------

for what, query, headers in [
    ("_format=xml", "?_format=xml", {}),
    ("_format of XML", "?_format=application/fhir%2Bxml", {}),
    ("_format=nonsense", "?_format=nonsense", {}),
    ("Accept of XML", "", {"Accept": "application/fhir+xml"}),
    ("Accept of a picture", "", {"Accept": "image/png"}),
]:
    count += 1
    refused(what, session.get(f"{BASE}/Patient{query}", headers=headers), 406)
for query, headers in [
    ("?_format=json", {"Accept": "application/fhir+xml"}),
    ("?_format=application/fhir%2Bjson", {}),
    ("?_format=application/fhir+json", {}),
    ("", {"Accept": "application/fhir+xml;q=0.5, application/fhir+json"}),
    ("", {"Accept": "*/*"}),
    ("", {"Accept": "text/html, */*;q=0.1"}),
    ("?_pretty=true", {}),
]:
    count += 1
    answer = session.get(f"{BASE}/Patient{query}", headers=headers)
    is_json = answer.headers.get("Content-Type", "").startswith(FHIR_JSON)
    expect(answer.status_code == 200 and is_json, f"{query} {headers}: {answer.status_code}")

# --- Searches ---------------------------------------------------------------------------------

STRICT = {"Prefer": "handling=strict"}
for query in [
    "birthdate=yesterday", "birthdate=ge", "birthdate=2026-13-01", "birthdate=2026-02-30", "birthdate=xx2026",
    "_count=-1", "_count=many", "_count=99999999999999999999", "_sort=nonsense", "_summary=maybe", "_total=perhaps",
    "_include=nonsense", "_include=Patient:nonsense", "_revinclude=Nonsense:x", "_lastUpdated=now", "_cursor=nonsense",
    "name:nonsense=x", "active:exact=true", "general-practitioner.name=x", "_has:Observation:patient:code=x",
    "_text=x", "_filter=name%20eq%20x", "identifier=a|b|c", "name:missing=perhaps",
]:  # fmt: skip
    count += 1
    refused(
        f"Patient?{query} with handling=strict", session.get(f"{BASE}/Patient?{query}", headers=STRICT), 400
    )
count += 2
refused("a parameter nobody knows, strictly", session.get(f"{BASE}/Patient?nonsense=1", headers=STRICT), 400)
lenient = session.get(f"{BASE}/Patient?nonsense=1&_count=1").json()
links = {link["relation"]: link["url"] for link in lenient["link"]}
expect("nonsense" not in links["self"], "the self link shows a parameter that was left out")
for query in (
    "_id=%00",
    "name=%ff",
    "name=%25",
    "name='%20OR%20'1'='1",
    "name=" + "%F0%9F%98%80" * 500,
    "=",
    "&&&",
    "name",
    "name=",
    "name=,,,",
    "name=\\",
    "identifier=|",
    "identifier=||",
    "_id=" + ",".join("x" * 9 for _ in range(1100)),
):
    count += 1
    answer = session.get(f"{BASE}/Patient?{query}")
    good = answer.status_code == 200 or (
        answer.status_code in (400, 413, 414, 422) and is_outcome(answer.json())
    )
    expect(good, f"Patient?{query[:60]}: {answer.status_code} {answer.text[:120]}")
answer = session.get(f"{BASE}/Patient?name='%20OR%20'1'='1").json()
expect(answer["total"] == 0, "a quotation mark finds everybody")
many = "&".join(f"name=x{number}" for number in range(500))
count += 3
refused("500 parameters", session.get(f"{BASE}/Patient?{many}"), 400, 413, 414)
form = {"Content-Type": "application/x-www-form-urlencoded"}
refused("_search with JSON", session.post(f"{BASE}/Patient/_search", json={"name": "x"}), 415)
refused(
    "_search that can't be read",
    session.post(f"{BASE}/Patient/_search", data="birthdate=x", headers=form),
    400,
)

# --- Headers ----------------------------------------------------------------------------------

for what, headers in [
    ("If-None-Match that is no version", [("If-None-Match", 'W/"')]),
    ("If-None-Match that is no text", [("If-None-Match", b"\xff")]),
    ("Prefer that says nothing", [("Prefer", ";;;==,,")]),
    ("a header of 100,000 letters", [("X-Long", "x" * 100_000)]),
    ("1000 headers", [(f"X-{number}", "x") for number in range(1000)]),
    ("Accept that is nonsense", [("Accept", "///;;;q=x")]),
]:
    status = raw("GET", f"{place.path}/Patient/{patient}", [LET_IN, *headers])[0]
    expect(status < 500, f"{what}: {status}")

expect(
    requests.get(f"{BASE}/metadata", timeout=10).status_code == 200, "the service does not answer any more"
)
finish(f"{count} requests")
