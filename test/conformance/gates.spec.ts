import { afterEach, describe, expect, it } from '@jest/globals';
import { type Gate, resolveGate } from '../../src/api/gate.ts';
import type { GateQuestion } from '../../src/domain/gates/gate-question.ts';
import { failed, hanging, passed, ScriptedGates } from '../../src/gates/testing/scripted-gates.ts';
import { WebhookRunner } from '../../src/gates/webhook-runner.ts';
import { AllowedHosts } from '../../src/outbound/allowed-hosts.ts';
import { OutboundHttp } from '../../src/outbound/outbound-http.ts';
import { SecretReader } from '../../src/outbound/secret-reader.ts';
import { Receiver } from '../../src/outbound/testing/receiver.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { canary, plainServices, scenarios, weight } from './bed/scenario.ts';

const { serving } = scenarios();

const gate = (when: Gate['when'], changes: Partial<Gate> = {}): Gate => ({
  name: when,
  when,
  webhook: { url: 'https://checks.example.com/' },
  ...changes,
});
const blueGreen = { strategy: { blueGreen: { bake: { duration: '60s' } } } };

describe('a hook', () => {
  it('S21: at the end is called although no metric was asked', async () => {
    const gates = new ScriptedGates();
    const spec = { ...canary([weight(50)]), gates: [gate('after')] };
    const scenario = await serving(spec, { start: { gateRunner: gates } });
    await scenario.release('2');
    expect(await scenario.outcome()).toBe('Promoted');
    expect(gates.idsOf('after')).toHaveLength(1);
  });

  it('S37: that accepts a revision does so before it has any traffic', async () => {
    const gates = new ScriptedGates();
    gates.says = hanging;
    const spec = { ...blueGreen, gates: [gate('before')] };
    const scenario = await serving(spec, { start: { gateRunner: gates } });
    const second = await scenario.release('2');
    await scenario.run(120_000);
    expect(gates.asked).toHaveLength(1);
    expect(scenario.model.percentOf(second)).toBe(0);
    expect(scenario.model.readyPodsOf(second).length).toBeGreaterThan(0);
    // The controller that waits is lost, and the answer comes to the next one.
    gates.says = () => passed;
    scenario.world.controllers[0]!.kill();
    scenario.world.startController({ gateRunner: gates });
    expect(await scenario.outcome()).toBe('Promoted');
    expect(scenario.weightsOf(second)).toEqual([0, 1000]);
  });

  it('S39: that refuses a revision on plain Services keeps it out of the apex', async () => {
    const gates = new ScriptedGates();
    gates.says = () => failed;
    const spec = { ...blueGreen, ...plainServices, gates: [gate('before')] };
    const scenario = await serving(spec, { start: { gateRunner: gates } });
    const most = scenario.watch(() => scenario.model.percentOf(scenario.newest?.spec.to.revision ?? ''));
    await scenario.release('2');
    expect(await scenario.outcome()).toBe('RolledBack');
    expect(most.greatest).toBe(0);
  });

  it('S41: at the end sees the final state', async () => {
    const gates = new ScriptedGates();
    const spec = { ...canary([weight(25)]), gates: [gate('after')] };
    const scenario = await serving(spec, { start: { gateRunner: gates } });
    const second = await scenario.release('2');
    let percent = 0;
    gates.says = () => {
      percent = scenario.model.percentOf(second);
      return passed;
    };
    expect(await scenario.outcome()).toBe('Promoted');
    expect(percent).toBe(100);
    expect(gates.asked[0]!.facts).toMatchObject({ weight: 100, candidate: { revision: second } });
  });

  it('S53: that hangs for one revision says nothing about the next', async () => {
    const gates = new ScriptedGates();
    gates.says = hanging;
    const spec = { ...canary([weight(25)]), gates: [gate('during')] };
    const scenario = await serving(spec, { start: { gateRunner: gates } });
    await scenario.release('2');
    await scenario.until(() => gates.asked.length === 1);
    scenario.ask('abort');
    expect(await scenario.outcome()).toBe('Aborted');
    gates.says = () => passed;
    await scenario.release('3');
    expect(await scenario.outcome()).toBe('Promoted');
    const ids = gates.idsOf('during');
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(2);
  });
});

describe('a hook over HTTP', () => {
  let receiver: Receiver | undefined;
  let http: OutboundHttp | undefined;
  afterEach(async () => {
    await http?.close();
    await receiver?.stop();
  });

  /** What comes of these answers, one after the other; the last one stays. */
  async function asked(statuses: (number | 'hangs')[], changes: Partial<Gate> = {}) {
    receiver = await Receiver.start();
    http = new OutboundHttp({ hosts: new AllowedHosts([receiver.url]), clock: new SystemClock() });
    const left = [...statuses];
    receiver.answer((response) => {
      const status = left.length > 1 ? left.shift()! : left[0]!;
      if (status !== 'hangs') response.writeHead(status).end();
    });
    const clock = Object.assign(new SystemClock(), { sleep: async () => {} });
    const secrets = new SecretReader({ get: () => Promise.reject(new Error('no Secret is named')) });
    const planned = resolveGate(gate('before', { webhook: { url: `${receiver.url}/` }, ...changes }));
    const facts = { namespace: 'ml', name: 'model', rollout: { name: 'model-1', uid: 'uid' } };
    const question = { id: 'uid/before/0/0', gate: planned, round: 0, facts } as GateQuestion;
    const answer = await new WebhookRunner({ http, secrets, clock }).run(
      question,
      new AbortController().signal,
    );
    return { answer, calls: receiver.received.length };
  }

  it('S52: that answers 500 and then 200 has passed, at the second call', async () => {
    expect(await asked([500, 200])).toEqual({
      answer: expect.objectContaining({ kind: 'answered', verdict: 'Pass' }),
      calls: 2,
    });
  });

  it('S52: that answers 203, and then one that answers 204, have passed', async () => {
    expect(await asked([203])).toMatchObject({ answer: { verdict: 'Pass' }, calls: 1 });
    await http?.close();
    await receiver?.stop();
    expect(await asked([204])).toMatchObject({ answer: { verdict: 'Pass' }, calls: 1 });
  });

  it('S52: that hangs counts once for each timeout', async () => {
    const changes = { timeout: '1s', retries: 1 };
    expect(await asked(['hangs'], changes)).toMatchObject({ answer: { kind: 'silent' }, calls: 2 });
  });
});
