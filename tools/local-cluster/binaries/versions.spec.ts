import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { kubernetesVersion, kubernetesVersions, versions } from './versions.ts';

const moduleText = (folder: string) => readFileSync(new URL(`./${folder}/go.mod`, import.meta.url), 'utf8');

describe('kubernetesVersion', () => {
  it.each([
    [undefined, '1.36.3'],
    ['', '1.36.3'],
    ['1.36', '1.36.3'],
    ['v1.33', '1.33.13'],
    ['1.33.13', '1.33.13'],
  ])('%p is %s', (asked, version) => {
    expect(kubernetesVersion(asked).version).toBe(version);
  });

  it.each(['1.32', '1.33.1', 'latest', '1'])('refuses %p, naming what is accepted', (asked) => {
    expect(() => kubernetesVersion(asked)).toThrow(/KUBERNETES_VERSION: found .*accepted are 1\.36 .*1\.33/);
  });

  it.each(kubernetesVersions)(
    'has a module with the versions of $version',
    ({ version, etcd, moduleFolder }) => {
      expect(moduleText(moduleFolder)).toContain(`k8s.io/kubernetes v${version}`);
      expect(moduleText(moduleFolder)).toContain(`go.etcd.io/etcd/server/v3 v${etcd}`);
      expect(existsSync(new URL(`./${moduleFolder}/go.sum`, import.meta.url))).toBe(true);
    },
  );

  it('has a module with the version of Prometheus, whose module counts 3.x as 0.30x', () => {
    const [, minor, patch] = versions.prometheus.split('.');
    expect(moduleText('prometheus-3.13')).toContain(`github.com/prometheus/prometheus v0.3${minor}.${patch}`);
  });
});
