import { join } from 'node:path';
import sequencer from '@jest/test-sequencer';

// Its types are those of its CommonJS form.
const Sequencer = sequencer as unknown as typeof sequencer.default;
type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

/**
 * The files that take longest, in about so many seconds. Jest knows how long each took the last time, but in a clean clone there was none, and it goes
 * by their size: a long file that begins last keeps one worker busy when the others are done. One that is missing here is only begun later.
 */
export const seconds: Readonly<Record<string, number>> = {
  'test/integration/faults.spec.ts': 150,
  'test/integration/canary-served.spec.ts': 140,
  'test/integration/converted-rollouts.spec.ts': 110,
  'test/integration/idle.spec.ts': 90,
  'tools/bench-statistics/claims.spec.ts': 40,
  'src/domain/scenarios/crashes.spec.ts': 20,
  'src/simulation/mutations/mutations.spec.ts': 16,
  'src/cli/simulate/simulate-page.spec.ts': 10,
  'src/simulation/rehearsal/adaptive.spec.ts': 8,
};

const root = join(import.meta.dirname, '..', '..');
const secondsOf = ({ path }: { path: string }): number => seconds[path.slice(root.length + 1)] ?? 0;

/** The order in which test files begin: those that are known to take long, then all others as Jest would have them. */
export default class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const sorted = await super.sort(tests);
    return sorted.toSorted((left, right) => secondsOf(right) - secondsOf(left));
  }
}
