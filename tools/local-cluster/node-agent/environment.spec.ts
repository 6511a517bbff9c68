import { describe, expect, test } from '@jest/globals';
import {
  commandLine,
  EnvironmentError,
  expandVariables,
  referencedObjects,
  resolveEnvironment,
} from './environment.ts';
import type { Container, Pod } from './kubernetes-types.ts';

const pod: Pod = {
  metadata: {
    name: 'web-1',
    namespace: 'ml',
    uid: 'u-1',
    labels: { app: 'web' },
    annotations: { 'a.b/c': 'note' },
  },
  spec: { nodeName: 'local', serviceAccountName: 'runner', containers: [] },
};
const place = { podIp: '10.244.64.7', hostIp: '10.244.0.1' };
const sources = {
  configMap: (name: string) => (name === 'settings' ? { LEVEL: 'debug', 'file.txt': 'x' } : undefined),
  secret: (name: string) => (name === 'login' ? { password: 'open sesame' } : undefined),
};
const resolve = (container: Partial<Container>, given: Record<string, string> = {}) =>
  resolveEnvironment(pod, { name: 'c', image: 'i', ...container }, place, given, sources);

describe('expandVariables', () => {
  test.each([
    ['plain', 'plain'],
    ['$(A)', 'one'],
    ['x$(A)y$(B)z', 'xoneytwoz'],
    ['$(MISSING)', '$(MISSING)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$one'],
    ['$A ${A} $', '$A ${A} $'],
    ['$(A', '$(A'],
    ['$(constructor)', '$(constructor)'],
    ['$(DOLLAR)', '$(A)'],
  ])('%s becomes %s', (text, expected) => {
    expect(expandVariables(text, { A: 'one', B: 'two', DOLLAR: '$(A)' })).toBe(expected);
  });
});

describe('resolveEnvironment', () => {
  test.each([
    ['metadata.name', 'web-1'],
    ['metadata.namespace', 'ml'],
    ['metadata.uid', 'u-1'],
    ["metadata.labels['app']", 'web'],
    ["metadata.labels['none']", ''],
    ["metadata.annotations['a.b/c']", 'note'],
    ['spec.nodeName', 'local'],
    ['spec.serviceAccountName', 'runner'],
    ['status.podIP', '10.244.64.7'],
    ['status.hostIP', '10.244.0.1'],
  ])('fieldRef %s', (fieldPath, expected) => {
    expect(resolve({ env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath } } }] })).toEqual({
      X: expected,
    });
  });

  test('takes whole objects with a prefix, and single keys', () => {
    const variables = resolve({
      envFrom: [{ prefix: 'S_', configMapRef: { name: 'settings' } }],
      env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } }],
    });
    expect(variables).toEqual({ S_LEVEL: 'debug', 'S_file.txt': 'x', PASSWORD: 'open sesame' });
  });

  test('what the pod says wins over what is given, and values use the ones before them', () => {
    const variables = resolve(
      {
        envFrom: [{ configMapRef: { name: 'settings' } }],
        env: [
          { name: 'LEVEL', value: '$(LEVEL)+' },
          { name: 'URL', value: 'http://$(POD_IP)/$(LATER)' },
          { name: 'LATER', value: '1' },
        ],
      },
      { POD_IP: '10.244.64.7', LEVEL: 'given' },
    );
    expect(variables.LEVEL).toBe('debug+');
    expect(variables.URL).toBe('http://10.244.64.7/$(LATER)');
  });

  test.each([
    [{ envFrom: [{ secretRef: { name: 'none' } }] }, 'Secret ml/none does not exist'],
    [
      { env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'none', key: 'k' } } }] },
      'ml/none does not exist',
    ],
    [
      { env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'login', key: 'k' } } }] },
      'login has no key k',
    ],
    [
      { env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } }] },
      'status.phase is not supported',
    ],
    [{ env: [{ name: 'X', valueFrom: { resourceFieldRef: {} } }] }, 'resourceFieldRef is not supported'],
  ])('refuses %j', (container, message) => {
    expect(() => resolve(container)).toThrow(EnvironmentError);
    expect(() => resolve(container)).toThrow(message);
  });

  test('what is optional may be missing', () => {
    const variables = resolve({
      envFrom: [{ configMapRef: { name: 'none', optional: true } }],
      env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'login', key: 'k', optional: true } } }],
    });
    expect(variables).toEqual({});
  });
});

test('referencedObjects names each object once', () => {
  const container: Container = {
    name: 'c',
    image: 'i',
    envFrom: [{ configMapRef: { name: 'a' } }, { secretRef: { name: 's' } }],
    env: [
      { name: 'X', valueFrom: { configMapKeyRef: { name: 'a', key: 'k' } } },
      { name: 'Y', valueFrom: { configMapKeyRef: { name: 'b', key: 'k' } } },
    ],
  };
  expect(referencedObjects(container)).toEqual({ configMaps: ['a', 'b'], secrets: ['s'] });
});

describe('commandLine', () => {
  const image = { command: ['node', '$(A).js'], args: ['--port', '80'] };
  test.each([
    [{}, ['node', '$(A).js', '--port', '80']],
    [{ args: ['--x', '$(A)'] }, ['node', '$(A).js', '--x', 'one']],
    [{ command: ['sh', '-c'] }, ['sh', '-c']],
    [{ command: ['sh', '$(A)'], args: ['$$(A)'] }, ['sh', 'one', '$(A)']],
    [{ command: [], args: [] }, ['node', '$(A).js', '--port', '80']],
  ])('%j', (container, expected) => {
    expect(commandLine(container, image, { A: 'one' })).toEqual(expected);
  });
});
