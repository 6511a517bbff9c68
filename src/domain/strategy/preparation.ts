import { pendingSplitInWords } from '../traffic/pending-split.ts';
import type { GateCheck } from './gate.ts';

/** What a candidate needs before its first place in the plan, beside ready pods (law 1). */

export const hasSomethingToServe: GateCheck = ({ replicas }) =>
  replicas > 0
    ? undefined
    : { message: 'spec.replicas is 0: nothing serves that could be compared', pauses: 'ScaledToZero' };

export const isPrepared: GateCheck = ({ world, inForce }) =>
  inForce
    ? undefined
    : {
        message: `waiting until the candidate stands in the route at weight 0: ${pendingSplitInWords(world.traffic)}`,
      };
