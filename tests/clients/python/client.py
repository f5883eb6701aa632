"""A CRM's calls with zeep: python3 client.py WSDL KEY [SRC DST SILENT]"""
import datetime
import json
import secrets
import sys
import time
import xml.etree.ElementTree as ElementTree

import zeep

wsdl, key = sys.argv[1:3]
src, dst, silent = sys.argv[3:6] or ("705", "706", "712")
soap = zeep.Client(wsdl).service


def check(right, what):
    if not right:
        sys.exit(f"python: {what}")


def rows(report):
    check(report.startswith("<?xml"), f"no report but {report!r}")
    return [dict(row.attrib) for row in ElementTree.fromstring(report.encode())]


def follow(job, wanted):
    """Follows a job until it has the wanted status; answers all that it had on the way."""
    seen = []
    end = time.monotonic() + 20
    while time.monotonic() < end:
        status = soap.originateCallStatus(key, job)
        if seen[-1:] != [status]:
            seen.append(status)
        if status == wanted:
            return seen
        time.sleep(0.1)
    check(False, f"job {job} did not get status {wanted} but {seen}")


# Extensions
names = {row["extension"]: row["calleridName"] for row in rows(soap.extensionPbx(key))}
check(src in names and dst in names, f"extensions {src} and {dst} are not in {names}")

# A wrong key is -1, everywhere
wrong_key = [
    soap.originateCall("wrong", src, "A", dst, "B", 20, ""),
    soap.originateCallStatus("wrong", "12345678"),
    soap.originateCallCancel("wrong", "12345678"),
    soap.extensionPbx("wrong"),
    soap.cdrData("wrong", "", "2026-01-01", "2026-01-02"),
    soap.cdrCustom("wrong", "2026-01-01", "2026-01-02"),
]
check(wrong_key == ["-1", -1, -1, "-1", "-1", "-1"], f"a wrong key answers {wrong_key}")

# A call: rings, is answered, is cancelled
name = f"Peña & Cía {secrets.token_hex(3)}"
info = f"contrato={name}"
job = soap.originateCall(
    authorizedKey=key, src=src, srcCallerID=name, dst=dst, dstCallerID="Señor <Núñez>", timeout=20, callinfo=info)
check(len(job) == 8, f"originateCall answers {job!r}")
statuses = follow(job, 2)
check(soap.originateCallCancel(key, job) == 1, "a connected call cannot be cancelled")
statuses += follow(job, 3)
check(soap.originateCallCancel(key, job) == 0, "an ended call can be cancelled")

# Another one, cancelled while its destination rings
ringing = soap.originateCall(key, src, name, silent, "", 60, "")
for _ in range(8):
    status = soap.originateCallStatus(key, ringing)
    check(status == 1, f"a call to {silent} has status {status}")
    time.sleep(0.5)
check(soap.originateCallCancel(key, ringing) == 1, "a ringing call cannot be cancelled")
follow(ringing, 3)

# No such job; and requests that would reach past their argument
unknown = [soap.originateCallStatus(key, "00000000"), soap.originateCallCancel(key, "00000000")]
check(unknown == [0, 0], f"an unknown job answers {unknown}")
injected = []
for argument in (0, 1, 2, 3, 5):
    arguments = [src, "A", dst, "B", 20, "info"]
    arguments[argument] += "\r\nAction: Hangup"
    injected.append(soap.originateCallStatus(key, soap.originateCall(key, *arguments)))
check(injected == [6] * 5, f"line breaks in an argument give {injected}")

# The call's record: by period, then by its uniqueid; its callinfo
today = datetime.date.today()
start, end = (str(today + datetime.timedelta(days=days)) for days in (-1, 1))
call, patience = None, time.monotonic() + 20
while not call and time.monotonic() < patience:
    time.sleep(0.2)
    call = next((row for row in rows(soap.cdrData(key, "", start, end)) if row["clid"] == f"{name} ({src})" and row["dst"] == dst), None)
check(call, f"no record of {name!r} in cdrData")
check(call in rows(soap.cdrData(key, call["uniqueid"], "", "")), "cdrData by uniqueid does not find it")
check(rows(soap.cdrData(key, "", "2001-01-01", "2001-01-01")) == [], "there are calls of the year 2001")
custom = next((row for row in rows(soap.cdrCustom(key, start, end)) if row["uniqueid"] == call["uniqueid"]), None)
check(custom, "the call is not in cdrCustom")
check(custom["observaciones"] == info, f"cdrCustom has the callinfo {custom['observaciones']!r}")

# A call that there is not has no recording
check('<recording status="-1" uniqueid="1.1"' in soap.recordingPbx(key, "1.1"), "recordingPbx of no call")

# Messages: 0 where no gateway is configured
check([soap.sendSms("wrong", 0, "hola", "099123456"), soap.statusSms("wrong", 1)] == [-1, "-1"], "a wrong key sends messages")
check([soap.sendSms(key, 0, "hola", "09a"), soap.sendSms(key, 1, "hola", "099123456")] == [0, 0], "a wrong message is taken")
sms = soap.sendSms(key, 0, "Señal: 5 €", "099123456 099123457")
check(sms >= 0 and soap.statusSms(key, sms) in ("PENDING", "SENT") if sms else True, f"sendSms answers {sms}")
check(not soap.statusSms(key, 2147483647), "there is a status of no message")

print(json.dumps({
    "extension": names[src], "wrongKey": [str(code) for code in wrong_key], "statuses": statuses, "unknown": unknown,
    "injected": injected, "name": name, "clid": call["clid"], "disposition": call["disposition"], "dst": call["dst"],
    "dnis": custom["dnis"], "callinfo": custom["observaciones"]}, ensure_ascii=False))
