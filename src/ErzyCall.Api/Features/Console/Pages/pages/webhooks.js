import { html, useState } from '../vendor/preact.js';
import { get, patch, post, remove } from '../api.js';
import {
  Badge, Choices, Confirmed, Empty, Facts, Failure, Loaded, OnOff, Page, Pager, Secret, SelectField, Table, TextField, Time, stay,
  useAction, useKey, useLoad, usePages,
} from '../parts.js';

const EVENTS = [
  'call.scheduled', 'call.started', 'call.ended', 'call.failed', 'call.report', 'call.cancelled',
  'contact.created', 'contact.updated', 'contact.deleted', 'whatsapp.message.received', 'whatsapp.message.status',
];

export function Webhooks({ holds }) {
  const endpoints = useLoad(() => get('/webhooks'), []);
  const [made, setMade] = useState(null);
  return html`<${Page} title="Webhooks">
    <p>What happens is sent to addresses of yours, signed, and again until it arrives.</p>
    ${made && html`<${Secret} label="The secret that deliveries are signed with. It is shown only now." text=${made.secret} />`}
    ${holds('webhooks:write') && html`<${Add} added=${endpoint => { setMade(endpoint); endpoints.reload(); }} />`}
    <${Loaded} of=${endpoints}>${list => list.data.length === 0
      ? html`<${Empty} title="No webhook endpoints yet">
          <p>Without one, programs read what happened from <code>GET /api/v1/events</code>; <code>erzycall webhooks listen</code>
            ${' '}forwards it to a program on your own machine.</p><//>`
      : html`<${Table} caption="Webhook endpoints" heads=${['Address', 'Events', 'Status', 'Made']} rows=${list.data.map(one => ({
          key: one.id,
          cells: [
            html`<a href=${`#/webhooks/${one.id}`}>${one.url}</a>`,
            one.events.length === EVENTS.length ? 'all' : one.events.join(', '),
            html`<${OnOff} isOn=${one.isActive} />`,
            html`<${Time} at=${one.createdAt} />`,
          ],
        }))} />`}<//>
  <//>`;
}

function Add({ added }) {
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState(['call.ended', 'call.failed', 'call.cancelled']);
  const once = useKey();
  const adding = useAction(async () => {
    const { data } = await once(key => post('/webhooks', { url, events }, key));
    setUrl('');
    added(data);
  });
  return html`<details class="add" open=${adding.error !== null}><summary>Add an endpoint</summary><form onSubmit=${stay(adding.run)}>
    <${TextField} label="Address" name="url" type="url" value=${url} onText=${setUrl} required placeholder="https://example.com/webhooks"
      error=${adding.error} />
    <${Choices} legend="Events" of=${EVENTS.map(name => [name, name])} chosen=${events} onChoose=${setEvents} />
    <${Failure} error=${adding.error} />
    <button class="primary" disabled=${adding.isBusy || events.length === 0}>Add</button>
  </form></details>`;
}

export function Webhook({ id, query, holds }) {
  const status = query.get('status') ?? '';
  const pages = usePages(id, status);
  const endpoint = useLoad(async () => (await get(`/webhooks/${id}`)).data, [id]);
  const deliveries = useLoad(() => get(`/webhooks/${id}/deliveries`, { limit: 25, status, cursor: pages.cursor }), [id, status, pages.cursor]);
  const again = async () => { await Promise.all([endpoint.reload(), deliveries.reload()]); };
  const trying = useAction(async () => { await post(`/webhooks/${id}/test`); await again(); });
  const shown = endpoint.data;
  const mayWrite = holds('webhooks:write');
  const turn = async () => {
    await patch(`/webhooks/${id}`, { isActive: !shown.isActive });
    await again();
  };
  const erase = async () => {
    await remove(`/webhooks/${id}`);
    location.hash = '/webhooks';
  };
  const filter = value => { location.hash = `/webhooks/${id}${value ? `?status=${value}` : ''}`; };
  return html`<${Page} title=${shown?.url ?? 'Webhook endpoint'} back=${{ href: '#/webhooks', label: 'Webhooks' }} actions=${shown && html`
      <button type="button" onClick=${again}>Refresh</button>
      ${mayWrite && html`
        <button type="button" disabled=${trying.isBusy} onClick=${trying.run}>Send a test</button>
        <${Confirmed} label=${shown.isActive ? 'Switch off' : 'Switch on'} kind="" act=${turn}
          question=${shown.isActive ? 'Nothing more is sent there.' : 'What happens from now on is sent there.'} />
        <${Confirmed} label="Delete" question="The endpoint is deleted with its deliveries." act=${erase} />`}`}>
    <${Failure} error=${trying.error} />
    <${Loaded} of=${endpoint}>${one => html`<${Facts} of=${[
      ['Status', one.isActive ? 'active' : `off${one.disabledReason ? `: ${one.disabledReason}` : ''}`],
      ['Events', one.events.join(', ')],
      ['Description', one.description],
      ['Last 24 hours', `${one.last24Hours.delivered} delivered, ${one.last24Hours.failed} failed, ${one.last24Hours.pending} on their way`],
      ['Id', html`<code>${one.id}</code>`],
    ]} />`}<//>
    <h2>Deliveries</h2>
    <div class="filters"><${SelectField} label="Status" value=${status} onText=${filter}
      options=${[['', 'All'], ['pending', 'on their way'], ['delivered', 'delivered'], ['failed', 'failed']]} /></div>
    <${Loaded} of=${deliveries}>${list => list.data.length === 0
      ? html`<${Empty} title="Nothing was sent yet">${mayWrite && html`<p>Send a test to see whether the address answers.</p>`}<//>`
      : html`<${Table} caption="Deliveries, newest first" heads=${['Event', 'When', 'Status', 'Attempts', '']} rows=${list.data.map(delivery => ({
          key: delivery.id,
          cells: [
            delivery.event,
            html`<${Time} at=${delivery.createdAt} />`,
            html`<${Badge} status=${delivery.status} />`,
            html`<${Attempts} of=${delivery} />`,
            mayWrite && delivery.status !== 'pending' && html`<${Resend} endpoint=${id} delivery=${delivery.id} sent=${again} />`,
          ],
        }))} />
        <${Pager} pages=${pages} pagination=${list.pagination} />`}<//>
  <//>`;
}

const Attempts = ({ of }) => of.attempts.length > 0 && html`<details>
  <summary>${of.attempts.length}</summary>
  <ol>${of.attempts.map(attempt => html`<li>
    <${Time} at=${attempt.at} />: ${attempt.statusCode ?? attempt.error}${attempt.durationMs === null ? '' : ` after ${attempt.durationMs} ms`}
    ${attempt.responseBody && html`<pre>${attempt.responseBody}</pre>`}</li>`)}</ol>
  ${of.nextAttemptAt && html`<p>Next: <${Time} at=${of.nextAttemptAt} /></p>`}
</details>`;

function Resend({ endpoint, delivery, sent }) {
  const once = useKey();
  const sending = useAction(async () => {
    await once(key => post(`/webhooks/${endpoint}/deliveries/${delivery}/resend`, {}, key));
    await sent();
  });
  return html`<button type="button" disabled=${sending.isBusy} onClick=${sending.run}>Send again</button><${Failure} error=${sending.error} />`;
}
