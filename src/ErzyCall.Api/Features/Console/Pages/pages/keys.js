import { html, useState } from '../vendor/preact.js';
import { get, post, remove } from '../api.js';
import {
  Badge, Choices, Confirmed, Facts, Failure, Loaded, Page, Secret, Table, TextField, Time, numberOf, stay, useAction, useKey, useLoad,
} from '../parts.js';

const SCOPES = [
  '*',
  ...['calls', 'contacts', 'contact_groups', 'cases', 'assistants', 'phone_numbers', 'webhooks', 'whatsapp', 'calling_policy']
    .flatMap(noun => [`${noun}:read`, `${noun}:write`]),
  'usage:read', 'api_keys:write',
];

const limitsOf = limits => `${numberOf(limits.perMinute)} requests a minute, ${numberOf(limits.perHour)} an hour`;

export function Keys({ me, holds }) {
  return html`<${Page} title="Keys and limits">
    <section aria-labelledby="mine"><h2 id="mine">The key of this session</h2>
      <${Facts} of=${[
        ['Name', me.key.name],
        ['Scopes', me.key.scopes.map(scope => html`<code>${scope}</code> `)],
        ['Limits', limitsOf(me.key.limits)],
        ['Limits of all keys together', limitsOf(me.organization.limits)],
        ['Expires', me.key.expiresAt && html`<${Time} at=${me.key.expiresAt} />`],
        ['Organization', html`${me.organization.name} <code>${me.organization.id}</code>`],
      ]} />
    </section>
    ${holds('api_keys:write') && html`<${AllKeys} me=${me} holds=${holds} />`}
  <//>`;
}

function AllKeys({ me, holds }) {
  const keys = useLoad(() => get('/api-keys'), []);
  const [made, setMade] = useState(null);
  return html`<section aria-labelledby="all"><h2 id="all">All keys</h2>
    ${made && html`<${Secret} label=${`The key “${made.name}”. It is shown only now.`} text=${made.secret} />`}
    <${Make} holds=${holds} made=${key => { setMade(key); keys.reload(); }} />
    <${Loaded} of=${keys}>${list => html`
      <${Table} caption="API keys" heads=${['Name', 'Scopes', 'Status', 'Last used', 'Expires', '']}
        rows=${list.data.map(key => ({ key: key.id, cells: cellsOf(key, key.id === me.key.id, keys.reload) }))} />`}<//>
  </section>`;
}

function cellsOf(key, isMine, changed) {
  const revoke = async () => {
    await remove(`/api-keys/${key.id}`);
    await changed();
  };
  return [
    html`${key.name}${isMine ? html` <span class="quiet">(this session)</span>` : ''}`,
    key.scopes.join(' '),
    html`<${Badge} status=${key.status} />`,
    html`<${Time} at=${key.lastUsedAt} />`,
    html`<${Time} at=${key.expiresAt} />`,
    key.status === 'active' && html`<${Confirmed} label="Revoke" act=${revoke}
      question=${`Whatever uses “${key.name}” is refused from now on, for good.${isMine ? ' That ends this session, too.' : ''}`} />`,
  ];
}

function Make({ holds, made }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState([]);
  const once = useKey();
  const making = useAction(async () => {
    const { data } = await once(key => post('/api-keys', { name, scopes }, key));
    setName('');
    setScopes([]);
    made(data);
  });
  return html`<details class="add" open=${making.error !== null}><summary>Make a key</summary><form onSubmit=${stay(making.run)}>
    <${TextField} label="Name" name="name" value=${name} onText=${setName} required maxlength="200" error=${making.error} hint="What will use it." />
    <${Choices} legend="Scopes: what it may do" of=${SCOPES.filter(holds).map(scope => [scope, scope === '*' ? '* (everything)' : scope])}
      chosen=${scopes} onChoose=${setScopes} />
    <${Failure} error=${making.error} />
    <button class="primary" disabled=${making.isBusy || scopes.length === 0}>Make</button>
  </form></details>`;
}
