// A CRM's agent with node-soap: node agent.js WSDL KEY [AGENT EXTENSION OTHER-EXTENSION REASON-CODE]
// Logs the agent in, pauses, goes on and logs out, and finds all of it in the reports.
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

// require, and not import: it looks into NODE_PATH too.
const { createClientAsync } = createRequire(import.meta.url)('soap');
const [wsdl, authorizedKey, agent = '108', extension = '708', other = '709', pauseDTMF = '3'] = process.argv.slice(2);
const soap = await createClientAsync(wsdl);
const [inicio, fin] = [-1, 1].map(days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));

function check(right, what) {
  if (right) return;
  console.error(`node: ${typeof what === 'string' ? what : JSON.stringify(what)}`);
  process.exit(1);
}

const same = (got, wanted, what) => check(isDeepStrictEqual(got, wanted), `${what}: ${JSON.stringify(got)}, and not ${JSON.stringify(wanted)}`);

/** One call; arguments by name. node-soap gives an object where the answer carries xsi:type, and null for an empty one. */
async function call(operation, args = {}) {
  const [answer] = await soap[`${operation}Async`]({ authorizedKey, ...args });
  const value = answer.return;
  return value !== null && typeof value === 'object' ? value.$value ?? '' : value ?? '';
}

/** The elements of a report: attributes, and what is inside. */
function elements(report, name) {
  const text = value => value.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
  return [...report.matchAll(new RegExp(`<${name}( [^>]*?)?(?:/>|>(.*?)</${name}>)`, 'gs'))].map(([, attributes = '', inside = '']) => ({
    inside, ...Object.fromEntries([...attributes.matchAll(/(\w+)="(.*?)"/gs)].map(([, key, value]) => [key, text(value)])),
  }));
}

// A wrong key is FALSE where an agent is moved, and -1 everywhere else
const wrong = { authorizedKey: 'wrong' }, period = { FechaInicio: inicio, FechaFin: fin };
const wrongKey = [
  await call('loginAgent', { ...wrong, agent, extension }), await call('logoutAgent', { ...wrong, agent }),
  await call('pauseAgent', { ...wrong, agent, queues: '', pauseDTMF: '' }), await call('unpauseAgent', { ...wrong, agent, queues: '' }),
  await call('statusQueues', wrong), await call('queueData', { ...wrong, Cola: '', Agente: '', ...period }),
  await call('agentData', { ...wrong, Cola: 'q_ventas', ...period }), await call('getAgentLoggedInfo', { ...wrong, username: 'x' }),
  await call('getUserByAgent', { ...wrong, agent }), await call('getUserInfo', { ...wrong, username: 'x' }),
  await call('getAgentTimes', { ...wrong, inicio, fin, agente: '', cola: '' }),
  await call('agentSessionDetail', { ...wrong, inicio, fin, userID: '', cola: '' }), await call('getAgentLogin', { ...wrong, extensions: extension }),
];
same(wrongKey, [false, false, false, false, ...Array(9).fill('-1')], 'a wrong key');

// Who is it?
const username = await call('getUserByAgent', { agent });
check(username !== '' && await call('getUserByAgent', { agent: '99999' }) === '', `agent ${agent} is the user '${username}'`);
const [person] = elements(await call('getUserInfo', { username }), 'user');
same([person.nroAgente, person.agente], [agent, '1'], 'getUserInfo');
same(await call('getUserInfo', { username: 'nadie' }), '', 'getUserInfo of nadie');

// Logs in, at one telephone. Where a run was cut short the agent is still there.
await call('logoutAgent', { agent });
same(await call('getAgentLoggedInfo', { username }), '0', `${username} before the login`);
same(await call('loginAgent', { agent, extension: '99999' }), false, 'a login at an extension that there is not');
same(await call('loginAgent', { agent, extension }), true, 'loginAgent');
same(await call('loginAgent', { agent, extension: other }), false, 'a second login, elsewhere');
const [logged] = elements(await call('getAgentLoggedInfo', { username }), 'user');
same([logged.logueado, logged.nroAgente, logged.extension], ['1', agent, extension], 'getAgentLoggedInfo');
const [here, there] = elements(await call('getAgentLogin', { extensions: `${extension},${other}` }), 'extension');
same([here.number, there.number, there.inside], [extension, other, ''], 'getAgentLogin');
same(elements(here.inside, 'agent'), [{ inside: '', number: agent, user: username, name: person.nombre }], 'who is at the extension');
const queues = elements(here.inside, 'queue');
check(queues.length > 0 && queues.every(queue => queue.is_logged === 'true'), queues);

/** What statusQueues shows of the agent: status and name, and the place in each queue. */
async function panel() {
  const report = await call('statusQueues');
  check(report.startsWith('<?xml version="1.0" encoding="ISO-8859-1"'), `statusQueues begins ${report.slice(0, 60)}`);
  const mine = row => row.inside === agent;
  return {
    shown: elements(report, 'agent').find(mine),
    places: elements(report, 'queue').map(queue => ({ queue: queue.qname, ...elements(queue.inside, 'qagent').find(mine) })).filter(mine),
  };
}

// Pauses with a reason: everywhere. A customer may have come first.
same(await call('pauseAgent', { agent, queues: '', pauseDTMF: 'nope' }), false, 'a pause with a reason that there is not');
same(await call('pauseAgent', { agent, queues: '', pauseDTMF }), true, 'pauseAgent');
let { shown, places } = await panel();
for (const end = Date.now() + 100_000; shown.status !== 'busyout' && Date.now() < end; await sleep(500)) ({ shown, places } = await panel());
same([shown.status, shown.name], ['busyout', person.nombre], 'statusQueues');
const reason = places[0].pausetype;
check(reason !== '', places);
same(places.map(place => [place.queue, place.logged, place.paused, place.pausetype]), queues.map(queue => [queue.name, 'true', 'true', reason]), 'statusQueues');
await sleep(2000);

// Goes on, and logs out
same(await call('unpauseAgent', { agent, queues: 'q_nadie' }), false, 'the end of a pause in a queue that there is not');
same(await call('unpauseAgent', { agent, queues: queues.map(queue => queue.name).join(',') }), true, 'unpauseAgent');
for (const place of (await panel()).places) same([place.logged, place.paused, place.pausetype], ['true', 'false', ''], `in ${place.queue}`);
same(await call('logoutAgent', { agent }), true, 'logoutAgent');
same(await call('logoutAgent', { agent }), false, 'a second logoutAgent');
same(await call('getAgentLoggedInfo', { username }), '0', `${username} after the logout`);

// The session is in the reports, the same in all
const seconds = date => Date.parse(date.replace(' ', 'T')) / 1000;
let pauses, data;
for (const { name: cola, logged_date: loggedDate } of queues) {
  const name = person.nombre;
  // Written from the PBX's log, which is read every moment. An earlier session ended before this login; this one ended 2 s and more after it.
  let detail, session;
  for (const end = Date.now() + 20_000; !session && Date.now() < end; await sleep(200)) {
    [detail] = elements(await call('agentSessionDetail', { inicio, fin, userID: username, cola }), 'queue');
    session = elements(detail?.inside ?? '', 'session').find(row => seconds(row.end) >= seconds(loggedDate) + 2);
  }
  check(session, `agentSessionDetail has not the session in ${cola}`);
  pauses = elements(session.inside, 'pause');
  check(pauses.length === 1 && pauses[0].type === reason && Number(pauses[0].duration) >= 2, pauses);
  same(seconds(session.end) - seconds(session.start), Number(session.duration), 'the duration');
  check(session.start <= pauses[0].start && pauses[0].end <= session.end, session);

  const activities = elements(await call('queueData', { Cola: cola, Agente: agent, ...period }), 'activity');
  const moves = activities.filter(row => ['LOGIN', 'PAUSE', 'UNPAUSE', 'LOGOUT'].includes(row.action)).slice(-4);
  same(moves.map(row => [row.action, row.date, row.cause, row.uniqueid]), [
    ['LOGIN', session.start, '', 'NONE'], ['PAUSE', pauses[0].start, reason, 'NONE'],
    ['UNPAUSE', pauses[0].end, '', 'NONE'], ['LOGOUT', session.end, '', 'NONE']], 'queueData');

  const { logged: loged, paused } = detail;
  data = elements(await call('agentData', { Cola: cola, ...period }), 'agent').find(row => row.agente === `(${agent}) ${name}`);
  same([data?.logueadoSeg, data?.pausadoSeg], [loged, paused], `agentData in ${cola}`);
  same(Number(data.disponibleSeg) + Number(data.pausadoSeg) + Number(data.habladoSeg) + Number(data.habladoSalienteSeg), Number(loged), 'agentData');
  const [{ inside, ...row }] = elements(await call('getAgentTimes', { inicio, fin, agente: username, cola }), 'agent');
  same(row, { agent, user: username, name, loged, paused }, 'getAgentTimes');
}
same(await call('getAgentTimes', { inicio: fin, fin: inicio, agente: username, cola: '' }), '-8', 'getAgentTimes of a period that ends before it begins');

console.log(JSON.stringify({
  wrongKey, user: username, name: person.nombre, extension: logged.extension, queues: queues.map(queue => queue.name),
  descriptions: queues.map(queue => queue.description), status: shown.status, reason, paused: Number(pauses[0].duration), agente: data.agente,
}));
