"""A CRM's agent with zeep: python3 agent.py WSDL KEY [AGENT EXTENSION OTHER-EXTENSION REASON-CODE]

Logs the agent in, pauses, goes on and logs out, and finds all of it in the reports."""
import datetime
import json
import sys
import time
import xml.etree.ElementTree as ElementTree

import zeep

wsdl, key = sys.argv[1:3]
agent, extension, other, code = sys.argv[3:7] or ("108", "708", "709", "3")
soap = zeep.Client(wsdl).service
today = datetime.date.today()
start, end = (str(today + datetime.timedelta(days=days)) for days in (-1, 1))


def check(right, what):
    if not right:
        sys.exit(f"python: {what}")


def document(report):
    check(report.startswith("<?xml"), f"no report but {report!r}")
    # Encoded as the report itself declares: statusQueues does so in ISO-8859-1.
    encoding = "iso-8859-1" if 'encoding="ISO-8859-1"' in report[:60] else "utf-8"
    return ElementTree.fromstring(report.encode(encoding))


# A wrong key is FALSE where an agent is moved, and -1 everywhere else
wrong_key = [
    soap.loginAgent("wrong", agent, extension), soap.logoutAgent("wrong", agent),
    soap.pauseAgent("wrong", agent, "", ""), soap.unpauseAgent("wrong", agent, ""),
    soap.statusQueues("wrong"), soap.queueData("wrong", "", "", start, end), soap.agentData("wrong", "q_ventas", start, end),
    soap.getAgentLoggedInfo("wrong", "x"), soap.getUserByAgent("wrong", agent), soap.getUserInfo("wrong", "x"),
    soap.getAgentTimes("wrong", start, end, "", ""), soap.agentSessionDetail("wrong", start, end, "", ""),
    soap.getAgentLogin("wrong", extension),
]
check(all(answer is False for answer in wrong_key[:4]) and wrong_key[4:] == ["-1"] * 9, f"a wrong key answers {wrong_key}")

# Who is it? (zeep gives an empty answer as None.)
user = soap.getUserByAgent(key, agent)
check(user and not soap.getUserByAgent(key, "99999"), f"agent {agent} is the user {user!r}")
person = document(soap.getUserInfo(key, user)).find("user").attrib
check(person["nroAgente"] == agent and person["agente"] == "1", f"getUserInfo answers {person}")
check(not soap.getUserInfo(key, "nadie"), "getUserInfo knows nadie")


# Logs in, at one telephone. Where a run was cut short the agent is still there.
soap.logoutAgent(key, agent)
check(soap.getAgentLoggedInfo(key, user) == "0", f"{user} is logged in already")
check(soap.loginAgent(key, agent, "99999") is False, "a login at an extension that there is not")
check(soap.loginAgent(key, agent, extension) is True, f"loginAgent at {extension}")
check(soap.loginAgent(key, agent, other) is False, f"a second login, at {other}")
logged = document(soap.getAgentLoggedInfo(key, user)).find("user").attrib
check((logged["logueado"], logged["nroAgente"], logged["extension"]) == ("1", agent, extension), f"getAgentLoggedInfo: {logged}")
here, there = document(soap.getAgentLogin(key, f"{extension},{other}"))
check((here.get("number"), there.get("number"), len(there)) == (extension, other, 0), f"getAgentLogin: {here.attrib} {there.attrib}")
check(here.find("agent").attrib == {"number": agent, "user": user, "name": person["nombre"]}, f"at {extension}: {here.find('agent').attrib}")
queues = {queue.get("name"): queue.attrib for queue in here.findall("queue")}
check(queues and all(queue["is_logged"] == "true" for queue in queues.values()), f"logged in to {queues}")


def panel():
    """What statusQueues shows of the agent: status and name, and the place in each queue."""
    report = soap.statusQueues(key)
    check(report.startswith('<?xml version="1.0" encoding="ISO-8859-1"'), f"statusQueues begins {report[:60]}")
    root = document(report)
    shown = next(row.attrib for row in root.iter("agent") if row.text == agent)
    return shown, {queue.get("qname"): row.attrib for queue in root.iter("queue") for row in queue.iter("qagent") if row.text == agent}


# Pauses with a reason: everywhere. A customer may have come first.
check(soap.pauseAgent(key, agent, "", "nope") is False, "a pause with a reason that there is not")
check(soap.pauseAgent(authorizedKey=key, agent=agent, queues="", pauseDTMF=code) is True, f"pauseAgent with reason {code}")
shown, places = panel()
patience = time.monotonic() + 100
while shown["status"] != "busyout" and time.monotonic() < patience:
    time.sleep(0.5)
    shown, places = panel()
check((shown["status"], shown["name"]) == ("busyout", person["nombre"]), f"statusQueues: {shown}")
reason = next(iter(places.values()))["pausetype"]
check(reason and places.keys() == queues.keys(), f"statusQueues: {places}")
for queue, place in places.items():
    check((place["logged"], place["paused"], place["pausetype"]) == ("true", "true", reason), f"in {queue}: {place}")
time.sleep(2)

# Goes on, and logs out
check(soap.unpauseAgent(key, agent, "q_nadie") is False, "the end of a pause in a queue that there is not")
check(soap.unpauseAgent(key, agent, ",".join(queues)) is True, "unpauseAgent")
for queue, place in panel()[1].items():
    check((place["logged"], place["paused"], place["pausetype"]) == ("true", "false", ""), f"in {queue}: {place}")
check(soap.logoutAgent(key, agent) is True, "logoutAgent")
check(soap.logoutAgent(key, agent) is False, "a second logoutAgent")
check(soap.getAgentLoggedInfo(key, user) == "0", f"{user} is still logged in")

# The session is in the reports, the same in all
for queue in queues:
    # Written from the PBX's log, which is read every moment. An earlier session ended before this login; this one ended 2 s and more after it.
    since = str(datetime.datetime.fromisoformat(queues[queue]["logged_date"]) + datetime.timedelta(seconds=2))
    session, patience = None, time.monotonic() + 20
    while session is None and time.monotonic() < patience:
        time.sleep(0.2)
        detail = document(soap.agentSessionDetail(key, start, end, user, queue))
        session = next((row for row in detail.iter("session") if row.get("end") >= since), None)
    check(session is not None, f"agentSessionDetail has not the session in {queue}")
    pauses = [pause.attrib for pause in session]
    check(len(pauses) == 1 and pauses[0]["type"] == reason and int(pauses[0]["duration"]) >= 2, f"its pauses {pauses}")
    began, ended = (datetime.datetime.fromisoformat(session.get(side)) for side in ("start", "end"))
    check((ended - began).total_seconds() == int(session.get("duration")), f"the session {session.attrib}")
    check(session.get("start") <= pauses[0]["start"] and pauses[0]["end"] <= session.get("end"), f"{pauses} in {session.attrib}")

    activities = [row.attrib for row in document(soap.queueData(key, queue, agent, start, end))]
    moves = [row for row in activities if row["action"] in ("LOGIN", "PAUSE", "UNPAUSE", "LOGOUT")][-4:]
    check([(row["action"], row["date"], row["cause"], row["uniqueid"]) for row in moves] == [
        ("LOGIN", session.get("start"), "", "NONE"), ("PAUSE", pauses[0]["start"], reason, "NONE"),
        ("UNPAUSE", pauses[0]["end"], "", "NONE"), ("LOGOUT", session.get("end"), "", "NONE")], f"queueData: {moves}")

    times = (detail.find("*/queue").get("logged"), detail.find("*/queue").get("paused"))
    agente = f"({agent}) {person['nombre']}"
    data = next((row.attrib for row in document(soap.agentData(key, queue, start, end)) if row.get("agente") == agente), None)
    check(data and (data["logueadoSeg"], data["pausadoSeg"]) == times, f"agentData of {agente} in {queue}: {data}")
    parts = sum(int(data[part]) for part in ("disponibleSeg", "pausadoSeg", "habladoSeg", "habladoSalienteSeg"))
    check(parts == int(data["logueadoSeg"]), f"agentData: {data}")
    row = document(soap.getAgentTimes(key, start, end, user, queue)).find("agent").attrib
    check(row == {"agent": agent, "user": user, "name": person["nombre"], "loged": times[0], "paused": times[1]}, f"getAgentTimes: {row}")
check(soap.getAgentTimes(key, end, start, user, "") == "-8", "getAgentTimes of a period that ends before it begins")

print(json.dumps({
    "wrongKey": wrong_key, "user": user, "name": person["nombre"], "extension": logged["extension"], "queues": list(queues),
    "descriptions": [queue["description"] for queue in queues.values()], "status": shown["status"], "reason": reason, "paused": int(pauses[0]["duration"]),
    "agente": data["agente"]}, ensure_ascii=False))
