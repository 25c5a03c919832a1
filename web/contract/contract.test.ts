// The contract is what the server says, not what somebody remembers.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { generate } from '../scripts/contract.mjs';

const here = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

const told = (...words: string[]) => {
  const program =
    process.env.TUTTI_BIN ?? fileURLToPath(new URL('../../build/release/tutti', import.meta.url));
  return execFileSync(program, ['openapi', ...words], { encoding: 'utf8', maxBuffer: 1 << 26 });
};

it('openapi.json is what the server tells of itself (./dev docs writes it)', () => {
  expect(JSON.parse(here('openapi.json'))).toEqual(JSON.parse(told()));
});

it('effects.ts is what the registry holds (./dev docs writes it)', () => {
  expect(here('effects.ts')).toBe(told('--effects'));
});

it('api.ts is made from openapi.json (npm run contract)', async () => {
  expect(here('api.ts')).toBe(await generate());
});
