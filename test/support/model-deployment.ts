import type { KubernetesObject } from '../../src/kubernetes/resource.ts';

/** The image that stands for `model-server.ts`. */
export const modelServerImage = 'understudy.dev/model-server:test';

export interface ModelDeploymentOptions {
  name?: string;
  namespace?: string;
  version?: string;
  /** Environment of the server: how it misbehaves. */
  env?: Record<string, string>;
  image?: string;
  spec?: Record<string, unknown>;
}

/** A ModelDeployment of the test server; each version is a revision. Short times, so that tests are short. */
export function modelDeployment(options: ModelDeploymentOptions = {}): KubernetesObject {
  const {
    name = 'model',
    namespace = 'default',
    version = '1',
    env = {},
    image = modelServerImage,
    spec = {},
  } = options;
  const variables = { NAME: `v${version}`, ...env };
  return {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelDeployment',
    metadata: { name, namespace },
    spec: {
      replicas: 2,
      drain: '2s',
      progressDeadline: '60s',
      model: { name, version },
      serving: {
        workload: {
          template: {
            spec: {
              terminationGracePeriodSeconds: 5,
              containers: [
                {
                  name: 'server',
                  image,
                  env: Object.entries(variables).map(([key, value]) => ({ name: key, value })),
                  ports: [{ name: 'http', containerPort: 8080 }],
                  readinessProbe: {
                    httpGet: { path: '/ready', port: 'http' },
                    periodSeconds: 1,
                    failureThreshold: 1,
                    // A busy machine is no failing model: one that says no counts at once, a slow answer does not.
                    timeoutSeconds: 10,
                  },
                },
              ],
            },
          },
        },
      },
      service: { port: 80, targetPort: 'http' },
      traffic: gatewayTraffic(name),
      strategy: {
        canary: {
          steps: [
            { weight: 20, hold: '2s' },
            { weight: 50, hold: '2s' },
          ],
          bake: { duration: '3s' },
        },
      },
      ...spec,
    },
  };
}

/** Through the local cluster's gateway, under a host name of its own. */
export const gatewayTraffic = (name: string) => ({
  gatewayAPI: { parentRefs: [{ name: 'public', namespace: 'gateway' }], hostnames: [hostOf(name)] },
});

export const hostOf = (name: string): string => `${name}.example.com`;
