import { lastScenario, type ScenarioGroup } from '../../test/conformance/scenario-list.ts';
import type { NotHere } from '../../test/conformance/not-here.ts';
import type { Place, TitledTest } from './test-titles.ts';

export type Result = 'passed' | 'failed' | 'not run';

/** What the last run of a test said, by place and full name. */
export type Results = ReadonlyMap<string, Result>;

export const resultKey = (place: Place, scenario: number, title: string): string =>
  `${place} S${scenario}: ${title}`;

export interface PageContent {
  groups: readonly ScenarioGroup[];
  tests: readonly TitledTest[];
  notHere: readonly NotHere[];
  results: Results;
}

const head = '| no. | scenario | where | test, or why there is none | result |\n|---|---|---|---|---|';

/** docs/conformance.md. */
export function conformancePage({ groups, tests, notHere, results }: PageContent): string {
  const tables = groups.map(({ title, first, scenarios }) => {
    const rows = scenarios.flatMap((words, index) =>
      rowsOf(first + index, words, { tests, notHere, results }),
    );
    return `## ${title}\n\n${head}\n${rows.join('\n')}\n`;
  });
  const covered = new Set(tests.map(({ scenario }) => scenario));
  return [
    '# Conformance',
    '',
    `What a rollout controller has to get right, as ${lastScenario} scenarios. ${covered.size} of them have tests in \`test/conformance\`, which are named by their numbers; of the others, and of parts, the table says why.`,
    'Beside what its name says, each test in the simulated world asserts that nothing but weights of the plan was written, that the weights of every route that was written sum to 1000,',
    'that none of 100 requests a second failed but by the doing of the model, that what is settled is tidy, and that what is deleted leaves nothing behind.',
    '',
    '`npm run conformance` runs the tests and writes this page; the tests that need a real API server, gateway and Prometheus run on a local cluster.',
    '',
    ...tables,
  ].join('\n');
}

function rowsOf(
  scenario: number,
  words: string,
  { tests, notHere, results }: Omit<PageContent, 'groups'>,
): string[] {
  const tested = tests
    .filter((test) => test.scenario === scenario)
    .map(({ title, place }) => [place, title, results.get(resultKey(place, scenario, title)) ?? 'not run']);
  const missing = notHere
    .filter((one) => one.scenario === scenario)
    .map(({ part, why }) => ['', part === undefined ? why : `${part}: ${why}`, '']);
  return [...tested, ...missing].map(([place, text, result], index) => {
    const [number, name] = index === 0 ? [`S${scenario}`, words] : ['', ''];
    return `| ${[number, name, place, text, result].map((cell = '') => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
}

/** The results that a page holds. */
export function resultsOf(page: string): Results {
  const results = new Map<string, Result>();
  let scenario = 0;
  for (const line of page.split('\n')) {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
    const [, number = '', , place = '', title = '', result = ''] = cells;
    if (/^S\d+$/.test(number)) scenario = Number(number.slice(1));
    if (place !== 'simulation' && place !== 'cluster') continue;
    if (result === 'passed' || result === 'failed') results.set(resultKey(place, scenario, title), result);
  }
  return results;
}

/** What is wrong with the coverage; empty when each scenario has tests or a reason, and not both for the whole of it. */
export function coverageProblems({ tests, notHere }: Pick<PageContent, 'tests' | 'notHere'>): string[] {
  const problems: string[] = [];
  for (let scenario = 1; scenario <= lastScenario; scenario += 1) {
    const isTested = tests.some((test) => test.scenario === scenario);
    const reasons = notHere.filter((one) => one.scenario === scenario);
    const whole = reasons.filter(({ part }) => part === undefined);
    if (!isTested && whole.length !== 1)
      problems.push(`S${scenario} has no test and ${whole.length} reasons`);
    if (isTested && whole.length > 0) problems.push(`S${scenario} has tests, and is said to have none`);
    if (!isTested && reasons.length > whole.length)
      problems.push(`S${scenario}: a part is missing of nothing`);
  }
  const isKnown = (scenario: number) => scenario >= 1 && scenario <= lastScenario;
  const unknown = [...tests, ...notHere].filter(({ scenario }) => !isKnown(scenario));
  return [...problems, ...unknown.map(({ scenario }) => `S${scenario} is no scenario`)];
}
