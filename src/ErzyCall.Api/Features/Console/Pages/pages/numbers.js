import { html, useState } from '../vendor/preact.js';
import { get, post } from '../api.js';
import {
  Badge, Empty, Failure, Loaded, OnOff, Page, SelectField, Table, TextField, compact, stay, useAction, useKey, useLoad,
} from '../parts.js';

export function Numbers({ me, holds }) {
  const loaded = useLoad(async () => {
    const [numbers, accounts] = await Promise.all([get('/phone-numbers'), get('/carrier-accounts')]);
    return { numbers: numbers.data, accounts: accounts.data };
  }, []);
  const isLive = me.organization.mode === 'live';
  return html`<${Page} title="Numbers and carriers">
    <${Loaded} of=${loaded}>${({ numbers, accounts }) => html`
      <section aria-labelledby="numbers"><h2 id="numbers">Phone numbers</h2>
        ${holds('phone_numbers:write') && html`<${Add} accounts=${accounts} isLive=${isLive} added=${loaded.reload} />`}
        ${numbers.length === 0
          ? html`<${Empty} title="No numbers yet"><p>Calls show one of your numbers to whoever is called.
              ${isLive && accounts.length === 0 && ' A live organization needs a carrier account first, which the operator of this server connects.'}</p><//>`
          : html`<${Table} caption="Phone numbers" heads=${['Number', 'Label', 'Country', 'Carrier', 'Can', 'Status']} rows=${numbers.map(number => ({
              key: number.id,
              cells: [
                number.phoneNumber,
                html`${number.label ?? ''}${number.isDefault ? html` <span class="quiet">(default)</span>` : ''}`,
                number.country,
                accounts.find(account => account.id === number.carrierAccountId)?.name ?? number.provider,
                number.capabilities.join(', '),
                html`<${OnOff} isOn=${number.isActive} />`,
              ],
            }))} />`}
      </section>
      <section aria-labelledby="accounts"><h2 id="accounts">Carrier accounts</h2>
        ${accounts.length === 0
          ? html`<p>${isLive
              ? 'None. The operator of this server connects one with the command '
              : 'None, and none is needed: the calls of a test organization are simulated. For a live one the operator uses the command '}
              <code>carriers connect</code>.</p>`
          : html`<${Table} caption="Carrier accounts" heads=${['Name', 'Carrier', 'Status', '']} rows=${accounts.map(account => ({
              key: account.id, cells: [account.name, account.provider, html`<${Badge} status=${account.status} />`, account.statusMessage ?? ''],
            }))} />`}
      </section>`}<//>
  <//>`;
}

function Add({ accounts, isLive, added }) {
  const usable = accounts.filter(account => account.status === 'active');
  const [number, setNumber] = useState({ phoneNumber: '', label: '', carrierAccountId: '' });
  const set = name => value => setNumber(old => ({ ...old, [name]: value }));
  const once = useKey();
  const adding = useAction(async () => {
    const account = usable.find(one => one.id === (number.carrierAccountId || usable[0]?.id));
    await once(key => post('/phone-numbers', {
      phoneNumber: compact(number.phoneNumber),
      ...(number.label && { label: number.label }),
      ...(isLive && account && { carrierAccountId: account.id }),
    }, key));
    setNumber({ phoneNumber: '', label: '', carrierAccountId: '' });
    added();
  });
  if (isLive && usable.length === 0) return null;
  return html`<details class="add" open=${adding.error !== null}><summary>Add a number</summary><form onSubmit=${stay(adding.run)}>
    <${TextField} label="Number" name="phoneNumber" type="tel" value=${number.phoneNumber} onText=${set('phoneNumber')}
      required placeholder="+14155559999" error=${adding.error}
      hint=${isLive ? 'One that the carrier account has. It is asked.' : 'Any number will do: nobody’s phone rings.'} />
    <${TextField} label="Label" name="label" value=${number.label} onText=${set('label')} error=${adding.error} />
    ${isLive && html`<${SelectField} label="Carrier account" value=${number.carrierAccountId} onText=${set('carrierAccountId')}
      options=${usable.map(account => [account.id, `${account.name} (${account.provider})`])} />`}
    <${Failure} error=${adding.error} />
    <button class="primary" disabled=${adding.isBusy}>Add</button>
  </form></details>`;
}
