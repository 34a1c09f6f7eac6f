import { html, useEffect, useState } from '../vendor/preact.js';
import { get, post } from '../api.js';
import { Empty, Failure, Loaded, Page, SelectField, TextField, Time, compact, stay, useAction, useKey, useLoad } from '../parts.js';

/** The time that somebody who types is given before a preview is asked for, in milliseconds: each costs the key a request. */
const PAUSE = 800;

const NUMBER = /^\+[1-9]\d{4,14}$/;
const PLACEHOLDER = /\{\{\s*([A-Za-z_][A-Za-z0-9_]{0,63})\s*\}\}/g;

/** Filled from the contact, where one is called. */
const FROM_CONTACT = ['name', 'email', 'phone', 'notes'];

export function PlaceCall({ query, me, holds }) {
  const given = useLoad(async () => {
    const none = { data: [] };
    const [numbers, cases, assistants, contact, before] = await Promise.all([
      holds('phone_numbers:read') ? get('/phone-numbers') : none,
      holds('cases:read') ? get('/cases', { limit: 100 }) : none,
      holds('assistants:read') ? get('/assistants/outbound') : none,
      query.get('contact') && holds('contacts:read') ? get(`/contacts/${query.get('contact')}`) : { data: null },
      query.get('again') && holds('calls:read') ? get(`/calls/${query.get('again')}`) : { data: null },
    ]);
    return {
      numbers: numbers.data.filter(number => number.isActive && number.capabilities.includes('outbound')),
      cases: cases.data, assistants: assistants.data, contact: contact.data, before: before.data,
    };
  }, []);
  return html`<${Page} title="Place a call" back=${{ href: '#/calls', label: 'Calls' }}>
    <${Loaded} of=${given}>${choices => choices.numbers.length === 0 && holds('phone_numbers:read')
      ? html`<${Empty} title="There is no number to call from"><p>Calls show a number of yours. <a href="#/numbers">Add one first</a>.</p><//>`
      : html`<${CallForm} choices=${choices} me=${me} holds=${holds} />`}<//>
  <//>`;
}

function CallForm({ choices, me, holds }) {
  const { contact, before, numbers } = choices;
  const known = { contactId: contact?.id ?? before?.contactId ?? null, phone: contact?.phone ?? before?.to ?? '' };
  const usual = (numbers.find(number => number.isDefault) ?? numbers[0])?.phoneNumber ?? '';
  const [call, setCall] = useState({
    to: known.phone,
    from: numbers.some(number => number.phoneNumber === before?.from) ? before.from : usual,
    caseId: before?.caseId ?? '',
    assistantConfigId: before?.assistantConfigId ?? '',
    firstMessage: before?.firstMessage ?? '',
    variableValues: before?.variableValues ?? {},
    scheduledAt: '',
  });
  const set = name => value => setCall(old => ({ ...old, [name]: value }));
  const contactId = compact(call.to) === known.phone ? known.contactId : null;
  const chosen = useLoad(async () => call.caseId === '' ? { variables: [] } : (await get(`/cases/${call.caseId}`)).data, [call.caseId]);
  const names = [...new Set([
    ...(chosen.data?.variables ?? []).filter(variable => variable.source === 'custom' || contactId === null).map(variable => variable.name),
    ...[...call.firstMessage.matchAll(PLACEHOLDER)].map(([, name]) => name).filter(name => contactId === null || !FROM_CONTACT.includes(name)),
  ])];
  const body = bodyOf({ ...call, contactId }, names);
  const preview = usePreview(body);
  const once = useKey();
  const placing = useAction(async () => {
    const { data } = await once(key => post('/calls', body, key));
    location.hash = `/calls/${data.id}`;
  });
  const isLive = me.organization.mode === 'live';
  const error = placing.error ?? preview.error;
  return html`<div class="two">
    <form onSubmit=${stay(placing.run)}>
      ${contact && html`<p class="note">${contactId === null
        ? html`This is not the number of ${contact.title}: whoever it is, is called without what you know of them.`
        : html`Calling <a href=${`#/contacts/${contact.id}`}>${contact.title}</a>`}</p>`}
      <${TextField} label="Number to call" name="to" type="tel" value=${call.to} onText=${set('to')} required placeholder="+14155550100" error=${error}
        hint=${isLive ? 'With its country code.' : html`Simulated: the last four digits decide how it goes.
          ${' '}<code>0001</code> does not answer, <code>0002</code> is busy, others talk.`} />
      ${holds('phone_numbers:read')
        ? html`<${SelectField} label="Call from" value=${call.from} onText=${set('from')} options=${numbers.map(nameOf)} />`
        : html`<${TextField} label="Call from" name="from" type="tel" value=${call.from} onText=${set('from')} required error=${error} />`}
      ${choices.cases.length > 0 && html`<${SelectField} label="Script" value=${call.caseId} onText=${set('caseId')}
        options=${[['', 'None: only the words below'], ...choices.cases.map(one => [one.id, one.title])]} />`}
      <${TextField} label="First words" name="firstMessage" area value=${call.firstMessage} onText=${set('firstMessage')} maxlength="1000" error=${error}
        placeholder=${chosen.data?.firstMessage ?? 'Hello, this is {{company}}. Is this a good moment?'}
        hint="What the assistant says first. Words in {{braces}} are filled in for each call." />
      ${names.map(name => html`
        <${TextField} key=${name} label=${name} name=${`variableValues.${name}`} value=${call.variableValues[name] ?? ''} error=${error}
          onText=${value => set('variableValues')({ ...call.variableValues, [name]: value })} />`)}
      ${choices.assistants.length > 0 && html`
        <${SelectField} label="Assistant" value=${call.assistantConfigId} onText=${set('assistantConfigId')}
          options=${[['', 'As the carrier has it'], ...choices.assistants.map(one => [one.id, one.name])]} />`}
      <${TextField} label="When" name="scheduledAt" type="datetime-local" value=${call.scheduledAt} onText=${set('scheduledAt')} error=${error}
        max="9999-12-31T23:59" hint=${`Empty for now. By the clock of ${ZONE}, where this browser is.`} />
      <${Failure} error=${placing.error} />
      <button class="primary" disabled=${placing.isBusy}>${placing.isBusy ? 'Placing…' : call.scheduledAt ? 'Schedule the call' : 'Call now'}</button>
      ${isLive && html`<p class="quiet">A real phone rings.</p>`}
    </form>
    <${Preview} of=${preview} />
  </div>`;
}

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The time that a field says; one that is none is sent as it is, for the server to refuse. */
const timeOf = text => text === '' || Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString();

const nameOf = ({ phoneNumber, label }) => [phoneNumber, label ? `${phoneNumber} (${label})` : phoneNumber];

/** The request as the form has it: what is empty is left out. */
function bodyOf(call, names) {
  const values = Object.fromEntries(names.filter(name => call.variableValues[name]).map(name => [name, call.variableValues[name]]));
  const body = {
    ...call,
    to: compact(call.to),
    scheduledAt: timeOf(call.scheduledAt),
    variableValues: Object.keys(values).length > 0 ? values : null,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== ''));
}

function usePreview(body) {
  const [shown, setShown] = useState({ data: null, error: null });
  const text = JSON.stringify(body);
  useEffect(() => {
    if (!NUMBER.test(body.to ?? '') || !NUMBER.test(body.from ?? '')) {
      setShown({ data: null, error: null });
      return undefined;
    }

    let isOld = false;
    const timer = setTimeout(async () => {
      try {
        const { data } = await post('/calls/preview', body);
        if (!isOld) setShown({ data, error: null });
      } catch (error) {
        if (!isOld) setShown({ data: null, error });
      }
    }, PAUSE);
    return () => { isOld = true; clearTimeout(timer); };
  }, [text]);
  return shown;
}

/** Whether a time is more than a minute ahead. */
const isLater = at => at !== null && new Date(at).getTime() > Date.now() + 60_000;

function Preview({ of: { data, error } }) {
  return html`<section class="preview" aria-labelledby="preview" aria-live="polite"><h2 id="preview">Preview</h2>
    ${error && html`<p class="bad-text">${error.message}.</p>`}
    ${!error && !data && html`<p class="quiet">Write a number to see what would happen. Nothing is dialled.</p>`}
    ${data && html`
      ${data.refusals.map(refusal => html`<p class="note bad">${refusal.message}</p>`)}
      ${data.allowed && html`<p>${isLater(data.dialAt) ? html`Would be dialled <${Time} at=${data.dialAt} />.` : 'Would be dialled at once.'}</p>`}
      <blockquote>${data.firstMessage ?? html`<span class="quiet">The assistant’s usual greeting.</span>`}</blockquote>
      ${data.unresolvedVariables.length > 0 && html`<p class="note bad">These would be spoken as they stand:
        ${data.unresolvedVariables.map(name => html` <code>${`{{${name}}}`}</code>`)}</p>`}
      ${data.notSupported.length > 0 && html`<p class="note">The carrier of this number cannot do: ${data.notSupported.join(', ')}.</p>`}
      ${data.prompt && html`<details><summary>Prompt</summary><pre>${data.prompt}</pre></details>`}`}
  </section>`;
}
