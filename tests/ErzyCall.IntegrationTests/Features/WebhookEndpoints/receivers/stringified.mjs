// A receiver whose framework has parsed the body before it is verified: what it signs is what JSON.stringify makes of it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { serve } from './serve.mjs';

serve((body, headers) => {
  const parsed = JSON.parse(body);
  const expected = Buffer.from('sha256=' + createHmac('sha256', process.env.WEBHOOK_SECRET).update(JSON.stringify(parsed)).digest('hex'));
  const given = Buffer.from(headers['x-webhook-signature'] ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Error('The signature does not match');
  }

  return parsed;
});
