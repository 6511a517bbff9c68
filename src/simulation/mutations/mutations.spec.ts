import { describe, expect, it } from '@jest/globals';
import { firstToBreak } from '../schedule/run-seeds.ts';
import { mutationsOfGates } from './of-gates.ts';
import { mutationsOfNotices } from './of-notices.ts';
import { mutationsOfOrder } from './of-order.ts';
import { mutationsOfTraffic } from './of-traffic.ts';
import { mutationsOfTruth } from './of-truth.ts';

/** So many schedules are more than enough to see any of them; each is known to pass with the controller as it is. */
const seeds = Array.from({ length: 1_000 }, (_, at) => at + 1);

describe('a controller that is broken on purpose is caught by the random schedules:', () => {
  it.each([
    ...mutationsOfTraffic,
    ...mutationsOfTruth,
    ...mutationsOfOrder,
    ...mutationsOfGates,
    ...mutationsOfNotices,
  ])(
    '$law, $does',
    async ({ law, variant }) => {
      const failed = await firstToBreak(law, { seeds, variant });
      expect(failed?.complaint).toMatch(new RegExp(`^${law}: `));
    },
    600_000,
  );
});
