import { describe, expect, it } from '@jest/globals';
import { warned } from '../testing/sound-manifest.ts';

describe('of a RolloutAction', () => {
  const action = (spec: object) => ({
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'RolloutAction',
    metadata: { generateName: 'digits-promote-', namespace: 'ml' },
    spec: {
      target: { name: 'digits', uid: 'u', rollout: 'digits-2', step: 1 },
      verb: 'promote',
      requestedBy: 'alice@example.com',
      ...spec,
    },
  });
  it.each<[string, object, string[]]>([
    ['that is sound', {}, []],
    ['that names nobody', { requestedBy: undefined }, ['NamelessAction']],
    ['that skips all without a reason', { full: true }, ['SkipsEveryGate']],
    ['that skips all with one', { full: true, reason: 'an outage' }, []],
  ])('%s', (_, spec, codes) => {
    expect(warned(JSON.parse(JSON.stringify(action(spec))) as object).map(({ code }) => code)).toEqual(codes);
  });
});
