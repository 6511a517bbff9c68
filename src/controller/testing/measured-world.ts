import { candidate, stable } from '../../../test/support/router-objects.ts';
import type { ResolvedSpec } from '../../api/defaults.ts';
import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { weightStep } from '../../domain/testing/tiny-spec.ts';
import type { AnalysisView, RolloutView, World } from '../../domain/world.ts';

/** A rollout on a step whose split was acknowledged at the start of time. */
export function measuredWorld(
  nowMs: number,
  spec: ResolvedSpec,
  analysis: AnalysisView,
  status: Partial<ModelRolloutStatus> = {},
): World {
  const at = new Date(Date.UTC(2026, 0, 1)).toISOString();
  const rollout: RolloutView = {
    name: 'sentiment-1',
    spec: {
      number: 1,
      modelDeployment: 'sentiment',
      from: { revision: stable },
      to: { revision: candidate },
      plan: { steps: [weightStep(25)], bakeMs: 0, progressDeadlineMs: 600_000, readinessPercent: 100 },
      analysis: spec.analysis,
    },
    status: {
      phase: 'Stepping',
      step: { index: 0, enteredAt: at, appliedAt: at },
      weight: 25,
      remembered: false,
      decisions: [],
      ...status,
    },
  };
  return {
    nowMs,
    deployment: {
      namespace: 'ml',
      name: 'sentiment',
      uid: 'uid',
      generation: 1,
      deleting: false,
      spec,
      status: undefined,
    },
    target: { revision: candidate, hashVersion: 1, fullHash: '', canonicalInput: '' },
    revisions: [],
    rollouts: [rollout],
    actions: [],
    traffic: {
      router: 'weighted',
      apex: undefined,
      route: undefined,
      extras: {},
      preview: undefined,
      lacking: {},
      live: {},
      endpoints: {},
      acknowledged: true,
      acknowledgement: '',
      named: [],
      problem: undefined,
    },
    analysis,
    birthRefused: undefined,
    evictionRefused: {},
  };
}
