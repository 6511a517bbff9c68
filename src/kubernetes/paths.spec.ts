import { describe, expect, it } from '@jest/globals';
import {
  applyPath,
  collectionPath,
  createPath,
  deleteBody,
  evictionPath,
  listPath,
  logPath,
  objectPath,
  watchPath,
  writePath,
} from './paths.ts';
import { resourceKindOf, resourceKinds } from './resource.ts';

const { service, deployment, gatewayClass, modelDeployment } = resourceKinds;
const name = { namespace: 'ml', name: 'sentiment' };

describe('the paths of kinds and objects', () => {
  it.each([
    ['core, one namespace', collectionPath(service, 'ml'), '/api/v1/namespaces/ml/services'],
    ['core, all namespaces', collectionPath(service), '/api/v1/services'],
    ['a group', collectionPath(deployment, 'ml'), '/apis/apps/v1/namespaces/ml/deployments'],
    [
      'a cluster-scoped kind has no namespace even when one is given',
      collectionPath(gatewayClass, 'ml'),
      '/apis/gateway.networking.k8s.io/v1/gatewayclasses',
    ],
    ['an object', objectPath(service, name), '/api/v1/namespaces/ml/services/sentiment'],
    [
      'a subresource',
      objectPath(modelDeployment, name, 'status'),
      '/apis/understudy.dev/v1alpha1/namespaces/ml/modeldeployments/sentiment/status',
    ],
    [
      'a log',
      logPath(name, { container: 'check', tailLines: 20, limitBytes: 4096 }),
      '/api/v1/namespaces/ml/pods/sentiment/log?container=check&tailLines=20&limitBytes=4096',
    ],
    [
      'a cluster-scoped object',
      objectPath(gatewayClass, { namespace: '', name: 'contour' }),
      '/apis/gateway.networking.k8s.io/v1/gatewayclasses/contour',
    ],
  ])('%s', (_, found, expected) => expect(found).toBe(expected));

  it.each(['', '.', '..', 'a/b', '../../secrets/x', 'a%2fb'])('refuses the name %j', (bad) => {
    expect(() => objectPath(service, { namespace: 'ml', name: bad })).toThrow(
      expect.objectContaining({ kind: 'invalid' }),
    );
  });

  it('refuses a namespaced object without a namespace', () => {
    expect(() => objectPath(service, { namespace: '', name: 'a' })).toThrow(/has no namespace/);
    expect(() => createPath(service, '', {})).toThrow(/without a namespace/);
  });
});

describe('the queries', () => {
  const queryOf = (path: string) => Object.fromEntries(new URL(path, 'http://x').searchParams);

  it('list: selectors and pages, and nothing that was not asked for', () => {
    expect(queryOf(listPath(service, {}))).toEqual({});
    expect(
      queryOf(
        listPath(service, {
          labelSelector: 'a in (b,c)',
          fieldSelector: 'x=y',
          limit: 5,
          continueToken: 't+/=',
        }),
      ),
    ).toEqual({ labelSelector: 'a in (b,c)', fieldSelector: 'x=y', limit: '5', continue: 't+/=' });
  });

  it('watch: from a version, with bookmarks', () => {
    const { signal } = new AbortController();
    expect(queryOf(watchPath(service, { resourceVersion: '7', timeoutSeconds: 290, signal }))).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '7',
      timeoutSeconds: '290',
    });
  });

  it('writes are strict and under our name; a dry run says so; only an apply is forced', () => {
    const strict = { fieldManager: 'understudy', fieldValidation: 'Strict' };
    expect(queryOf(createPath(service, 'ml', {}))).toEqual(strict);
    expect(queryOf(writePath(service, name, { dryRun: true }))).toEqual({ ...strict, dryRun: 'All' });
    expect(queryOf(applyPath(service, name, {}))).toEqual({ ...strict, force: 'true' });
    expect(applyPath(service, name, { subresource: 'status' })).toMatch(/\/sentiment\/status\?/);
    expect(queryOf(evictionPath(name, { dryRun: true }))).toEqual({ ...strict, dryRun: 'All' });
    expect(writePath(deployment, name, { subresource: 'scale' })).toMatch(/\/sentiment\/scale\?/);
  });
});

describe('deleteBody', () => {
  const type = { apiVersion: 'v1', kind: 'DeleteOptions' };
  it.each([
    [{}, type],
    [{ uid: 'u' }, { ...type, preconditions: { uid: 'u' } }],
    [{ resourceVersion: '3' }, { ...type, preconditions: { resourceVersion: '3' } }],
    [{ propagation: 'Foreground' as const }, { ...type, propagationPolicy: 'Foreground' }],
  ])('%j', (options, expected) => {
    expect(JSON.parse(JSON.stringify(deleteBody(options)))).toEqual(expected);
  });
});

describe('resourceKindOf', () => {
  it('finds every kind by its type', () => {
    for (const kind of Object.values(resourceKinds)) expect(resourceKindOf(kind)).toBe(kind);
  });

  it('names what it found and what it knows', () => {
    expect(() => resourceKindOf({ apiVersion: 'v2', kind: 'Pod' })).toThrow(
      /unknown kind v2 Pod; known: .*v1 Pod/,
    );
  });
});
