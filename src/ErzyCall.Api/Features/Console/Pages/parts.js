// What pages are made of.
import { html, useEffect, useId, useRef, useState, useCallback } from './vendor/preact.js';
import { ApiError, newKey } from './api.js';
import * as live from './live.js';

const number = new Intl.NumberFormat();
const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Loads when `given` changes, on `reload`, and when the connection is there again. */
export function useLoad(load, given) {
  const [state, setState] = useState({ data: null, error: null });
  const turn = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++turn.current;
    try {
      await live.listening();
      const data = await load();
      if (mine === turn.current) setState({ data, error: null });
    } catch (error) {
      if (mine === turn.current) setState(before => ({ ...before, error }));
    }
  }, given);
  useEffect(() => {
    setState({ data: null, error: null });
    reload();
    const forget = live.again.on(reload);
    return () => { turn.current++; forget(); };
  }, [reload]);
  const change = useCallback(how => setState(before => before.data === null ? before : { ...before, data: how(before.data) }), []);
  return { ...state, reload, change };
}

/** The time between two reloads for what happens, in milliseconds: each costs the key a request. */
const PAUSE = 2_000;

/** Loads again when something has happened that concerns a page, but not for each event. */
export function useReloadOn(concerns, loaded, given) {
  useEffect(() => {
    let timer = 0, isDue = false;
    const load = () => {
      isDue = false;
      loaded.reload();
      timer = setTimeout(() => {
        timer = 0;
        if (isDue) load();
      }, PAUSE);
    };
    const forget = live.happened.on(happened => {
      if (!concerns(happened)) return;
      if (timer === 0) load();
      else isDue = true;
    });
    return () => { clearTimeout(timer); forget(); };
  }, given);
}

/** What is typed into a search, which begins with what the address says, and again when that changes. */
export function useTyped(searched) {
  const [typed, setTyped] = useState(searched);
  useEffect(() => setTyped(searched), [searched]);
  return [typed, setTyped];
}

/** Does something once at a time: `run` is for a button, `error` for beside it. */
export function useAction(act) {
  const [state, setState] = useState({ isBusy: false, error: null });
  const run = async (...given) => {
    setState({ isBusy: true, error: null });
    try {
      const result = await act(...given);
      setState({ isBusy: false, error: null });
      return result;
    } catch (error) {
      setState({ isBusy: false, error });
      return undefined;
    }
  };
  return { ...state, run };
}

/**
 * A key for what a form sends: the same from an attempt without an answer on until it is known what became of it, so that to press again
 * does nothing twice, whatever is answered in between.
 */
export function useKey() {
  const own = useRef({ key: newKey(), isUncertain: false });
  const renew = () => { own.current = { key: newKey(), isUncertain: false }; };
  return async send => {
    try {
      const result = await send(own.current.key);
      renew();
      return result;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status >= 500) own.current.isUncertain = true;
      else if (!own.current.isUncertain || error.code === 'IDEMPOTENCY_MISMATCH') renew();
      throw error;
    }
  };
}

/** What a form has changed since it was opened: nobody else's changes are undone by what it leaves alone. */
export const changesOf = (before, after) =>
  Object.fromEntries(Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));

/** A page's heading, which takes the focus when the page is opened: so a screen reader says where one is. */
export function Page({ title, actions, back, children }) {
  const heading = useRef(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => { document.title = `${title} · ErzyCall`; }, [title]);
  return html`
    ${back && html`<p class="back"><a href=${back.href}>← ${back.label}</a></p>`}
    <header class="page-head"><h1 tabindex="-1" ref=${heading}>${title}</h1><div class="actions">${actions}</div></header>
    ${children}`;
}

export function Failure({ error, retry }) {
  if (!error) return null;
  return html`<div class="note bad" role="alert">
    <p>${error.code === 'IDEMPOTENCY_MISMATCH'
      ? 'What you sent before was done after all, although no answer came. Look for it before you send this as well'
      : error.message}.</p>
    ${error.details?.length > 0 && html`<ul>
      ${error.details.map(detail => html`<li><code>${detail.field}</code>: ${detail.message}</li>`)}</ul>`}
    ${error.status === 429 && error.retryAfter > 0 && html`<p>Try again in ${error.retryAfter} s.</p>`}
    ${error.status >= 500 && error.requestId && html`<p class="quiet">Request <code>${error.requestId}</code></p>`}
    ${retry && html`<p><button type="button" onClick=${retry}>Load again</button></p>`}
  </div>`;
}

/** What was loaded, or that it is being loaded, or why not. */
export function Loaded({ of, children }) {
  if (of.data !== null) return html`<${Failure} error=${of.error} retry=${of.reload} />${children(of.data)}`;
  return of.error ? html`<${Failure} error=${of.error} retry=${of.reload} />` : html`<p class="quiet" role="status">Loading…</p>`;
}

export const Empty = ({ title, children }) => html`<div class="empty"><h2>${title}</h2>${children}</div>`;

/** A label, what it is about, and in between what `children` makes of both their ids. */
export function Field({ label, hint, problem, children }) {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${children(id, `${id}-about`)}
    <div id=${`${id}-about`} class="about">${problem ? html`<span class="bad-text">${problem}</span>` : hint}</div>
  </div>`;
}

/** A field with a text, of which the API may have refused the name. */
export const TextField = ({ label, name, value, onText, hint, error, area, ...rest }) => html`
  <${Field} label=${label} hint=${hint} problem=${problemOf(error, name)}>
    ${(id, about) => area
      ? html`<textarea id=${id} name=${name} aria-describedby=${about} value=${value} rows="4"
          onInput=${event => onText(event.target.value)} ...${rest}></textarea>`
      : html`<input id=${id} name=${name} aria-describedby=${about} value=${value}
          onInput=${event => onText(event.target.value)} ...${rest} />`}
  <//>`;

export const SelectField = ({ label, value, onText, hint, options, ...rest }) => html`
  <${Field} label=${label} hint=${hint}>
    ${(id, about) => html`<select id=${id} aria-describedby=${about} onChange=${event => onText(event.target.value)} ...${rest}>
      ${(options.some(([key]) => key === value) ? options : [...options, [value, value]]).map(([key, text]) => html`
        <option value=${key} selected=${key === value}>${text}</option>`)}
    </select>`}
  <//>`;

/** Boxes to tick; `of` has a name and a text for each. */
export const Choices = ({ legend, of, chosen, onChoose }) => html`<fieldset><legend>${legend}</legend>${of.map(([name, text]) => html`
  <label class="check"><input type="checkbox" checked=${chosen.includes(name)} onChange=${event =>
    onChoose(of.map(([one]) => one).filter(one => one === name ? event.target.checked : chosen.includes(one)))} /> ${text}</label>`)}</fieldset>`;

export const problemOf = (error, name) => error?.details?.find(detail => detail.field === name)?.message;

export const numberOf = value => number.format(value);

export const Time = ({ at }) => at ? html`<time datetime=${at}>${time.format(new Date(at))}</time>` : html`<span class="quiet">–</span>`;

const TONES = {
  processing: 'active', error: 'bad', active: 'good', delivered: 'good', failed: 'bad', pending: 'active', sent: 'active', read: 'good',
};
const WORDS = { processing: 'on the phone', handed_off: 'handed off' };

export const Badge = ({ status }) => html`<span class=${`badge ${TONES[status] ?? 'plain'}`}>${WORDS[status] ?? status}</span>`;

export const OnOff = ({ isOn }) => html`<span class=${`badge ${isOn ? 'good' : 'plain'}`}>${isOn ? 'active' : 'off'}</span>`;

/** A number as the API takes it, of one that was written for people. */
export const compact = phone => phone.replace(/[\s().-]/g, '');

/** Each row has a `key` and its `cells`, one for each of the `heads`. */
export const Table = ({ caption, heads, rows }) => html`
  <table>
    <caption class="unseen">${caption}</caption>
    <thead><tr>${heads.map(head => html`
      <th scope="col">${head === '' ? html`<span class="unseen">What can be done</span>` : head}</th>`)}</tr></thead>
    <tbody>${rows.map(({ key, cells }) => html`
      <tr key=${key}>${cells.map((cell, at) => html`<td data-head=${heads[at]}><div>${cell}</div></td>`)}</tr>`)}</tbody>
  </table>`;

/** Walks through a list by its cursors, which belong to its filters: with others it begins anew. */
export function usePages(...filters) {
  const list = JSON.stringify(filters);
  const [walked, setWalked] = useState({ list, cursors: [] });
  const cursors = walked.list === list ? walked.cursors : [];
  return {
    cursor: cursors.at(-1),
    number: cursors.length + 1,
    first: () => setWalked({ list, cursors: [] }),
    older: cursor => setWalked({ list, cursors: [...cursors, cursor] }),
    newer: () => setWalked({ list, cursors: cursors.slice(0, -1) }),
  };
}

export function Pager({ pages, pagination }) {
  if (pages.number === 1 && !pagination.hasMore) return null;
  return html`<nav class="pager" aria-label="Pages">
    <button type="button" disabled=${pages.number === 1} onClick=${pages.newer}>← Newer</button>
    <span>Page ${pages.number}</span>
    <button type="button" disabled=${!pagination.hasMore} onClick=${() => pages.older(pagination.cursor)}>Older →</button>
  </nav>`;
}

/** A button that asks before it does what cannot be undone. */
export function Confirmed({ label, question, act, kind = 'danger' }) {
  const dialog = useRef(null);
  const doing = useAction(async () => { await act(); dialog.current?.close(); });
  return html`
    <button type="button" class=${kind} onClick=${() => dialog.current.showModal()}>${label}</button>
    <dialog ref=${dialog} aria-label=${label}>
      <p>${question}</p>
      <${Failure} error=${doing.error} />
      <div class="actions">
        <button type="button" class=${kind} disabled=${doing.isBusy} onClick=${doing.run}>${label}</button>
        <button type="button" onClick=${() => dialog.current.close()}>Back</button>
      </div>
    </dialog>`;
}

/** A text to take away, as a secret that is shown once. */
export function Secret({ label, text }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
  };
  return html`<div class="note good" role="status">
    <p>${label}</p>
    <p class="secret"><code>${text}</code>
      ${navigator.clipboard && html`<button type="button" onClick=${copy}>${isCopied ? 'Copied' : 'Copy'}</button>`}</p>
  </div>`;
}

/** Names and values; what has no value is left out. */
export const Facts = ({ of }) => html`<dl class="facts">${of
  .filter(([, value]) => value !== null && value !== undefined && value !== '')
  .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** For a form that this page sends, and not the browser. */
export const stay = act => event => { event.preventDefault(); act(); };
