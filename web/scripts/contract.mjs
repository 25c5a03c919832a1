// contract/openapi.json → contract/api.ts. `./dev docs` writes the first from the server's own routes.
// With --check it only tells whether the second is current.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const folder = new URL('../contract/', import.meta.url);

export async function generate() {
  const text = astToString(await openapiTS(new URL('openapi.json', folder), { alphabetize: true }));
  return `// Made by \`npm run contract\` from openapi.json. Not for editing.\n\n${text}`;
}

if (import.meta.filename === process.argv[1]) {
  const target = new URL('api.ts', folder);
  const made = await generate();
  if (process.argv.includes('--check')) {
    if ((await readFile(target, 'utf8')) !== made) {
      console.error('contract/api.ts is not current: run `npm run contract`.');
      process.exit(1);
    }
  } else await writeFile(target, made);
}
