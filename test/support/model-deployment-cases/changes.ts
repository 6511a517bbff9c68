/** What the tables of cases are written with. */

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Manifest = any;
export type Change = (manifest: Manifest) => void;

export interface Refusal {
  change: Change;
  /** The field that the error must name. */
  path: string;
  /** What its message must say; absent where the words are those of OpenAPI and not ours. */
  says?: string;
  /** The words of the check at the edge, where they differ from the API server's. */
  saysAtEdge?: string;
}

export interface Case {
  title: string;
  accept: Change[];
  refuse: Refusal[];
}

export const container = (name: string, ports?: object[]) => ({
  name,
  image: 'digits:1',
  ...(ports ? { ports } : {}),
});

/** The smallest manifest, as an object to change. */
export function manifest(name = 'case'): Manifest {
  return {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelDeployment',
    metadata: { name, namespace: 'default' },
    spec: {
      serving: {
        workload: { template: { spec: { containers: [container('model', [{ containerPort: 8080 }])] } } },
      },
    },
  };
}

export const template = (m: Manifest) => m.spec.serving.workload.template;
export const withContainers =
  (...containers: object[]): Change =>
  (m) => {
    template(m).spec.containers = containers;
  };
export const withSteps =
  (...steps: object[]): Change =>
  (m) => {
    m.spec.strategy = { canary: { steps } };
  };
export const withMetrics =
  (...metrics: object[]): Change =>
  (m) => {
    m.spec.analysis = { metrics };
    throughGateway(m);
  };
export const throughGateway: Change = (m) => {
  m.spec.traffic = { gatewayAPI: { parentRefs: [{ name: 'public' }] } };
};
export const both =
  (...changes: Change[]): Change =>
  (m) =>
    changes.forEach((change) => change(m));
export const set =
  (path: string, value: unknown): Change =>
  (m) => {
    const names = path.split('.');
    const last = names.pop()!;
    let at = m;
    for (const name of names) at = at[name] ??= {};
    at[last] = value;
  };

/** A manifest with a change. Each gets a name of its own where the change gives none. */
export function changed(change: Change, name: string): Manifest {
  const changedManifest = manifest(name);
  change(changedManifest);
  return changedManifest;
}
