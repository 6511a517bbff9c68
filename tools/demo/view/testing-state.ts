import type { ModelDeploymentStatus } from '../../../src/api/model-deployment-status.ts';
import { LoadTally } from '../load/load-summary.ts';
import type { DemoState } from './demo-state.ts';

/** For tests of the views: a candidate in the middle of its steps. */
export const nowMs = Date.parse('2026-01-01T00:01:00Z');

export const stepping: ModelDeploymentStatus = {
  phase: 'Progressing',
  message: 'step 2 of 3 with revision bbb at 25%; holding',
  stable: { revision: 'aaaaaaaaaa', model: { name: 'digits', version: '1' }, replicas: 3, ready: 3 },
  candidate: { revision: 'bbbbbbbbbb', model: { name: 'digits', version: '2' }, replicas: 2, ready: 1 },
  rollout: { name: 'digits-1', step: 1, steps: 3, nextDecisionAt: '2026-01-01T00:01:07Z' },
  traffic: { desired: 25, applied: 5, observed: 4.8, acknowledged: false },
  analysis: [
    {
      metric: 'errors',
      verdict: 'Fail',
      message:
        'errors: 3 of 62 requests failed (4.8 %), allowed are 2 %; stable: 0 of 9 requests failed (0 %)',
    },
  ],
};

export function loadCounts(versions: Record<string, { ok: number; failed: number }>) {
  const tally = new LoadTally();
  const base = { startedAtMs: 0, latencyMs: 1, error: null, pod: null, correct: null, detail: null };
  for (const [version, { ok, failed }] of Object.entries(versions)) {
    const named = version === 'none' ? null : version;
    for (let i = 0; i < ok; i++) tally.add({ ...base, version: named, status: 200 });
    for (let i = 0; i < failed; i++) tally.add({ ...base, version: named, status: 500 });
  }
  return tally.counts();
}

export const stateOf = (status: ModelDeploymentStatus, changes: Partial<DemoState> = {}): DemoState => ({
  stage: 'rolling out version 2',
  elapsedMs: 42_000,
  nowMs,
  status,
  traffic: undefined,
  ...changes,
});
