import { describe, expect, it } from '@jest/globals';
import { permissions } from './permissions.ts';
import { resourceKinds } from './resource.ts';

const rights = permissions.flatMap(({ apiGroup, resources, verbs, scope }) =>
  resources.flatMap((resource) => verbs.map((verb) => ({ apiGroup, resource, verb, scope }))),
);
const words = rights.map(({ apiGroup, resource, verb }) => `${apiGroup} ${resource} ${verb}`);

describe('the permissions of the controller', () => {
  it('name each right once', () => {
    expect(words.filter((right, index) => words.indexOf(right) !== index)).toEqual([]);
  });

  it('read a Secret by its name only, and only where notifications are switched on', () => {
    const ofSecrets = permissions.filter(({ resources }) => resources.includes('secrets'));
    expect(ofSecrets.map(({ verbs, feature }) => ({ verbs, feature }))).toEqual([
      { verbs: ['get'], feature: 'secrets' },
    ]);
  });

  it('make Jobs and read what pods print only where Job gates are switched on', () => {
    const ofJobs = permissions.filter(({ resources }) =>
      resources.some((resource) => resource === 'jobs' || resource === 'pods/log'),
    );
    expect(ofJobs.map(({ verbs, feature }) => ({ verbs, feature }))).toEqual([
      { verbs: ['get', 'create', 'delete'], feature: 'jobGates' },
      { verbs: ['get'], feature: 'jobGates' },
    ]);
  });

  it('hold no wildcard, and no right over rights or over admission', () => {
    expect(words.filter((right) => /\*|rbac\.|admissionregistration|impersonate|exec/.test(right))).toEqual(
      [],
    );
  });

  it('leave every spec to its user (law 18)', () => {
    const ofSpecs = rights.filter(({ resource }) => resource === 'modeldeployments').map(({ verb }) => verb);
    expect(ofSpecs).toEqual(['list', 'watch']);
  });

  it('ask for the whole cluster only for what is only read there', () => {
    const everywhere = rights.filter(({ scope }) => scope === 'cluster');
    // A review is a question: it is made, and nothing is stored.
    const reading = everywhere.filter(({ resource }) => !resource.endsWith('reviews'));
    expect(new Set(reading.map(({ verb }) => verb))).toEqual(new Set(['list', 'watch']));
  });

  it('cover every kind without a namespace by a right in the cluster', () => {
    const clusterWide = Object.values(resourceKinds)
      .filter(({ namespaced }) => !namespaced)
      .map(({ plural }) => plural);
    for (const { resources, scope } of permissions)
      for (const resource of resources.filter((name) => clusterWide.some((plural) => plural === name)))
        expect([resource, scope]).toEqual([resource, 'cluster']);
  });
});
