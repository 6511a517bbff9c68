import type { RolloutVerb } from '../../api/rollout-action.ts';
import type { ObjectName } from '../../kubernetes/cluster.ts';
import { refusedAction } from '../../presentation/refused-action.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';

/** What the API server says against an action, for a command; undefined for other failures. */
export function refusedByServer(error: unknown, verb: RolloutVerb, name: ObjectName): Problem | undefined {
  const refused = refusedAction(error, verb, name);
  return (
    refused && new Problem(refused.message, refused.next, { exitCode: exitCodes.opposite, cause: error })
  );
}
