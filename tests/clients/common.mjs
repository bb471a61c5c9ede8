// What the clients in JavaScript share: where the service is, and how they tell a fault.

import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export const BASE = process.env.FOREWORD_FHIR;
export const TOKEN = process.env.FOREWORD_TOKEN;
export const FOLDER = process.env.FOREWORD_FOLDER;
export const DEMO = JSON.parse(fs.readFileSync(process.env.FOREWORD_DEMO));
// Where npm put the packages.
export const PACKAGES = process.env.FOREWORD_NODE_PACKAGES;

export const require = createRequire(path.join(PACKAGES, 'of-the-tests.js'));

// A package that is only to be had as a module, by the file in it.
export const load = (file) => import(pathToFileURL(path.join(PACKAGES, 'node_modules', file)));

let faults = 0;

// Counts a fault and goes on, so that one run tells all of them.
export function expect(holds, what) {
  if (!holds) {
    faults += 1;
    console.log(`FAULT ${what}`);
  }
  return Boolean(holds);
}

// Ends the client: with 1 where there was a fault.
export function finish(summary) {
  console.log(summary);
  process.exitCode = faults ? 1 : 0;
}
