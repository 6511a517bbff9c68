import { readFileSync } from 'node:fs';
import { type KubernetesObject, resourceKinds } from '../../../src/kubernetes/resource.ts';
import { controllerUser } from '../../../test/support/audit-log.ts';
import type { ControllerProcess } from '../../../test/support/controller-process.ts';
import { type Contender, simulatedPod, workloadName } from './contender.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Held at its step for as long as a run lasts: what is measured is the judging, not how a rollout ends. */
const heldCanary = { canary: { steps: [{ weight: 50, hold: '4h' }], bake: { duration: '0s' } } };

/** Two queries, as a model that is watched for errors and for its latency has: plain Services count nothing themselves. */
const analysis = {
  metrics: ['errors', 'latency'].map((name) => ({
    name,
    kind: 'query',
    query: `${name}{revision="{{ candidate.revision }}"}`,
    fail: 'result > 0.5',
  })),
};

export interface ScaledModel {
  name: string;
  /** Each is a revision. */
  revision: number;
  strategy?: Record<string, unknown>;
  analysis?: Record<string, unknown>;
  spec?: Record<string, unknown>;
}

export function scaledModel({ name, revision, spec, ...own }: ScaledModel): KubernetesObject {
  return {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelDeployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: 1,
      // The same for all: nothing that a revision is made of holds the name, so that one can be copied.
      model: { name: 'scaled', version: String(revision) },
      serving: { workload: { template: { spec: simulatedPod(String(revision)) } } },
      service: { port: 80, targetPort: 'http' },
      traffic: { service: {} },
      strategy: own.strategy ?? heldCanary,
      analysis: own.analysis ?? analysis,
      ...spec,
    },
  };
}

export const understudy: Contender<ControllerProcess> = {
  name: 'understudy',
  version,
  user: controllerUser,
  workload: 'a ModelDeployment; its Deployment and two Services are made by the controller',
  // The test bed brings the chart's own rights and kinds.
  install: () => Promise.resolve(),
  start: (bed, prometheusUrl) => {
    const config = {
      // As shipped, so that what is asked at rest is what an installation asks.
      leaderElection: { leaseDuration: '15s', renewDeadline: '10s', retryPeriod: '2s' },
      sources: [{ name: 'default', url: prometheusUrl, scrapeInterval: '15s' }],
    };
    return bed.startController(config, 'understudy-0', { readyWithinMs: 600_000 });
  },
  apply: (bed, index) => bed.apply(scaledModel({ name: workloadName(index), revision: 1 })),
  countSettled: async (bed) => {
    const all = await bed.list(resourceKinds.modelDeployment);
    return all.filter(({ status }) => status?.phase === 'Healthy').length;
  },
};
