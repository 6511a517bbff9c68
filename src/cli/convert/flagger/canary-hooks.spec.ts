import { describe, expect, it } from '@jest/globals';
import { noticeKinds } from '../../../api/notification.ts';
import { failed, passed, ScriptedGates } from '../../../gates/testing/scripted-gates.ts';
import { bedOf, specOf, until } from '../../../simulation/testing/world-bed.ts';
import { convertedCanary, iterations, weights } from '../testing/converted-canary.ts';

const url = 'https://hooks.example.com/ask';
const withHook = (hook: Record<string, unknown>, analysis: Record<string, unknown> = weights) =>
  convertedCanary({ ...analysis, webhooks: [{ name: 'Ask it', url, ...hook }] });
const hookPath = 'spec.analysis.webhooks[0]';
const plan = [
  { weight: 10, hold: '1m' },
  { weight: 40, hold: '1m' },
];
const asked = { name: 'ask-it', webhook: { url }, interval: '1m' };
const patient = { failureLimit: 1000, onFailure: 'pause' };

describe('a hook of Flagger that asks', () => {
  it.each([
    ['pre-rollout', [{ ...asked, when: 'before', failureLimit: 4 }]],
    ['rollout', [{ ...asked, when: 'during', failureLimit: 4 }]],
    // Flagger's own default.
    ['', [{ ...asked, when: 'during', failureLimit: 4 }]],
    ['confirm-rollout', [{ ...asked, when: 'before', ...patient }]],
    [
      'confirm-traffic-increase',
      [
        { ...asked, when: 'before', ...patient },
        { ...asked, name: 'ask-it-2', when: 'during', ...patient },
      ],
    ],
  ])('of type "%s" is a gate that asks the same at the same moment', (type, gates) => {
    const { spec, said } = withHook({ type });
    expect(spec.gates).toEqual(gates);
    expect(spec.strategy).toEqual({ canary: { steps: plan } });
    expect(said(hookPath)).toContainEqual([
      'action',
      expect.stringContaining(
        "allowedHosts in the controller's configuration has to name https://hooks.example.com",
      ),
    ]);
  });

  it('takes timeout, retries and metadata along', () => {
    const { spec } = withHook({
      type: 'confirm-rollout',
      timeout: '3m',
      retries: 2,
      metadata: { suite: 'v2' },
    });
    expect(spec.gates).toMatchObject([{ timeout: '3m', retries: 2, webhook: { metadata: { suite: 'v2' } } }]);
  });

  it.each<[string, object[]]>([
    ['confirm-rollout', [{ pause: {} }, ...plan]],
    ['confirm-traffic-increase', [{ pause: {} }, plan[0]!, { pause: {} }, plan[1]!, { pause: {} }]],
    ['confirm-promotion', [...plan, { pause: {} }]],
  ])('of type %s leaves the decision to a person where no gate can ask', (type, steps) => {
    for (const address of ['http://tester.ml/gate/check', 'http://tester.ml/gate/halt', `${url}?key=1`]) {
      const { spec, said } = withHook({ type, url: address });
      expect(spec.gates).toBeUndefined();
      expect(spec.strategy).toEqual({ canary: { steps } });
      expect(said(hookPath)).toEqual([['changed', expect.stringContaining('"understudy promote"')]]);
    }
  });

  it('before a promotion is a person also where weights are not named, and where requests are copied', () => {
    const hook = { type: 'confirm-promotion' };
    const unnamed = withHook(hook, { interval: '1m', threshold: 5 });
    expect(unnamed.spec.strategy?.canary?.steps?.map(({ weight, pause }) => weight ?? pause)).toEqual([
      5,
      25,
      50,
      {},
    ]);
    const copied = convertedCanary(
      { ...iterations, mirror: true, webhooks: [{ name: 'a', url, ...hook }] },
      [],
      true,
    );
    expect(copied.spec.strategy).toEqual({
      canary: { steps: [{ mirror: { duration: '3m' } }, { pause: {} }] },
    });
    expect(withHook(hook, iterations).spec.strategy?.blueGreen?.promotion).toBe('manual');
  });

  it('before each weight is asked nothing where there are none', () => {
    const { spec, said } = withHook({ type: 'confirm-traffic-increase' }, iterations);
    expect([spec.gates, spec.strategy?.blueGreen?.promotion]).toEqual([undefined, undefined]);
    expect(said(hookPath)).toEqual([['dropped', expect.stringContaining('Flagger never asks it either')]]);
  });

  it('whether to roll back is no gate: the same answer would mean the contrary', () => {
    const { spec, said } = withHook({ type: 'rollback' });
    expect(spec.gates).toBeUndefined();
    expect(said(hookPath)).toEqual([['dropped', expect.stringContaining('takes success for a Pass')]]);
  });
});

describe('a confirmation that became a gate', () => {
  it('holds a rollout for as long as it is refused, takes nothing back, and lets it begin when it is given', async () => {
    const { gates } = withHook({ type: 'confirm-rollout' }).spec;
    const runner = new ScriptedGates();
    runner.says = () => failed;
    const bed = bedOf({}, { gateRunner: runner });
    bed.model.create(specOf({ gates: gates! }));
    await until(bed, () => bed.model.phase === 'Healthy');
    bed.model.release('2');
    await bed.world.run(3_600_000);
    expect(runner.asked.length).toBeGreaterThan(50);
    expect([bed.model.phase, bed.model.status.traffic?.applied ?? 0]).toEqual(['Progressing', 0]);
    runner.says = () => passed;
    await until(bed, () => bed.model.status.stable?.model?.version === '2');
  });
});

describe('a hook of Flagger that tells', () => {
  it.each([
    ['post-rollout', ['Promoted', 'RolledBack', 'Failed', 'Aborted']],
    ['event', Object.keys(noticeKinds)],
  ])('of type %s is a target of notifications', (type, events) => {
    const { spec, said } = withHook({ type, timeout: '5s', metadata: { some: 'message' } });
    expect(spec.notifications).toEqual([
      { name: 'ask-it', type: 'webhook', secretRef: { name: 'digits-ask-it' }, url, events },
    ]);
    expect(said(hookPath)).toContainEqual([
      'action',
      expect.stringContaining('Secret ml/digits-ask-it has to hold signingKey, and to carry the label'),
    ]);
    expect(said(`${hookPath}.metadata`)).toEqual([['dropped', expect.anything()]]);
  });

  it('keeps an address with something secret in it out of the result and the report', () => {
    const converted = withHook({ type: 'event', url: `${url}?key=hidden` });
    expect(converted.spec.notifications).toEqual([expect.not.objectContaining({ url: expect.anything() })]);
    expect(converted.said(hookPath)).toContainEqual([
      'action',
      expect.stringContaining('as url, the address'),
    ]);
    expect(JSON.stringify(converted)).not.toContain('hidden');
  });

  it.each(['post-rollout', 'pre-rollout', 'rollout'])(
    'or asks the load tester for a command of its own is left out: %s',
    (type) => {
      const { spec, said } = withHook({ type, metadata: { cmd: 'bats /report.bats' } });
      expect([spec.gates, spec.notifications]).toEqual([undefined, undefined]);
      expect(said(hookPath)).toEqual([['dropped', expect.stringContaining('load tester of Flagger')]]);
    },
  );
});

describe('more hooks than there may be of something', () => {
  const many = (type: string) =>
    convertedCanary({
      ...weights,
      webhooks: Array.from({ length: 17 }, (_, index) => ({ name: `${index}`, type, url })),
    });

  it('are told of', () => {
    const checks = many('rollout');
    expect(checks.spec.gates).toHaveLength(16);
    expect(checks.said('spec.analysis.webhooks[16]')).toEqual([
      ['dropped', expect.stringContaining('at most 16')],
    ]);
    const tellings = many('event');
    expect(tellings.spec.notifications).toHaveLength(16);
    expect(tellings.said('spec.analysis.webhooks[16]')).toEqual([
      ['dropped', expect.stringContaining('at most 16')],
    ]);
    expect(many('confirm-rollout').spec.strategy?.canary?.steps?.[0]).toEqual({ pause: {} });
  });
});
