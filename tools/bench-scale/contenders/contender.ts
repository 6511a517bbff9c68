import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';
import type { TestBed } from '../../../test/support/test-bed.ts';

export const contenderNames = ['understudy', 'argo-rollouts', 'flagger'] as const;
export type ContenderName = (typeof contenderNames)[number];

/** A controller as its users run it: one process, with its default flags. */
export interface RunningController {
  readonly pid: number;
  readonly running: boolean;
  /** Everything that it logged so far. */
  readonly log: string;
  /** Ends it as Kubernetes would, and waits for the end. */
  stop(): Promise<unknown>;
}

/** A controller that is measured, and the objects that it is given. */
export interface Contender<Running extends RunningController = RunningController> {
  readonly name: ContenderName;
  readonly version: string;
  /** Who it is for the API server: the name in the audit log. */
  readonly user: string;
  /** In words: what one object of the measured number consists of. */
  readonly workload: string;
  /** Installs its kinds and its rights. */
  install(bed: TestBed): Promise<void>;
  start(bed: TestBed, prometheusUrl: string): Promise<Running>;
  /** Makes what a user applies for one workload of one pod on the simulated node. */
  apply(bed: TestBed, index: number): Promise<unknown>;
  /** How many workloads are where a healthy one comes to rest. */
  countSettled(bed: TestBed): Promise<number>;
}

/** A service account that may do everything: what rights a contender needs is not measured. */
export function administrator(name: string): KubernetesObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: name } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name, namespace: name }],
    },
  ];
}

/** A Deployment of one pod on the simulated node. */
export function simulatedDeployment(name: string): KubernetesObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: simulatedPod('1') },
    },
  };
}

/** The pod that every workload has one of, kept ready by kwok. */
export const simulatedPod = (version: string) => ({
  nodeName: 'simulated',
  terminationGracePeriodSeconds: 5,
  containers: [
    {
      name: 'server',
      image: 'example.com/model-server:1',
      env: [{ name: 'VERSION', value: version }],
      ports: [{ name: 'http', containerPort: 8080 }],
    },
  ],
});

export const workloadName = (index: number): string => `model-${String(index).padStart(5, '0')}`;
