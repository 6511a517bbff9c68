import { describe, expect, it } from '@jest/globals';
import { arms, candidate, knownLoads } from '../../../test/support/known-loads.ts';
import { scrapedAtMs, scrapedTwice } from '../../../test/support/scraped-fixture.ts';
import { namedMeasures } from '../../domain/analysis/presets/named-measure.ts';
import { namedKinds, type NamedKind } from '../../domain/analysis/presets/preset-data.ts';
import { evaluate } from '../../simulation/metrics/promql/evaluate.ts';
import { measuring, runtimes } from './presets.ts';

const pod = {
  namespace: 'ml',
  model_deployment: 'digits',
  revision: candidate,
};
const windowMs = 60_000;

/** What a query with this measure gives after a scrape of the file; over all model servers, as `auto` asks. */
function measured(file: string, kind: NamedKind, asked = arms, labels: typeof pod | 'none' = pod) {
  const store = scrapedTwice(file, labels === 'none' ? undefined : labels);
  // Two GPUs, and counters that were there before: rates need two samples.
  const gpus = {
    __name__: 'kube_pod_container_resource_requests',
    namespace: 'ml',
    pod: `${asked.candidate.service}-0`,
    resource: 'nvidia_com_gpu',
  };
  store.append(gpus, scrapedAtMs, 2);
  const found = evaluate(store, namedMeasures(measuring('auto'))(kind, asked, windowMs)!, scrapedAtMs);
  return found.kind === 'vector' ? found.series.map(({ value }) => value) : [];
}

describe('the measures of language models', () => {
  it.each(['vllm', 'sglang', 'tgi', 'nim'] as const)('%s has the gauges that were scraped', (name) => {
    expect(measured(`${name}.documented.prom`, 'queue')).toEqual([3]);
    if (name !== 'tgi') expect(measured(`${name}.documented.prom`, 'cache')).toEqual([0.42]);
  });

  const gateway = knownLoads.find(({ preset }) => preset === 'litellm')!;
  it('LiteLLM has times, tokens and money of each revision', () => {
    const of = (kind: NamedKind) => measured(gateway.file, kind, gateway.arms, 'none');
    const [firstToken] = of('timeToFirstToken');
    expect(firstToken).toBeGreaterThan(0);
    // The candidate's model has no price.
    expect(of('costPer1kTokens')).toEqual([0]);
    const { stable, candidate: other, ...rest } = gateway.arms!;
    const exchanged = { ...rest, stable: other, candidate: stable };
    const [cost] = measured(gateway.file, 'costPer1kTokens', exchanged, 'none');
    // 0.264 for 72 tokens.
    expect(cost).toBeCloseTo((1_000 * 0.264) / 72, 6);
  });

  it('gives hours of a GPU where nobody counts money', () => {
    const [tokens] = measured('envoy-ai-gateway.documented.prom', 'tokensPerSecond', arms, 'none');
    const [hours] = measured('envoy-ai-gateway.documented.prom', 'costPer1kTokens', arms, 'none');
    expect(hours).toBeCloseTo(((2 / tokens!) * 1_000) / 3_600, 9);
  });

  it('gives nothing where there are no series, and never 0', () => {
    for (const kind of Object.keys(namedKinds) as NamedKind[]) {
      expect(measured('kserve-0.21.0.prom', kind)).toEqual([]);
    }
  });

  it('are of the named server only, where one is named', () => {
    expect(measuring('kserve').map(({ name }) => name)).toEqual(['kserve']);
    expect(namedMeasures(measuring('kserve'))('queue', arms, windowMs)).toBeUndefined();
    expect(measuring('contour-envoy')).toBe(runtimes);
  });
});
