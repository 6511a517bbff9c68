import type { Labels, MeasurementResult, Sample, SampleSeries } from '../measurement.ts';
import type { ArmName, Arms, CounterPreset } from '../preset.ts';

export const arms: Arms = {
  namespace: 'ml',
  name: 'digits',
  candidate: { revision: 'bbbbbbbbbb', service: 'digits-bbbbbbbbbb', port: 80 },
  stable: { revision: 'aaaaaaaaaa', service: 'digits-aaaaaaaaaa', port: 80 },
};

/** A preset of few labels, so that tests of counting say what they mean. `alive` shows that a target was scraped. */
export const plainPreset: CounterPreset = {
  name: 'plain',
  requests: () => ({
    selector: 'requests',
    ownLabels: ['arm', 'code'],
    partLabels: ['code'],
    read: ({ arm, code }) => (code ? { arm: arm as ArmName, bad: code.startsWith('5') } : undefined),
  }),
  latency: () => ({
    selector: 'latency',
    ownLabels: ['arm', 'le'],
    partLabels: ['le'],
    read: ({ arm, le }) =>
      le ? { arm: arm as ArmName, upperBoundMs: le === '+Inf' ? Infinity : Number(le) } : undefined,
  }),
};

export const series = (labels: Labels, samples: readonly Sample[]): SampleSeries => ({ labels, samples });

/** What a source answers at `atMs` to a range selector: samples after `atMs - rangeMs`. */
export function answer(
  id: string,
  history: readonly SampleSeries[],
  atMs: number,
  rangeMs: number,
): MeasurementResult {
  const found = history
    .map(({ labels, samples }) => ({
      labels,
      samples: samples.filter(([timeMs]) => timeMs > atMs - rangeMs && timeMs <= atMs),
    }))
    .filter(({ samples }) => samples.length > 0);
  return {
    id,
    result:
      found.length > 0 ? { kind: 'matrix', series: found, warnings: [] } : { kind: 'empty', warnings: [] },
  };
}
