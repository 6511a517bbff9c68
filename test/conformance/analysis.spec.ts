import { describe, expect, it } from '@jest/globals';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import type { Answer } from './bed/scripted-answers.ts';
import { canary, query, type Scenario, scenarios, weight } from './bed/scenario.ts';

const { serving } = scenarios();

const metrics = [query('errors'), query('latency'), query('memory')];

/** At 25 percent with every metric within its bounds. */
async function atTheGate(analysis: object = { interval: '15s', metrics }, hold = '60s') {
  const scenario = await serving({ ...canary([weight(25, hold)]), analysis });
  for (const { name } of metrics) scenario.answers.say(name, 0);
  const second = await scenario.release('2');
  await scenario.until(() => scenario.model.percentOf(second) === 25);
  return { scenario, second, first: scenario.model.stable };
}

describe('a gate', () => {
  it('S46: of several metrics that all pass is passed', async () => {
    const { scenario } = await atTheGate();
    expect(await scenario.outcome()).toBe('Promoted');
    for (const { name } of metrics) expect(scenario.answers.askedOf(name).length).toBeGreaterThan(3);
  });

  it('S46: of which one fails rolls back, and the culprit is named', async () => {
    const { scenario, second } = await atTheGate();
    scenario.answers.say('latency', 3);
    expect(await scenario.outcome()).toBe('RolledBack');
    expect(scenario.newest!.status).toMatchObject({
      reason: 'AnalysisFailed',
      message: expect.stringMatching(/^analysis failed: latency: the query gives 3/),
    });
    expect(scenario.weightsOf(second)).toEqual([0, 250, 0]);
    await scenario.until(() => scenario.model.phase === 'RolledBack');
  });

  it('S47: that stays inconclusive beyond maxHold pauses, says why, and never promotes by itself', async () => {
    const steps = [{ weight: 25, hold: '30s', maxHold: '2m' }];
    const scenario = await serving({
      ...canary(steps),
      analysis: { interval: '5s', metrics: [query('errors')] },
    });
    const { model, answers } = scenario;
    answers.say('errors', 1.5);
    const second = await scenario.release('2');
    await scenario.until(() => model.phase === 'Paused');
    await scenario.run(1_200_000);
    expect(model.phase).toBe('Paused');
    expect(model.condition('Paused')).toBe('True Inconclusive');
    expect(model.status.message).toContain('errors: the query gives 1.5; neither pass nor fail');
    expect(scenario.weightsOf(second)).toEqual([0, 250]);
  });

  it('S47: a failure while the plan pauses rolls back all the same', async () => {
    const scenario = await serving({
      ...canary([weight(25), { pause: {} }]),
      analysis: { interval: '5s', metrics: [query('errors')] },
    });
    scenario.answers.say('errors', 0);
    await scenario.release('2');
    await scenario.until(() => scenario.model.phase === 'Paused');
    scenario.answers.say('errors', 4);
    expect(await scenario.outcome(30_000)).toBe('RolledBack');
  });

  it('S48: asks for both revisions, the namespace and the name by their real names', async () => {
    const metric = {
      ...query('errors'),
      query:
        'errors{new="{{ candidate.revision }}", old="{{ stable.revision }}", of="{{ namespace }}/{{ name }}"}[{{ window }}]',
      window: '2m',
    };
    const { scenario, first, second } = await atTheGate({ interval: '5s', metrics: [metric] }, '3m');
    await scenario.until(() => scenario.answers.askedOf('errors').length > 0);
    expect(new Set(scenario.answers.askedOf('errors'))).toEqual(
      new Set([`errors{new="${second}", old="${first}", of="ml/model"}[120000ms]`]),
    );
    expect(await scenario.outcome()).toBe('Promoted');
  });
});

describe('a metric in a dry run', () => {
  it('S50: that fails is shown, noted in the record, and stops nothing', async () => {
    const [errors, latency] = metrics;
    const { scenario } = await atTheGate({
      interval: '15s',
      metrics: [errors, { ...latency, dryRun: true }],
    });
    scenario.answers.say('latency', 3);
    await scenario.until(
      () => scenario.model.status.analysis?.some(({ verdict }) => verdict === 'Fail') ?? false,
    );
    expect(scenario.model.status.analysis).toEqual([
      expect.objectContaining({ metric: 'errors', verdict: 'Pass' }),
      expect.objectContaining({ metric: 'latency', verdict: 'Fail', dryRun: true }),
    ]);
    expect(await scenario.outcome()).toBe('Promoted');
    const { decisions = [] } = scenario.newest!.status!;
    expect(decisions.map(({ message }) => message).join()).toContain('dry run: latency Fail');
  });

  it('S50: keeps counts and no samples, so that the record stays small however long it runs', async () => {
    const { scenario } = await atTheGate(
      { interval: '5s', metrics: [{ ...query('latency'), dryRun: true }] },
      '1h',
    );
    await scenario.run(1_800_000);
    const evidence = scenario.newest!.status!.analysis!.evidence!;
    expect(evidence.metrics['latency']!.measurements).toBeGreaterThan(10);
    expect(JSON.stringify(evidence).length).toBeLessThan(1_000);
  });
});

/** A template of the namespace with this query. */
const template = (query: string) => ({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'MetricTemplate',
  metadata: { namespace: 'ml', name: 'shared' },
  spec: { query, args: [{ name: 'team' }] },
});

describe('a metric template', () => {
  it('S51: that is missing holds the rollout and says so; when it is there the rollout begins, without an edit', async () => {
    const shared = {
      name: 'errors',
      kind: 'query' as const,
      template: { name: 'shared', args: [{ name: 'team', value: 'search' }] },
      pass: 'result < 1.0',
    };
    const analysis = { interval: '5s', metrics: [shared] };
    const scenario = await serving({ ...canary([weight(25, '60s')]), analysis });
    const { model, answers, world } = scenario;
    answers.say('errors', 0);
    answers.say('other', 5);
    model.edit((spec) => ({ ...spec, model: { ...spec.model, version: '2' } }));
    await scenario.until(() => model.phase === 'Failed');
    expect(model.condition('Stalled')).toBe('True TemplateNotFound');
    expect(model.status.message).toContain(
      'spec.analysis.metrics[0].template: found MetricTemplate "shared", which does not exist',
    );
    await scenario.run(60_000);
    expect(scenario.newest).toBeUndefined();

    world.as('alice').create(template('errors{team="{{ args.team }}"}'));
    await scenario.until(() => answers.askedOf('errors').length > 0);
    // What is edited now is for the next rollout.
    world.as('alice').replace({
      ...world.server.find(resourceKinds.metricTemplate, 'ml/shared')!,
      spec: template('other{team="{{ args.team }}"}').spec,
    });
    expect(await scenario.outcome()).toBe('Promoted');
    expect(new Set(answers.askedOf('errors'))).toEqual(new Set(['errors{team="search"}']));
    expect(answers.askedOf('other')).toEqual([]);
    expect(scenario.newest!.spec.analysis.metrics[0]).toMatchObject({
      template: { kind: 'MetricTemplate', name: 'shared', generation: 1 },
    });
  });

  it('S51: that is missing holds up nobody else, and takes nothing from who is served', async () => {
    const broken = { name: 'a', kind: 'query' as const, template: { name: 'shared' }, pass: 'result < 1.0' };
    const scenario = await serving({ ...canary([weight(25)]), analysis: { metrics: [broken] } });
    const other = scenario.beside('ml/other', canary([weight(25)]));
    await scenario.until(() => other.phase === 'Healthy');
    expect(scenario.model.phase).toBe('Healthy');
    expect(scenario.model.condition('AnalysisAvailable')).toBe('False TemplateNotFound');
    other.edit((spec) => ({ ...spec, model: { ...spec.model, version: '2' } }));
    await scenario.until(() => other.rollouts.at(-1)?.status?.outcome === 'Promoted');
  });
});

/** The source gives this for a while: nothing is decided, and it goes on when it answers again. */
async function holdsFor(answer: Answer, forMs: number, reason: string): Promise<Scenario> {
  const { scenario, second, first } = await atTheGate();
  const { model, answers } = scenario;
  await scenario.run(20_000);
  answers.say('latency', answer);
  // What was asked before may still be on its way.
  await scenario.run(30_000);
  await scenario.run(forMs);
  expect(scenario.newest!.status!.phase).toBe('Stepping');
  expect(model.percentOf(second)).toBe(25);
  expect(model.stable).toBe(first);
  const finding = model.status.analysis?.find(({ metric }) => metric === 'latency');
  expect(finding).toMatchObject({ verdict: 'NoData' });
  expect(model.condition('AnalysisAvailable')).toBe(`False ${reason}`);
  answers.say('latency', 0);
  expect(await scenario.outcome()).toBe('Promoted');
  expect(scenario.weightsOf(second)).toEqual([0, 250, 1000]);
  return scenario;
}

describe('an answer that is no number', () => {
  it('S54: nothing at all holds', () => holdsFor('empty', 300_000, 'EmptyResult'));

  it('S54: NaN holds', () => holdsFor('NaN', 300_000, 'NotANumber'));

  it('S54: several numbers hold, and are called ambiguous', () =>
    holdsFor('several series', 300_000, 'QueryAmbiguous'));

  it('S54: samples instead of a number hold, and are called ambiguous', () =>
    holdsFor('a range', 300_000, 'QueryAmbiguous'));

  it('S54: an error of the source holds', () => holdsFor('server error', 300_000, 'SourceUnavailable'));
});

describe('a source that is ill', () => {
  it('S55: with errors for 39 seconds holds, and goes on then', () =>
    holdsFor('server error', 39_000, 'SourceUnavailable'));

  it('S55: with errors for 41 seconds holds, and goes on then', () =>
    holdsFor('server error', 41_000, 'SourceUnavailable'));

  it('S55: out of reach for ten minutes holds, and goes on then', () =>
    holdsFor('unreachable', 600_000, 'SourceUnavailable'));

  it('S55: that answers too late holds, and goes on then', () =>
    holdsFor({ number: 0, afterMs: 60_000 }, 120_000, 'SourceUnavailable'));

  it('S55: that is slow, yet answers in time, is heard', async () => {
    const { scenario } = await atTheGate();
    scenario.answers.say('latency', { number: 0, afterMs: 8_000 });
    expect(await scenario.outcome()).toBe('Promoted');
  });
});
