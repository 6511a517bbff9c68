import { describe, expect, it } from '@jest/globals';
import { statusText, type ClusterStatus } from './status-text.ts';

const cluster: ClusterStatus = {
  id: 'x',
  name: 'one',
  phase: 'ready',
  owner: { pid: 10, startTime: '1' },
  kubernetesVersion: '1.36.3',
  startedAt: '2026-01-01T00:00:00Z',
  apiServerUrl: 'https://localhost:1',
  gatewayUrl: 'http://127.0.0.1:2',
  prometheusUrl: undefined,
  components: { etcd: 11, prometheus: undefined },
  memory: { etcd: 105_000_000, prometheus: 0 },
  folder: '/tmp/understudy-0/one',
  kubeconfig: '/tmp/understudy-0/one/kubeconfig',
};

describe('statusText', () => {
  it('shows addresses, and of each component the process or that it is stopped', () => {
    const text = statusText([cluster], Date.parse('2026-01-01T00:05:00Z'));
    expect(text).toContain('one: ready, since 5 min');
    expect(text).toMatch(/gateway +http:\/\/127\.0\.0\.1:2/);
    expect(text).toMatch(/etcd +process 11, 105 MB/);
    expect(text).toMatch(/prometheus +stopped/);
    expect(text).not.toMatch(/Prometheus +undefined/);
  });

  it('says so when there is none', () => {
    expect(statusText([], 0)).toBe('No cluster runs.\n');
  });
});
