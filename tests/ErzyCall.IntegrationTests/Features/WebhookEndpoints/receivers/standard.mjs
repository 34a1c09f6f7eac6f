// A receiver that verifies with the public library of the Standard Webhooks specification.
import { Webhook } from 'standardwebhooks';
import { serve } from './serve.mjs';

const webhook = new Webhook(process.env.WEBHOOK_SECRET);

serve((body, headers) => webhook.verify(body, headers));
