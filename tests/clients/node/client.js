// A CRM's calls with node-soap: node client.js WSDL KEY [SRC DST SILENT]
import { createRequire } from 'node:module';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

// require, and not import: it looks into NODE_PATH too.
const { createClientAsync } = createRequire(import.meta.url)('soap');
const [wsdl, key, src = '705', dst = '706', silent = '712'] = process.argv.slice(2);
const soap = await createClientAsync(wsdl);

function check(right, what) {
  if (right) return;
  console.error(`node: ${what}`);
  process.exit(1);
}

/** One call; arguments by name. node-soap gives an object where the answer carries xsi:type. */
async function call(operation, args) {
  const [answer] = await soap[`${operation}Async`](args);
  return answer.return?.$value ?? answer.return;
}

/** The elements of a report, each as its attributes. */
function rows(report, element) {
  check(report.startsWith('<?xml'), `no report but '${report}'`);
  const text = value => value.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
  return [...report.matchAll(new RegExp(`<${element} (.*?)/?>`, 'gs'))]
    .map(found => Object.fromEntries([...found[1].matchAll(/(\w+)="(.*?)"/gs)].map(([, name, value]) => [name, text(value)])));
}

/** Follows a job until it has the wanted status; answers all that it had on the way. */
async function follow(originatedID, wanted) {
  const seen = [];
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) {
    const status = await call('originateCallStatus', { authorizedKey: key, originatedID });
    if (seen.at(-1) !== status) seen.push(status);
    if (status === wanted) return seen;
  }
  check(false, `job ${originatedID} did not get status ${wanted} but ${seen}`);
}

const originate = args => call('originateCall', { authorizedKey: key, ...args });
const cancel = originatedID => call('originateCallCancel', { authorizedKey: key, originatedID });

// Extensions
const extensions = rows(await call('extensionPbx', { authorizedKey: key }), 'extensioninfo');
const names = Object.fromEntries(extensions.map(row => [row.extension, row.calleridName]));
check(names[src] && names[dst], `extensions ${src} and ${dst} are not in ${JSON.stringify(names)}`);

// A wrong key is -1, everywhere
const authorizedKey = 'wrong', period = { inicio: '2026-01-01', fin: '2026-01-02' };
const wrongKey = [
  await call('originateCall', { authorizedKey, src, srcCallerID: 'A', dst, dstCallerID: 'B', timeout: 20, callinfo: '' }),
  await call('originateCallStatus', { authorizedKey, originatedID: '12345678' }),
  await call('originateCallCancel', { authorizedKey, originatedID: '12345678' }),
  await call('extensionPbx', { authorizedKey }),
  await call('cdrData', { authorizedKey, uniqueid: '', ...period }),
  await call('cdrCustom', { authorizedKey, ...period }),
];
check(JSON.stringify(wrongKey) === '["-1",-1,-1,"-1","-1","-1"]', `a wrong key answers ${JSON.stringify(wrongKey)}`);

// A call: rings, is answered, is cancelled
const name = `Peña & Cía ${randomBytes(3).toString('hex')}`, callinfo = `contrato=${name}`;
const job = await originate({ src, srcCallerID: name, dst, dstCallerID: 'Señor <Núñez>', timeout: 20, callinfo });
check(/^[0-9a-f]{8}$/.test(job), `originateCall answers '${job}'`);
const statuses = await follow(job, 2);
check(await cancel(job) === 1, 'a connected call cannot be cancelled');
statuses.push(...await follow(job, 3));
check(await cancel(job) === 0, 'an ended call can be cancelled');

// Another one, cancelled while its destination rings
const ringing = await originate({ src, srcCallerID: name, dst: silent, timeout: 60 });
for (let i = 0; i < 8; i++, await sleep(500)) {
  const status = await call('originateCallStatus', { authorizedKey: key, originatedID: ringing });
  check(status === 1, `a call to ${silent} has status ${status}`);
}
check(await cancel(ringing) === 1, 'a ringing call cannot be cancelled');
await follow(ringing, 3);

// No such job; and requests that would reach past their argument
const unknown = [await call('originateCallStatus', { authorizedKey: key, originatedID: '00000000' }), await cancel('00000000')];
check(unknown.every(code => code === 0), `an unknown job answers ${unknown}`);
const injected = [];
for (const argument of ['src', 'srcCallerID', 'dst', 'dstCallerID', 'callinfo']) {
  const args = { src, srcCallerID: 'A', dst, dstCallerID: 'B', timeout: 20, callinfo: 'info' };
  args[argument] += '\r\nAction: Hangup';
  injected.push(await call('originateCallStatus', { authorizedKey: key, originatedID: await originate(args) }));
}
check(injected.every(status => status === 6), `line breaks in an argument give ${injected}`);

// The call's record: by period, then by its uniqueid; its callinfo
const [inicio, fin] = [-1, 1].map(days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));
let record;
for (const end = Date.now() + 20_000; !record && Date.now() < end; await sleep(200)) {
  record = rows(await call('cdrData', { authorizedKey: key, inicio, fin }), 'call')
    .find(row => row.clid === `${name} (${src})` && row.dst === dst);
}
check(record, `no record of '${name}' in cdrData`);
const same = rows(await call('cdrData', { authorizedKey: key, uniqueid: record.uniqueid }), 'call');
check(same.some(row => row.clid === record.clid), 'cdrData by uniqueid does not find it');
const longAgo = { authorizedKey: key, inicio: '2001-01-01', fin: '2001-01-01' };
check(rows(await call('cdrData', longAgo), 'call').length === 0, 'there are calls of the year 2001');
const custom = rows(await call('cdrCustom', { authorizedKey: key, inicio, fin }), 'call').find(row => row.uniqueid === record.uniqueid);
check(custom, 'the call is not in cdrCustom');
check(custom.observaciones === callinfo, `cdrCustom has the callinfo '${custom.observaciones}'`);

// A call that there is not has no recording
const recording = await call('recordingPbx', { authorizedKey: key, uniqueId: '1.1' });
check(String(recording).includes('<recording status="-1" uniqueid="1.1"'), `recordingPbx of no call: ${recording}`);

// Messages: 0 where no gateway is configured
const sendSms = (who, msgId, msgRecip) => call('sendSms', { authorizedKey: who, msgId, msgData: 'Señal: 5 €', msgRecip });
check((await sendSms('wrong', 0, '099123456')) === -1 && (await call('statusSms', { authorizedKey: 'wrong', idSMS: 1 })) === '-1', 'a wrong key sends messages');
check((await sendSms(key, 0, '09a')) === 0 && (await sendSms(key, 1, '099123456')) === 0, 'a wrong message is taken');
const sms = await sendSms(key, 0, '099123456 099123457');
check(sms === 0 || ['PENDING', 'SENT'].includes(await call('statusSms', { authorizedKey: key, idSMS: sms })), `sendSms answers ${sms}`);
// This client reads an empty text as an object that has its type only.
const noMessage = await call('statusSms', { authorizedKey: key, idSMS: 2147483647 });
check(!noMessage || (noMessage.attributes && noMessage.$value === undefined), `there is a status of no message: ${JSON.stringify(noMessage)}`);

console.log(JSON.stringify({
  extension: names[src], wrongKey: wrongKey.map(String), statuses, unknown, injected, name, clid: record.clid,
  disposition: record.disposition, dst: record.dst, dnis: custom.dnis, callinfo: custom.observaciones,
}));
