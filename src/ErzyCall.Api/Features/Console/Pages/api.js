// The API as the console uses it: the cookie of the session goes along by itself, and every error is one of the two below.
import { signal } from './signal.js';

/** The server has answered with an error. */
export class ApiError extends Error {
  /** @param {Response} response @param {{ code: string, message: string, details?: { field: string, message: string }[] } | null} error */
  constructor(response, error) {
    super(error?.message ?? `The server answered ${response.status}`);
    this.status = response.status;
    this.code = error?.code ?? null;
    this.details = error?.details ?? [];
    this.retryAfter = Number(response.headers.get('Retry-After') ?? 0);
    this.requestId = response.headers.get('X-Request-Id');
  }
}

/** No answer came: whether what was asked for was done is not known. */
export class NoAnswer extends Error {
  constructor(method) {
    super(method === 'GET'
      ? 'The server cannot be reached'
      : 'No answer came: it may have been done, or not. Press again, and it is not done twice');
  }
}

/** The waits of a read that is refused because the key has sent too many requests. */
const PATIENCE = 3;

/** The session is over, for a reason in words. */
export const sessionOver = signal();

/** A read waits for so many seconds. */
export const waiting = signal();

const sleep = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));

/** A key under which a POST is done once, however often it is sent. (`randomUUID` is for pages over TLS alone.) */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');

/** @returns {Promise<any>} the body of a success; `null` where it has none */
async function send(method, address, /** @type {{ body?: unknown, headers?: Record<string, string> }} */ { body, headers = {} } = {}) {
  let response;
  try {
    response = await fetch(address, {
      method,
      headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new NoAnswer(method);
  }

  if (response.ok) {
    return response.status === 204 ? null : response.json().catch(() => { throw new NoAnswer(method); });
  }

  const { error = null } = await response.json().catch(() => ({}));
  throw new ApiError(response, error);
}

/**
 * The key that the page is for. Another tab may have signed in with another one, to another organization, and the cookie is then for that:
 * the server refuses what this page asks for.
 */
let keyOfPage = null;
export const actFor = key => { keyOfPage = key; };

async function request(method, path, /** @type {{ body?: unknown, headers?: Record<string, string> }} */ { headers = {}, ...rest } = {}) {
  try {
    return await send(method, `api/v1${path}`, { headers: keyOfPage ? { 'X-Session-Key': keyOfPage, ...headers } : headers, ...rest });
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      sessionOver.emit(error.code === 'UNAUTHORIZED' ? 'Your session has ended.' : `${error.message}.`);
    }

    throw error;
  }
}

/** Reads; waits when the key has sent too many requests. @param {Record<string, unknown>} [query] */
export async function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const address = given.length ? `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : path;
  for (let attempt = 1; ; attempt++) {
    try {
      return await request('GET', address);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 429 && attempt <= PATIENCE)) {
        throw error;
      }

      waiting.emit(error.retryAfter);
      await sleep(error.retryAfter);
    }
  }
}

/** @param {string} [key] the same for each attempt at the same thing */
export const post = (path, body = {}, key = newKey()) => request('POST', path, { body, headers: { 'Idempotency-Key': key } });
export const patch = (path, body) => request('PATCH', path, { body });
export const remove = path => request('DELETE', path);

/** Exchanges a key for the cookie of a session, which no script can read. */
export const signIn = key => send('POST', 'console/session', { headers: { 'X-API-Key': key } });
export const signOut = () => send('DELETE', 'console/session');
