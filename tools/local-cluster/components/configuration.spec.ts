import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { withFlushInterval } from './gateway.ts';
import { renderKwokStages } from './kwok-stages.ts';
import { prometheusConfig } from './prometheus.ts';

describe('prometheusConfig', () => {
  const config = prometheusConfig(250, '/data/targets.json') as {
    global: Record<string, string>;
    scrape_configs: { job_name: string; metrics_path?: string; static_configs?: { targets: string[] }[] }[];
  };

  it('scrapes at the interval, with a timeout that is not longer', () => {
    expect(config.global).toMatchObject({ scrape_interval: '250ms', scrape_timeout: '250ms' });
  });

  it('scrapes Envoy and the pods of the file', () => {
    expect(config.scrape_configs[0]).toMatchObject({ job_name: 'envoy', metrics_path: '/stats/prometheus' });
    expect(config.scrape_configs[0]?.static_configs?.[0]?.targets).toEqual(['10.244.0.2:8002']);
    expect(config.scrape_configs[1]).toMatchObject({
      job_name: 'pods',
      file_sd_configs: [{ files: ['/data/targets.json'] }],
    });
  });
});

describe('withFlushInterval', () => {
  it.each([
    [250, '0.25s'],
    [1000, '1s'],
    [60_000, '5s'],
  ])('at a scrape interval of %d ms Envoy merges its histograms every %s', (interval, expected) => {
    expect(withFlushInterval({ node: {} }, interval)).toEqual({ node: {}, stats_flush_interval: expected });
  });
});

describe('renderKwokStages', () => {
  it('is a stream of stages for nodes and pods', () => {
    const stages = parseAllDocuments(renderKwokStages()).map(
      (document) => document.toJS() as { kind: string; spec: { resourceRef: { kind: string } } },
    );
    expect(stages.every(({ kind }) => kind === 'Stage')).toBe(true);
    expect(stages.map(({ spec }) => spec.resourceRef.kind)).toEqual(['Node', 'Pod', 'Pod']);
  });
});
