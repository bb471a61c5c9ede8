"""SMART's fhirclient, whose models take nothing that R4 does not have: read, search page by page, create, 404."""

from fhirclient import client
from fhirclient.models.fhirabstractbase import FHIRValidationError
from fhirclient.models.patient import Patient
from fhirclient.models.questionnaire import Questionnaire
from fhirclient.models.questionnaireresponse import QuestionnaireResponse
from fhirclient.server import FHIRNotFoundException

from common import BASE, DEMO, TOKEN, expect, finish, is_outcome, response_to

smart = client.FHIRClient(settings={"app_id": "foreword-tests", "api_base": BASE})
server = smart.server
server.session.headers["Authorization"] = f"Bearer {TOKEN}"

stated = server.capabilityStatement
expect(stated.fhirVersion == "4.0.1", f"the statement is of FHIR {stated.fhirVersion}")

questionnaire = Questionnaire.read("phq-9", server)
links = [item.linkId for item in questionnaire.item]
expect({f"q{number}" for number in range(1, 10)} <= set(links), f"phq-9 has the items {links}")

# All that it reads goes through its strict models; what is not R4 raises.
patients = [one.id for one in Patient.where(struct={"_count": "5"}).perform_resources_iter(server)]
expect(len(patients) == len(set(patients)), "a patient stands on two pages")
expect(
    {one["id"] for one in DEMO["patients"]} <= set(patients),
    f"{len(patients)} patients are not all there are",
)
someone = Patient.where(struct={"birthdate": DEMO["patients"][0]["birth_date"]}).perform_resources(server)
expect(DEMO["patients"][0]["id"] in [one.id for one in someone], "a patient is not found by date of birth")

try:
    sent = QuestionnaireResponse(response_to(questionnaire.as_json(), DEMO["patients"][0]["id"], 1))
    made = QuestionnaireResponse(sent.create(server))
    kept = QuestionnaireResponse.read(made.id, server)
    told = {item.linkId: item.answer[0].valueCoding.code for item in kept.item if item.answer}
    said = {item.linkId: item.answer[0].valueCoding.code for item in sent.item}
    expect(said.items() <= told.items(), "what was answered comes back as something else")
    expect(kept.subject.reference.endswith(DEMO["patients"][0]["id"]), "the response is about somebody else")
except FHIRValidationError as fault:
    expect(False, f"a response is not R4: {fault}")

try:
    Patient.read("no-such-patient", server)
    expect(False, "a patient that is not there was found")
except FHIRNotFoundException as missing:
    expect(is_outcome(missing.response.json()), "404 without an OperationOutcome")

finish(f"{len(patients)} patients, {len(links)} items of phq-9, a response made and read")
