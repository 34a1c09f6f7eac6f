// The console as a person uses it: by clicking in a browser, against a real server.
//   URL, KEY: the server, and a key of its sample organization; CHROMIUM: the browser; SERVER_STOP, SERVER_START: commands;
//   SHOTS: a folder for pictures, if they are wanted
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const { URL: address, KEY: key, CHROMIUM: executablePath, SERVER_STOP: stop, SERVER_START: start, SHOTS: shots } = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };

const PAGES = [
  ['/calls', 'Calls'], ['/calls/new', 'Place a call'], ['/contacts', 'Contacts'], ['/contacts/new', 'Add a contact'],
  ['/conversations', 'WhatsApp'], ['/do-not-call', 'Do not call'], ['/webhooks', 'Webhooks'], ['/numbers', 'Numbers and carriers'],
  ['/policy', 'Calling policy'], ['/keys', 'Keys and limits'],
];

let browser;
before(async () => { browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] }); });
after(() => browser.close());

async function api(method, path, body, withKey = key) {
  const headers = { 'X-API-Key': withKey, ...(body && { 'Content-Type': 'application/json' }) };
  const response = await fetch(`${address}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  return response.status === 204 ? null : response.json();
}

/** A page of a person with a browser of their own, who is signed in. Whatever the page complains of fails the test. */
async function open(t, { withKey = key, viewport = WIDE, colorScheme = 'light', expected = /401|Failed to load resource/ } = {}) {
  const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', error => complaints.push(error.message));
  page.on('console', message => message.type() === 'error' && !expected.test(message.text()) && complaints.push(message.text()));
  page.on('request', request => new URL(request.url()).origin !== new URL(address).origin && complaints.push(`asks ${request.url()}`));
  t.after(() => assert.deepEqual(complaints, []));
  await page.goto(address);
  if (withKey) {
    await page.getByLabel('API key').fill(withKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading(page, 'Calls');
  }

  return page;
}

const heading = (page, name) => page.getByRole('heading', { name, level: 1 }).waitFor();

async function go(page, path, name) {
  await page.evaluate(to => { location.hash = to; }, path);
  await heading(page, name);
  await page.getByText('Loading…').waitFor({ state: 'detached' });
}

/** No violation of what axe-core knows, and nothing beside the page. */
async function look(page, name) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async rules => (await globalThis.axe.run(document, { runOnly: rules })).violations,
    ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
  assert.deepEqual(violations.map(found => `${name}: ${found.id}: ${found.nodes.map(node => node.html).join(' ')}`), []);
  const [width, wide] = await page.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
  assert.ok(wide <= width, `${name} is ${wide} wide on ${width}`);
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

test('the whole first call by clicking: preview, call, and its transcript as it comes', async t => {
  const page = await open(t);
  await page.getByRole('link', { name: 'Place a call' }).click();
  await heading(page, 'Place a call');
  await page.getByLabel('Number to call').fill('+1 415 555 0100');
  await page.getByLabel('First words').fill('Hello, this is {{company}}. Is this a good moment?');
  await page.getByText('{{company}}', { exact: true }).waitFor();
  await page.getByLabel('company').fill('Acme Dental');
  await page.getByText('Hello, this is Acme Dental. Is this a good moment?').waitFor();
  await page.getByText('Would be dialled at once.').waitFor();
  await look(page, 'place-a-call');
  await page.getByRole('button', { name: 'Call now' }).click();
  await heading(page, 'Call to +14155550100');
  await page.getByText('The transcript stands here as soon as the carrier gives it.').waitFor();
  await page.getByText('Over: assistant-ended-call').waitFor();
  await page.getByRole('listitem').filter({ hasText: 'Hello, this is Acme Dental.' }).waitFor();
  await look(page, 'a-call');
  await page.getByRole('link', { name: '← Calls' }).click();
  await page.getByRole('row').filter({ hasText: '+14155550100' }).filter({ hasText: 'assistant-ended-call' }).first().waitFor();
});

test('a call that somebody else places appears in the list and moves by itself', async t => {
  const page = await open(t);
  const { data } = await api('POST', '/calls', { to: '+14155550001', from: '+14155559999', firstMessage: 'Hello.' });
  const row = page.getByRole('row').filter({ has: page.locator(`a[href="#/calls/${data.id}"]`) });
  await row.getByText('on the phone').waitFor();
  await row.getByText('customer-did-not-answer').waitFor();
});

test('a call is cancelled, and a number is put on the list and taken off', async t => {
  const page = await open(t);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const { data } = await api('POST', '/calls', { to: '+14155550122', from: '+14155559999', firstMessage: 'Hello.', scheduledAt: tomorrow });
  await go(page, `/calls/${data.id}`, 'Call to +14155550122');
  await page.getByRole('button', { name: 'Cancel call' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel call' }).click();
  await page.getByText('cancelled').first().waitFor();

  await go(page, '/do-not-call', 'Do not call');
  await page.getByText('Enter a number').click();
  await page.getByLabel('Number', { exact: true }).fill('+14155550177');
  await page.getByLabel('Reason').fill('asked so by letter');
  await page.getByRole('button', { name: 'Enter' }).click();
  const row = page.getByRole('row').filter({ hasText: '+14155550177' });
  await row.getByText('asked so by letter').waitFor();
  await look(page, 'do-not-call');
  await go(page, '/calls/new', 'Place a call');
  await page.getByLabel('Number to call').fill('+14155550177');
  await page.getByText('This number is on the do-not-call list').waitFor();
  await go(page, '/do-not-call', 'Do not call');
  await row.getByRole('button', { name: 'Take off' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Take off' }).click();
  await row.waitFor({ state: 'detached' });
});

test('a contact is added, changed and deleted, and a wrong field is told beside it', async t => {
  const page = await open(t);
  await go(page, '/contacts/new', 'Add a contact');
  await page.getByLabel('Name').fill('Katherine Johnson');
  await page.getByLabel('Number').fill('12345');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.locator('#main').getByText('Must be E.164 format').first().waitFor();
  await page.getByLabel('Number').fill('+1 (415) 555-0133');
  await page.getByRole('button', { name: 'Add' }).click();
  await heading(page, 'Katherine Johnson');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Notes').fill('Prefers mornings.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Prefers mornings.').waitFor();
  await look(page, 'a-contact');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await heading(page, 'Contacts');
});

test('a key is made, shown once, and the session of a revoked key ends with the reason', async t => {
  const page = await open(t);
  await go(page, '/keys', 'Keys and limits');
  await page.getByText('Make a key').click();
  await page.getByLabel('Name').fill('for the test');
  await page.getByLabel('* (everything)').check();
  await page.getByRole('button', { name: 'Make', exact: true }).click();
  const made = await page.locator('.secret code').textContent();
  assert.match(made, /^ek_test_/);
  await look(page, 'keys');

  const other = await open(t, { withKey: made });
  await page.getByRole('row').filter({ hasText: 'for the test' }).getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await other.getByText('API key has been revoked.').waitFor();
  await other.getByLabel('API key').waitFor();
  assert.equal((await other.context().cookies())[0].httpOnly, true);
  assert.equal(await other.evaluate(() => document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)), '{}{}');
});

test('a wrong key is refused in words, and a key that may read calls alone sees nothing else', async t => {
  const page = await open(t, { withKey: null });
  await page.getByLabel('API key').fill('ek_test_wrong');
  await page.getByLabel('API key').press('Enter');
  await page.getByRole('alert').getByText('Missing or unknown API key').waitFor();
  await page.getByLabel('API key').fill('not a key');
  await page.getByLabel('API key').press('Enter');
  await page.getByRole('alert').getByText('That is no API key').waitFor();
  await look(page, 'sign-in');

  const { data } = await api('POST', '/api-keys', { name: 'reader', scopes: ['calls:read'] });
  const reader = await open(t, { withKey: data.secret });
  const offered = await reader.getByRole('navigation', { name: 'Console' }).getByRole('link').allTextContents();
  assert.deepEqual(offered, ['Calls', 'Keys and limits', 'API reference']);
  await reader.evaluate(() => { location.hash = '/contacts'; });
  await reader.getByText('It needs the scope').waitFor();
});

test('a call whose answer is lost is placed once, whatever is answered in between, and a page acts for its own key', async t => {
  const page = await open(t, { expected: /Failed to load resource|ERR_/ });
  await go(page, '/calls/new', 'Place a call');
  await page.getByLabel('Number to call').fill('+14155550199');
  await page.getByText('Would be dialled at once.').waitFor();
  const answers = [
    async route => { await route.fetch(); await route.abort(); },
    route => route.fulfill({ status: 429, headers: { 'Retry-After': '1' }, json: { error: { code: 'RATE_LIMITED', message: 'Rate limit exceeded' } } }),
    route => route.continue(),
  ];
  await page.route('**/api/v1/calls', route => answers.shift()(route));
  await page.getByRole('button', { name: 'Call now' }).click();
  await page.getByRole('alert').getByText('it is not done twice').waitFor();
  await page.getByRole('button', { name: 'Call now' }).click();
  await page.getByRole('alert').getByText('Rate limit exceeded').waitFor();
  await page.getByRole('button', { name: 'Call now' }).click();
  await heading(page, 'Call to +14155550199');
  assert.equal((await api('GET', '/calls?phone=%2B14155550199')).data.length, 1);

  // Another tab signs in with another key: what this page goes on to ask for is refused.
  const { data } = await api('POST', '/api-keys', { name: 'another', scopes: ['*'] });
  const tab = await page.context().newPage();
  await tab.goto(address);
  await heading(tab, 'Calls');
  await tab.getByRole('button', { name: 'Sign out' }).click();
  await tab.getByLabel('API key').fill(data.secret);
  await tab.getByRole('button', { name: 'Sign in' }).click();
  await heading(tab, 'Calls');
  await page.evaluate(() => { location.hash = '/contacts'; });
  await page.getByText('Your session has ended.').waitFor();
});

test('a time that is none and an address that is none break nothing', async t => {
  const page = await open(t);
  await go(page, '/calls/new', 'Place a call');
  await page.getByLabel('Number to call').fill('+14155550100');
  await page.getByLabel('When').fill('12027-10-31T02:30');
  await page.getByLabel('First words').fill('Hello.');
  await page.locator('blockquote', { hasText: 'Hello.' }).or(page.getByText('Invalid request body')).first().waitFor();
  await page.evaluate(() => { location.hash = '//a:99999'; });
  await heading(page, 'There is no such page');
});

test('everything by the keyboard alone', async t => {
  const page = await open(t, { withKey: null });
  await page.getByLabel('API key').waitFor();
  await page.keyboard.type(key);
  await page.keyboard.press('Enter');
  await heading(page, 'Calls');
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
  for (let i = 0; i < 40 && await page.evaluate(() => document.activeElement?.textContent) !== 'Place a call'; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await heading(page, 'Place a call');
  await page.getByLabel('Number to call').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type('+14155550100');
  await page.keyboard.press('Enter');
  await heading(page, 'Call to +14155550100');
});

test('ten thousand calls: the list stays quick to walk and to filter', async t => {
  const { data: [{ id }] } = await api('GET', '/cases?limit=1');
  const when = new Date(Date.now() + 86_400_000).toISOString();
  for (let batch = 0; batch < 10; batch++) {
    const calls = Array.from({ length: 1000 }, (_, at) => ({ to: `+1415${2000000 + batch * 1000 + at}` }));
    const { data } = await api('POST', '/calls/batch', { defaults: { from: '+14155559999', firstMessage: `Batch ${batch}`, scheduledAt: when }, calls });
    assert.equal(data.filter(result => result.status === 201).length, 1000, id);
  }

  const page = await open(t);
  await page.getByRole('cell', { name: '+14152009999' }).waitFor();
  assert.equal(await page.getByRole('row').count(), 26);
  for (let number = 2; number <= 20; number++) {
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText(`Page ${number}`, { exact: true }).waitFor();
  }

  await page.getByText('Loading…').waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('row').count(), 26);
  await page.getByLabel('Number').fill('+14152005000');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('cell', { name: '+14152005000' }).waitFor();
  assert.equal(await page.getByRole('row').count(), 2);
  await look(page, 'calls-found');
});

test('webhooks: an endpoint, a test that is delivered, its attempts, and once more', async t => {
  const received = [];
  const receiver = createServer((request, response) => {
    received.push(request.headers['webhook-id']);
    response.end('thank you');
  });
  await new Promise(listening => receiver.listen(0, '127.0.0.1', listening));
  t.after(() => receiver.close());
  const url = `http://127.0.0.1:${receiver.address().port}/hooks`;

  const page = await open(t);
  await go(page, '/webhooks', 'Webhooks');
  await page.getByText('Add an endpoint').click();
  await page.getByLabel('Address').fill(url);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('It is shown only now.').waitFor();
  await page.getByRole('link', { name: url }).click();
  await page.getByRole('button', { name: 'Send a test' }).click();
  const row = page.getByRole('row').filter({ hasText: 'ping' });
  for (let i = 0; i < 100 && await row.getByText('delivered').count() === 0; i++) {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.waitForTimeout(200);
  }

  await row.locator('summary').click();
  await row.getByText('thank you').waitFor();
  await look(page, 'a-webhook');
  await row.getByRole('button', { name: 'Send again' }).click();
  for (let i = 0; i < 100 && received.length < 2; i++) await page.waitForTimeout(200);
  assert.equal(received.length, 2);
  assert.equal(received[0], received[1]);
});

test('every page, light and dark, wide and on a phone, has no violation', async t => {
  for (const [name, options] of [['wide', {}], ['dark', { colorScheme: 'dark' }], ['phone', { viewport: PHONE }]]) {
    const page = await open(t, options);
    for (const [path, title] of PAGES) {
      await go(page, path, title);
      await look(page, `${name}${path.replaceAll('/', '-')}`);
    }

    await page.getByRole('link', { name: 'Calling policy' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Only at certain hours').check();
    await look(page, `${name}-policy-edited`);
  }
});

// Last of all: it stops the server.
test('a lost connection is told, nothing is sent twice, and the page goes on when the server is back', async t => {
  const page = await open(t, { expected: /ERR_|Failed to load|40\d|5\d\d/ });
  await go(page, '/calls/new', 'Place a call');
  await page.getByLabel('Number to call').fill('+14155550188');
  await page.getByText('Would be dialled at once.').waitFor();
  execFileSync('bash', ['-c', stop]);
  await page.getByText('The connection is lost.').waitFor();
  await page.getByRole('button', { name: 'Call now' }).click();
  await page.getByRole('alert').getByText('it is not done twice').waitFor();
  execFileSync('bash', ['-c', start]);
  await page.getByText('The connection is lost.').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Call now' }).click();
  await heading(page, 'Call to +14155550188');
  await page.getByText('Over: assistant-ended-call').waitFor();
  const { data } = await api('GET', '/calls?phone=%2B14155550188');
  assert.equal(data.length, 1);
});
