// Writes down which request each operation of the API is, from the API's document.
import { readFileSync, writeFileSync } from 'node:fs';

const document = JSON.parse(readFileSync('../../docs/openapi.json', 'utf8'));
const lines = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => `  ${operationId}: ['${method.toUpperCase()}', '${path}'],\n`));
writeFileSync(
  process.argv[2] ?? 'src/requests.ts',
  `// Made by "npm run generate" of the API's document.\n\n/** The method and path of each operation. */\nexport const requests = {\n${lines.join('')}} as const;\n`);
