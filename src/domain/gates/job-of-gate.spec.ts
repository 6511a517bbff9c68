import { describe, expect, it } from '@jest/globals';
import { jobQuestion } from '../../gates/testing/job-question.ts';
import { jobNameOf, jobOfGate } from './job-of-gate.ts';

const containers = [{ name: 'check', image: 'example.com/check:1' }];
type Variables = { name: string; value: string }[];
const podOf = (change: Parameters<typeof jobQuestion>[0] = {}) =>
  jobOfGate(jobQuestion(change)).spec.template as unknown as {
    metadata?: { labels?: Record<string, string> };
    spec: { restartPolicy: string; containers: { env: Variables }[]; initContainers?: { env: Variables }[] };
  };

describe('the name of a Job', () => {
  it('is the same for the same question, and another one for every other', () => {
    const names = [
      jobQuestion(),
      jobQuestion({ id: 'sentiment-new-1/offline-eval/step-1/2' }),
      jobQuestion({ gate: 'load-test' }),
      jobQuestion({ rolloutUid: 'of-a-later-namesake' }),
    ].map(jobNameOf);
    expect(new Set(names).size).toBe(4);
    expect(jobNameOf(jobQuestion())).toBe(names[0]);
    expect(names[0]).toMatch(/^sentiment-offline-eval-[0-9a-f]{10}$/);
  });

  it.each([
    ['the longest names', 'a'.repeat(40), 'b'.repeat(63)],
    ['a dash where it is cut off', 'a'.repeat(40), `${'b'.repeat(10)}-${'c'.repeat(20)}`],
    ['characters that no name may have', 'a', 'Load_Test.1'],
  ])('is a DNS label with %s', (_, name, gate) => {
    const found = jobNameOf(jobQuestion({ name, gate }));
    expect(found).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])$/);
    expect(found.length).toBeLessThanOrEqual(63);
    expect(found).not.toMatch(/--/);
  });
});

describe('the Job of a gate', () => {
  it('goes with its record, ends in time and is kept for a day', () => {
    const { metadata, spec } = jobOfGate(jobQuestion({ timeoutMs: 90_500 }));
    expect(metadata).toMatchObject({
      namespace: 'default',
      labels: {
        'understudy.dev/model-deployment': 'sentiment',
        'understudy.dev/rollout': 'sentiment-new-1',
        'understudy.dev/gate': 'offline-eval',
      },
      ownerReferences: [
        { kind: 'ModelRollout', name: 'sentiment-new-1', uid: 'rollout-uid', controller: true },
      ],
    });
    expect(spec).toMatchObject({
      activeDeadlineSeconds: 91,
      backoffLimit: 0,
      ttlSecondsAfterFinished: 86_400,
    });
    expect(jobOfGate(jobQuestion({ backoffLimit: 2 })).spec.backoffLimit).toBe(2);
  });

  it('has a policy about evicted pods where the API server takes one', () => {
    const onFailure = { spec: { restartPolicy: 'OnFailure', containers } };
    expect(podOf().spec.restartPolicy).toBe('Never');
    expect(jobOfGate(jobQuestion()).spec).toHaveProperty('podFailurePolicy');
    expect(podOf({ template: onFailure }).spec.restartPolicy).toBe('OnFailure');
    expect(jobOfGate(jobQuestion({ template: onFailure })).spec).not.toHaveProperty('podFailurePolicy');
  });

  it('tells every container who is tried, before what the user sets', () => {
    const env = [{ name: 'TARGET', value: 'http://$(UNDERSTUDY_CANDIDATE_SERVICE)' }];
    const { spec } = podOf({
      template: { spec: { initContainers: containers, containers: [{ ...containers[0], env }] } },
    });
    const told = spec.containers[0]!.env;
    expect(Object.fromEntries(told.map(({ name, value }) => [name, value]))).toEqual({
      UNDERSTUDY_NAMESPACE: 'default',
      UNDERSTUDY_NAME: 'sentiment',
      UNDERSTUDY_ROLLOUT: 'sentiment-new-1',
      UNDERSTUDY_STEP: '1',
      UNDERSTUDY_WEIGHT: '25',
      UNDERSTUDY_CANDIDATE_REVISION: 'new',
      UNDERSTUDY_CANDIDATE_SERVICE: 'sentiment-new',
      UNDERSTUDY_CANDIDATE_MODEL_NAME: 'sentiment',
      UNDERSTUDY_CANDIDATE_MODEL_VERSION: '2',
      UNDERSTUDY_STABLE_REVISION: 'old',
      UNDERSTUDY_STABLE_SERVICE: 'sentiment-old',
      UNDERSTUDY_STABLE_MODEL_NAME: 'sentiment',
      UNDERSTUDY_STABLE_MODEL_VERSION: '1',
      TARGET: 'http://$(UNDERSTUDY_CANDIDATE_SERVICE)',
    });
    expect(told.at(-1)?.name).toBe('TARGET');
    expect(spec.initContainers![0]!.env).toEqual(told.slice(0, -1));
  });

  it('leaves what the user sets under a name of ours', () => {
    const env = [{ name: 'UNDERSTUDY_WEIGHT', value: 'mine' }];
    const { spec } = podOf({ template: { spec: { containers: [{ ...containers[0], env }] } } });
    expect(spec.containers[0]!.env.filter(({ name }) => name === 'UNDERSTUDY_WEIGHT')).toEqual(env);
  });

  it('has pods without a label by which they would be taken for pods that serve', () => {
    const labels = {
      team: 'ml',
      'understudy.dev/model-deployment': 'sentiment',
      'understudy.dev/live': 'true',
    };
    expect(podOf({ template: { metadata: { labels }, spec: { containers } } }).metadata?.labels).toEqual({
      team: 'ml',
    });
    expect(podOf().metadata).toBeUndefined();
  });
});
