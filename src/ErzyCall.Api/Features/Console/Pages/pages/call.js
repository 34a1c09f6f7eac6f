import { html } from '../vendor/preact.js';
import { get, post } from '../api.js';
import { Badge, Confirmed, Facts, Loaded, Page, Time, useLoad, useReloadOn } from '../parts.js';
import { durationOf } from './calls.js';

const FINAL = ['ended', 'cancelled', 'error'];
const DOING = {
  new: 'Waiting to be dialled', scheduled: 'Scheduled', processing: 'On the phone', ended: 'Over', cancelled: 'Cancelled', error: 'Failed',
};

export function Call({ id, holds }) {
  const loaded = useLoad(async () => (await get(`/calls/${id}`)).data, [id]);
  useReloadOn(({ event, data }) => event.startsWith('call.') && data.id === id, loaded, [id]);
  const call = loaded.data;
  const cancel = async () => { await post(`/calls/${id}/cancel`); await loaded.reload(); };
  return html`<${Page} title=${call ? `Call to ${call.to}` : 'Call'} back=${{ href: '#/calls', label: 'Calls' }}
    actions=${call && !FINAL.includes(call.status) && holds('calls:write') && html`
      <${Confirmed} label=${call.status === 'processing' ? 'Hang up' : 'Cancel call'} act=${cancel}
        question=${call.status === 'processing' ? 'The call is ended for whoever is on the phone.' : 'The call will not be dialled.'} />`}>
    <${Loaded} of=${loaded}>${shown => html`<${Story} call=${shown} holds=${holds} />`}<//>
  <//>`;
}

function Story({ call, holds }) {
  return html`
    <p class="state" role="status"><${Badge} status=${call.status} /> ${DOING[call.status]}${call.endedReason ? html`: <code>${call.endedReason}</code>` : ''}
      ${call.status === 'scheduled' && html` for <${Time} at=${call.dialAt ?? call.scheduledAt} />`}</p>
    ${call.failure && html`<p class="note bad">The carrier says: <code>${call.failure.code}</code> ${call.failure.message}</p>`}
    ${call.retryable && html`<p class="note">It may go better another time.
      ${holds('calls:write') && html` <a href=${`#/calls/new?again=${call.id}`}>Place it again</a>`}</p>`}
    <section aria-labelledby="said"><h2 id="said">What was said</h2>
      ${call.transcript.length === 0
        ? html`<p class="quiet">${FINAL.includes(call.status)
            ? 'There is no transcript.'
            : 'The transcript stands here as soon as the carrier gives it. This page follows the call by itself.'}</p>`
        : html`<ol class="transcript">${call.transcript.map(turn => html`<li class=${turn.role}>
            <span class="who">${turn.role === 'assistant' ? 'Assistant' : 'Customer'} <span class="quiet">${durationOf(Math.floor(turn.offset))}</span></span>
            <p>${turn.message}</p></li>`)}</ol>`}
      ${call.recordingUrl && html`<audio controls preload="none" src=${`api/v1/calls/${call.id}/recording`}>The recording of the call</audio>`}
    </section>
    <section aria-labelledby="facts"><h2 id="facts">About this call</h2>
      <${Facts} of=${[
        ['To', call.to], ['From', call.from],
        ['Contact', call.contactId && html`<a href=${`#/contacts/${call.contactId}`}>open</a>`],
        ['Placed', html`<${Time} at=${call.createdAt} />`],
        ['Dialled', call.startedAt && html`<${Time} at=${call.startedAt} />`],
        ['Over', call.endedAt && html`<${Time} at=${call.endedAt} />`],
        ['Talked', durationOf(call.duration)], ['Answered by', call.answeredBy], ['Fault', call.fault], ['Carrier', call.provider],
        ['Cost', call.cost && `${call.cost.amount} ${call.cost.currency}`],
        ['Begins with', call.firstMessage],
        ['Id', html`<code>${call.id}</code>`],
      ]} />
      ${Object.keys(call.metadata ?? {}).length > 0 && html`<h3>Metadata</h3><${Facts} of=${Object.entries(call.metadata)} />`}
      ${call.assistantConfigSnapshot?.prompt && html`<details><summary>Prompt</summary><pre>${call.assistantConfigSnapshot.prompt}</pre></details>`}
      ${call.analysis && html`<details><summary>Analysis</summary><pre>${JSON.stringify(call.analysis, null, 2)}</pre></details>`}
    </section>`;
}
