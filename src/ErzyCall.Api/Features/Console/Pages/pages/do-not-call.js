import { html, useState } from '../vendor/preact.js';
import { get, post, remove } from '../api.js';
import {
  Confirmed, Empty, Failure, Loaded, Page, Pager, Table, TextField, Time, compact, stay, useAction, useKey, useLoad, usePages,
  useTyped,
} from '../parts.js';

const SOURCES = { api: 'entered', whatsapp: 'said so on WhatsApp', call: 'said so in a call', import: 'imported' };

export function DoNotCall({ query, holds }) {
  const phone = query.get('phone') ?? '';
  const [typed, setTyped] = useTyped(phone);
  const pages = usePages(phone);
  const entries = useLoad(() => get('/do-not-call', { limit: 25, phone, cursor: pages.cursor }), [phone, pages.cursor]);
  const find = () => {
    pages.first();
    location.hash = typed.trim() === '' ? '/do-not-call' : `/do-not-call?${new URLSearchParams({ phone: compact(typed) })}`;
  };
  const mayWrite = holds('contacts:write');
  const lift = number => async () => {
    await remove(`/do-not-call/${encodeURIComponent(number)}`);
    await entries.reload();
  };
  return html`<${Page} title="Do not call">
    <p>Nobody is called at these numbers, and nobody is written to, whatever asks for it.</p>
    ${mayWrite && html`<${Add} added=${() => { pages.first(); entries.reload(); }} />`}
    <form class="filters" role="search" onSubmit=${stay(find)}>
      <${TextField} label="Look up a number" name="phone" type="tel" value=${typed} onText=${setTyped} error=${entries.error} />
      <button>Find</button>
    </form>
    <${Loaded} of=${entries}>${list => list.data.length === 0
      ? phone === ''
        ? html`<${Empty} title="Nobody has asked not to be called"><p>Who says so in a call or on WhatsApp is entered here by itself.</p><//>`
        : html`<${Empty} title="This number is not on the list"><p><a href="#/do-not-call">The whole list</a></p><//>`
      : html`<${Table} caption="Numbers that must not be called, newest first" heads=${['Number', 'Since', 'How', 'Reason', '']}
          rows=${list.data.map(entry => ({
            key: entry.phone,
            cells: [
              entry.contactId ? html`<a href=${`#/contacts/${entry.contactId}`}>${entry.phone}</a>` : entry.phone,
              html`<${Time} at=${entry.at} />`,
              SOURCES[entry.source] ?? entry.source,
              entry.reason ?? '',
              mayWrite && html`<${Confirmed} label="Take off" act=${lift(entry.phone)}
                question=${`${entry.phone} can be called again. Only do this when the person has asked for it.`} />`,
            ],
          }))} />
        <${Pager} pages=${pages} pagination=${list.pagination} />`}<//>
  <//>`;
}

function Add({ added }) {
  const [phone, setPhone] = useState('');
  const [reason, setReason] = useState('');
  const once = useKey();
  const adding = useAction(async () => {
    await once(key => post('/do-not-call', { phone: compact(phone), ...(reason && { reason }) }, key));
    setPhone('');
    setReason('');
    added();
  });
  return html`<details class="add" open=${adding.error !== null}><summary>Enter a number</summary><form onSubmit=${stay(adding.run)}>
    <${TextField} label="Number" name="phone" type="tel" value=${phone} onText=${setPhone} required placeholder="+14155550100" error=${adding.error} />
    <${TextField} label="Reason" name="reason" value=${reason} onText=${setReason} maxlength="500" error=${adding.error} />
    <${Failure} error=${adding.error} />
    <button class="primary" disabled=${adding.isBusy}>Enter</button>
  </form></details>`;
}
