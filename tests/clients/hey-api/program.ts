// What an integrator does, by the client that @hey-api/openapi-ts makes of the document. Usage: node program.js ADDRESS KEY
import { client } from './client/client.gen.js';
import { blockNumber, createCall, getCall, getMe, listContacts, listEvents, type Call, type ErrorEnvelope } from './client/index.js';

const [address, key] = process.argv.slice(2);
client.setConfig({ baseUrl: address ?? '', headers: { 'X-API-Key': key ?? '' } });

/** What is refused here is a defect of this program, and told by its code. */
function refused(error: ErrorEnvelope): never {
  throw new Error(`${error.error.code}: ${error.error.message} ${error.error.details?.map(detail => detail.field).join(', ') ?? ''}`);
}

async function call(to: string): Promise<Call> {
  const placed = await createCall({
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    body: { to, from: '+14155559999', firstMessage: 'Hello.', metadata: { client: 'hey-api' } },
  });
  if (placed.error) {
    refused(placed.error);
  }

  let call = placed.data.data;
  while (call.status !== 'ended' && call.status !== 'error' && call.status !== 'cancelled') {
    await new Promise(resolve => setTimeout(resolve, 200));
    const read = await getCall({ path: { callId: call.id } });
    if (read.error) {
      refused(read.error);
    }

    call = read.data.data;
  }

  return call;
}

const ended = await call('+14155550100');
const lines: string[] = ended.transcript.map(turn => `${turn.role}: ${turn.message}`);
console.log(`a call: ${ended.status} ${ended.endedReason ?? ''} after ${ended.duration ?? 0} s, ${lines.length} lines`);

let contacts = 0;
let cursor: string | null = null;
do {
  const page: Awaited<ReturnType<typeof list>> = await list(cursor);
  contacts += page.data.length;
  cursor = page.pagination.hasMore ? page.pagination.cursor : null;
} while (cursor !== null);
console.log(`contacts: ${contacts > 1 ? 'all, page by page' : 'none'}`);

async function list(cursor: string | null) {
  const page = await listContacts({ query: { limit: 1, ...(cursor === null ? {} : { cursor }) } });
  return page.error ? refused(page.error) : page.data;
}

const events = await listEvents({ query: { limit: 100 } });
const told = (events.data?.data ?? []).some(event => event.event === 'call.ended' && event.data.id === ended.id);
console.log(`an event: ${told ? 'call.ended' : 'none'}`);

await blockNumber({ body: { phone: '+14155550177' } });
const forbidden = await createCall({ body: { to: '+14155550177', from: '+14155559999', firstMessage: 'Hello.' } });
console.log(`an error: ${forbidden.error?.error.code === 'CONTACT_OPTED_OUT' ? 'CONTACT_OPTED_OUT' : 'of another code'}`);

for (let i = 0; i < 100; i++) {
  const me = await getMe();
  if (me.error?.error.code === 'RATE_LIMITED') {
    console.log(`too many: wait for ${Number(me.response.headers.get('Retry-After')) > 0 ? 'Retry-After' : 'nothing'}`);
    break;
  }
}
