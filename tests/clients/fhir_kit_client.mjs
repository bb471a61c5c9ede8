// fhir-kit-client: the statement, search by GET and POST, pages there and back, create, update with If-Match, batch.

import { BASE, DEMO, TOKEN, expect, finish, load } from './common.mjs';

const { Client } = await load('fhir-kit-client/dist/index.js');
const client = new Client({ baseUrl: BASE, bearerToken: TOKEN });

// What a refusal was: its status and whether it says why as FHIR does.
async function refusal(request) {
  try {
    await request();
    return 'no refusal';
  } catch (error) {
    const type = error.response?.data?.resourceType;
    return type === 'OperationOutcome' ? error.response.status : `${error.response?.status} with ${type}`;
  }
}

const statement = await client.capabilityStatement();
expect(statement.resourceType === 'CapabilityStatement', 'there is no capability statement');
const smart = await client.smartAuthMetadata();
expect(smart?.tokenUrl, 'the place of tokens is not found');

let bundle = await client.search({ resourceType: 'Appointment', searchParams: { _count: '3' } });
const ids = [];
while (bundle) {
  ids.push(...(bundle.entry ?? []).map((entry) => entry.resource.id));
  bundle = await client.nextPage({ bundle });
}
expect(new Set(ids).size === ids.length, 'an appointment stands on two pages');
const all = await client.search({ resourceType: 'Appointment', searchParams: { _summary: 'count' } });
expect(all.total === ids.length, `${ids.length} appointments on pages, ${all.total} by count`);

const posted = await client.search({
  resourceType: 'Appointment',
  searchParams: { patient: DEMO.patients[0].id, _include: 'Appointment:patient' },
  options: { postSearch: true },
});
const types = posted.entry.map((entry) => `${entry.search.mode} ${entry.resource.resourceType}`);
expect(types.includes('match Appointment') && types.includes('include Patient'), `found ${types}`);

const identifier = [{ system: 'urn:foreword:tests', value: `kit-${Date.now()}` }];
const body = {
  resourceType: 'Patient',
  identifier,
  name: [{ family: 'Kit', given: ['Ann'] }],
  birthDate: '1970-02-03',
};
const made = await client.create({ resourceType: 'Patient', body });
const changed = { ...made, name: [{ family: 'Kit', given: ['Anna'] }] };
const etag = `W/"${made.meta.versionId}"`;
const put = (version) =>
  client.update({
    resourceType: 'Patient',
    id: made.id,
    body: changed,
    options: { headers: { 'If-Match': version } },
  });
const newer = await put(etag);
expect(newer.name[0].given[0] === 'Anna', 'the change did not arrive');
expect((await refusal(() => put(etag))) === 412, 'a stale version was overwritten');

const batch = await client.batch({
  body: {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [
      { request: { method: 'GET', url: `Patient/${made.id}` } },
      { request: { method: 'GET', url: 'Patient/no-such-patient' } },
    ],
  },
});
const statuses = batch.entry.map((entry) => entry.response.status.slice(0, 3)).join();
expect(statuses === '200,404', `the batch was answered ${statuses}`);

for (const [what, request, status] of [
  ['a patient that is not there', () => client.read({ resourceType: 'Patient', id: 'no-such-patient' }), 404],
  ['a type that is not served', () => client.search({ resourceType: 'Medication' }), 404],
  ['an appointment to be deleted', () => client.delete({ resourceType: 'Appointment', id: ids[0] }), 405],
]) {
  const got = await refusal(request);
  expect(got === status, `${what}: ${got} instead of ${status}`);
}

finish(`${ids.length} appointments, a patient made and changed, a batch of 2`);
