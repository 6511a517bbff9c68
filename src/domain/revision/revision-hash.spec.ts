import { describe, expect, it } from '@jest/globals';
import {
  type RevisionInput,
  UnknownHashVersionError,
  currentHashVersion,
  hashRevision,
  identifyRevision,
  nameRevision,
} from './revision-hash.ts';

const container = {
  name: 'server',
  image: 'registry.example.com/sentiment:3',
  ports: [{ containerPort: 8080 }],
};
const serving = { workload: { template: { spec: { containers: [container] } } } };
const spec: RevisionInput = {
  model: { name: 'sentiment', version: '3' },
  serving,
  service: { targetPort: 'http', appProtocol: 'kubernetes.io/h2c' },
};

/** These values are promises: a release that changes one starts a rollout of every model in every cluster (law 19). */
const golden: [string, RevisionInput, string, string, string][] = [
  [
    'a whole spec',
    spec,
    '6gff6wgjhq',
    'f14235e57a1461143d450c1cd66df5d88f86957e58b25c96e58078fcfe510054',
    '{"model":{"name":"sentiment","version":"3"},"service":{"appProtocol":"kubernetes.io/h2c","targetPort":"http"},"serving":{"workload":{"template":{"spec":{"containers":[{"image":"registry.example.com/sentiment:3","name":"server","ports":[{"containerPort":8080}]}]}}}}}',
  ],
  [
    'a template and nothing else',
    { serving },
    'wqtrwt75rn',
    'f3ffdd50da82e41b038278e4a848b3a9106d51a2d52d203a97dcaf712b401fe6',
    '{"serving":{"workload":{"template":{"spec":{"containers":[{"image":"registry.example.com/sentiment:3","name":"server","ports":[{"containerPort":8080}]}]}}}}}',
  ],
];

describe('revision hash version 1', () => {
  it.each(golden)('of %s is pinned for ever', (_what, input, name, fullHash, canonicalInput) => {
    expect(hashRevision(input, 1)).toEqual({ canonicalInput, fullHash });
    expect(nameRevision(fullHash)).toBe(name);
    expect(identifyRevision(input, [])).toEqual({ revision: name, hashVersion: 1, fullHash, canonicalInput });
  });

  it('is the current one', () => {
    expect(currentHashVersion).toBe(1);
  });

  it('does not care for what the API server or a tool adds and drops', () => {
    const same: RevisionInput[] = [
      { service: { appProtocol: 'kubernetes.io/h2c', targetPort: 'http' }, serving, model: spec.model },
      { ...spec, model: { version: '3', name: 'sentiment', uri: null } },
    ];
    for (const input of same) expect(hashRevision(input, 1)).toEqual(hashRevision(spec, 1));
    expect(hashRevision({ serving, model: {}, service: {} }, 1)).toEqual(hashRevision({ serving }, 1));
  });

  it.each([
    ['replicas', { replicas: 9 }],
    ['strategy', { strategy: { canary: { steps: [{ weight: 1 }] } } }],
    ['analysis, traffic, drain', { analysis: { minRequests: 1 }, traffic: { service: {} }, drain: '1s' }],
    ['the port of the Service', { service: { ...spec.service, port: 8080 } }],
  ])('does not change with %s', (_what, change) => {
    expect(hashRevision({ ...spec, ...change }, 1)).toEqual(hashRevision(spec, 1));
  });

  it.each([
    ['the model', { model: { name: 'sentiment', version: '4' } }],
    [
      'the template',
      { serving: { workload: { template: { spec: { containers: [{ ...container, image: 'x' }] } } } } },
    ],
    ['the target port', { service: { ...spec.service, targetPort: 8080 } }],
    ['the protocol', { service: { targetPort: 'http' } }],
  ])('changes with %s', (_what, change) => {
    expect(hashRevision({ ...spec, ...change }, 1).fullHash).not.toBe(hashRevision(spec, 1).fullHash);
  });

  it('of an unknown version is refused in words', () => {
    expect(() => hashRevision(spec, 2)).toThrow(UnknownHashVersionError);
    expect(() => hashRevision(spec, 2)).toThrow('version 2 is not known to this release (known: 1 to 1)');
  });
});

describe('the name of a revision', () => {
  const { fullHash } = hashRevision(spec, 1);

  it('is ten characters that fit a label and the end of a DNS-1035 name, and spell nothing', () => {
    for (let at = 0; at < 200; at += 1) {
      expect(nameRevision(hashRevision({ serving: { at } }, 1).fullHash)).toMatch(
        /^[bcdfghjklmnpqrstvwxz2456789]{10}$/,
      );
    }
  });

  it('that another revision has already is the next part of the same hash', () => {
    const first = nameRevision(fullHash);
    const second = nameRevision(fullHash, (name) => name === first);
    const third = nameRevision(fullHash, (name) => name === first || name === second);
    expect(new Set([first, second, third]).size).toBe(3);
    expect(second).toHaveLength(10);
    expect(nameRevision(fullHash, (name) => name === first)).toBe(second);
  });

  it('cannot be found when all are taken, and says so', () => {
    expect(() => nameRevision(fullHash, () => true)).toThrow(fullHash);
  });
});

describe('the identity of a spec', () => {
  const known = identifyRevision(spec, []);

  it('is that of a known revision with the same content, whatever its name', () => {
    const renamed = { ...known, revision: 'renamed000' };
    expect(identifyRevision(spec, [renamed]).revision).toBe('renamed000');
  });

  it('passes over revisions of a newer release', () => {
    const newer = { ...known, hashVersion: 2 };
    const identity = identifyRevision(spec, [newer]);
    expect(identity.hashVersion).toBe(1);
    // The name is taken by content that we cannot judge.
    expect(identity.revision).not.toBe(newer.revision);
  });

  it('gets another name where a different revision has its own', () => {
    const stranger = { revision: known.revision, hashVersion: 1, fullHash: 'f'.repeat(64) };
    const identity = identifyRevision(spec, [stranger]);
    expect(identity.revision).not.toBe(known.revision);
    expect(identity.fullHash).toBe(known.fullHash);
    // And keeps it when both are known.
    expect(identifyRevision(spec, [stranger, identity]).revision).toBe(identity.revision);
  });
});
