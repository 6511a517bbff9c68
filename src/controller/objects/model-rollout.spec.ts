import { describe, expect, it } from '@jest/globals';
import * as world from '../../../test/support/router-objects.ts';
import type { ModelRolloutSpec } from '../../api/model-rollout.ts';
import { parseModelRollout } from '../../api/validation/parse-object.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { modelRollout, readRollout, rolloutStatusObject } from './model-rollout.ts';

const { plan, analysis } = (() => {
  const { plan, analysis, readiness, progressDeadlineMs } = world.deploymentWith().spec;
  return {
    plan: { ...plan, progressDeadlineMs, readinessPercent: readiness.percent },
    analysis,
  };
})();
const spec: ModelRolloutSpec = {
  number: 7,
  modelDeployment: world.name,
  from: { revision: world.stable },
  to: { revision: world.candidate },
  plan,
  analysis,
};
const created = (): KubernetesObject => world.stored(modelRollout(world.owner, 'sentiment-7', spec), 3);

describe('a ModelRollout', () => {
  it('is made such that its own rules accept it, and belongs to its ModelDeployment', () => {
    const object = created();
    expect(() => parseModelRollout(object)).not.toThrow();
    expect(object.metadata).toMatchObject({
      namespace: 'ml',
      name: 'sentiment-7',
      labels: {
        'understudy.dev/model-deployment': world.name,
        'understudy.dev/revision': world.candidate,
      },
      ownerReferences: [
        { kind: 'ModelDeployment', name: world.name, uid: world.owner.uid, controller: true },
      ],
    });
  });

  it('stands at its beginning before its first status, and that is now, whatever the clock of the API server says', () => {
    const at = '2026-01-01T00:05:00.000Z';
    const nowMs = Date.parse(at);
    const beginning = {
      phase: 'Preparing',
      phases: [{ phase: 'Preparing', startedAt: at }],
      step: { index: 0, enteredAt: at },
      weight: 0,
      progress: { ready: 0, at },
      remembered: false,
      decisions: [],
    };
    const uid = 'uid-ModelRollout-sentiment-7';
    expect(readRollout(created(), nowMs)).toEqual({ name: 'sentiment-7', uid, spec, status: beginning });
    // A status that somebody emptied is none (law 20).
    expect(readRollout({ ...created(), status: {} }, nowMs).status).toEqual(beginning);
    expect(readRollout({ ...created(), status: { observedGeneration: 1 } }, nowMs).status).toEqual(beginning);
  });

  it('is read with the status that it has', () => {
    const status = {
      ...readRollout(created(), 0).status,
      phase: 'Progressing',
      weight: 25,
    };
    expect(readRollout({ ...created(), status }, 0).status).toBe(status);
  });

  it('law 16: its status is written on the version that was decided on, with nothing else', () => {
    const live = created();
    const { status } = readRollout(live, 0);
    const { uid, resourceVersion } = live.metadata;
    expect(rolloutStatusObject(live, status)).toEqual({
      apiVersion: live.apiVersion,
      kind: 'ModelRollout',
      metadata: { namespace: 'ml', name: 'sentiment-7', uid, resourceVersion },
      status: { ...status, observedGeneration: 3 },
    });
  });
});
