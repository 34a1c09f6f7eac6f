// Runs a TypeScript sample on the delivery of standard input: exit code 0 when it accepts it, 1 when it refuses it.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { transformSync } from 'amaro';

const sample = process.argv[2];
const stripped = new URL(`./${basename(sample, '.ts')}.${process.pid}.mjs`, import.meta.url);
writeFileSync(stripped, transformSync(readFileSync(sample, 'utf8')).code);
const { verify } = await import(stripped.href);
const { secret, headers, body } = JSON.parse(readFileSync(0, 'utf8'));
try {
  verify(secret, headers, Buffer.from(body, 'base64'));
} catch (refused) {
  console.log(refused.message);
  process.exit(1);
}
