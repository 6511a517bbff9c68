import { isDeepStrictEqual } from 'node:util';
import { type PlannedGate, resolveGate } from '../../api/gate.ts';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { ModelRollout, RolloutPlan } from '../../api/model-rollout.ts';
import { toTime } from '../../domain/time.ts';
import { aheadOf, type GateStanding, gateStandings } from '../../presentation/gate-standing.ts';
import { askedWords, gateLabels, meaningWords, sayingWords } from '../../presentation/gate-words.ts';
import type { UserGate } from '../schemas.ts';

/** The user's own gates of a rollout, with what its record holds of them. */
export const userGatesOf = (rollout: ModelRollout, nowMs: number, model?: ModelDeployment): UserGate[] =>
  gateStandings(rollout, nowMs, model).map((standing) => viewOf(standing, rollout.spec.plan));

/** What the spec asks for at the next rollout, where that is something else than what is shown of this one. */
export function gatesOfNextRollout({ spec }: ModelDeployment, rollout: ModelRollout | undefined): UserGate[] {
  const planned = (spec.gates ?? []).map(resolveGate);
  if (isDeepStrictEqual(planned, rollout?.spec.gates ?? [])) return [];
  return planned.map((gate) => viewOf(aheadOf(gate), undefined));
}

/** Nothing of what is sent, and no Secret's name: an address may hold what is nobody's business. */
function viewOf(standing: GateStanding, plan: RolloutPlan | undefined): UserGate {
  const { gate, state, isHere, record, askedSinceMs, nextAtMs } = standing;
  return {
    ...{ name: gate.name, when: gate.when, kind: kindOf(gate), asked: askedWords(gate) },
    ...{ state, label: gateLabels[state], words: plan ? sayingWords(standing, plan) : gateLabels[state] },
    here: isHere,
    ...(askedSinceMs !== undefined && { askedSince: toTime(askedSinceMs) }),
    ...(nextAtMs !== undefined && { nextAt: toTime(nextAtMs) }),
    ...(record && {
      answer: {
        ...{ said: record.said, at: record.at, answers: record.round + 1, failures: record.failures },
        message: record.message,
        ...(record.log !== undefined && { log: record.log }),
      },
    }),
    means: meaningWords(gate),
  };
}

const kindOf = ({ webhook }: PlannedGate): UserGate['kind'] => (webhook ? 'webhook' : 'job');
