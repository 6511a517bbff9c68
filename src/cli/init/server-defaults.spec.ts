import { describe, expect, it } from '@jest/globals';
import { withoutServerDefaults } from './server-defaults.ts';

const stored = (container: object, pod: object = {}) => ({
  metadata: { creationTimestamp: null, labels: { app: 'x' } },
  spec: {
    ...pod,
    containers: [
      {
        name: 'a',
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        ...container,
      },
    ],
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  },
});

describe('a pod template of an API server', () => {
  it.each<[string, object, object]>([
    ['image', { image: 'a:1', imagePullPolicy: 'IfNotPresent' }, { image: 'a:1' }],
    ['image without tag', { image: 'a', imagePullPolicy: 'Always' }, { image: 'a' }],
    ['pull policy', { image: 'a:1', imagePullPolicy: 'Always' }, { image: 'a:1', imagePullPolicy: 'Always' }],
    ['digest', { image: 'a@sha256:b', imagePullPolicy: 'IfNotPresent' }, { image: 'a@sha256:b' }],
    ['port', { ports: [{ containerPort: 1, protocol: 'TCP' }] }, { ports: [{ containerPort: 1 }] }],
    [
      'port of UDP',
      { ports: [{ containerPort: 1, protocol: 'UDP' }] },
      { ports: [{ containerPort: 1, protocol: 'UDP' }] },
    ],
    [
      'probe',
      {
        readinessProbe: {
          httpGet: { path: '/', port: 1, scheme: 'HTTP' },
          timeoutSeconds: 1,
          periodSeconds: 5,
          successThreshold: 1,
          failureThreshold: 3,
        },
      },
      { readinessProbe: { httpGet: { path: '/', port: 1 }, periodSeconds: 5 } },
    ],
    ['resources', { resources: {} }, {}],
  ])('keeps of its %s what somebody said', (_, given, expected) => {
    expect(withoutServerDefaults(stored(given))).toEqual({
      metadata: { labels: { app: 'x' } },
      spec: { containers: [{ name: 'a', ...expected }] },
    });
  });

  it('keeps volumes that are empty, and what differs from the defaults', () => {
    const volumes = [{ name: 'cache', emptyDir: {} }];
    const given = stored({}, { volumes, hostIPC: true });
    given.spec.terminationGracePeriodSeconds = 60;
    expect(withoutServerDefaults(given)).toMatchObject({
      spec: { volumes, hostIPC: true, terminationGracePeriodSeconds: 60 },
    });
  });
});
