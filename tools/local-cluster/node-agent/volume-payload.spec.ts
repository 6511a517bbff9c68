import { describe, expect, test } from '@jest/globals';
import {
  configMapKeys,
  downwardPayload,
  keysPayload,
  secretKeys,
  type Payload,
  VolumeError,
} from './volume-payload.ts';

const metadata = { name: 'o', namespace: 'n', uid: 'u' };
const asText = (payload: Payload) =>
  Object.fromEntries(
    [...payload].map(([path, { content, mode }]) => [path, `${content.toString()} ${mode.toString(8)}`]),
  );

test('keys of ConfigMaps are text or base64, those of Secrets base64', () => {
  const configMap = configMapKeys({ metadata, data: { a: 'ä' }, binaryData: { b: 'AAE=' } });
  expect(configMap?.get('a')?.toString()).toBe('ä');
  expect([...(configMap?.get('b') ?? [])]).toEqual([0, 1]);
  expect(
    secretKeys({ metadata, data: { c: 'aGk=' } })
      ?.get('c')
      ?.toString(),
  ).toBe('hi');
  expect(secretKeys(undefined)).toBeUndefined();
});

describe('keysPayload', () => {
  const keys = new Map([
    ['a', Buffer.from('one')],
    ['b', Buffer.from('two')],
  ]);

  test('all keys, with the default mode', () => {
    expect(asText(keysPayload('it', keys, {}, 0o644))).toEqual({ a: 'one 644', b: 'two 644' });
  });

  test('chosen keys at their paths, with their modes', () => {
    const items = [{ key: 'b', path: 'deep/down.txt', mode: 0o400 }];
    expect(asText(keysPayload('it', keys, { items }, 0o644))).toEqual({ 'deep/down.txt': 'two 400' });
  });

  test('what is missing is an error with its name, or nothing where it is optional', () => {
    const items = [{ key: 'c', path: 'c' }];
    expect(() => keysPayload('ConfigMap n/o', undefined, {}, 0)).toThrow('ConfigMap n/o does not exist');
    expect(() => keysPayload('ConfigMap n/o', keys, { items }, 0)).toThrow('ConfigMap n/o has no key c');
    expect(keysPayload('it', undefined, { optional: true }, 0).size).toBe(0);
    expect(keysPayload('it', keys, { items, optional: true }, 0).size).toBe(0);
  });
});

test('the downward API writes fields of the pod as files', () => {
  const pod = { metadata: { ...metadata, labels: { b: 'x "y"', a: '1' } }, spec: { containers: [] } };
  const items = [
    { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
    { path: 'ns', fieldRef: { fieldPath: 'metadata.namespace' }, mode: 0o600 },
  ];
  const payload = downwardPayload(pod, { podIp: '1', hostIp: '2' }, items, 0o644);
  expect(asText(payload)).toEqual({ labels: 'a="1"\nb="x \\"y\\"" 644', ns: 'n 600' });
  expect(() => downwardPayload(pod, { podIp: '1', hostIp: '2' }, [{ path: 'cpu' }], 0)).toThrow(VolumeError);
});
