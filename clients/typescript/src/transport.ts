import { ErzyCallConnectionError, ErzyCallError } from './errors.js';
import { requests } from './requests.js';
import type { Answer, Body, Data, Item, Operation, Query, Schemas } from './types.js';

export interface ErzyCallOptions {
  /** The key of your organization: `ek_live_…` or `ek_test_…`. */
  apiKey: string;

  /** The address of the server, such as `https://voice.example.com`, without `/api/v1`. */
  baseUrl: string;

  /** How often a request is sent again that may be: 2 times unless you say otherwise. */
  maxRetries?: number;

  /** How many milliseconds an answer is waited for, each time: 30,000 unless you say otherwise. */
  timeout?: number;

  /** The longest time, in milliseconds, that is waited before a request is sent again: 60,000 unless you say otherwise. A server that asks for more is not asked again. */
  maxRetryDelay?: number;

  /** What sends requests instead of the global `fetch`. */
  fetch?: typeof fetch;
}

/** What a single request may have. */
export interface RequestOptions {
  /** Ends the request, and waiting for it. */
  signal?: AbortSignal;
}

/** What a request may have that does something. */
export interface KeyedOptions extends RequestOptions {
  /**
   * What makes the request one and the same however often it is sent, for 24 hours: such as your own id of what is to happen. Without it each call of the method has a key of
   * its own, under which its own retries are safe.
   */
  idempotencyKey?: string;
}

interface Sent extends KeyedOptions {
  path?: Record<string, string>;
  query?: object | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A page of a list. */
export interface Page<T> {
  data: T[];
  pagination: Schemas['PageInfo'];
}

/** A list that is read page by page as it is walked through: `for await (const call of erzycall.calls.list())`. */
export class List<T> implements AsyncIterable<T> {
  constructor(private readonly read: (cursor: string | undefined) => Promise<Page<T>>) {}

  /** The pages, from the one at `cursor` on. */
  async *pages(cursor?: string): AsyncGenerator<Page<T>, void> {
    for (let next = cursor, more = true; more; ) {
      const page = await this.read(next);
      yield page;
      more = page.pagination.hasMore && page.pagination.cursor !== null;
      next = page.pagination.cursor ?? undefined;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for await (const page of this.pages()) {
      yield* page.data;
    }
  }

  /** All items, or the first `most` of them. */
  async toArray(most = Number.POSITIVE_INFINITY): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this) {
      if (items.length >= most) {
        break;
      }

      items.push(item);
    }

    return items;
  }
}

/** Sends requests, and sends again those that may be. */
export class Transport {
  private readonly fetch: typeof fetch;
  private readonly baseUrl: string;
  private readonly maxRetries: number;
  private readonly timeout: number;
  private readonly maxRetryDelay: number;

  constructor(private readonly options: ErzyCallOptions) {
    this.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.baseUrl = options.baseUrl.replace(/\/+$/, '');
    this.maxRetries = options.maxRetries ?? 2;
    this.timeout = options.timeout ?? 30_000;
    this.maxRetryDelay = options.maxRetryDelay ?? 60_000;
  }

  /** What an operation answers, out of its envelope; nothing when it answers nothing. */
  async data<O extends Operation>(operation: O, sent: Sent & { body?: Body<O>; query?: Query<O> | undefined } = {}): Promise<Data<O>> {
    const answer = await this.answer<{ data: Data<O> } | undefined>(operation, sent, answer => answer?.data !== undefined && answer.data !== null);
    return answer?.data as Data<O>;
  }

  /** What an operation lists. */
  list<O extends Operation>(operation: O, sent: Sent & { query?: Query<O> | undefined } = {}, cursorName = 'cursor'): List<Item<O>> {
    return new List(cursor =>
      this.answer<Page<Item<O>> & Answer<O>>(
        operation,
        cursor === undefined ? sent : { ...sent, query: { ...sent.query, [cursorName]: cursor } },
        // A list that leads back to where it was has no end.
        page => Array.isArray(page?.data) && typeof page.pagination === 'object' && !(page.pagination.hasMore && page.pagination.cursor === cursor)));
  }

  /** The answer itself, of which nothing has been read. */
  async response(operation: Operation, sent: Sent = {}): Promise<Response> {
    const [method, template] = requests[operation];
    const url = this.baseUrl + template.replace(/\{(\w+)\}/g, (_, name: string) => segmentOf(sent.path?.[name])) + queryOf(sent.query);
    const key = keyOf(method, sent);
    const request: RequestInit = {
      method,
      // Followed, a redirect would take the key elsewhere and make a GET of a POST.
      redirect: 'manual',
      headers: {
        'X-API-Key': this.options.apiKey,
        ...(sent.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(key === null ? {} : { 'Idempotency-Key': key }),
        ...sent.headers,
      },
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
    };
    for (let retries = 0; ; retries++) {
      const isLast = retries >= this.maxRetries;
      let failure: unknown;
      try {
        const response = await this.fetch(url, { ...request, signal: this.signalOf(sent.signal) });
        const error = response.ok ? null : await errorOf(response, key);
        if (error === null) {
          return response;
        }

        if (isLast || !mayBeSentAgain(method, error) || (error.retryAfter ?? 0) * 1_000 > this.maxRetryDelay) {
          throw error;
        }

        failure = error;
      } catch (broken) {
        if (broken instanceof ErzyCallError) {
          throw broken;
        }

        sent.signal?.throwIfAborted();

        // What a PATCH or DELETE has done is not known, and a second one could do it to what has changed since.
        if (isLast || method === 'PATCH' || method === 'DELETE') {
          throw new ErzyCallConnectionError(`${method} ${url} was not answered`, key, broken);
        }

        failure = broken;
      }

      await pause(this.delayBefore(retries, failure), sent.signal);
    }
  }

  private async answer<T>(operation: Operation, sent: Sent, isWhole: (answer: T) => boolean): Promise<T> {
    const key = keyOf(requests[operation][0], sent);
    const response = await this.response(operation, key === null ? sent : { ...sent, idempotencyKey: key });
    if (response.status === 204) {
      return undefined as T;
    }

    const text = await response.text();
    const answer = parse(text) as T;
    if (!isWhole(answer)) {
      throw unreadable(response, text, key);
    }

    return answer;
  }

  private signalOf(signal: AbortSignal | undefined): AbortSignal {
    const late = AbortSignal.timeout(this.timeout);
    return signal ? AbortSignal.any([signal, late]) : late;
  }

  /** What the server asks for, or half a second, doubled each time; a little more or less, so that clients do not all come back at once. */
  private delayBefore(retries: number, failure: unknown): number {
    const asked = failure instanceof ErzyCallError && failure.retryAfter !== null ? failure.retryAfter * 1_000 : 0;
    return asked > 0 ? asked * (1 + Math.random() / 10) : Math.min(500 * 2 ** retries, this.maxRetryDelay) * (0.75 + Math.random() / 2);
  }
}

/** Whether an error says that nothing was done, or the request finds out by itself whether something was. */
function mayBeSentAgain(method: string, error: ErzyCallError): boolean {
  return error.status === 429
    || ((method === 'GET' || method === 'POST') && (error.status >= 500 || (error.status === 409 && error.retryAfter !== null)));
}

/** One key for all repetitions of a request: they are one request to the server. */
function keyOf(method: string, sent: Sent): string | null {
  return method === 'POST' ? (sent.idempotencyKey ?? crypto.randomUUID()) : null;
}

/** An id as a part of a path; what would lead to another path is none. */
function segmentOf(id: string | undefined): string {
  if (id === undefined || id === '' || id === '.' || id === '..') {
    throw new TypeError(`'${id}' is no id`);
  }

  return encodeURIComponent(id);
}

async function errorOf(response: Response, key: string | null): Promise<ErzyCallError> {
  const text = await response.text();
  const error = (parse(text) as Partial<Schemas['ErrorEnvelope']> | undefined)?.error;
  return typeof error?.code === 'string' && typeof error.message === 'string'
    ? new ErzyCallError(response.status, error.code, error.message, error.details ?? [], response.headers.get('X-Request-Id'), retryAfterOf(response), key)
    : unreadable(response, text, key);
}

function unreadable(response: Response, text: string, key: string | null): ErzyCallError {
  const location = response.headers.get('Location');
  const message = location !== null && !response.ok
    ? `The answer ${response.status} leads to ${location}, which is not followed: is baseUrl the address of the server?`
    : `The answer ${response.status} is not ErzyCall's: ${text.slice(0, 200)}`;
  return new ErzyCallError(response.status, 'UNREADABLE', message, [], response.headers.get('X-Request-Id'), retryAfterOf(response), key);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The seconds that are asked for, as such or as a time. */
function retryAfterOf(response: Response): number | null {
  const text = response.headers.get('Retry-After');
  const seconds = text === null ? Number.NaN : /^\d+$/.test(text) ? Number(text) : Math.max(0, (Date.parse(text) - Date.now()) / 1_000);
  return Number.isFinite(seconds) ? seconds : null;
}

function queryOf(query: object | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (typeof value === 'object' && value !== null) {
      Object.entries(value).forEach(([key, text]) => parameters.append(`${name}[${key}]`, String(text)));
    } else if (value !== undefined && value !== null) {
      parameters.append(name, String(value));
    }
  }

  const text = parameters.toString();
  return text ? `?${text}` : '';
}

/** Waits, unless the signal comes first. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', over);
      resolve();
    }, milliseconds);
    if (signal?.aborted) {
      over();
    } else {
      signal?.addEventListener('abort', over, { once: true });
    }
  });
}
