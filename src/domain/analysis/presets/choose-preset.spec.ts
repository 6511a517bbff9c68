import { describe, expect, it } from '@jest/globals';
import type { ArmName } from '../preset.ts';
import { arms } from '../testing/counter-history.ts';
import { choosePreset } from './choose-preset.ts';
import { choiceInWords } from './counter-preset.ts';
import type { LatencySeries, PresetData, RequestCounters } from './preset-data.ts';
import { planProbe, readProbe, type Seen } from './probe.ts';

const byPod = { pod: '{service}-.*' };
const counter = (id: string, rest: Partial<RequestCounters> = {}): RequestCounters => ({
  id,
  arms: byPod,
  series: [
    { name: id, labels: ['code'], where: { path: '/v1/.*' }, failed: { label: 'code', pattern: '5..' } },
  ],
  ...rest,
});
const histogram = (id: string, rest: Partial<LatencySeries> = {}): LatencySeries => ({
  id,
  arms: byPod,
  kind: 'histogram',
  unit: 's',
  labels: [],
  ...rest,
});
const preset = (rest: Partial<PresetData> & Pick<PresetData, 'name'>): PresetData => ({
  title: rest.name,
  layer: 'runtime',
  scrape: { port: '80', path: '/metrics' },
  requests: [counter(`${rest.name}_new`), counter(`${rest.name}_old`)],
  latency: [histogram(`${rest.name}_seconds`)],
  caveats: [],
  ...rest,
});
const vllm = preset({ name: 'vllm' });
const triton = preset({ name: 'triton' });

/** Which revisions show the alternatives of these ids. */
const shows =
  (found: Record<string, ArmName[]>): Seen =>
  ({ id }) =>
    new Set(found[id] ?? []);
const both: ArmName[] = ['candidate', 'stable'];

describe('choosePreset', () => {
  it('takes the first alternative that both revisions show', () => {
    expect(choosePreset([vllm], shows({ vllm_new: both, vllm_old: both }))?.choice.requests).toBe('vllm_new');
    expect(choosePreset([vllm], shows({ vllm_new: ['stable'], vllm_old: both }))?.choice.requests).toBe(
      'vllm_old',
    );
  });

  it('takes what the stable shows while the candidate had no request', () => {
    const seen = shows({ vllm_new: ['candidate'], vllm_old: ['stable'] });
    expect(choosePreset([vllm], seen)?.choice.requests).toBe('vllm_old');
  });

  it('finds the preset whose series are there', () => {
    const seen = shows({ triton_old: both, triton_seconds: both });
    expect(choosePreset([vllm, triton], seen)?.choice).toEqual({
      name: 'triton',
      requests: 'triton_old',
      latency: 'triton_seconds',
    });
    expect(choosePreset([vllm, triton], shows({}))).toBeUndefined();
  });

  it('keeps what is recorded, whatever is seen later, and adds what was not there then', () => {
    const recorded = { name: 'vllm', requests: 'vllm_old' };
    const seen = shows({ vllm_new: both, triton_new: both, vllm_seconds: both });
    expect(choosePreset([triton, vllm], seen, recorded)?.choice).toEqual({
      ...recorded,
      latency: 'vllm_seconds',
    });
  });

  it('chooses again where a newer release does not know what is recorded', () => {
    const recorded = { name: 'vllm', requests: 'gone' };
    expect(choosePreset([vllm], shows({ vllm_new: both }), recorded)?.choice.requests).toBe('vllm_new');
  });

  it('reads the best where nothing was seen yet, and records nothing of it', () => {
    const chosen = choosePreset([vllm], shows({}))!;
    expect(chosen.choice).toEqual({ name: 'vllm' });
    expect(chosen.requests.id).toBe('vllm_new');
    expect(choiceInWords(chosen)).toEqual(['no request of these revisions was seen at vllm yet']);
  });

  it('says why a gateway is passed over that was not set up for it', () => {
    const router = preset({ name: 'kong', layer: 'router', needsSetup: 'it counts by route' });
    const chosen = choosePreset([router, vllm], shows({ vllm_new: both }))!;
    expect(choiceInWords(chosen)[0]).toBe('vllm is read and not kong: it counts by route');
    expect(choosePreset([router, vllm], shows({ kong_new: both, vllm_new: both }))?.data).toBe(router);
  });

  it('says what cannot be had', () => {
    const mean = histogram('mean', { kind: 'mean', mean: { sum: 'sum', count: 'count' } });
    const errors = { counted: 'no', because: 'it has no counter' } as const;
    const blind = preset({ name: 'nim', requests: [counter('all', { errors })], latency: [mean] });
    expect(choiceInWords(choosePreset([blind], undefined)!)).toEqual([
      'errors cannot be had from nim: it has no counter; the codes that a gateway counts are better',
      'p95 cannot be had from nim: mean only (mean)',
    ]);
  });
});

describe('the probe', () => {
  const { candidate, stable } = arms;

  it('asks once for each way to name a revision, by the labels that decide', () => {
    const other = preset({
      name: 'nim',
      requests: [counter('x', { arms: { model: '{revision}' } })],
      latency: [],
    });
    expect(planProbe([vllm, other], arms).map(({ query }) => query)).toEqual([
      `count by (__name__, pod, path, quantile) ({__name__=~"vllm_new|vllm_old|vllm_seconds_bucket|vllm_seconds",pod=~"${candidate.service}-.*|${stable.service}-.*"})`,
      `count by (__name__, model, path) ({__name__=~"x",model=~"${candidate.revision}|${stable.revision}"})`,
    ]);
  });

  const { id } = planProbe([vllm], arms)[0]!;
  const seenIn = (...labels: Record<string, string>[]) =>
    readProbe([vllm], arms, [
      {
        id,
        result: {
          kind: 'vector',
          warnings: [],
          series: labels.map((one) => ({ labels: one, timeMs: 0, value: 1 })),
        },
      },
    ])!;

  it('believes in series only that would be counted', () => {
    const pod = `${candidate.service}-0`;
    const [first, second] = vllm.requests as [RequestCounters, RequestCounters];
    const seen = seenIn(
      { __name__: 'vllm_new', pod, path: '/health' },
      { __name__: 'vllm_old', pod, path: '/v1/chat' },
      { __name__: 'vllm_new', pod: 'another-0', path: '/v1/chat' },
    );
    expect([...seen(first)]).toEqual([]);
    expect([...seen(second)]).toEqual(['candidate']);
  });

  it('law 9: a question without an answer is no answer', () => {
    const failure = { kind: 'timeout', message: 'too slow' } as const;
    expect(readProbe([vllm], arms, [{ id, failure }])).toBeUndefined();
    expect(readProbe([vllm], arms, [])).toBeUndefined();
    const empty = readProbe([vllm], arms, [{ id, result: { kind: 'empty', warnings: [] } }]);
    expect([...empty!(vllm.requests[0]!)]).toEqual([]);
  });
});
