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

/** Name of a revision's mirror Service: at most 7 characters longer, and so still a DNS-1035 label. */
export const mirrorServiceName = (deployment: string, revision: string): string =>
  `${revisionObjectName(deployment, revision)}${mirrorEnding}`;

/** The revision whose mirror Service has this name. */
export const revisionOfMirrorName = (deployment: string, name: string): string | undefined =>
  name.endsWith(mirrorEnding)
    ? revisionOfObjectName(deployment, name.slice(0, -mirrorEnding.length))
    : undefined;

const mirrorEnding = '-mirror';

/** Name of the preview Service and of the preview route; no revision has a name of this length. */
export const previewName = (deployment: string): string => `${deployment}-preview`;

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

/** What a Service or route is for that users are not sent to. */
export const roleLabel = (role: 'mirror' | 'preview'): Record<string, string> => ({ [labels.role]: role });

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
