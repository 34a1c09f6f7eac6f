import { html, useState } from '../vendor/preact.js';
import { get, patch } from '../api.js';
import { Choices, Facts, Failure, Loaded, Page, SelectField, TextField, changesOf, problemOf, stay, useAction, useLoad } from '../parts.js';

const SATURDAY = { days: ['sat'], from: '10:00', to: '16:00' };
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export function Policy({ holds }) {
  const policy = useLoad(async () => (await get('/calling-policy')).data, []);
  const [isEdited, setIsEdited] = useState(false);
  const edit = policy.data && holds('calling_policy:write') && html`
    <button type="button" onClick=${() => setIsEdited(!isEdited)}>${isEdited ? 'Stop editing' : 'Edit'}</button>`;
  return html`<${Page} title="Calling policy" actions=${edit}>
    <p>When this organization may call, and how often the same number. It holds for every call, whoever places it.</p>
    <${Loaded} of=${policy}>${shown => isEdited
      ? html`<${Edit} policy=${shown} done=${async () => { await policy.reload(); setIsEdited(false); }} />`
      : html`<${Facts} of=${[
          ['Hours', shown.hours === null
            ? 'at any time'
            : html`<ul>${shown.hours.map(window => html`<li>${window.days.join(', ')}: ${window.from}–${window.to}</li>`)}</ul>`],
          ['On whose clock', shown.timeZone === 'recipient'
            ? `the recipient’s; ${shown.fallbackTimeZone} where the number does not tell`
            : shown.timeZone],
          ['Outside of the hours', shown.outsideHours === 'wait' ? 'calls wait' : 'calls are refused'],
          ['To the same number', shown.maxPerNumber === null
            ? 'as often as asked for'
            : `${shown.maxPerNumber.count} in ${shown.maxPerNumber.hours} hours at most`],
        ]} />`}<//>
  <//>`;
}

function Edit({ policy, done }) {
  const [begin] = useState(policy);
  const [edited, setEdited] = useState({
    isLimited: policy.hours !== null,
    hours: policy.hours ?? [{ days: DAYS.slice(0, 5), from: '09:00', to: '20:00' }],
    timeZone: policy.timeZone, fallbackTimeZone: policy.fallbackTimeZone, outsideHours: policy.outsideHours,
    count: policy.maxPerNumber?.count ?? '', perHours: policy.maxPerNumber?.hours ?? 24,
  });
  const set = name => value => setEdited(old => ({ ...old, [name]: value }));
  const setWindow = (at, change) => set('hours')(edited.hours.map((window, index) => index === at ? { ...window, ...change } : window));
  const saving = useAction(async () => {
    const changes = changesOf(begin, {
      hours: edited.isLimited ? edited.hours : null,
      timeZone: edited.timeZone, fallbackTimeZone: edited.fallbackTimeZone, outsideHours: edited.outsideHours,
      maxPerNumber: edited.count === '' ? null : { count: Number(edited.count), hours: Number(edited.perHours) },
    });
    if (Object.keys(changes).length > 0) await patch('/calling-policy', changes);
    await done();
  });
  const { error } = saving;
  return html`<form onSubmit=${stay(saving.run)}>
    <label class="check"><input type="checkbox" checked=${edited.isLimited} onChange=${event => set('isLimited')(event.target.checked)} />
      ${' '}Only at certain hours</label>
    ${edited.isLimited && html`
      ${edited.hours.map((window, at) => html`
        <${Window} key=${at} at=${at} window=${window} error=${error} change=${change => setWindow(at, change)}
          remove=${edited.hours.length > 1 && (() => set('hours')(edited.hours.filter((_, index) => index !== at)))} />`)}
      <p><button type="button" onClick=${() => set('hours')([...edited.hours, SATURDAY])}>Another window</button></p>`}
    <${TextField} label="On whose clock" name="timeZone" value=${edited.timeZone} onText=${set('timeZone')} required error=${error}
      hint=${html`<code>recipient</code>, or a time zone such as <code>Europe/Berlin</code>.`} />
    <${TextField} label="Where the number does not tell" name="fallbackTimeZone" value=${edited.fallbackTimeZone} onText=${set('fallbackTimeZone')}
      required error=${error} />
    <${SelectField} label="Outside of the hours" value=${edited.outsideHours} onText=${set('outsideHours')}
      options=${[['wait', 'calls wait'], ['refuse', 'calls are refused']]} />
    <div class="pair">
      <${TextField} label="Most calls to a number" name="maxPerNumber.count" type="number" min="1" value=${edited.count} onText=${set('count')}
        error=${error} hint="Empty for no limit." />
      <${TextField} label="In so many hours" name="maxPerNumber.hours" type="number" min="1" value=${edited.perHours} onText=${set('perHours')}
        error=${error} />
    </div>
    <${Failure} error=${error} />
    <button class="primary" disabled=${saving.isBusy}>Save</button>
  </form>`;
}

function Window({ at, window, change, remove, error }) {
  const days = problemOf(error, `hours[${at}].days`);
  return html`
    <${Choices} legend=${`Window ${at + 1}`} of=${DAYS.map(day => [day, day])} chosen=${window.days} onChoose=${chosen => change({ days: chosen })} />
    <div class="pair">
      <${TextField} label="From" name=${`hours[${at}].from`} type="time" value=${window.from} onText=${from => change({ from })} required error=${error} />
      <${TextField} label="To" name=${`hours[${at}].to`} value=${window.to} onText=${to => change({ to })} required
        pattern="[0-2][0-9]:[0-5][0-9]" error=${error} hint="24:00 for midnight" />
    </div>
    ${days && html`<p class="bad-text">${days}</p>`}
    ${remove && html`<p><button type="button" onClick=${remove}>Remove window ${at + 1}</button></p>`}`;
}
