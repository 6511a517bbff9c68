import { describe, expect, it } from '@jest/globals';
import type { Step } from '../../src/api/strategy/step.ts';
import { defaultGateway, type GatewayOptions } from '../../src/simulation/gateway/gateway-objects.ts';
import { canary, host, plainServices, query, type Scenario, scenarios, weight } from './bed/scenario.ts';

const { serving } = scenarios();

const tester = (match: Step['match']): Step => ({ match, hold: '60s' });
const mirror = (percent: number): Step => ({ mirror: { percent, duration: '60s', minRequests: 0 } });

/** A gateway that says in its GatewayClass what it can do. */
const gatewayThat = (...features: string[]): { gateway: Partial<GatewayOptions> } => ({
  gateway: { supportedFeatures: [...defaultGateway.supportedFeatures, ...features] },
});

/** Which revisions a request can reach as the user sees it, by the data plane. */
const reaches = ({ world }: Scenario, headers: Record<string, string> = {}): string[] =>
  (world.gateway.dataPlane.backendsOf(host, { headers })?.backends ?? [])
    .filter((backend) => backend.weight > 0)
    .map(({ revision }) => revision ?? '');

const mirrored = ({ world }: Scenario) => world.gateway.dataPlane.backendsOf(host)?.mirrors ?? [];

/** Every state of the data plane after a change of the world, each once in a row. */
function noted<T>(scenario: Scenario, read: () => T): T[] {
  const seen: T[] = [];
  scenario.world.server.onChange(() => {
    const now = read();
    if (JSON.stringify(now) !== JSON.stringify(seen.at(-1))) seen.push(now);
  });
  return seen;
}

describe('testers', () => {
  it('S40: who sends the header gets the candidate, nobody else does, and their rule comes first and goes', async () => {
    const scenario = await serving(
      canary([
        tester({ headers: [{ name: 'X-Tester', value: 'yes' }] }),
        { match: {}, hold: '60s' },
        weight(50),
      ]),
    );
    const { model } = scenario;
    const first = model.stable;
    const others = noted(scenario, () => reaches(scenario));
    const second = await scenario.release('2');
    await scenario.until(() => reaches(scenario, { 'x-tester': 'yes' }).includes(second));
    expect(reaches(scenario, { 'x-tester': 'yes' })).toEqual([second]);
    expect(reaches(scenario, { 'x-tester': 'no' })).toEqual([first]);
    expect(model.percentOf(second)).toBe(0);
    const [rule] = model.route!['spec'].rules;
    expect(rule.matches[0].headers).toMatchObject([{ name: 'X-Tester', value: 'yes' }]);
    await scenario.until(() => scenario.newest!.status!.step.index === 1);
    await scenario.until(() => reaches(scenario, { 'x-tester': 'yes' })[0] === first);
    expect(model.route!['spec'].rules).toHaveLength(1);
    // Up to here nobody else met the candidate.
    expect(others).toEqual([[first]]);
    expect(await scenario.outcome()).toBe('Promoted');
  });
});

describe('testers by a cookie', () => {
  it('S41: are the only ones who get the candidate until its gate is approved', async () => {
    const scenario = await serving(
      canary([
        {
          match: {
            headers: [{ name: 'Cookie', type: 'RegularExpression', value: '^(.*;)?(beta=true)(;.*)?$' }],
          },
          metrics: [query('approved')],
        },
        weight(50),
      ]),
    );
    const { model, answers } = scenario;
    answers.say('approved', 1.5);
    const first = model.stable;
    const second = await scenario.release('2');
    const cookie = { cookie: 'a=b;beta=true;c=d' };
    await scenario.until(() => reaches(scenario, cookie)[0] === second);
    await scenario.run(120_000);
    expect([reaches(scenario, { cookie: 'beta=false' }), reaches(scenario)]).toEqual([[first], [first]]);
    expect(reaches(scenario, cookie)).toEqual([second]);
    answers.say('approved', 0);
    expect(await scenario.outcome()).toBe('Promoted');
    expect(scenario.weightsOf(second)).toEqual([0, 500, 1000]);
  });
});

describe('copies', () => {
  it('S42: of all and of a part are made in their steps, are all gone at the first weight, and no user has an answer of one', async () => {
    const scenario = await serving(
      canary([mirror(100), mirror(80), weight(20), weight(40)]),
      gatewayThat('HTTPRouteRequestPercentageMirror'),
    );
    const { model } = scenario;
    const first = model.stable;
    const states = noted(scenario, () => [
      reaches(scenario).length,
      ...mirrored(scenario).map(({ percent }) => percent),
    ]);
    const users = noted(scenario, () => (mirrored(scenario).length > 0 ? reaches(scenario) : [first]));
    const second = await scenario.release('2');
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => model.phase === 'Healthy');
    expect(states).toEqual([[1], [1, 100], [1, 80], [1], [2], [1]]);
    expect(users).toEqual([[first]]);
    expect(scenario.weightsOf(second)).toEqual([0, 200, 400, 1000]);
  });

  it('S43: one step of copies with all users on the stable, then weights without copies', async () => {
    const scenario = await serving(canary([mirror(100), weight(10)]));
    const first = scenario.model.stable;
    const states = noted(scenario, () =>
      (scenario.world.gateway.dataPlane.backendsOf(host)?.backends ?? [])
        .map(({ revision, weight }) => `${revision === first ? 'stable' : 'candidate'} ${weight}`)
        .concat(mirrored(scenario).map(({ revision }) => `copies ${revision === first ? '' : 'candidate'}`)),
    );
    const second = await scenario.release('2');
    await scenario.until(() => scenario.model.percentOf(second) === 10);
    await scenario.run(10_000);
    expect(states).toEqual([
      ['stable 1000'],
      ['stable 1000', 'candidate 0'],
      ['stable 1000', 'candidate 0', 'copies candidate'],
      ['stable 1000', 'candidate 0'],
      ['stable 900', 'candidate 100'],
    ]);
    expect(await scenario.outcome()).toBe('Promoted');
  });

  it('S44: where the router cannot, nothing begins, and the condition says what is missing', async () => {
    for (const [spec, words] of [
      [canary([mirror(100), weight(50)]), undefined],
      [canary([mirror(50), weight(50)]), /Gateway gateway\/public cannot mirror a part of the requests/],
      [
        { ...canary([mirror(100), weight(50)]), ...plainServices },
        /plain Services send each request to one pod and copy none/,
      ],
    ] as const) {
      const scenario = await serving(spec);
      const { model } = scenario;
      const first = model.stable;
      if (words === undefined) {
        await scenario.release('2');
        expect(await scenario.outcome()).toBe('Promoted');
        continue;
      }
      model.release('2');
      await scenario.run(300_000);
      expect(model.rollouts).toEqual([]);
      expect(model.condition('Stalled')).toBe('True RouterCannot');
      expect(model.status.message).toMatch(words);
      expect([model.stable, model.readyPodsOf(first).length]).toEqual([first, 4]);
    }
  });

  it('S44: steps that are edited in the middle apply to the next rollout', async () => {
    const scenario = await serving(canary([mirror(100), weight(50)]));
    const { model } = scenario;
    const second = await scenario.release('2');
    await scenario.until(() => mirrored(scenario).length > 0);
    model.edit((spec) => ({ ...spec, ...canary([weight(1), weight(2)]) }));
    expect(await scenario.outcome()).toBe('Promoted');
    expect(scenario.weightsOf(second)).toEqual([0, 500, 1000]);
    const third = await scenario.release('3');
    expect(await scenario.outcome()).toBe('Promoted');
    expect(scenario.weightsOf(third)).toEqual([0, 10, 20, 1000]);
  });
});

describe('clients who stay', () => {
  const sticky = canary([weight(10)], { sticky: { cookie: { name: 'understudy', maxAge: '1h' } } });
  const persistence = (scenario: Scenario) =>
    (scenario.model.route?.['spec'].rules as { sessionPersistence?: object }[] | undefined)?.at(-1)
      ?.sessionPersistence;

  it('S45: a gateway that can is asked to keep them as long as there are two revisions, and no longer', async () => {
    const scenario = await serving(sticky, gatewayThat('HTTPRouteSessionPersistence'));
    const { model } = scenario;
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 10);
    expect(persistence(scenario)).toMatchObject({
      sessionName: 'understudy',
      type: 'Cookie',
      absoluteTimeout: '1h',
    });
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => model.phase === 'Healthy' && persistence(scenario) === undefined, 60_000);
  });

  it('S45: one that cannot is named, and nothing begins', async () => {
    const scenario = await serving(sticky);
    scenario.model.release('2');
    await scenario.run(120_000);
    expect(scenario.model.rollouts).toEqual([]);
    expect(scenario.model.status.message).toMatch(/cannot keep clients with one revision/);
  });
});
