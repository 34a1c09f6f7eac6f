import type { Schemas } from './types.js';

/** What went wrong, for programs. Later versions of the API may add codes: tell one that you do not know by its status. */
export type ErrorCode = Schemas['ErrorCode'];

/** The server has refused a request. */
export class ErzyCallError extends Error {
  override readonly name: string = 'ErzyCallError';

  constructor(
    /** The HTTP status: from 400 up, or another one with an answer that is not the server's. */
    readonly status: number,
    /** What went wrong; `UNREADABLE` when the answer is not the server's own, but that of something before it. */
    readonly code: ErrorCode | 'UNREADABLE',
    message: string,
    /** The fields at fault, by their JSON paths. */
    readonly details: readonly Schemas['FieldError'][],
    /** The id of the request, which leads to the server's log. */
    readonly requestId: string | null,
    /** The seconds after which the request is worth sending again. */
    readonly retryAfter: number | null,
    /** The idempotency key of the request, if it had one: after a status from 500 up, or an answer that is not the server's, send it again with this. */
    readonly idempotencyKey: string | null,
  ) {
    super(details.length === 0 ? message : `${message} (${details.map(detail => `${detail.field}: ${detail.message}`).join('; ')})`);
  }
}

/**
 * The server has not answered: it cannot be reached, the connection broke, or it took too long. Whether it has done what was asked for is not known. A POST with the same
 * idempotency key finds out.
 */
export class ErzyCallConnectionError extends Error {
  override readonly name: string = 'ErzyCallConnectionError';

  constructor(
    message: string,
    /** The idempotency key of the request, if it had one: send it again with this. */
    readonly idempotencyKey: string | null,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}
