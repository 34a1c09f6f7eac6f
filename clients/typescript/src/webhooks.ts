import type { Schemas } from './types.js';

/** A request to a webhook endpoint is not from the server that has its secret, or is too old. */
export class WebhookVerificationError extends Error {
  override readonly name: string = 'WebhookVerificationError';
}

/** In bytes. (The server's have 32; Standard Webhooks asks for 24 at least.) */
const minKey = 24;

export interface VerifyOptions {
  /** By how many seconds the request's time may differ from the clock of this machine: 300 unless you say otherwise. */
  toleranceSeconds?: number;
}

/**
 * Reads a request to a webhook endpoint after it has made sure that it is what the server has sent. An event may come more than once: its id is the header `webhook-id`.
 * @param body The raw body, to the byte: what a framework has parsed and written anew has another signature.
 * @param headers The headers of the request.
 * @param secret The secret of the endpoint, `whsec_…`; while it is being changed, the old or the new one.
 * @throws WebhookVerificationError when it is not.
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: Headers | Record<string, string | string[] | undefined>,
  secret: string,
  { toleranceSeconds = 300 }: VerifyOptions = {},
): Promise<Schemas['WebhookPayload']> {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(name => header(headers, name));
  if (!id || !timestamp || !signatures) {
    throw new WebhookVerificationError('The request has no signature');
  }

  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Date.now() / 1_000 - Number(timestamp)) > toleranceSeconds) {
    throw new WebhookVerificationError('The request is too old, or this clock is wrong');
  }

  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const signed = new Uint8Array([...new TextEncoder().encode(`${id}.${timestamp}.`), ...bytes]);
  const bytesOfKey = bytesOf(secret.replace(/^whsec_/, ''));
  if (bytesOfKey.length < minKey) {
    // Whoever forgets to set it must not let everybody in.
    throw new WebhookVerificationError('The secret is too short to be one');
  }

  const key = await crypto.subtle.importKey('raw', bytesOfKey, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  for (const signature of signatures.split(' ')) {
    if (signature.startsWith('v1,') && (await crypto.subtle.verify('HMAC', key, bytesOf(signature.slice(3)), signed))) {
      return payloadOf(new TextDecoder().decode(bytes));
    }
  }

  throw new WebhookVerificationError('The signature is not that of this secret');
}

function payloadOf(text: string): Schemas['WebhookPayload'] {
  let payload: Partial<Schemas['WebhookPayload']> | null;
  try {
    payload = JSON.parse(text) as Partial<Schemas['WebhookPayload']> | null;
  } catch {
    payload = null;
  }

  if (typeof payload?.event !== 'string') {
    throw new WebhookVerificationError('The body is no event');
  }

  return payload as Schemas['WebhookPayload'];
}

function header(headers: Headers | Record<string, string | string[] | undefined>, name: string): string | undefined {
  if (headers instanceof Headers) {
    return headers.get(name) ?? undefined;
  }

  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return Array.isArray(value) ? value[0] : value;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  } catch {
    throw new WebhookVerificationError('The secret or the signature is not base 64');
  }
}
