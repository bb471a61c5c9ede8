"""fhirpy: searches by its own grammar, references resolved, saved twice, and what it makes of refusals."""

from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

from common import BASE, DEMO, TOKEN, expect, finish, response_to

client = SyncFHIRClient(BASE, authorization=f"Bearer {TOKEN}")

appointments = client.resources("Appointment").sort("date").limit(4).fetch_all()
starts = [one["start"] for one in appointments]
expect(len(appointments) >= len(DEMO["patients"]), f"there are {len(appointments)} appointments")
expect(len({one["id"] for one in appointments}) == len(appointments), "an appointment stands on two pages")
expect(starts == sorted(starts), "appointments are not in the order of their dates")

first = next(one for one in appointments if one["id"] == DEMO["patients"][0]["appointment"])
actors = [part["actor"] for part in first["participant"] if "reference" in part.get("actor", {})]
patient = next(actor for actor in actors if "Patient/" in actor["reference"]).to_resource()
expect(patient["id"] == DEMO["patients"][0]["id"], "the appointment leads to another patient")

total = client.resources("Observation").count()
expect(
    total == len(client.resources("Observation").limit(50).fetch_all()), "_summary=count says another number"
)

questionnaire = client.reference("Questionnaire", "phq-9").to_resource()
response = client.resource(
    **{
        ("resource_type" if key == "resourceType" else key): value
        for key, value in response_to(questionnaire.serialize(), patient["id"], 0).items()
    }
)
response.save()
expect(response.id is not None, "what was saved has no id")
response["status"] = "amended"
response.save()
kept = client.reference("QuestionnaireResponse", response.id).to_resource()
expect(kept["status"] == "amended", f"the changed response is {kept['status']}")
expect(kept["meta"]["versionId"] != "1", "the changed response has its first version still")

try:
    client.reference("Appointment", "no-such-appointment").to_resource()
    expect(False, "an appointment that is not there was found")
except ResourceNotFound:
    pass
try:
    client.resource("QuestionnaireResponse", status="completed").save()
    expect(False, "a response without a questionnaire was taken")
except OperationOutcome as refused:
    expect(refused.resource["issue"], "a refusal says nothing")

finish(f"{len(appointments)} appointments, {total} observations, a response saved and amended")
