"""python-hl7 and hl7apy: an appointment is booked, moved and cancelled over MLLP, and the FHIR endpoint says the same."""

import asyncio
import datetime
import os
import uuid

import hl7
from hl7.mllp import open_hl7_connection
from hl7apy.core import Message

from common import BASE, expect, finish, http

START = datetime.datetime.combine(datetime.date.today(), datetime.time(9, 30)) + datetime.timedelta(days=40)
VISIT = f"V{uuid.uuid4().hex[:12]}"
session = http()


def message(event, control, start, status):
    """An SIU message, put together by hl7apy, which knows the structure of 2.5.1."""
    out = Message("SIU_S12", version="2.5.1")
    out.msh.msh_3, out.msh.msh_4, out.msh.msh_5, out.msh.msh_6 = "SCHED", "HOSP", "FOREWORD", "CLINIC"
    # Which message is newer is told by when it was written.
    out.msh.msh_7 = f"2026112008300{control}+0000"
    out.msh.msh_9, out.msh.msh_10, out.msh.msh_11 = f"SIU^{event}^SIU_S12", f"C{control}", "P"
    out.msh.msh_18 = "UNICODE UTF-8"
    out.sch.sch_1, out.sch.sch_6, out.sch.sch_8, out.sch.sch_25 = (
        f"{VISIT}^SCHED",
        "ROUTINE",
        "GI^GI follow-up",
        status,
    )
    end = start + datetime.timedelta(minutes=30)
    out.sch.sch_11 = f"^^30^{start:%Y%m%d%H%M%S}+0000^{end:%Y%m%d%H%M%S}+0000"
    out.add_group("siu_s12_patient")
    pid = out.siu_s12_patient.add_segment("PID")
    pid.pid_3, pid.pid_5, pid.pid_7 = f"P{VISIT}^^^HOSP^MR", "Müller^Zoë", "19700203"
    pid.pid_13 = "^NET^Internet^zoe@home.example"
    out.add_group("siu_s12_resources")
    out.siu_s12_resources.add_segment("RGS").rgs_1 = "1"
    return out.to_er7()


async def send(texts):
    """Sends messages over one connection; what each was answered, and to which message."""
    host, port = os.environ["FOREWORD_MLLP"].rsplit(":", 1)
    reader, writer = await asyncio.wait_for(open_hl7_connection(host, int(port), encoding="utf-8"), 10)
    answers = []
    for text in texts:
        writer.writemessage(hl7.parse(text))
        await writer.drain()
        answer = await asyncio.wait_for(reader.readmessage(), 20)
        answers.append((str(answer.segment("MSA")[1]), str(answer.segment("MSA")[2])))
    writer.close()
    return answers


def found():
    """The appointment as the FHIR endpoint has it."""
    entries = (
        session.get(f"{BASE}/Appointment?identifier={VISIT}&_include=Appointment:patient")
        .json()
        .get("entry", [])
    )
    return {entry["resource"]["resourceType"]: entry["resource"] for entry in entries}


later = START + datetime.timedelta(days=1)
booked = message("S12", "1", START, "Booked")
expect(
    asyncio.run(send([booked, booked])) == [("AA", "C1")] * 2, "a booking and its repeat are not acknowledged"
)
first = found()
if expect(set(first) == {"Appointment", "Patient"}, f"the booking is not there: {sorted(first)}"):
    expect(
        first["Appointment"]["start"].startswith(f"{START:%Y-%m-%dT%H:%M}"),
        f"it starts {first['Appointment']['start']}",
    )
    expect(first["Patient"]["name"][0]["family"] == "Müller", "the name came otherwise")
expect(
    asyncio.run(send([message("S13", "2", later, "Booked")])) == [("AA", "C2")], "a move is not acknowledged"
)
expect(found()["Appointment"]["start"].startswith(f"{later:%Y-%m-%dT%H:%M}"), "it was not moved")
expect(
    asyncio.run(send([message("S15", "3", later, "Cancelled")])) == [("AA", "C3")],
    "an end is not acknowledged",
)
expect(found()["Appointment"]["status"] == "cancelled", "it was not cancelled")
wrong = booked.replace("SCH|", "XXX|").replace("|C1|", "|C4|")
answer = asyncio.run(send([wrong]))
expect(answer[0][0] in ("AE", "AR") and answer[0][1] == "C4", f"a message without SCH was answered {answer}")
finish("an appointment booked, moved and cancelled over MLLP")
