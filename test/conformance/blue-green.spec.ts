import { describe, expect, it } from '@jest/globals';
import type { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import type { BlueGreen } from '../../src/api/strategy/blue-green.ts';
import { labels } from '../../src/api/group.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { canary, plainServices, query, type Scenario, scenarios, weight } from './bed/scenario.ts';

const { serving } = scenarios();

const blueGreen = (more: BlueGreen = {}): Pick<ModelDeploymentSpec, 'strategy' | 'analysis'> => ({
  strategy: { blueGreen: { bake: { duration: '60s' }, ...more } },
  analysis: { interval: '5s' },
});

/** What the Service of this name selects: a revision, `live`, or nothing because it is not there. */
const selects = ({ world, model }: Scenario, name: string): string => {
  const { namespace } = { namespace: model.key.split('/')[0] };
  const service = world.server.find(resourceKinds.service, `${namespace}/${name}`);
  const selector = service?.['spec'].selector ?? {};
  return selector[labels.revision] ?? (selector[labels.live] ? 'live' : '');
};

describe('blue-green', () => {
  it('S34: a failure after the switch flips back in one write, and the stable never changed', async () => {
    const scenario = await serving(blueGreen({ postAnalysis: { metrics: [query('errors')] } }));
    const { model, answers } = scenario;
    answers.say('errors', 0);
    const first = model.stable;
    const pods = scenario.watch(() => model.readyPodsOf(first).length);
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 100);
    answers.say('errors', 5);
    expect(await scenario.outcome()).toBe('RolledBack');
    expect(scenario.weightsOf(second)).toEqual([0, 1000, 0]);
    await scenario.until(() => model.phase === 'RolledBack' && model.podsOf(second).length === 0);
    expect(model.stable).toBe(first);
    expect(pods).toEqual({ least: 4, greatest: 4 });
  });

  it('S35: after a failed one the next is switched to, the failed one has no pods, and the old one stays for the bake', async () => {
    const scenario = await serving(
      blueGreen({ preAnalysis: { metrics: [query('probe')] }, bake: { duration: '5m' } }),
    );
    const { model, answers } = scenario;
    const first = model.stable;
    answers.say('probe', 5);
    const second = await scenario.release('2');
    expect(await scenario.outcome()).toBe('RolledBack');
    answers.say('probe', 0);
    const third = await scenario.release('3');
    await scenario.until(() => model.phase === 'Baking');
    await scenario.run(120_000);
    expect(model.phase).toBe('Baking');
    expect(model.percentOf(third)).toBe(100);
    expect([model.podsOf(second).length, model.readyPodsOf(first).length]).toEqual([0, 4]);
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => model.podsOf(first).length === 0);
  });

  it('S37: five checks of the preview, one switch, and healthy', async () => {
    const scenario = await serving(blueGreen({ preAnalysis: { hold: '25s', metrics: [query('probe')] } }));
    const { model, answers } = scenario;
    answers.say('probe', 0);
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 100);
    expect(answers.askedOf('probe').length).toBeGreaterThanOrEqual(5);
    expect(new Set(answers.askedOf('probe'))).toEqual(new Set([`probe{revision="${second}"}`]));
    expect(await scenario.outcome()).toBe('Promoted');
    expect(scenario.weightsOf(second)).toEqual([0, 1000]);
    await scenario.until(() => model.phase === 'Healthy');
  });

  it('S39: on plain Services the apex never selects the candidate before the switch, which is one write', async () => {
    const scenario = await serving({
      ...blueGreen({ preAnalysis: { hold: '30s', metrics: [query('probe')] } }),
      ...plainServices,
    });
    const { world, model, answers } = scenario;
    answers.say('probe', 1.5);
    const first = model.stable;
    const seen: string[] = [];
    world.server.onChange(({ kind }) => {
      if (kind === 'Service' && selects(scenario, 'model') !== seen.at(-1))
        seen.push(selects(scenario, 'model'));
    });
    const second = await scenario.release('2');
    await scenario.until(() => selects(scenario, 'model-preview') === second);
    await scenario.run(300_000);
    expect(selects(scenario, 'model')).toBe(first);
    answers.say('probe', 0);
    expect(await scenario.outcome()).toBe('Promoted');
    expect(seen).toEqual([first, second]);
    await scenario.until(() => model.phase === 'Healthy');
  });

  it('S25: an edit to canary alone leaves the running plan, and applies to the next revision', async () => {
    const scenario = await serving({
      ...blueGreen({ preAnalysis: { hold: '60s', metrics: [query('probe')] } }),
      ...plainServices,
    });
    const { world, model, answers } = scenario;
    answers.say('probe', 0);
    const services = new Set<string>();
    world.server.onChange(({ kind }) => {
      if (kind !== 'Service') return;
      const revision = selects(scenario, 'model');
      services.add(
        revision === 'live' || model.podsOf(revision).length > 0 ? 'valid' : `without pods: ${revision}`,
      );
    });
    const second = await scenario.release('2');
    await scenario.run(10_000);
    model.edit(({ analysis: _, ...spec }) => ({ ...spec, ...canary([weight(50), { pause: {} }]) }));
    await scenario.until(() => model.phase === 'Baking');
    expect(scenario.newest!.spec.plan.strategy).toBe('blueGreen');
    expect(await scenario.outcome()).toBe('Promoted');
    expect(model.stable).toBe(second);
    const third = await scenario.release('3');
    await scenario.until(() => model.phase === 'Paused');
    expect(scenario.newest!.spec.plan.strategy).toBe('canary');
    expect(model.status.traffic).toMatchObject({ desired: 50, applied: 50 });
    expect(model.readyPodsOf(third)).toHaveLength(4);
    expect([...services]).toEqual(['valid']);
  });

  it('S36: a small preview that is promoted after its delay has all its pods before the switch', async () => {
    const scenario = await serving(blueGreen({ previewReplicas: 1, promotionDelay: '60s' }));
    const { world, model } = scenario;
    const second = await scenario.release('2');
    await scenario.until(() => scenario.newest!.status!.step.index === 1);
    expect([model.podsOf(second).length, model.percentOf(second)]).toEqual([1, 0]);
    const atSwitch: number[] = [];
    world.server.onChange(({ kind }) => {
      if (kind === 'HTTPRoute' && model.percentOf(second) === 100)
        atSwitch.push(model.readyPodsOf(second).length);
    });
    expect(await scenario.outcome()).toBe('Promoted');
    expect(atSwitch[0]).toBe(4);
  });

  it('S32: promoted in full while its preview is analysed, it is not analysed again after the switch', async () => {
    const scenario = await serving(
      blueGreen({
        preAnalysis: { hold: '5m', metrics: [query('probe')] },
        postAnalysis: { metrics: [query('errors')] },
      }),
    );
    const { model, answers } = scenario;
    answers.say('probe', 1.5);
    answers.say('errors', 9);
    const second = await scenario.release('2');
    await scenario.until(() => answers.askedOf('probe').length > 0);
    const promote = scenario.ask('promote', { full: true });
    await scenario.until(() => model.phase === 'Healthy');
    expect(scenario.answerTo(promote)).toMatch(/^Applied/);
    expect(model.stable).toBe(second);
    expect(answers.askedOf('errors')).toEqual([]);
    expect(scenario.weightsOf(second)).toEqual([0, 1000]);
  });

  it('S33: whose preview fails moves nobody; mended and tried again it is promoted', async () => {
    const scenario = await serving(blueGreen({ preAnalysis: { metrics: [query('probe')] } }));
    const { model, answers } = scenario;
    answers.say('probe', 5);
    const second = await scenario.release('2');
    expect(await scenario.outcome()).toBe('RolledBack');
    await scenario.until(() => model.phase === 'RolledBack');
    expect(scenario.weightsOf(second).every((parts) => parts === 0)).toBe(true);
    answers.say('probe', 0);
    const retry = scenario.ask('retry');
    await scenario.until(() => model.phase === 'Healthy');
    expect(scenario.answerTo(retry)).toBe('Applied Retried');
    expect(model.stable).toBe(second);
    expect(scenario.weightsOf(second)).toEqual([0, 1000]);
  });

  const scaledBeforeTheSwitch = async (full: boolean) => {
    const scenario = await serving({
      ...blueGreen({ previewReplicas: 1, promotion: 'manual' }),
      replicas: 2,
    });
    const { world, model } = scenario;
    const second = await scenario.release('2');
    await scenario.until(() => model.phase === 'Paused');
    expect([model.podsOf(second).length, model.percentOf(second)]).toEqual([1, 0]);
    const atSwitch: number[] = [];
    world.server.onChange(({ kind }) => {
      if (kind === 'HTTPRoute' && model.percentOf(second) === 100) {
        atSwitch.push(model.readyPodsOf(second).length);
      }
    });
    scenario.ask('promote', full ? { full } : {});
    expect(await scenario.outcome()).toBe('Promoted');
    expect(atSwitch[0]).toBe(2);
  };

  it('S36: a small preview that somebody promotes has all its pods before the switch', () =>
    scaledBeforeTheSwitch(false));

  it('S36: a small preview that somebody promotes in full has them as well', () =>
    scaledBeforeTheSwitch(true));
});
