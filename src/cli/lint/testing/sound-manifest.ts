import type { AssumedTraffic } from '../../../domain/strategy/gate-forecast.ts';
import type { Finding } from '../finding.ts';
import { lintObjects } from '../lint-objects.ts';

/** A manifest about which nobody has anything to say. */
export const sound = () => ({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'ModelDeployment',
  metadata: { name: 'digits', namespace: 'ml' },
  spec: {
    replicas: 4,
    serving: {
      workload: {
        template: {
          spec: {
            containers: [
              {
                name: 'server',
                image: `registry.example.com/digits:1@sha256:${'a'.repeat(64)}`,
                ports: [{ name: 'http', containerPort: 8080 }],
                readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
                resources: { requests: { cpu: 1, memory: '1Gi' } },
              },
            ],
          },
        },
      },
    },
    traffic: { gatewayAPI: { parentRefs: [{ name: 'public' }] } },
    analysis: { metrics: [{ name: 'errors', kind: 'errorRate', max: 0.02 }] },
  },
});

type Path = (string | number)[];

/** Sets a field of the spec by its path; `undefined` takes it out. */
export function changed(changes: Record<string, unknown>): object {
  const object = sound();
  for (const [path, value] of Object.entries(changes)) {
    const keys: Path = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const last = keys.pop()!;
    let at = object.spec as unknown as Record<string | number, unknown>;
    for (const key of keys) at = (at[key] ??= {}) as Record<string | number, unknown>;
    if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return object;
}

/** What is said of an object. */
export const warned = (object: object, traffic?: AssumedTraffic): Finding[] => {
  const found = {
    file: 'a.yaml',
    apiVersion: 'understudy.dev/v1alpha1',
    kind: (object as { kind: string }).kind,
  };
  const [linted] = lintObjects([{ ...found, object: object as ReturnType<typeof sound> }], {
    scrapeIntervalMs: 15_000,
    traffic,
    ignored: new Set(),
  });
  return linted!.findings;
};
