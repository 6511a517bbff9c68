import { describe, expect, it } from '@jest/globals';
import type { GateTime } from '../../../api/gate.ts';
import { openSource } from '../conversion.ts';
import { type JobCheck, readJobCheck } from './job-check.ts';
import { JobGates } from './job-gates.ts';

const pods = (container: object) => ({ spec: { containers: [{ name: 'test', image: 'x', ...container }] } });

function read(metric: Record<string, unknown>, job: Record<string, unknown> = {}, isDry = false) {
  const provider = { job: { spec: { template: pods({}), ...job } } };
  const object = {
    apiVersion: 'v1',
    kind: 'x',
    metadata: { name: 'x' },
    metric: { name: 'test', provider, ...metric },
  };
  const { root, log } = openSource({ file: 'x', apiVersion: 'v1', kind: 'x', object });
  return { check: readJobCheck(root.at('metric'), 'test', isDry), notes: log.notes, node: root };
}

function asked(
  when: GateTime | undefined,
  metric: Record<string, unknown>,
  job: Record<string, unknown> = {},
) {
  const { check, node, notes } = read(metric, job);
  const gates = new JobGates();
  const values = new Map([
    ['service-name', '{{ name }}-{{ candidate.revision }}'],
    ['suite', 'all'],
  ]);
  const isGate = gates.add(check as JobCheck, {
    node: node.at('metric'),
    when,
    valueOf: (arg) => values.get(arg),
  });
  return { isGate, gates: gates.all, notes };
}

describe('a Job of an AnalysisTemplate', () => {
  it('keeps how often its pod is tried, and its deadline', () => {
    expect(asked('before', {}, { backoffLimit: 1, activeDeadlineSeconds: 90 }).gates).toEqual([
      { name: 'test', when: 'before', job: { template: pods({}), backoffLimit: 1 }, timeout: '1m30s' },
    ]);
    // What a Job has where nobody says, and no end.
    expect(asked('after', {}).gates).toMatchObject([{ job: { backoffLimit: 6 }, timeout: '24h' }]);
    expect(asked('after', {}, { backoffLimit: 20 }).gates).toMatchObject([{ job: { backoffLimit: 10 } }]);
  });

  it('that is run once is no gate "during", and one that is run again and again is no other', () => {
    const often = { interval: '5m', failureLimit: 2 };
    expect(asked('during', often).gates).toMatchObject([{ when: 'during', interval: '5m', failureLimit: 2 }]);
    for (const { isGate, notes } of [asked('during', {}), asked('before', often), asked(undefined, {})]) {
      expect(isGate).toBe(false);
      expect(notes.at(-1)).toMatchObject({
        kind: 'dropped',
        words: expect.stringContaining('test is left out'),
      });
    }
  });

  it('has the values of its arguments, and variables where Kubernetes expands them', () => {
    const given = pods({
      command: ['run', '{{args.service-name}}/{{ args.suite }}'],
      image: 'x:{{args.suite}}',
    });
    const { gates } = asked('before', {}, { template: given });
    expect(gates[0]?.job?.template).toEqual(
      pods({ command: ['run', '$(UNDERSTUDY_CANDIDATE_SERVICE)/all'], image: 'x:all' }),
    );
  });

  it.each([['x:{{args.service-name}}'], ['x:{{args.unknown}}']])(
    'is missing where an argument has no value that it can have: %s',
    (image) => {
      const { isGate, notes } = asked('before', {}, { template: pods({ image }) });
      expect(isGate).toBe(false);
      expect(notes.at(-1)).toMatchObject({ kind: 'missing' });
    },
  );

  it.each<[string, Record<string, unknown>, Record<string, unknown>, boolean]>([
    ['count', { count: 3 }, {}, false],
    ['completions', {}, { completions: 2 }, false],
    ['parallelism', {}, { parallelism: 2 }, false],
    ['a dry run', {}, {}, true],
    ['there is no pod template', {}, { template: 'x' }, false],
  ])('is left out where no gate does the same: %s', (words, metric, job, isDry) => {
    const { check, notes } = read(metric, job, isDry);
    expect(check).toBeUndefined();
    expect(notes).toEqual([
      expect.objectContaining({ kind: 'dropped', words: expect.stringContaining(words) }),
    ]);
  });
});
