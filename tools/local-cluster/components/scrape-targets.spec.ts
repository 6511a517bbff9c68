import { describe, expect, it } from '@jest/globals';
import { targetGroups, type ScrapedPod } from './scrape-targets.ts';

const pod = (
  name: string,
  change: Partial<ScrapedPod['metadata']> = {},
  status: ScrapedPod['status'] = {},
) => ({
  metadata: {
    name,
    namespace: 'ml',
    uid: name,
    annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8000' },
    ...change,
  },
  status: { phase: 'Running', podIP: '10.244.64.1', ...status },
});

describe('targetGroups', () => {
  it('labels a pod by namespace, name, model deployment and revision', () => {
    const labels = {
      'understudy.dev/model-deployment': 'digits',
      'understudy.dev/revision': 'abc',
      app: 'x',
    };
    expect(targetGroups([pod('a', { labels })])).toEqual([
      {
        targets: ['10.244.64.1:8000'],
        labels: { namespace: 'ml', pod: 'a', model_deployment: 'digits', revision: 'abc' },
      },
    ]);
  });

  it('takes port 80 and /metrics where nothing is said, and the path that is', () => {
    const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/path': '/stats' };
    expect(targetGroups([pod('a', { annotations })])).toEqual([
      { targets: ['10.244.64.1:80'], labels: { namespace: 'ml', pod: 'a', __metrics_path__: '/stats' } },
    ]);
  });

  it.each([
    ['without the annotation', pod('a', { annotations: {} })],
    ['that says no', pod('a', { annotations: { 'prometheus.io/scrape': 'false' } })],
    ['that is pending', pod('a', {}, { phase: 'Pending' })],
    ['that has ended', pod('a', {}, { phase: 'Succeeded' })],
    ['without an address', pod('a', {}, { podIP: '' })],
  ])('leaves out a pod %s', (_, left) => {
    expect(targetGroups([left])).toEqual([]);
  });

  it('does not depend on the order of the pods', () => {
    const pods = ['b', 'a', 'c'].map((name) => pod(name));
    expect(targetGroups(pods)).toEqual(targetGroups(pods.toReversed()));
  });
});
