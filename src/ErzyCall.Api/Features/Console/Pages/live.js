// What happens on the server, as it happens. One stream for all pages; none while nobody looks.
import { get } from './api.js';
import { signal } from './signal.js';

/**
 * A tab that is not looked at gives its stream back after this time, in milliseconds: over HTTP/1.1 a browser has six connections to a
 * server, for all its tabs.
 */
const UNSEEN = 5_000;

/** The time that a page waits for the stream before it reads without, in milliseconds. */
const PATIENCE = 1_000;

/** The waits before the stream is asked for again after a refusal, in milliseconds: each twice the one before. */
const [FIRST_WAIT, LONGEST_WAIT] = [2_000, 30_000];

/** An event of the feed that the key may read: `{ event, data }`. */
export const happened = signal();

/** The stream is there, after something may have been missed. */
export const again = signal();

/** The stream has become `live`, `lost` or `off`. */
export const changed = signal();

let source = null, timer = 0, wait = FIRST_WAIT, state = 'off', key = '';
let heed = () => {};
let heeding = Promise.resolve();

/** What was read before the stream was there may be old. */
let isLate = false;

function become(next) {
  if (state !== next) {
    state = next;
    changed.emit(state);
  }
}

function connect() {
  source?.close();
  clearTimeout(timer);
  source = new EventSource(`console/events?${new URLSearchParams({ key })}`);
  source.addEventListener('message', message => happened.emit(JSON.parse(message.data)));

  // The server's first word: after it nothing is missed.
  source.addEventListener('ready', () => {
    wait = FIRST_WAIT;
    become('live');
    heed();
    if (isLate) {
      again.emit();
    }

    isLate = true;
  });
  source.addEventListener('error', () => {
    become('lost');
    if (source?.readyState === EventSource.CLOSED) {
      // Refused: a session that is over ends the page here, and anything else passes.
      get('/me').catch(() => {});
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  });
}

function seen() {
  clearTimeout(timer);
  if (!document.hidden && state !== 'live') {
    connect();
  } else if (document.hidden) {
    timer = setTimeout(stop, UNSEEN);
  }
}

function stop() {
  clearTimeout(timer);
  source?.close();
  source = null;
  become('off');
}

/** Reads begin when this is over: then nothing falls between what was read and what is heard. */
export const listening = () => heeding;

/** Begins to listen, for the key that the page is for; returns how to end it. */
export function start(keyOfPage) {
  key = keyOfPage;
  isLate = false;
  heeding = new Promise(resolve => { heed = resolve; });
  setTimeout(() => {
    isLate ||= state !== 'live';
    heed();
  }, PATIENCE);
  seen();
  document.addEventListener('visibilitychange', seen);
  return () => {
    document.removeEventListener('visibilitychange', seen);
    stop();
  };
}
