import { describe, expect, it } from '@jest/globals';
import { withDefaults } from '../api/defaults.ts';
import { identifyRevision } from '../domain/revision/revision-hash.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { StrictCluster } from '../runtime/testing/strict-cluster.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { BirthCheck } from './birth-check.ts';

const serving = {
  workload: { template: { spec: { containers: [{ name: 'server', ports: [{ containerPort: 1 }] }] } } },
};
const birthOf = (version: string) => {
  const spec = { model: { version }, serving };
  return {
    owner: { namespace: 'ml', name: 'model', uid: '1' },
    spec: withDefaults(spec),
    identity: identifyRevision(spec, []),
  };
};

function checkWith(answer: () => Promise<never> | undefined) {
  const asked: unknown[] = [];
  const clock = new VirtualClock();
  const cluster = new StrictCluster({
    create: async (object, options) => {
      asked.push(options);
      await answer();
      return object;
    },
  });
  return { check: new BirthCheck(cluster, clock), asked, clock };
}

describe('BirthCheck', () => {
  it('asks by a dry run, once for each revision', async () => {
    const { check, asked } = checkWith(() => undefined);
    expect(await check.refusal(birthOf('1'))).toBeUndefined();
    expect(await check.refusal(birthOf('1'))).toBeUndefined();
    expect(asked).toEqual([{ dryRun: true }]);
    await check.refusal(birthOf('2'));
    expect(asked).toHaveLength(2);
  });

  it.each(['invalid', 'forbidden'] as const)(
    'gives the server’s words when the answer is %s, and asks again later',
    async (kind) => {
      const { check, asked, clock } = checkWith(() =>
        Promise.reject(new ClusterError(kind, 'no such thing')),
      );
      expect(await check.refusal(birthOf('1'))).toBe('no such thing');
      expect(await check.refusal(birthOf('1'))).toBe('no such thing');
      expect(asked).toHaveLength(1);
      await clock.advance(31_000);
      await check.refusal(birthOf('1'));
      expect(asked).toHaveLength(2);
    },
  );

  it('takes a revision that exists for one that can be born', async () => {
    const { check } = checkWith(() => Promise.reject(new ClusterError('alreadyExists', 'there')));
    expect(await check.refusal(birthOf('1'))).toBeUndefined();
  });

  it('throws what is no answer', async () => {
    const { check } = checkWith(() => Promise.reject(new ClusterError('unreachable', 'nobody there')));
    await expect(check.refusal(birthOf('1'))).rejects.toThrow('nobody there');
  });
});
