// LHC-Forms (National Library of Medicine) in Chromium: PHQ-9 is filled in as a person does, handed in, and the
// clinic's page of that visit shows the total that the renderer computed.

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

import { BASE, DEMO, FOLDER, PACKAGES, TOKEN, expect, finish, require } from './common.mjs';

const { chromium } = require('playwright-core');
const DIST = path.join(PACKAGES, 'lforms/package/dist/lforms');
const WORDS = ['Not at all', 'Several days', 'More than half the days', 'Nearly every day'];
const GIVEN = { q1: 2, q2: 1, q3: 3, q4: 3, q5: 0, q6: 1, q7: 2, q8: 1, q9: 0 };
const TOTAL = Object.values(GIVEN).reduce((sum, weight) => sum + weight, 0);
const patient = DEMO.patients[5];
const headers = { Authorization: `Bearer ${TOKEN}`, Accept: 'application/fhir+json' };

const page = `<!doctype html><meta charset=utf-8><link rel=stylesheet href=/webcomponent/styles.css><div id=questions></div>
<script src=/webcomponent/assets/lib/zone.min.js></script><script src=/webcomponent/lhc-forms.js></script>
<script src=/fhir/R4/lformsFHIR.min.js></script>`;
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

// The renderer's own files, for the browser.
const files = http.createServer((request, response) => {
  const name = new URL(request.url, 'http://localhost').pathname;
  const file = path.join(DIST, path.normalize(name));
  response.setHeader(
    'Content-Type',
    types[path.extname(file)] ?? (name === '/' ? 'text/html' : 'application/octet-stream'),
  );
  if (name === '/') return response.end(page);
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end();
  return fs.createReadStream(file).pipe(response);
});

async function fill(tab, questionnaire) {
  await tab.goto(`http://127.0.0.1:${files.address().port}/`);
  await tab.waitForFunction(() => window.LForms?.FHIR, null, { timeout: 60_000 });
  await tab.evaluate(
    (sent) => LForms.Util.addFormToPage(sent, 'questions', { fhirVersion: 'R4' }),
    questionnaire,
  );
  await tab.waitForFunction(() => LForms.Util._getFormObjectInScope('questions')?.items);
  for (const [linkId, weight] of Object.entries(GIVEN)) {
    const id = await tab.evaluate((wanted) => {
      const items = LForms.Util._getFormObjectInScope('questions').items;
      return items.find((item) => item.linkId === wanted)?._elementId;
    }, linkId);
    const field = tab.locator(`[id="${id}"]`).first();
    await field.click();
    await field.pressSequentially(WORDS[weight]);
    // The list of options that fit, each perhaps with a number before it and a score behind it.
    const options = tab.locator('#lhc-tools-searchResults li');
    await options.filter({ hasText: WORDS[weight] }).first().click();
    await field.press('Tab');
  }
  await tab.waitForTimeout(500);
  const invalid = await tab.evaluate(() => LForms.Util.checkValidity('questions'));
  expect(!invalid, `the renderer finds the form invalid: ${invalid}`);
  return tab.evaluate(() => LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4', 'questions'));
}

async function read(tab) {
  await tab.goto(`${DEMO.clinic.url}/appointments/${patient.appointment}`);
  await tab.fill('#login', DEMO.clinic.user);
  await tab.fill('#password', DEMO.clinic.password);
  await tab.click('button.main');
  await tab.waitForURL(`**/appointments/${patient.appointment}`);
  const rows = await tab
    .locator('li:has(.number)')
    .evaluateAll((all) =>
      all.map((one) => [one.querySelector('h3').textContent, one.querySelector('.number').textContent]),
    );
  return new Map(rows);
}

await new Promise((done) => files.listen(0, '127.0.0.1', done));
const browser = await chromium.launch({
  executablePath: process.env.FOREWORD_CHROMIUM,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-dev-shm-usage',
  ],
});
try {
  const tab = await browser.newPage({ viewport: { width: 1000, height: 1400 } });
  tab.setDefaultTimeout(15_000);
  tab.on('pageerror', (error) => expect(false, `an error in the page: ${error}`));
  const questionnaire = await (await fetch(`${BASE}/Questionnaire/phq-9`, { headers })).json();
  const filled = await fill(tab, questionnaire);
  await tab.screenshot({ path: path.join(FOLDER, 'renderer.png'), fullPage: true });
  const computed = filled.item.find((item) => item.linkId === 'total')?.answer[0].valueDecimal;
  expect(computed === TOTAL, `the renderer came to ${computed} from our expression, and it is ${TOTAL}`);

  const sent = await fetch(`${BASE}/QuestionnaireResponse`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify({ ...filled, subject: { reference: `Patient/${patient.id}` } }),
  });
  expect(
    sent.status === 201,
    `what it wrote was answered ${sent.status}: ${(await sent.text()).slice(0, 400)}`,
  );

  const shown = await read(tab);
  await tab.screenshot({ path: path.join(FOLDER, 'clinic.png'), fullPage: true });
  const number = shown.get('Mood (PHQ-9)')?.trim().split(' ')[0];
  expect(
    number === String(computed),
    `the clinic's page shows ${number} of ${[...shown.keys()]}, the renderer ${computed}`,
  );
} finally {
  await browser.close();
  files.close();
}
finish(`PHQ-9 filled in: ${TOTAL} in the renderer, which the clinic reads, too`);
