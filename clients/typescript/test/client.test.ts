import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ErzyCall, ErzyCallConnectionError, ErzyCallError, verifyWebhook, WebhookVerificationError } from '../src/index.js';
import { requests } from '../src/requests.js';

type Reply = Response | Error;

/** A client whose server gives these replies, one after the other, and what it was asked. */
function against(...replies: Reply[]) {
  const asked: { method: string; url: string; headers: Headers; body: string | undefined }[] = [];
  const client = new ErzyCall({
    apiKey: 'ek_test_x',
    baseUrl: 'https://voice.example.com/erzy/',
    fetch: async (input, init) => {
      asked.push({ method: init?.method ?? 'GET', url: String(input), headers: new Headers(init?.headers), body: init?.body as string | undefined });
      const reply = replies.shift() ?? new Error('nothing more');
      if (reply instanceof Error) {
        throw reply;
      }

      return reply;
    },
  });
  return { client, asked };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) => new Response(JSON.stringify(body), { status, headers });
const error = (status: number, code: string, headers: Record<string, string> = {}) =>
  json(status, { error: { code, message: 'No', details: [{ field: 'to', message: 'Required' }] } }, { 'X-Request-Id': 'req_1', ...headers });
const call = { to: '+14155550100', from: '+14155559999', firstMessage: 'Hello.' };

test('a POST is sent again with the same key when the connection breaks or the server says so', async () => {
  const { client, asked } = against(new TypeError('reset'), error(503, 'SERVICE_UNAVAILABLE', { 'Retry-After': '0' }), json(201, { data: { id: 'call_1' } }));
  assert.equal((await client.calls.create(call)).id, 'call_1');
  assert.equal(asked.length, 3);
  const keys = asked.map(request => request.headers.get('Idempotency-Key'));
  assert.match(keys[0] ?? '', /^[0-9a-f-]{36}$/);
  assert.deepEqual(new Set(keys).size, 1);
  assert.deepEqual(asked.map(request => request.body), Array(3).fill(JSON.stringify(call)));
  assert.equal(asked[0]?.url, 'https://voice.example.com/erzy/api/v1/calls');
  assert.equal(asked[0]?.headers.get('X-API-Key'), 'ek_test_x');
});

test('each call of a method has a key of its own, unless one is given', async () => {
  const { client, asked } = against(json(201, { data: {} }), json(201, { data: {} }), json(201, { data: {} }));
  await client.calls.create(call);
  await client.calls.create(call);
  await client.calls.create(call, { idempotencyKey: 'order-4711' });
  const keys = asked.map(request => request.headers.get('Idempotency-Key'));
  assert.equal(new Set(keys).size, 3);
  assert.equal(keys[2], 'order-4711');
});

test('what a broken PATCH or DELETE has done is not known, so it is not sent again', async () => {
  for (const change of [(client: ErzyCall) => client.contacts.update('cont_1', { title: 'Ada' }), (client: ErzyCall) => client.contacts.delete('cont_1')]) {
    const { client, asked } = against(new TypeError('reset'), json(200, { data: {} }));
    await assert.rejects(change(client), ErzyCallConnectionError);
    assert.equal(asked.length, 1);
  }
});

test('a connection that stays broken leaves the key to try again with', async () => {
  const { client, asked } = against();
  await assert.rejects(client.calls.create(call, { idempotencyKey: 'k' }), (broken: unknown) => broken instanceof ErzyCallConnectionError && broken.idempotencyKey === 'k');
  assert.equal(asked.length, 3);
});

test('an error has its code, its fields and the id of the request, and is not asked for twice', async () => {
  const { client, asked } = against(error(400, 'VALIDATION_ERROR'));
  await assert.rejects(
    client.calls.create(call),
    (refused: unknown) =>
      refused instanceof ErzyCallError && refused.code === 'VALIDATION_ERROR' && refused.status === 400 && refused.requestId === 'req_1' && refused.details[0]?.field === 'to'
      && refused.message === 'No (to: Required)');
  assert.equal(asked.length, 1);
});

test('Retry-After is kept to, and one that is too long is an error', async () => {
  const began = performance.now();
  const { client } = against(error(429, 'RATE_LIMITED', { 'Retry-After': '1' }), json(200, { data: { id: 'call_1' } }));
  await client.calls.get('call_1');
  assert.ok(performance.now() - began >= 999);
  const slow = against(error(429, 'RATE_LIMITED', { 'Retry-After': '3600' }));
  await assert.rejects(slow.client.calls.get('call_1'), (refused: unknown) => refused instanceof ErzyCallError && refused.retryAfter === 3600);
  assert.equal(slow.asked.length, 1);
});

test('a conflict is asked again only while the same request still runs', async () => {
  const running = against(error(409, 'CONFLICT', { 'Retry-After': '0' }), json(201, { data: {} }));
  await running.client.contacts.create({ title: 'Ada', phone: '+14155550100' });
  assert.equal(running.asked.length, 2);
  const duplicate = against(error(409, 'CONFLICT'));
  await assert.rejects(duplicate.client.contacts.create({ title: 'Ada', phone: '+14155550100' }), ErzyCallError);
  assert.equal(duplicate.asked.length, 1);
});

test('an answer of something before the server is an error as well', async () => {
  const { client } = against(...Array.from({ length: 3 }, () => new Response('<html>Bad gateway</html>', { status: 502 })));
  await assert.rejects(client.me(), (refused: unknown) => refused instanceof ErzyCallError && refused.code === 'UNREADABLE' && refused.status === 502);
});

test('a success that is not of the server is an error whose outcome is not known', async () => {
  for (const body of ['<html>Welcome</html>', '', 'null', '{}', '{"data":null}']) {
    const { client, asked } = against(new Response(body, { status: 200 }), new Response(body, { status: 200 }));
    await assert.rejects(
      client.calls.create(call),
      (refused: unknown) => refused instanceof ErzyCallError && refused.code === 'UNREADABLE' && refused.idempotencyKey === asked[0]?.headers.get('Idempotency-Key'));
    await assert.rejects(client.calls.list().toArray(), ErzyCallError);
  }
});

test('a redirect is not followed, because the key would go with it', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(307, { Location: '/elsewhere' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new ErzyCall({ apiKey: 'ek_test_x', baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  await assert.rejects(client.calls.create(call), (refused: unknown) => refused instanceof ErzyCallError && refused.status === 307 && /elsewhere/.test(refused.message));
  assert.deepEqual(asked, ['/api/v1/calls']);
  server.close();
  server.closeAllConnections();
});

test('what would lead to another path is no id', async () => {
  for (const id of ['', '.', '..']) {
    const { client, asked } = against();
    await assert.rejects(client.contactGroups.removeMember('group_1', id), TypeError);
    assert.equal(asked.length, 0);
  }
});

test('a list that leads back to itself is an error', async () => {
  const page = () => json(200, { data: [{ id: 'a' }], pagination: { cursor: 'same', hasMore: true, pageSize: 1 } });
  const { client, asked } = against(page(), page());
  await assert.rejects(client.calls.list().toArray(), ErzyCallError);
  assert.equal(asked.length, 2);
});

test('a list is walked through page by page, with its filters', async () => {
  const page = (ids: string[], cursor: string | null, hasMore: boolean) => json(200, { data: ids.map(id => ({ id })), pagination: { cursor, hasMore, pageSize: 2 } });
  const { client, asked } = against(page(['a', 'b'], 'next', true), page(['c'], null, false));
  const ids: string[] = [];
  for await (const one of client.calls.list({ status: 'ended', metadata: { campaign: 'spring & co' } })) {
    ids.push(one.id);
  }

  assert.deepEqual(ids, ['a', 'b', 'c']);
  assert.equal(new URL(asked[1]?.url ?? '').searchParams.get('cursor'), 'next');
  assert.equal(new URL(asked[1]?.url ?? '').searchParams.get('metadata[campaign]'), 'spring & co');
});

test('the feed goes on from the cursor of its last page', async () => {
  const page = (cursor: string, hasMore: boolean) => json(200, { data: [{ event: 'call.ended' }], pagination: { cursor, hasMore, pageSize: 1 } });
  const { client, asked } = against(page('two', true), page('end', false));
  let last: string | null = null;
  for await (const { pagination } of client.events().pages('one')) {
    last = pagination.cursor;
  }

  assert.equal(last, 'end');
  assert.deepEqual(asked.map(request => new URL(request.url).searchParams.get('after')), ['one', 'two']);
});

test('a signal ends a request and the wait before the next one', async () => {
  const over = new AbortController();
  const { client, asked } = against(error(503, 'SERVICE_UNAVAILABLE', { 'Retry-After': '30' }));
  const asking = client.calls.get('call_1', { signal: over.signal });
  setTimeout(() => over.abort(new Error('enough')), 50);
  await assert.rejects(asking, /enough/);
  assert.equal(asked.length, 1);
});

test('waiting for the end of a call ends with any of its final states', async () => {
  for (const status of ['ended', 'cancelled', 'error']) {
    const { client, asked } = against(json(200, { data: { status: 'new', endedAt: null } }), json(200, { data: { status, endedAt: '2026-01-15T10:30:00.000Z' } }));
    assert.equal((await client.calls.waitForEnd('call_1', { pollEvery: 1 })).status, status);
    assert.equal(asked.length, 2);
  }
});

test('a path has its parameters encoded', async () => {
  const { client, asked } = against(json(200, { data: {} }));
  await client.doNotCall.get('+14155550100');
  assert.ok(asked[0]?.url.endsWith('/api/v1/do-not-call/%2B14155550100'));
});

test('a webhook is taken with the right secret and time only', async () => {
  const [key, other] = [randomBytes(32), randomBytes(32)];
  const body = '{"event":"call.ended","timestamp":"2026-01-15T10:30:00.000Z","data":{"id":"call_ü"}}';
  const signed = (secret: Buffer, seconds: number) => ({
    'Webhook-Id': 'evt_1',
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${createHmac('sha256', other).update('x').digest('base64')} v1,${createHmac('sha256', secret).update(`evt_1.${seconds}.${body}`).digest('base64')}`,
  });
  const secret = `whsec_${key.toString('base64')}`;
  const now = Math.floor(Date.now() / 1_000);
  const event = await verifyWebhook(body, signed(key, now), secret);
  assert.equal(event.event === 'call.ended' && event.data.id, 'call_ü');
  assert.equal((await verifyWebhook(new TextEncoder().encode(body), new Headers(signed(key, now)), secret)).event, 'call.ended');
  const refused: [string, Record<string, string>][] = [
    [body, signed(other, now)], [`${body} `, signed(key, now)], [body, signed(key, now - 301)], [body, signed(key, now + 301)], [body, {}],
    [body, { ...signed(key, now), 'webhook-signature': 'v1,%%%' }], [body, { ...signed(key, now), 'webhook-timestamp': 'now' }],
  ];
  for (const [text, headers] of refused) {
    await assert.rejects(verifyWebhook(text, headers, secret), WebhookVerificationError);
  }

  for (const short of ['', 'whsec_', `whsec_${randomBytes(8).toString('base64')}`]) {
    await assert.rejects(verifyWebhook(body, signed(key, now), short), WebhookVerificationError);
  }
});

test('every operation of the API can be asked for, and the generated files are those of its document', () => {
  const used = ['src/resources.ts', 'src/index.ts'].map(file => readFileSync(file, 'utf8')).join('\n');
  assert.deepEqual(Object.keys(requests).filter(operation => !new RegExp(`this\\.api\\.\\w+\\('${operation}'`).test(used)), []);

  const folder = mkdtempSync(join(tmpdir(), 'erzycall-'));
  execFileSync('npx', ['openapi-typescript', '../../docs/openapi.json', '--output', join(folder, 'api.ts')], { stdio: 'pipe' });
  execFileSync('node', ['generate.mjs', join(folder, 'requests.ts')]);
  for (const file of ['api.ts', 'requests.ts']) {
    assert.equal(readFileSync(join('src', file), 'utf8'), readFileSync(join(folder, file), 'utf8'), `src/${file} is not made of docs/openapi.json: npm run generate`);
  }
});
