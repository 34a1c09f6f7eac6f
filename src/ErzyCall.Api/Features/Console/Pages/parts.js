// What pages are made of.
import { html, useEffect, useId, useRef, useState, useCallback } from './vendor/preact.js';
import { ApiError, NoAnswer, newKey } from './api.js';
import { onAgain } from './live.js';

const number = new Intl.NumberFormat();
const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Loads when `given` changes, on `reload`, and when the connection is there again. */
export function useLoad(load, given) {
  const [state, setState] = useState({ data: null, error: null, isLoading: true });
  const turn = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++turn.current;
    setState(before => ({ ...before, isLoading: true }));
    try {
      const data = await load();
      if (mine === turn.current) setState({ data, error: null, isLoading: false });
    } catch (error) {
      if (mine === turn.current) setState(before => ({ ...before, error, isLoading: false }));
    }
  }, given);
  useEffect(() => {
    setState({ data: null, error: null, isLoading: true });
    reload();
    const forget = onAgain(reload);
    return () => { turn.current++; forget(); };
  }, [reload]);
  const change = useCallback(how => setState(before => before.data === null ? before : { ...before, data: how(before.data) }), []);
  return { ...state, reload, change };
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
 * A key for what a form sends: the same as long as it is not known whether it was done, so that to press again does nothing twice.
 * A new one after every answer.
 */
export function useKey() {
  const key = useRef(newKey());
  return async send => {
    try {
      const result = await send(key.current);
      key.current = newKey();
      return result;
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) key.current = newKey();
      throw error;
    }
  };
}

/** A page's heading, which takes the focus when the page is opened: so a screen reader says where one is. */
export function Page({ title, actions, back, children }) {
  const heading = useRef(null);
  useEffect(() => {
    document.title = `${title} · ErzyCall`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return html`
    ${back && html`<p class="back"><a href=${back.href}>← ${back.label}</a></p>`}
    <header class="page-head"><h1 tabindex="-1" ref=${heading}>${title}</h1><div class="actions">${actions}</div></header>
    ${children}`;
}

export function Failure({ error, retry }) {
  if (!error) return null;
  const uncertain = error instanceof NoAnswer;
  return html`<div class="note bad" role="alert">
    <p>${error.code === 'IDEMPOTENCY_MISMATCH'
      ? 'What you sent before was done after all, although no answer came. Look for it before you send this as well'
      : error.message}.</p>
    ${error.details?.length > 0 && html`<ul>
      ${error.details.map(detail => html`<li><code>${detail.field}</code>: ${detail.message}</li>`)}</ul>`}
    ${error.status === 429 && error.retryAfter > 0 && html`<p>Try again in ${error.retryAfter} s.</p>`}
    ${error.status >= 500 && error.requestId && html`<p class="quiet">Request <code>${error.requestId}</code></p>`}
    ${retry && html`<p><button type="button" onClick=${retry}>${uncertain ? 'Try again' : 'Load again'}</button></p>`}
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
      ${options.map(([key, text]) => html`<option value=${key} selected=${key === value}>${text}</option>`)}
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
  processing: 'active', ended: 'good', error: 'bad', active: 'good', delivered: 'good', failed: 'bad', pending: 'active', sent: 'active', read: 'good',
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

/** Walks through a list by its cursors. */
export function usePages() {
  const [cursors, setCursors] = useState([]);
  return {
    cursor: cursors.at(-1),
    number: cursors.length + 1,
    first: () => setCursors(before => before.length ? [] : before),
    older: cursor => setCursors(before => [...before, cursor]),
    newer: () => setCursors(before => before.slice(0, -1)),
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
export function Confirmed({ label, question, act, yes = label, kind = 'danger' }) {
  const dialog = useRef(null);
  const doing = useAction(async () => { await act(); dialog.current?.close(); });
  return html`
    <button type="button" class=${kind} onClick=${() => dialog.current.showModal()}>${label}</button>
    <dialog ref=${dialog} aria-label=${label}>
      <p>${question}</p>
      <${Failure} error=${doing.error} />
      <div class="actions">
        <button type="button" class=${kind} disabled=${doing.isBusy} onClick=${doing.run}>${yes}</button>
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
