import type { GateQuestion } from '../../domain/gates/gate-question.ts';

/** A question to a Job gate of a rollout of `sentiment`, from revision `old` to `new`. */
export function jobQuestion(
  change: {
    id?: string;
    gate?: string;
    name?: string;
    namespace?: string;
    rolloutUid?: string;
    timeoutMs?: number;
    backoffLimit?: number;
    template?: Record<string, unknown>;
  } = {},
): GateQuestion {
  const { name = 'sentiment', rolloutUid = 'rollout-uid', gate = 'offline-eval', backoffLimit } = change;
  const template = change.template ?? {
    spec: { containers: [{ name: 'check', image: 'example.com/check:1' }] },
  };
  return {
    id: change.id ?? `${name}-new-1/${gate}/step-1/1`,
    round: 1,
    gate: {
      name: gate,
      when: 'during',
      intervalMs: 60_000,
      retries: 0,
      failureLimit: 0,
      onFailure: 'rollback',
      onSilence: 'hold',
      timeoutMs: change.timeoutMs ?? 600_000,
      job: { template: template as never, ...(backoffLimit !== undefined && { backoffLimit }) },
    },
    facts: {
      namespace: change.namespace ?? 'default',
      name,
      uid: 'model-uid',
      rollout: { name: `${name}-new-1`, uid: rolloutUid },
      when: 'during',
      step: 1,
      steps: 3,
      weight: 25,
      candidate: { revision: 'new', model: { name: 'sentiment', version: '2' } },
      stable: { revision: 'old', model: { name: 'sentiment', version: '1' } },
    },
  };
}
