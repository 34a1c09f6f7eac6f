import { html, useState } from '../vendor/preact.js';
import { get, patch, post } from '../api.js';
import {
  Badge, Confirmed, Empty, Facts, Failure, Loaded, Page, Pager, SelectField, Table, TextField, Time, stay, useAction, useKey, useLoad, usePages,
  useReloadOn,
} from '../parts.js';

const STATUSES = ['active', 'handed_off', 'closed'];

export function Conversations({ query }) {
  const status = query.get('status') ?? '';
  const pages = usePages(status);
  const conversations = useLoad(() => get('/whatsapp/conversations', { limit: 25, status, cursor: pages.cursor }), [status, pages.cursor]);
  useReloadOn(({ event }) => event === 'whatsapp.message.received' && pages.number === 1, conversations, [status, pages.cursor]);
  const filter = value => { location.hash = value ? `/conversations?status=${value}` : '/conversations'; };
  return html`<${Page} title="WhatsApp">
    <div class="filters"><${SelectField} label="Status" value=${status} onText=${filter}
      options=${[['', 'All'], ...STATUSES.map(one => [one, one.replace('_', ' ')])]} /></div>
    <${Loaded} of=${conversations}>${list => list.data.length === 0
      ? status
        ? html`<${Empty} title="No such conversations"><p><a href="#/conversations">All conversations</a></p><//>`
        : html`<${Empty} title="No conversations yet">
            <p>A conversation begins when a customer writes to a number of yours, or with the first template that is sent to somebody.
              The operator of this server connects the number.</p><//>`
      : html`<${Table} caption="Conversations, newest activity first" heads=${['Customer', 'Last message', 'When', 'Status']} rows=${list.data.map(one => ({
          key: one.id,
          cells: [
            html`<a href=${`#/conversations/${one.id}`}>${one.waUserName ?? one.waUserPhone}</a>`,
            html`${one.lastMessageDirection === 'outbound' && html`<span class="quiet">you: </span>`}${one.lastMessagePreview ?? ''}`,
            html`<${Time} at=${one.lastMessageAt} />`,
            html`<${Badge} status=${one.status} />`,
          ],
        }))} />
        <${Pager} pages=${pages} pagination=${list.pagination} />`}<//>
  <//>`;
}

export function Conversation({ id, holds }) {
  const loaded = useLoad(async () => (await get(`/whatsapp/conversations/${id}`)).data, [id]);
  useReloadOn(({ event, data }) => event.startsWith('whatsapp.') && data.conversationId === id, loaded, [id]);
  const conversation = loaded.data;
  const close = async () => {
    await patch(`/whatsapp/conversations/${id}`, { status: 'closed' });
    await loaded.reload();
  };
  return html`<${Page} title=${conversation ? conversation.waUserName ?? conversation.waUserPhone : 'Conversation'}
    back=${{ href: '#/conversations', label: 'WhatsApp' }}
    actions=${conversation && holds('whatsapp:write') && conversation.status !== 'closed' && html`
      <${Confirmed} label="Close" kind="" question="The conversation is closed. It opens again when the customer writes." act=${close} />`}>
    <${Loaded} of=${loaded}>${shown => html`
      <${Facts} of=${[
        ['Number', shown.waUserPhone],
        ['Contact', shown.contactId && html`<a href=${`#/contacts/${shown.contactId}`}>open</a>`],
        ['Status', html`<${Badge} status=${shown.status} />`],
        ['Free text', shown.window.open
          ? html`until <${Time} at=${shown.window.expiresAt} />`
          : 'not now: the customer has not written for 24 hours'],
      ]} />
      <ol class="transcript" aria-live="polite">${byTime(shown.messages).map(message => html`<${Message} key=${message.id} of=${message} />`)}</ol>
      ${holds('whatsapp:write') && (shown.window.open
        ? html`<${Reply} id=${id} sent=${loaded.reload} />`
        : html`<p class="note">WhatsApp takes a template only, until the customer writes. A program sends one with
            ${' '}<code>POST /api/v1/whatsapp/messages</code>.</p>`)}`}<//>
  <//>`;
}

function Message({ of: message }) {
  const isOurs = message.direction === 'outbound';
  return html`<li class=${isOurs ? 'assistant' : 'user'}>
    <span class="who">${isOurs ? 'You' : 'Customer'} <span class="quiet"><${Time} at=${message.createdAt} /></span></span>
    <p>${message.text?.body ?? (message.template ? `Template ${message.template.name}` : `(${message.type})`)}</p>
    ${isOurs && html`<${Badge} status=${message.status} />`}
    ${message.error && html`<span class="bad-text">${message.error.message}</span>`}
  </li>`;
}

const byTime = messages => [...messages].sort((one, other) => one.createdAt < other.createdAt ? -1 : 1);

function Reply({ id, sent }) {
  const [text, setText] = useState('');
  const once = useKey();
  const sending = useAction(async () => {
    await once(key => post('/whatsapp/messages', { conversationId: id, type: 'text', text: { body: text } }, key));
    setText('');
    await sent();
  });
  return html`<form onSubmit=${stay(sending.run)}>
    <${TextField} label="Answer" name="text.body" area value=${text} onText=${setText} required error=${sending.error} />
    <${Failure} error=${sending.error} />
    <button class="primary" disabled=${sending.isBusy}>Send</button>
  </form>`;
}
