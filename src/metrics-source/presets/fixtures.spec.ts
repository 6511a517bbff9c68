import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  readFixture,
  scrapedAtMs,
  scrapedTwice,
  scrapeIntervalMs,
} from '../../../test/support/scraped-fixture.ts';
import { arms, candidate, knownLoads } from '../../../test/support/known-loads.ts';
import { presetNames, type PresetName } from '../../api/preset-names.ts';
import { countRequests, countSlowRequests } from '../../domain/analysis/arm-counts.ts';
import { latencyBound } from '../../domain/analysis/histograms.ts';
import type { Labels, MeasurementResult, SampleSeries } from '../../domain/analysis/measurement.ts';
import type { Arms } from '../../domain/analysis/preset.ts';
import { choosePreset } from '../../domain/analysis/presets/choose-preset.ts';
import { choiceInWords, counterPreset } from '../../domain/analysis/presets/counter-preset.ts';
import { planProbe, readProbe } from '../../domain/analysis/presets/probe.ts';
import { evaluate } from '../../simulation/metrics/promql/evaluate.ts';
import type { SeriesStore } from '../../simulation/metrics/series-store.ts';
import { presetsFor, routers, runtimes } from './presets.ts';

/*
 * Each fixture through everything that a rollout asks: the probe, the choice, and the counting of raw samples. What is counted must be
 * the load that is known to have been sent (test/fixtures/scrapes/README.md).
 */
/** The labels that a scrape of the candidate's pod gives. */
const candidatesPod: Labels = {
  namespace: 'ml',
  model_deployment: 'digits',
  revision: candidate,
  pod: 'digits-bbbbbbbbbb-0',
};

const isRouter = (name: PresetName) => routers.some((preset) => preset.name === name);

/** The answers of a source to the probe, and what is chosen by them: as `auto` does, from all that come into question. */
function chosenFrom(store: SeriesStore, asked: Arms, name: PresetName | 'auto') {
  const presets = presetsFor(name, undefined);
  const results = planProbe(presets, asked).map(({ id, query }): MeasurementResult => {
    const found = evaluate(store, query, scrapedAtMs);
    const series = found.kind === 'vector' ? found.series : [];
    return {
      id,
      result: {
        kind: 'vector',
        series: series.map((one) => ({ ...one, timeMs: scrapedAtMs })),
        warnings: [],
      },
    };
  });
  return choosePreset(presets, readProbe(presets, asked, results));
}

function samplesOf(store: SeriesStore, selector: string): readonly SampleSeries[] {
  const found = evaluate(store, `${selector}[1m]`, scrapedAtMs);
  return found.kind === 'matrix' ? found.series : [];
}

const window = {
  afterMs: scrapedAtMs - scrapeIntervalMs,
  roundsMs: [scrapedAtMs],
  steadyFromMs: scrapedAtMs - scrapeIntervalMs,
};

describe.each(knownLoads)('$file', (expected) => {
  const asked = expected.arms ?? arms;
  // Where the stable is in it too, it is of a gateway, and not of a pod.
  const store = scrapedTwice(expected.file, expected.stable ? undefined : candidatesPod);
  const chosen = chosenFrom(store, asked, isRouter(expected.preset) ? expected.preset : 'auto');
  const preset = chosen && counterPreset(chosen);

  it('is found out to be what it is', () => {
    const { preset: name, requests, latency } = expected;
    expect(chosen?.choice).toEqual({ name, requests, latency });
  });

  it('has the requests and failures that were sent', () => {
    const family = preset!.requests(asked);
    const [counts] = countRequests(family, samplesOf(store, family.selector), window).rounds;
    const [requests, bad] = expected.candidate;
    expect(counts!.candidate).toEqual({ requests, bad });
    const [stableRequests, stableBad] = expected.stable ?? [0, 0];
    expect(counts!.stable).toEqual({ requests: stableRequests, bad: stableBad });
  });

  it('has a latency of all that were answered, or says that it has none', () => {
    const family = preset!.latency(asked);
    const lack = preset!.lacks?.latency;
    expect(lack === undefined).toBe(expected.answers !== undefined);
    expect(family === undefined).toBe(expected.answers === undefined);
    if (!family) return;
    const series = samplesOf(store, family.selector);
    const bound = latencyBound(family, series, 600_000);
    const [counts] = countSlowRequests(family, series, window, bound.kind === 'bound' ? bound.boundMs : NaN);
    expect(counts!.candidate.requests).toBe(expected.answers?.candidate);
    expect(counts!.stable.requests).toBe(expected.answers?.stable ?? 0);
  });

  it('says what is missing and what misleads', () => {
    const words = choiceInWords(chosen!);
    for (const pattern of expected.says ?? []) expect(words).toContainEqual(expect.stringMatching(pattern));
    if (!expected.says) expect(words.filter((word) => word.includes('cannot be had'))).toEqual([]);
  });

  it('has no label that would be taken for the target', () => {
    const alternatives = [...chosen!.requests.series, ...(chosen!.latency ? [{ ...chosen!.latency }] : [])];
    const armLabels = [...Object.keys(chosen!.requests.arms), ...Object.keys(chosen!.latency?.arms ?? {})];
    for (const one of alternatives) {
      const name = 'name' in one ? one.name : `${one.metric ?? one.id}_bucket`;
      const exposed = readFixture(expected.file).filter(({ labels }) => labels['__name__'] === name);
      const labels = new Set(exposed.flatMap((sample) => Object.keys(sample.labels)));
      const explained = ['__name__', 'le', ...one.labels, ...armLabels];
      expect([...labels].filter((label) => !explained.includes(label))).toEqual([]);
    }
  });
});

describe('the presets', () => {
  it('are those that a spec can name', () => {
    expect([...routers, ...runtimes].map(({ name }) => name)).toEqual(presetNames);
  });

  it('have a fixture each', () => {
    const covered = knownLoads.map(({ preset }) => preset);
    expect(presetNames.filter((name) => !covered.includes(name))).toEqual([]);
  });

  it('tell their alternatives apart', () => {
    for (const { requests, latency } of [...routers, ...runtimes]) {
      for (const ids of [requests, latency].map((all) => all.map(({ id }) => id))) {
        expect(new Set(ids).size).toBe(ids.length);
      }
    }
  });
});

describe('the fixtures', () => {
  const folder = join(import.meta.dirname, '..', '..', '..', 'test', 'fixtures', 'scrapes');
  const files = readdirSync(folder).filter((file) => file.endsWith('.prom'));

  it('are all used', () => {
    expect(files.filter((file) => !knownLoads.some((one) => one.file === file))).toEqual([]);
  });

  it('say where they come from', () => {
    const page = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(files.filter((file) => !page.includes(`\`${file}\``))).toEqual([]);
    const documented = page.slice(page.indexOf('## From documentation, not recorded'));
    expect(files.filter((file) => documented.includes(`\`${file}\``))).toEqual(
      files.filter((file) => file.endsWith('.documented.prom')),
    );
  });
});
