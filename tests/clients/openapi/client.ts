// The examples of the original document with a client generated from the server's own: campaigns and contacts, lists, pending calls, forms.
// Every answer is used by the types that the document gives it: where they are not what is used here, it does not compile.
import * as expand from './api';
import { client } from './api/client.gen';

declare const process: { argv: string[]; exit(code: number): never };

const [url, credential] = process.argv.slice(-2);
const given = Object.fromEntries(process.argv.slice(2, -2).map(argument => argument.split('=')));
const [campaign, other, form] = [given.campaign ?? '313', given.other ?? '427', given.form ?? 'codigofeliz'];
client.setConfig({ baseUrl: url, auth: credential });

function check(right: boolean, what: string): asserts right {
  if (right) return;
  console.error(`openapi: ${what}`);
  process.exit(1);
}

interface Answer<T> { data: T | undefined; error: unknown; response: Response }

/** What came back with that status. */
function got<T>({ data, error, response }: Answer<T>, status: number): T {
  check(response.status === status && data !== undefined, `${response.url} answers ${response.status} ${JSON.stringify(error ?? data)}`);
  return data;
}

/** The problem that came back with that status; the types know no other error. */
function problem({ error, response }: { error: expand.ProblemDocument | undefined; response: Response }, status: number): expand.ProblemDocument {
  check(response.status === status && error?.status === status, `${response.url} answers ${response.status} ${JSON.stringify(error)}`);
  return error;
}

const problems: string[] = [];

async function dialer() {
  const info = { ci: '3123456-0', correo: 'rangles@expand.com.uy' };
  const added = got(await expand.dialerAdd({ path: { id: campaign }, body: { name: 'Rodrigo', numcall: '27111200', enable: true, info } }), 201);
  const path = { id: campaign, contactId: String(added.id) };
  const log: expand.StateLogRecord[] = added.statelog;
  check(added.state === 'Pending' && added.lastattempt === '' && log[0].transition === '_Source_API_Apl', `the contact added is ${JSON.stringify(added)}`);
  const asText = await expand.dialerAdd({ path: { id: campaign }, body: { name: 'Rodrigo', numcall: '27111200', info: JSON.stringify(info) } });
  check(got(asText, 201).info.ci === info.ci, 'info as a text is not what it says');
  const read: expand.ContactRecord = got(await expand.dialerGetContact({ path }), 200);
  check(JSON.stringify(read) === JSON.stringify(added), `the contact read is ${JSON.stringify(read)}`);
  const change = { name: 'Rodrigo', numcall: '099267067', enable: true, info: { ci: '36860117', correo: 'info@expand.com.uy' } };
  const changed = got(await expand.dialerChange({ path, body: change }), 200);
  check(changed.numcall === change.numcall && changed.info.ci === '36860117', `the contact changed is ${JSON.stringify(changed)}`);

  const campaigns = got(await expand.dialerList({ query: { state: 'Active', order: 'desc', order_by: 'name' } }), 200);
  check(campaigns.data.some(one => one.id === Number(campaign) && one.contacts.Pending > 0), `the campaigns are ${JSON.stringify(campaigns)}`);
  const rules = got(await expand.dialerGet({ path: { id: campaign } }), 200).redialrules;
  check(rules[0].outcome === 'Busy' && rules[0].wait === 300, `the redial rules are ${JSON.stringify(rules)}`);
  const found = got(await expand.dialerContacts({ path: { id: campaign }, query: { like: 'Rodrigo', state: 'Completed', start: 0, limit: 10 } }), 200);
  check(found.recordsTotal === 1 && found.data[0].statetimestamp === '2017-07-12 15:44:18', `like=Rodrigo finds ${JSON.stringify(found)}`);
  const pending = got(await expand.dialerActivity({ path: { id: other }, query: { order_by: 'name', order: 'asc', state: 'Pending' } }), 200);
  check(pending.data.map(one => one.name).join() === 'Beatriz,Carlos,Zulma', `pending are ${JSON.stringify(pending)}`);
  const february = got(await expand.dialerActivity({ path: { id: other }, query: { saddtimestamp: '2019-02-01', eaddtimestamp: '2019-02-28' } }), 200);
  check(february.recordsTotal === 2, `added in February are ${JSON.stringify(february)}`);

  problems.push(problem(await expand.dialerGetContact({ path: { id: campaign, contactId: '999999999' } }), 404).errrorCode);
}

async function lists() {
  const all = got(await expand.simpleListsLists(), 200).data;
  check(all.map(list => list.alias).join() === 'Vendedores,Cartera' && all.every(list => list.type === 'simple'), `the lists are ${JSON.stringify(all)}`);
  const path = { list: 'cartera', key: '27126666' };
  const body = { key: path.key, value: '112' };
  const added = got(await expand.simpleListsAddElement({ path, body }), 201);
  problems.push(problem(await expand.simpleListsAddElement({ path, body }), 409).errrorCode);
  check(got(await expand.simpleListsElement({ path }), 200).id === added.id, 'the element read is another one');
  check(got(await expand.simpleListsChangeElement({ path, body: { value: 'valor nuevo' } }), 200).value === 'valor nuevo', 'the element has not changed');
  const elements: expand.ElementAnswer[] = got(await expand.simpleListsElements({ path }), 200).data;
  check(elements.map(one => `${one.key}=${one.value}`).join() === '27111200=200,27126666=valor nuevo', `the elements are ${JSON.stringify(elements)}`);
  check(got(await expand.simpleListsRemoveElement({ path }), 200).key === path.key, 'another element was removed');
}

async function calls() {
  const body: expand.OutgoingCallBody = {
    queue: 'tecnologia', phone: ['21232322', '099999999'], contact: 'Pedro', subject: 'Confirmacion contrato ADSL', calldate: '2016-11-10 15:00',
    expiration: 0, agent: 'pperez', link: { 'nombre de link': 'http://www.link.com' },
  };
  const id = String(got(await expand.outgoingCallsAdd({ body }), 201).callid);
  const call = got(await expand.outgoingCallsFind({ path: { id } }), 200);
  check(call.phone[1] === '099999999' && call.link['nombre de link'] === 'http://www.link.com' && call.status === 'PENDING', `the call is ${JSON.stringify(call)}`);
  check(got(await expand.outgoingCallsReplace({ path: { id }, body: { ...body, phone: '21232322' } }), 200).callid === Number(id), 'another call was changed');
  check(got(await expand.outgoingCallsFind({ path: { id } }), 200).phone.join() === '21232322', 'the call has other numbers');
  const ok: string = got(await expand.outgoingCallsCancel({ path: { id } }), 200);
  check(ok === 'ok', `cancelling answers ${ok}`);
  const canceled = got(await expand.outgoingCallsList({ query: { queue: 'tecnologia', status: 'CANCELED' } }), 200).data;
  check(canceled.some(one => one.id === Number(id)), 'the canceled call is not listed');
  const refused = problem(await expand.outgoingCallsAdd({ body: { ...body, queue: 'nadie' } }), 400);
  check(refused.errors?.queue?.[0] === 'there is no queue nadie', `the refusal is ${JSON.stringify(refused)}`);
  problems.push(refused.errrorCode);
}

async function forms() {
  const entries: expand.FormEntryAnswer[] = got(await expand.formsList({ path: { form }, query: { start_date: '2017-09-01', end_date: '2017-09-30' } }), 200);
  check(entries.length === 1 && entries[0].agent.number === 303, `the entries are ${JSON.stringify(entries)}`);
  const entry = got(await expand.formsFind({ path: { form, idcall: String(entries[0].incomingcall_id) } }), 200);
  check(entry._id === entries[0]._id && entry.data.codigofeliz[0].value === 'NG1lOWF917', `the entry is ${JSON.stringify(entry)}`);
}

async function all() {
  await dialer();
  await lists();
  await calls();
  await forms();
  console.log(JSON.stringify({ did: ['dialer', 'lists', 'outgoingcalls', 'dynamicforms'], problems }));
}

all().catch(failure => check(false, String(failure?.stack ?? failure)));
