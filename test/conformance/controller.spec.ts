import { describe, expect, it } from '@jest/globals';
import type { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import { noFaults } from '../../src/simulation/faults/fault-plan.ts';
import { canary, plainServices, query, type Scenario, scenarios, weight } from './bed/scenario.ts';

const { begin, serving } = scenarios();

const bake = { duration: '40s' };
const strategies = {
  canary: canary(
    [{ mirror: { duration: '20s', minRequests: 0 } }, weight(25), { pause: { duration: '20s' } }, weight(50)],
    {
      bake,
    },
  ),
  blueGreen: {
    strategy: {
      blueGreen: { previewReplicas: 1, preAnalysis: { hold: '20s' }, promotionDelay: '20s', bake },
    },
  },
  shadow: { strategy: { shadow: { duration: '30s', minRequests: 100, then: 'promote', bake } } },
  ratio: { ...canary([weight(20), weight(50)], { bake }), ...plainServices },
} satisfies Record<string, Partial<ModelDeploymentSpec>>;

/** What was decided, in order; times and counts of requests are not the same in two runs. */
const decisionsOf = (scenario: Scenario): string[] =>
  (scenario.newest?.status?.decisions ?? []).map(
    ({ action, step, weight }) => `${action} ${step} ${weight}%`,
  );

/** Where the rollout stands: phase and step. */
const placeOf = (scenario: Scenario): string =>
  `${scenario.newest?.status?.phase ?? ''} ${scenario.newest?.status?.step?.index ?? ''}`;

async function rolledOut(spec: Partial<ModelDeploymentSpec>, killAt?: string) {
  const scenario = await serving({ ...spec, analysis: { metrics: [query('errors')] } });
  const { world } = scenario;
  scenario.answers.say('errors', 0);
  const places = new Set<string>();
  let killed = false;
  const second = await scenario.release('2');
  for (;;) {
    const place = placeOf(scenario);
    places.add(place);
    if (place === killAt && !killed) {
      killed = true;
      world.killController(world.controllers[0]!);
      await scenario.run(1_000);
      world.startController();
    }
    if (scenario.newest!.status?.phase === 'Ended') break;
    await scenario.until(() => placeOf(scenario) !== place);
  }
  return { scenario, second, places: [...places], decisions: decisionsOf(scenario), killed };
}

describe('a controller that is killed', () => {
  /** The same rollout, killed once at every place that the unkilled one comes to. */
  const resumes = async (strategy: keyof typeof strategies) => {
    const spec = strategies[strategy];
    const whole = await rolledOut(spec);
    expect(whole.scenario.newest!.status!.outcome).toBe('Promoted');
    expect(whole.places.length).toBeGreaterThan(3);
    for (const place of whole.places.filter((one) => !one.startsWith('Ended'))) {
      const { scenario, second, decisions, killed } = await rolledOut(spec, place);
      expect({ place, killed, decisions }).toEqual({ place, killed: true, decisions: whole.decisions });
      expect(scenario.weightsOf(second)).toEqual(whole.scenario.weightsOf(whole.second));
    }
  };

  it('S79: at each place of a canary goes on from there, and repeats and skips nothing', () =>
    resumes('canary'));

  it('S79: at each place of a canary on plain Services does the same', () => resumes('ratio'));

  it('S79: at each place of a blue-green rollout does the same', () => resumes('blueGreen'));

  it('S79: at each place of a shadow does the same', () => resumes('shadow'));
});

describe('two controllers', () => {
  it('S80: of which one has the Lease act as one', async () => {
    const scenario = await serving(canary([weight(25), weight(50)]));
    const { world } = scenario;
    world.startController();
    const second = await scenario.release('2');
    expect(await scenario.outcome()).toBe('Promoted');
    const writers = world.history.writes
      .filter(({ kind, user }) => kind !== 'Lease' && user.startsWith('understudy-'))
      .map(({ user }) => user);
    expect(new Set(writers).size).toBe(1);
    expect(scenario.weightsOf(second)).toEqual([0, 250, 500, 1000]);
  });

  it('S80: that both believe they lead do no harm: what the stale one writes is refused', async () => {
    const alone = await rolledOut(strategies.canary);
    const scenario = await serving(
      { ...strategies.canary, analysis: { metrics: [query('errors')] } },
      { start: { alwaysLeads: true } },
    );
    const { world, answers } = scenario;
    answers.say('errors', 0);
    const stale = world.startController({
      alwaysLeads: true,
      faults: { ...noFaults, watchLagMs: () => 15_000 },
    });
    let tried = 0;
    let done = 0;
    stale.link.crash = (moment, { kind }) => {
      if (kind === 'Event') return false;
      if (moment === 'before') tried += 1;
      else done += 1;
      return false;
    };
    const second = await scenario.release('2');
    expect(await scenario.outcome()).toBe('Promoted');
    expect(tried - done).toBeGreaterThan(5);
    expect(decisionsOf(scenario)).toEqual(alone.decisions);
    expect(scenario.weightsOf(second)).toEqual([0, 250, 500, 1000]);
  });
});

describe('many ModelDeployments', () => {
  it('S81: that are idle cost nothing, and those that move are seen to at once', async () => {
    const scenario = begin();
    const { world } = scenario;
    const small: Partial<ModelDeploymentSpec> = { ...canary([weight(50)]), ...plainServices, replicas: 1 };
    const all = Array.from({ length: 120 }, (_, at) => scenario.beside(`ml/model-${at}`, small));
    await scenario.until(() => all.every(({ phase }) => phase === 'Healthy'));
    await scenario.run(60_000);
    const idleFrom = world.history.writes.length;
    await scenario.run(600_000);
    const idle = world.history.writes.slice(idleFrom).filter(({ kind }) => kind !== 'Lease');
    expect(idle).toEqual([]);

    const moving = all.slice(0, 12);
    const askedAtMs = world.clock.monotonic();
    for (const model of moving) model.release('2');
    await scenario.until(() => moving.every(({ rollouts }) => rollouts.length > 0));
    expect(world.clock.monotonic() - askedAtMs).toBeLessThan(2_000);
    await scenario.until(() =>
      moving.every((model) => model.phase === 'Healthy' && model.status.rollout?.outcome === 'Promoted'),
    );
    const written = world.history.writes
      .slice(idleFrom)
      .filter(({ user, kind }) => user === 'understudy-1' && kind !== 'Event');
    expect(written.length / moving.length).toBeLessThan(150);
    expect(world.controllers.map(({ working }) => working)).toEqual([true]);
    // Nobody else was touched.
    const names = new Set(
      written.filter(({ kind }) => kind !== 'Lease').map(({ key }) => /model-\d+/.exec(key)![0]),
    );
    expect(names.size).toBe(moving.length);
  });
});

describe('the conditions', () => {
  it('S82: say paused and ready of the generation that they were seen for', async () => {
    const scenario = await serving(canary([weight(50), { pause: { duration: '2m' } }]));
    const { world, model } = scenario;
    const generation = () => world.modelDeployment(model.key)!.metadata.generation;
    const seen = (type: string) => model.status.conditions!.find((condition) => condition.type === type)!;
    const flips = (type: string) => {
      const statuses: string[] = [];
      world.server.onChange(() => {
        const status = model.status.conditions?.find((condition) => condition.type === type)?.status ?? '';
        if (status !== statuses.at(-1)) statuses.push(status);
      });
      return statuses;
    };
    const [paused, ready] = [flips('Paused'), flips('Ready')];
    await scenario.release('2');
    await scenario.until(() => seen('Paused').status === 'True');
    expect(seen('Paused')).toMatchObject({ reason: 'PauseStep', observedGeneration: generation() });
    expect(seen('Ready')).toMatchObject({ status: 'False', observedGeneration: generation() });
    await scenario.until(() => seen('Ready').status === 'True');
    expect(seen('Ready')).toMatchObject({ reason: 'Healthy', observedGeneration: generation() });
    expect(paused).toEqual(['False', 'True', 'False']);
    expect(ready).toEqual(['True', 'False', 'True']);
  });
});
