// What happens on the server, as it happens. One stream for all pages; none while nobody looks.
import { get } from './api.js';

/**
 * A tab that is not looked at gives its stream back after this time, in milliseconds: over HTTP/1.1 a browser has six connections to a
 * server, for all its tabs.
 */
const UNSEEN = 5_000;

/** The time that a page waits for the stream before it reads without, in milliseconds. */
const PATIENCE = 1_000;

/** The waits before the stream is asked for again after a refusal, in milliseconds: each twice the one before. */
const [FIRST_WAIT, LONGEST_WAIT] = [2_000, 30_000];

const told = new EventTarget();
let source = null, timer = 0, wait = FIRST_WAIT, state = 'off', key = '';
let heed = () => {};
let heeding = Promise.resolve();

/** What was read before the stream was there may be old. */
let isLate = false;

const tell = (name, detail) => told.dispatchEvent(new CustomEvent(name, { detail }));

function become(next) {
  if (state !== next) {
    state = next;
    tell('state', state);
  }
}

function connect() {
  source?.close();
  clearTimeout(timer);
  source = new EventSource(`console/events?${new URLSearchParams({ key })}`);
  source.addEventListener('message', message => tell('event', JSON.parse(message.data)));

  // The server's first word: after it nothing is missed.
  source.addEventListener('ready', () => {
    wait = FIRST_WAIT;
    become('live');
    heed();
    if (isLate) {
      tell('again', null);
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

function listen(name, hear) {
  const listener = event => hear(event.detail);
  told.addEventListener(name, listener);
  return () => told.removeEventListener(name, listener);
}

/** Calls back with each event of the feed that the key may read. */
export const onEvent = (/** @type {(happened: { event: string, data: any }) => void} */ hear) => listen('event', hear);

/** Calls back when the stream is there again, after something may have been missed. */
export const onAgain = (/** @type {() => void} */ hear) => listen('again', hear);

/** Calls back with `live`, `lost` or `off`. */
export const onState = (/** @type {(state: string) => void} */ hear) => listen('state', hear);
