import { identityAnnotations } from '../../../test/support/revision-annotations.ts';
import { json, type LoopbackApi, startLoopbackApi } from '../../../test/support/loopback-api.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import { identifyRevision } from '../../domain/revision/revision-hash.ts';
import { failure, list } from './api-answers.ts';

/** A version of a model as somebody would write it. */
export const specOf = (version: string, more: Partial<ModelDeploymentSpec> = {}): ModelDeploymentSpec => ({
  replicas: 4,
  model: { name: 'digits', version },
  serving: {
    workload: {
      template: {
        spec: {
          containers: [
            {
              name: 'server',
              image: `example.com/digits:${version}`,
              ports: [{ name: 'http', containerPort: 8080 }],
              resources: { requests: { cpu: '500m', memory: '1Gi' } },
            },
          ],
        },
      },
    },
  },
  traffic: { gatewayAPI: { parentRefs: [{ name: 'public' }] } },
  analysis: { metrics: [{ name: 'errors', kind: 'errorRate', max: 0.02 }] },
  ...more,
});

export const manifestOf = (spec: ModelDeploymentSpec) => ({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'ModelDeployment',
  metadata: { name: 'digits', namespace: 'ml' },
  spec,
});

export const revisionOf = (spec: ModelDeploymentSpec): string => identifyRevision(spec, []).revision;

/** A Deployment as the controller makes it of a spec, so many minutes after the first. */
export function deploymentOf(spec: ModelDeploymentSpec, replicas: number, minute = 0) {
  const identity = identifyRevision(spec, []);
  return {
    metadata: {
      name: `digits-${identity.revision}`,
      namespace: 'ml',
      labels: { 'understudy.dev/model-deployment': 'digits', 'understudy.dev/revision': identity.revision },
      annotations: identityAnnotations(identity),
      creationTimestamp: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
    },
    spec: { replicas, template: spec.serving.workload.template },
  };
}

/** What a loopback API server has, by the end of the path of a list; a number is the code that refuses it. */
export interface PlannedCluster {
  model: object | undefined;
  lists: Record<string, object[] | 403>;
  dryRun: 'accepted' | 'refused' | 403;
}

/** Serves it as the API server does. Whatever is not named there is empty. */
export async function startPlannedCluster(cluster: PlannedCluster): Promise<LoopbackApi> {
  return await startLoopbackApi(({ method, path, body }, response) => {
    if (method === 'PATCH') {
      if (cluster.dryRun === 'accepted') return json(response, JSON.parse(body) as object);
      if (cluster.dryRun === 'refused')
        return json(response, failure(422, 'Invalid', 'digits is invalid: spec.replicas: too many'), 422);
      const words =
        'modeldeployments.understudy.dev "digits" is forbidden: User "vic" cannot patch resource "modeldeployments"';
      return json(response, failure(403, 'Forbidden', words), 403);
    }
    if (path.endsWith('/modeldeployments/digits')) {
      return cluster.model
        ? json(response, cluster.model)
        : json(response, failure(404, 'NotFound', 'modeldeployments.understudy.dev "digits" not found'), 404);
    }
    const plural = path.split('/').at(-1) ?? '';
    const items = cluster.lists[plural] ?? [];
    return items === 403
      ? json(
          response,
          failure(403, 'Forbidden', `${plural} is forbidden: User "vic" cannot list resource "${plural}"`),
          403,
        )
      : json(response, list(...items));
  });
}
