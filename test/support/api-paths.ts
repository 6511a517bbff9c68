import { type KubernetesObject, type ResourceKind, resourceKinds } from '../../src/kubernetes/resource.ts';
import type { RestClient } from './rest-client.ts';

type Place = Pick<ResourceKind, 'apiVersion' | 'kind' | 'plural' | 'namespaced'>;

/** Kinds that installing and the examples need beside those of the controller. */
const installed: Place[] = [
  { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
  { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts', namespaced: true },
  { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    namespaced: true,
  },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    namespaced: false,
  },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    namespaced: true,
  },
  ...['PodMonitor', 'ServiceMonitor', 'PrometheusRule'].map((kind) => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind,
    plural: `${kind.toLowerCase()}s`,
    namespaced: true,
  })),
  ...[
    ['argoproj.io/v1alpha1', 'Application', 'applications'],
    ['kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'kustomizations'],
    ['source.toolkit.fluxcd.io/v1', 'GitRepository', 'gitrepositories'],
  ].map(([apiVersion = '', kind = '', plural = '']) => ({ apiVersion, kind, plural, namespaced: true })),
  ...[
    ['ValidatingAdmissionPolicy', 'validatingadmissionpolicies'],
    ['ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings'],
  ].map(([kind = '', plural = '']) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    plural,
    namespaced: false,
  })),
  ...['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'].map((kind) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    plural: `${kind.toLowerCase()}s`,
    namespaced: !kind.startsWith('Cluster'),
  })),
];

export function collectionPath({ apiVersion, plural, namespaced }: Place, namespace: string): string {
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespaced ? `${base}/namespaces/${namespace}/${plural}` : `${base}/${plural}`;
}

export const objectPath = (place: Place, name: string, namespace: string): string =>
  `${collectionPath(place, namespace)}/${name}`;

/** Where the API server keeps an object. Throws for a kind that no test has. */
export function pathOf(object: KubernetesObject): string {
  const place = [...Object.values<Place>(resourceKinds), ...installed].find(
    ({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind,
  );
  if (!place) throw new Error(`the tests do not know the kind ${object.apiVersion} ${object.kind}`);
  const { name, namespace = 'default' } = object.metadata;
  return objectPath(place, name, namespace);
}

/** As `kubectl apply --server-side --force-conflicts`. Throws with the server's words when it is refused. */
export async function applyAsUser(client: RestClient, object: KubernetesObject): Promise<KubernetesObject> {
  const { status, body } = await client.apply(pathOf(object), object, 'user');
  if (status !== 200 && status !== 201)
    throw new Error(`${object.kind} ${object.metadata.name}: ${status} ${body.message}`);
  return body;
}

/** As `kubectl apply --server-side --dry-run=server --validate=strict`: what is wrong with it in the server's words; undefined when nothing is. */
export async function refusalOf(client: RestClient, object: KubernetesObject): Promise<string | undefined> {
  const query = '?fieldManager=user&force=true&dryRun=All&fieldValidation=Strict';
  const { status, body } = await client.send(
    'PATCH',
    pathOf(object) + query,
    object,
    'application/apply-patch+yaml',
  );
  return status === 200 || status === 201
    ? undefined
    : `${object.kind} ${object.metadata.name}: ${status} ${body.message}`;
}
