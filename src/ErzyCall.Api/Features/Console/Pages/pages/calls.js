import { html, useEffect } from '../vendor/preact.js';
import { get } from '../api.js';
import { happened } from '../live.js';
import {
  Badge, Empty, Loaded, Page, Pager, SelectField, Table, TextField, Time, compact, stay, useLoad, usePages, useTyped,
} from '../parts.js';

/** The most calls on a page. */
const LIMIT = 25;

const STATUSES = ['new', 'scheduled', 'processing', 'ended', 'cancelled', 'error'];

export const durationOf = seconds => seconds === null ? null : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

export function Calls({ query, holds }) {
  const status = query.get('status') ?? '';
  const phone = query.get('phone') ?? '';
  const [typed, setTyped] = useTyped(phone);
  const pages = usePages(status, phone);
  const calls = useLoad(() => get('/calls', { limit: LIMIT, status, phone, cursor: pages.cursor }), [status, phone, pages.cursor]);
  const isFiltered = status !== '' || phone !== '';
  useEffect(() => happened.on(({ event, data }) => {
    const belongs = (status === '' || data.status === status) && (phone === '' || data.to === phone || data.from === phone);
    if (event.startsWith('call.')) calls.change(list => merged(list, data, belongs, pages.number === 1));
  }), [status, phone, pages.cursor]);

  const filter = (wanted) => {
    pages.first();
    const given = new URLSearchParams(Object.entries({ status, phone, ...wanted }).filter(([, value]) => value !== ''));
    location.hash = `/calls${given.size ? `?${given}` : ''}`;
  };
  return html`<${Page} title="Calls" actions=${holds('calls:write') && html`<a class="button primary" href="#/calls/new">Place a call</a>`}>
    <form class="filters" role="search" onSubmit=${stay(() => filter({ phone: compact(typed.trim()) }))}>
      <${SelectField} label="Status" value=${status} onText=${value => filter({ status: value })}
        options=${[['', 'All'], ...STATUSES.map(one => [one, one === 'processing' ? 'on the phone' : one])]} />
      <${TextField} label="Number" name="phone" type="tel" value=${typed} onText=${setTyped} placeholder="+14155550100" />
      <button>Find</button>
    </form>
    <${Loaded} of=${calls}>${list => list.data.length === 0
      ? isFiltered
        ? html`<${Empty} title="No such calls"><p><a href="#/calls">All calls</a></p><//>`
        : html`<${Empty} title="No calls yet">
            <p>A call needs a number to call, one of yours to call from, and something to say.</p>
            ${holds('calls:write') && html`<p><a class="button primary" href="#/calls/new">Place the first call</a></p>`}<//>`
      : html`<${Table} caption="Calls, newest first" heads=${['Placed', 'To', 'Status', 'Outcome', 'Talked', 'From']} rows=${list.data.map(call => ({
          key: call.id,
          cells: [
            html`<a href=${`#/calls/${call.id}`}><${Time} at=${call.createdAt} /></a>`,
            call.to,
            html`<${Badge} status=${call.status} />`,
            call.status === 'scheduled' ? html`dials <${Time} at=${call.dialAt} />` : call.endedReason ?? '',
            durationOf(call.duration) ?? '',
            call.from,
          ],
        }))} />
        <${Pager} pages=${pages} pagination=${list.pagination} />`}<//>
  <//>`;
}

/** The list with a call as it stands now: in its place, not any more, or at the head of the first page. */
function merged(list, call, belongs, isFirst) {
  const shown = list.data.find(row => row.id === call.id);
  if (shown && shown.updatedAt > call.updatedAt) return list;
  if (shown) return { ...list, data: list.data.flatMap(row => row.id !== call.id ? [row] : belongs ? [call] : []) };

  const isNewest = list.data.length === 0 || call.id > list.data[0].id;
  if (!belongs || !isFirst || !isNewest) return list;

  // What is pushed off the page begins the next one, to which only the server knows the way.
  return { ...list, data: [call, ...list.data].slice(0, LIMIT) };
}
