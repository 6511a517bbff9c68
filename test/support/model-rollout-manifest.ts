import type { Manifest } from './model-deployment-cases/changes.ts';

const requestedBy = { name: 'pause-x7k2p', uid: 'uid', actor: { name: 'alice', verified: true } };

/** A ModelRollout with a value for every field of its spec. */
export function modelRollout(name = 'case-1'): Manifest {
  return {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelRollout',
    metadata: { name, namespace: 'default' },
    spec: {
      number: 1,
      modelDeployment: 'case',
      from: { revision: 'bcdfghjklm', model: { name: 'digits', version: '1' } },
      to: { revision: 'nbcdfghjkl', model: { name: 'digits', version: '2' } },
      insteadOf: 'bcdfghjklm',
      requestedBy: { ...requestedBy, verb: 'rollback' },
      plan: {
        steps: [
          { kind: 'weight', weight: 5, holdMs: 120_000, maxHoldMs: 1_800_000 },
          { kind: 'pause', durationMs: 60_000 },
          { kind: 'pause' },
          { kind: 'pause', approvals: 2 },
        ],
        bakeMs: 900_000,
        progressDeadlineMs: 600_000,
        readinessPercent: 100,
      },
      analysis: {
        source: 'default',
        intervalMs: 15_000,
        minRequests: 100,
        falseRollback: 0.01,
        falsePromotion: 0.05,
        metrics: [
          { name: 'errors', kind: 'errorRate', tolerance: 1.1, passMargin: 2, max: 0.02 },
          {
            name: 'slow',
            kind: 'latency',
            tolerance: 1.1,
            passMargin: 1.5,
            objective: { thresholdMs: 500, max: 0.05 },
          },
          { name: 'cache', kind: 'query', query: 'up', pass: 'result < 0.9', failureLimit: 0 },
        ],
        onInconclusive: 'pause',
        onNoData: 'hold',
        noDataForMs: 600_000,
      },
    },
  };
}

/** Its status, with a value for every field. */
export function modelRolloutStatus(): Manifest {
  const at = '2026-01-01T00:00:00Z';
  const arm = { requests: 1000, bad: 10.5 };
  return {
    observedGeneration: 1,
    phase: 'Stepping',
    phases: [
      { phase: 'Preparing', startedAt: at, endedAt: at },
      { phase: 'Stepping', startedAt: at },
    ],
    step: { index: 0, enteredAt: at, appliedAt: at, approvals: [{ ...requestedBy, at }] },
    weight: 5,
    progress: { ready: 1, at },
    paused: { since: at, reason: 'PausedBySpec' },
    pausedBy: { ...requestedBy, requestedAt: at },
    full: true,
    actions: [{ ...requestedBy, verb: 'pause', at, step: 0, message: 'in words' }],
    analysis: {
      noDataSince: at,
      evidence: {
        cursorMs: 1_767_225_600_000,
        stepIndex: 0,
        sinceMs: 1_767_225_000_000,
        metrics: { errors: { candidate: arm, stable: arm, measurements: 3, failures: 1, lastValue: 0.0105 } },
      },
    },
    promotedAt: at,
    endedAt: at,
    duration: '23m4s',
    outcome: 'Promoted',
    reason: 'Promoted',
    message: 'in words',
    remembered: false,
    decisions: [
      {
        at,
        step: 0,
        action: 'Enter',
        weight: 5,
        verdict: 'Pass',
        reason: 'GatePassed',
        message: 'in words',
        requestedBy,
      },
    ],
    earlier: { count: 3, from: at, to: at },
    conditions: [
      {
        type: 'Ready',
        status: 'False',
        observedGeneration: 1,
        lastTransitionTime: at,
        reason: 'Progressing',
        message: '',
      },
    ],
  };
}
