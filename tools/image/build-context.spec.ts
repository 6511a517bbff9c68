import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ignoreRules, isInContext } from './build-context.ts';

const rules = ignoreRules(readFileSync(join(import.meta.dirname, '..', '..', '.dockerignore'), 'utf8'));

it.each([
  ['package.json', true],
  ['.npmrc', true],
  ['src/main.ts', true],
  ['src/domain/decide.ts', true],
  ['src/domain/decide.spec.ts', false],
  ['src/domain/testing/laws.ts', true],
  ['test/support/test-bed.ts', false],
  ['.git/config', false],
  ['examples/digits-server/server.ts', false],
])('%s is given to a build: %s', (path, given) => {
  expect(isInContext(path, rules)).toBe(given);
});
