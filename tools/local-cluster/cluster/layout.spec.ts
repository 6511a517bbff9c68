import { describe, expect, it } from '@jest/globals';
import { checkClusterName, clusterFiles, clustersRoot, network, urlOf } from './layout.ts';

describe('checkClusterName', () => {
  it.each(['a', 'understudy', 'a-b-1', 'x'.repeat(40)])('accepts %p', (name) => {
    expect(checkClusterName(name)).toBe(name);
  });

  it.each(['', 'A', '-a', 'a-', '../a', 'a/b', 'a b', 'x'.repeat(41)])('refuses %p', (name) => {
    expect(() => checkClusterName(name)).toThrow(/cluster name: found .*accepted are/);
  });
});

describe('the layout', () => {
  it('keeps every file of a cluster in its folder', () => {
    const { log, insideKubeconfig, userKubeconfig, ...paths } = clusterFiles('/base/one');
    const made = [log('etcd'), insideKubeconfig('admin'), userKubeconfig('x.y')];
    for (const path of [...Object.values(paths), ...made]) expect(path).toMatch(/^\/base\/one/);
    expect(insideKubeconfig('a')).not.toBe(userKubeconfig('a'));
  });

  it('gives each user a root of its own', () => {
    expect(clustersRoot(1000, '/tmp')).toBe('/tmp/understudy-1000');
  });

  it('has no two servers on one endpoint', () => {
    const endpoints = Object.values(network).filter((value) => typeof value === 'object');
    const addresses = endpoints.map((endpoint) => urlOf('http', endpoint));
    expect(new Set(addresses).size).toBe(addresses.length);
  });
});
