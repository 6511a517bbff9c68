import { fieldManager, labels } from '../../api/group.ts';

/** Names and labels of the objects that carry a ModelDeployment: the contract of the design's table in code. */

/** Kubernetes puts it on every EndpointSlice: whose endpoints these are. Tells apex slices from revision slices. */
export const serviceNameLabel = 'kubernetes.io/service-name';

const managedByLabel = 'app.kubernetes.io/managed-by';

/** Name of a revision's Deployment and Service: at most 40 + 1 + 10 characters, so that it is a DNS-1035 label. */
export const revisionObjectName = (deployment: string, revision: string): string =>
  `${deployment}-${revision}`;

/** The revision whose object has this name; undefined when the name is not made as `revisionObjectName` makes it. */
export function revisionOfObjectName(deployment: string, name: string): string | undefined {
  const revision = name.slice(deployment.length + 1);
  return name.startsWith(`${deployment}-`) && /^[a-z0-9]{10}$/.test(revision) ? revision : undefined;
}

/** Labels of an object that belongs to the whole ModelDeployment: the apex Service and the route. */
export const apexLabels = (deployment: string): Record<string, string> => ({
  [labels.modelDeployment]: deployment,
  [managedByLabel]: fieldManager,
});

/** Labels of a revision's Deployment and Service; EndpointSlices inherit those of their Service. */
export const revisionLabels = (deployment: string, revision: string): Record<string, string> => ({
  ...revisionSelector(deployment, revision),
  [managedByLabel]: fieldManager,
});

/** Selects the pods of one revision: the two labels that stand in every pod template and never change. */
export const revisionSelector = (deployment: string, revision: string): Record<string, string> => ({
  [labels.modelDeployment]: deployment,
  [labels.revision]: revision,
});

/** Selects the pods that take users' traffic while a plain Service splits by replica ratio. */
export const liveSelector = (deployment: string): Record<string, string> => ({
  [labels.modelDeployment]: deployment,
  [labels.live]: 'true',
});
