import { describe, expect, it } from '@jest/globals';
import { asBuckets, type NativeSeries } from './native-histograms.ts';

const times = (pod: string, ...histograms: NativeSeries['histograms']): NativeSeries => ({
  labels: { __name__: 'time_seconds', pod },
  histograms,
});

describe('native histograms', () => {
  it('are counters of what lies within each bound that any of them has, and of everything', () => {
    const found = asBuckets([
      times(
        'a',
        [
          1,
          {
            count: '3',
            sum: '0.5',
            buckets: [
              [0, '0.1', '0.2', '2'],
              [0, '0.2', '0.4', '1'],
            ],
          },
        ],
        [
          2.5,
          {
            count: '5',
            sum: '0.9',
            buckets: [
              [0, '0.1', '0.2', '4'],
              [0, '0.2', '0.4', '1'],
            ],
          },
        ],
      ),
      times('b', [2, { count: '1', sum: '3', buckets: [[0, '1.6', '3.2', '1']] }]),
    ]);
    const told = found.map(({ labels, samples }) => [labels['pod'], labels['le'], samples]);
    expect(new Set(found.map(({ labels }) => labels['__name__']))).toEqual(new Set(['time_seconds_bucket']));
    expect(told).toEqual([
      [
        'a',
        '0.2',
        [
          [1000, 2],
          [2500, 4],
        ],
      ],
      [
        'a',
        '0.4',
        [
          [1000, 3],
          [2500, 5],
        ],
      ],
      [
        'a',
        '3.2',
        [
          [1000, 3],
          [2500, 5],
        ],
      ],
      [
        'a',
        '+Inf',
        [
          [1000, 3],
          [2500, 5],
        ],
      ],
      ['b', '0.2', [[2000, 0]]],
      ['b', '0.4', [[2000, 0]]],
      ['b', '3.2', [[2000, 1]]],
      ['b', '+Inf', [[2000, 1]]],
    ]);
  });

  it('count an open last bucket in everything, and nothing before the first observation', () => {
    const found = asBuckets([
      times(
        'a',
        [1, { count: '0', sum: '0', buckets: [] }],
        [2, { count: '2', sum: '9', buckets: [[0, '0.1', '+Inf', '2']] }],
      ),
    ]);
    expect(found.map(({ labels, samples }) => [labels['le'], samples])).toEqual([
      [
        '+Inf',
        [
          [1000, 0],
          [2000, 2],
        ],
      ],
    ]);
  });
});
