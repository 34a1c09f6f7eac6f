// The console: who is signed in, where one is, and what is around every page.
import { html, render, useEffect, useErrorBoundary, useState } from './vendor/preact.js';
import { actFor, get, sessionOver, signIn, signOut, waiting } from './api.js';
import * as live from './live.js';
import { Failure, TextField, stay, useAction } from './parts.js';
import { Calls } from './pages/calls.js';
import { Call } from './pages/call.js';
import { PlaceCall } from './pages/place-call.js';
import { Contact, Contacts, NewContact } from './pages/contacts.js';
import { DoNotCall } from './pages/do-not-call.js';
import { Conversation, Conversations } from './pages/conversations.js';
import { Webhook, Webhooks } from './pages/webhooks.js';
import { Keys } from './pages/keys.js';
import { Numbers } from './pages/numbers.js';
import { Policy } from './pages/policy.js';

/**
 * Each page by its address, with the scope that a key needs for it. The first that fits is shown.
 * @type {[RegExp, (props: any) => any, string | null][]}
 */
const ROUTES = [
  [/^\/calls\/new$/, PlaceCall, 'calls:write'],
  [/^\/calls\/(call_\w+)$/, Call, 'calls:read'],
  [/^\/(?:calls)?$/, Calls, 'calls:read'],
  [/^\/contacts\/new$/, NewContact, 'contacts:write'],
  [/^\/contacts\/(contact_\w+)$/, Contact, 'contacts:read'],
  [/^\/contacts$/, Contacts, 'contacts:read'],
  [/^\/do-not-call$/, DoNotCall, 'contacts:read'],
  [/^\/conversations\/(conv_\w+)$/, Conversation, 'whatsapp:read'],
  [/^\/conversations$/, Conversations, 'whatsapp:read'],
  [/^\/webhooks\/(wh_\w+)$/, Webhook, 'webhooks:read'],
  [/^\/webhooks$/, Webhooks, 'webhooks:read'],
  [/^\/keys$/, Keys, null],
  [/^\/numbers$/, Numbers, 'phone_numbers:read'],
  [/^\/policy$/, Policy, 'calling_policy:read'],
];

const NAVIGATION = [
  ['/calls', 'Calls', 'calls:read'],
  ['/contacts', 'Contacts', 'contacts:read'],
  ['/conversations', 'WhatsApp', 'whatsapp:read'],
  ['/do-not-call', 'Do not call', 'contacts:read'],
  ['/webhooks', 'Webhooks', 'webhooks:read'],
  ['/numbers', 'Numbers and carriers', 'phone_numbers:read'],
  ['/policy', 'Calling policy', 'calling_policy:read'],
  ['/keys', 'Keys and limits', null],
];

/** The time for which a stream may be away before anybody is told, in milliseconds: most come again at once. */
const UNNOTICED = 5_000;

function whereNow() {
  const [pathname, query] = (location.hash.slice(1) || '/').split('?');
  return { pathname, searchParams: new URLSearchParams(query) };
}

function useWhere() {
  const [where, setWhere] = useState(whereNow);
  useEffect(() => {
    const moved = () => { setWhere(whereNow()); scrollTo(0, 0); };
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return where;
}

function SignIn({ reason, entered }) {
  const [key, setKey] = useState('');
  const signing = useAction(async () => {
    // A header holds no other characters; such a key is refused here as the server would.
    if (!/^[\x21-\x7e]+$/.test(key.trim())) throw new Error('That is no API key');
    await signIn(key.trim());
    await entered();
  });
  useEffect(() => { document.title = 'Sign in · ErzyCall'; }, []);
  return html`<main class="sign-in" id="main">
    <h1>ErzyCall</h1>
    ${reason && html`<p class="note" role="status">${reason}</p>`}
    <form onSubmit=${stay(signing.run)}>
      <${TextField} label="API key" name="key" type="password" value=${key} onText=${setKey}
        required autocomplete="off" spellcheck="false" autofocus
        hint=${html`It begins with <code>ek_test_</code> or <code>ek_live_</code>. The browser keeps a session of eight hours, and not the key.`} />
      <${Failure} error=${signing.error} />
      <button class="primary" disabled=${signing.isBusy}>${signing.isBusy ? 'Signing in…' : 'Sign in'}</button>
    </form>
    <details><summary>I have no key</summary>
      <p>Whoever runs this server makes one with its command <code>keys create</code>; the command <code>seed</code> makes a test organization
      with sample data and a key for it, in which nobody’s phone rings.</p></details>
    <p><a href="docs">API reference</a></p>
  </main>`;
}

function Connection() {
  const [isLost, setIsLost] = useState(false);
  const [waits, setWaits] = useState(0);
  useEffect(() => {
    let timer = 0;
    const forget = [
      live.changed.on(state => {
        clearTimeout(timer);
        if (state === 'lost') timer = setTimeout(() => setIsLost(true), UNNOTICED);
        else setIsLost(false);
      }),
      waiting.on(seconds => {
        setWaits(seconds);
        setTimeout(() => setWaits(0), seconds * 1000);
      }),
    ];
    return () => { clearTimeout(timer); forget.forEach(end => end()); };
  }, []);
  return html`<div role="status" class="connection">
    ${isLost && html`<p class="note bad">The connection is lost. What you see may be old; trying again…</p>`}
    ${waits > 0 && html`<p class="note">This key has sent as many requests as it may. Going on in ${waits} s.</p>`}
  </div>`;
}

function Shell({ me, left }) {
  const where = useWhere();
  useEffect(() => live.start(me.key.id), []);
  useEffect(() => document.querySelector('.rooms [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }), [where.pathname]);
  const holds = scope => scope === null || me.key.scopes.includes('*') || me.key.scopes.includes(scope);
  const [pattern, Shown, scope] = ROUTES.find(([path]) => path.test(where.pathname)) ?? [/.*/, null, null];
  const [, id] = pattern.exec(where.pathname) ?? [];
  const leaving = useAction(async () => { await signOut(); left(''); });
  const isLive = me.organization.mode === 'live';
  return html`
    <a class="skip" href="#main" onClick=${stay(() => document.querySelector('h1')?.focus())}>Skip to the page</a>
    <header class="bar">
      <a class="brand" href="#/calls">ErzyCall</a>
      <p class="whose"><span>${me.organization.name}</span>
        <span class=${`mode ${me.organization.mode}`}>${isLive ? 'live: real phones ring' : 'test'}</span></p>
      <button type="button" disabled=${leaving.isBusy} onClick=${leaving.run}>Sign out</button>
    </header>
    <div class="frame">
      <nav class="rooms" aria-label="Console"><ul>
        ${NAVIGATION.filter(([, , needed]) => holds(needed)).map(([path, name]) => html`
          <li><a href=${`#${path}`} aria-current=${isBelow(where.pathname, path) ? 'page' : undefined}>${name}</a></li>`)}
        <li><a href="docs">API reference</a></li>
      </ul></nav>
      <main id="main">
        <${Connection} />
        ${leaving.error && html`<p class="note bad" role="alert">You are still signed in: ${leaving.error.message}.</p>`}
        ${Shown === null ? html`<h1>There is no such page</h1>`
          : holds(scope)
            ? html`<${Guarded} key=${where.pathname}><${Shown} id=${id} query=${where.searchParams} me=${me} holds=${holds} /><//>`
          : html`<h1>Not with this key</h1><p>It needs the scope <code>${scope}</code>.</p>`}
      </main>
    </div>`;
}

/** A page that fails is taken away: what it goes on to show would be old. */
function Guarded({ children }) {
  const [failure] = useErrorBoundary(error => console.error(error));
  return failure
    ? html`<h1>This page has failed</h1><p>It is a fault of the console: ${failure.message}. Nothing was sent.</p>
        <p><button type="button" onClick=${() => location.reload()}>Load it anew</button></p>`
    : children;
}

/** Calls are also what is shown at first. */
const isBelow = (where, path) => where.startsWith(path) || (path === '/calls' && where === '/');

function App() {
  const [me, setMe] = useState(undefined);
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState(null);
  const enter = async () => {
    actFor(null);
    const { data } = await get('/me');
    actFor(data.key.id);
    setReason('');
    setMe(data);
  };
  const look = () => enter().then(() => setFailure(null), error => error.status === 401 ? setMe(null) : setFailure(error));
  useEffect(() => {
    look();
    return sessionOver.on(why => setMe(before => {
      if (before) setReason(why);
      return null;
    }));
  }, []);
  if (failure) return html`<main class="sign-in"><h1>ErzyCall</h1><${Failure} error=${failure} retry=${look} /></main>`;
  if (me === undefined) return html`<main class="sign-in"><p class="quiet" role="status">Loading…</p></main>`;
  return me === null
    ? html`<${SignIn} reason=${reason} entered=${enter} />`
    : html`<${Shell} me=${me} left=${why => { setReason(why); setMe(null); }} />`;
}

render(html`<${App} />`, document.getElementById('app'));
