import { html, useState } from '../vendor/preact.js';
import { get, patch, post, remove } from '../api.js';
import {
  Confirmed, Empty, Facts, Failure, Loaded, Page, Pager, Table, TextField, Time, changesOf, compact, stay, useAction, useKey,
  useLoad, usePages, useReloadOn, useTyped,
} from '../parts.js';

/** A search has at least so many letters. */
const SHORTEST_SEARCH = 3;

export function Contacts({ query, holds }) {
  const search = query.get('search') ?? '';
  const [typed, setTyped] = useTyped(search);
  const pages = usePages(search);
  const contacts = useLoad(() => get('/contacts', { limit: 25, search, cursor: pages.cursor }), [search, pages.cursor]);
  const find = () => {
    pages.first();
    location.hash = typed.trim() === '' ? '/contacts' : `/contacts?${new URLSearchParams({ search: typed.trim() })}`;
  };
  const add = holds('contacts:write') && html`<a class="button primary" href="#/contacts/new">Add a contact</a>`;
  return html`<${Page} title="Contacts" actions=${add}>
    <form class="filters" role="search" onSubmit=${stay(find)}>
      <${TextField} label="Name, email or number" name="search" type="search" value=${typed} onText=${setTyped}
        minlength=${SHORTEST_SEARCH} error=${contacts.error} />
      <button>Find</button>
    </form>
    <${Loaded} of=${contacts}>${list => list.data.length === 0
      ? search === ''
        ? html`<${Empty} title="No contacts yet">
            <p>A contact gives a script a name and notes, and shows who was called. A whole file of them comes in with
              ${' '}<code>erzycall contacts import</code>.</p>
            <p>${add}</p><//>`
        : html`<${Empty} title="Nobody found"><p><a href="#/contacts">All contacts</a></p><//>`
      : html`<${Table} caption="Contacts, newest first" heads=${['Name', 'Number', 'Email', 'Tags', 'Calls']} rows=${list.data.map(contact => ({
          key: contact.id,
          cells: [
            html`<a href=${`#/contacts/${contact.id}`}>${contact.title}</a>`, contact.phone, contact.email ?? '', contact.tags.join(', '),
            contact.optOut ? html`<span class="badge bad">do not call</span>` : html`<span class="badge good">may be called</span>`,
          ],
        }))} />
        <${Pager} pages=${pages} pagination=${list.pagination} />`}<//>
  <//>`;
}

const EMPTY = { title: '', phone: '', email: '', notes: '', tags: '' };
const tagsOf = text => text.split(',').map(tag => tag.trim()).filter(tag => tag !== '');

const ContactFields = ({ contact, set, error }) => html`
  <${TextField} label="Name" name="title" value=${contact.title} onText=${set('title')} required maxlength="200" error=${error} />
  <${TextField} label="Number" name="phone" type="tel" value=${contact.phone} onText=${set('phone')} required placeholder="+14155550100"
    error=${error} hint="With its country code." />
  <${TextField} label="Email" name="email" type="email" value=${contact.email} onText=${set('email')} error=${error} />
  <${TextField} label="Notes" name="notes" area value=${contact.notes} onText=${set('notes')} maxlength="5000"
    error=${error} hint="Scripts can use them as {{notes}}." />
  <${TextField} label="Tags" name="tags" value=${contact.tags} onText=${set('tags')} error=${error} hint="Separated by commas." />`;

const useContact = begin => {
  const [contact, setContact] = useState(begin);
  return [contact, name => value => setContact(old => ({ ...old, [name]: value }))];
};

const bodyOf = contact => ({
  ...contact, phone: compact(contact.phone), email: contact.email || null, notes: contact.notes || null, tags: tagsOf(contact.tags),
});

export function NewContact() {
  const [contact, set] = useContact(EMPTY);
  const once = useKey();
  const adding = useAction(async () => {
    const { data } = await once(key => post('/contacts', bodyOf(contact), key));
    location.hash = `/contacts/${data.id}`;
  });
  return html`<${Page} title="Add a contact" back=${{ href: '#/contacts', label: 'Contacts' }}>
    <form onSubmit=${stay(adding.run)}>
      <${ContactFields} contact=${contact} set=${set} error=${adding.error} />
      <${Failure} error=${adding.error} />
      <button class="primary" disabled=${adding.isBusy}>Add</button>
    </form>
  <//>`;
}

export function Contact({ id, holds }) {
  const loaded = useLoad(async () => (await get(`/contacts/${id}`)).data, [id]);
  const [isEdited, setIsEdited] = useState(false);
  useReloadOn(({ event, data }) => event === 'contact.updated' && data.id === id, loaded, [id]);
  const contact = loaded.data;
  const mayWrite = holds('contacts:write');
  const erase = async () => {
    await remove(`/contacts/${id}`);
    location.hash = '/contacts';
  };
  const optOut = optedOut => async () => {
    await patch(`/contacts/${id}`, { optOut: { optedOut } });
    await loaded.reload();
  };
  return html`<${Page} title=${contact?.title ?? 'Contact'} back=${{ href: '#/contacts', label: 'Contacts' }} actions=${contact && html`
      ${holds('calls:write') && !contact.optOut && html`<a class="button primary" href=${`#/calls/new?contact=${id}`}>Call</a>`}
      ${mayWrite && html`<button type="button" onClick=${() => setIsEdited(!isEdited)}>${isEdited ? 'Stop editing' : 'Edit'}</button>`}
      ${mayWrite && html`<${Confirmed} label="Delete" act=${erase}
        question="The contact is deleted for good. Whether the number may be called stays as it is." />`}`}>
    <${Loaded} of=${loaded}>${shown => isEdited
      ? html`<${Edit} contact=${shown} done=${async () => { await loaded.reload(); setIsEdited(false); }} />`
      : html`
        ${shown.optOut && html`<p class="note bad">Must not be called since <${Time} at=${shown.optOut.at} />
          ${` (${shown.optOut.source}${shown.optOut.reason ? `: ${shown.optOut.reason}` : ''})`}.</p>`}
        <${Facts} of=${[
          ['Number', html`${shown.phone} · <a href=${`#/calls?${new URLSearchParams({ phone: shown.phone })}`}>calls</a>`],
          ['Email', shown.email], ['Tags', shown.tags.join(', ')], ['Notes', shown.notes],
          ...Object.entries(shown.customFields),
          ['Added', html`<${Time} at=${shown.createdAt} />`], ['Id', html`<code>${shown.id}</code>`],
        ]} />
        ${mayWrite && html`<div class="actions">${shown.optOut
          ? html`<${Confirmed} label="Allow calls again" kind="" question="Only do this when the person has asked for it." act=${optOut(false)} />`
          : html`<${Confirmed} label="Do not call any more" act=${optOut(true)}
              question="No call reaches this number from now on, whoever places it; one that rings is hung up." />`}</div>`}`}<//>
  <//>`;
}

function Edit({ contact, done }) {
  const [begin] = useState({
    title: contact.title, phone: contact.phone, email: contact.email ?? '', notes: contact.notes ?? '', tags: contact.tags.join(', '),
  });
  const [changed, set] = useContact(begin);
  const saving = useAction(async () => {
    const changes = changesOf(bodyOf(begin), bodyOf(changed));
    if (Object.keys(changes).length > 0) await patch(`/contacts/${contact.id}`, changes);
    await done();
  });
  return html`<form onSubmit=${stay(saving.run)}>
    <${ContactFields} contact=${changed} set=${set} error=${saving.error} />
    <${Failure} error=${saving.error} />
    <button class="primary" disabled=${saving.isBusy}>Save</button>
  </form>`;
}
