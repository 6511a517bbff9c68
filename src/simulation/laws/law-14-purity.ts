import type { Decide } from '../../domain/decide.ts';
import { frozen } from '../api-server/json-value.ts';
import type { Law } from './law.ts';

/** One pass in so many is decided once more. */
const oneIn = 16;

/** Law 14: the same world gives the same decision, and none is changed by being decided on (which throws here). */
export function sameWorldSameDecision(decideOf: (controller: string) => Decide): Law {
  let passes = 0;
  return {
    decided: ({ controller, world, decision }) => {
      passes += 1;
      if (passes % oneIn !== 0) return undefined;
      const again = decideOf(controller)(frozen(world));
      return JSON.stringify(again) === JSON.stringify(decision)
        ? undefined
        : `law 14: the same world gave ${JSON.stringify(decision)} and ${JSON.stringify(again)}`;
    },
  };
}
