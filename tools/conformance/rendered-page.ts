import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { notHere } from '../../test/conformance/not-here.ts';
import { scenarioGroups } from '../../test/conformance/scenario-list.ts';
import { conformancePage, type Results, resultsOf } from './page.ts';
import { readTitledTests } from './test-titles.ts';

/** From the root of the repository. */
export const pagePath = 'docs/conformance.md';

/** The results that the page of a repository holds; none where there is no page yet. */
export function storedResults(root: string): Results {
  const path = join(root, pagePath);
  return existsSync(path) ? resultsOf(readFileSync(path, 'utf8')) : new Map();
}

/** The page of a repository as its tests and lists are now, with these results. */
export const renderedPage = (root: string, results: Results = storedResults(root)): string =>
  conformancePage({ groups: scenarioGroups, tests: readTitledTests(root), notHere, results });
