import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { coverageProblems, resultKey } from '../../tools/conformance/page.ts';
import { pagePath, renderedPage, storedResults } from '../../tools/conformance/rendered-page.ts';
import { readTitledTests } from '../../tools/conformance/test-titles.ts';
import { notHere } from '../conformance/not-here.ts';

const root = join(import.meta.dirname, '..', '..');
const tests = readTitledTests(root);

describe('the conformance scenarios', () => {
  it('have each a test, or a reason why there is none', () => {
    expect(coverageProblems({ tests, notHere })).toEqual([]);
  });

  it('have names that differ', () => {
    const names = tests.map(({ scenario, title, place }) => `${place} S${scenario}: ${title}`);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it('stand in docs/conformance.md as they are (else: npm run generate)', () => {
    expect(readFileSync(join(root, pagePath), 'utf8')).toBe(renderedPage(root));
  });

  it('have all been run, and passed, since they have their names (else: npm run conformance)', () => {
    const results = storedResults(root);
    const keys = tests.map(({ scenario, title, place }) => resultKey(place, scenario, title));
    expect(keys.filter((key) => results.get(key) !== 'passed')).toEqual([]);
  });
});
