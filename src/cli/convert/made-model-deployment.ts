import { apiVersion } from '../../api/group.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { FoundObject } from '../lint/documents.ts';
import {
  closeSource,
  type ConversionInput,
  type ObjectReport,
  type OpenSource,
  partOf,
  servicesOf,
} from './conversion.ts';
import { madeMetadata } from './made-metadata.ts';
import { podWorkload } from './pod-workload.ts';
import { type FoundManifest, servicesLike, servicesSelecting } from './selecting-services.ts';
import { type ServicePort, serviceSpec } from './service-ports.ts';
import type { SourceNode } from './source-node.ts';

/** The pods that an object had before. */
export interface SourcePods {
  /** Where notes about them belong. */
  node: SourceNode;
  template: unknown;
  /** What their controller finds them by, and mostly its Services, which may be in no file. */
  matchLabels: unknown;
  /** Whose Services these are, in words. */
  servicesOfWhom: string;
}

export interface ModelDeploymentParts {
  name: string;
  /** Undefined where no pod template was found, of which a note tells. */
  pods: SourcePods | undefined;
  /** The port that Services sent requests to. */
  port: ServicePort;
  /** What belongs to no strategy. */
  general: Partial<ModelDeploymentSpec>;
  traffic: ModelDeploymentSpec['traffic'];
  strategy: ModelDeploymentSpec['strategy'];
  analysis: ModelDeploymentSpec['analysis'];
}

/** Ends the conversion of an object that runs pods: a ModelDeployment; none where there are no pods for it. */
export function closeAsModelDeployment(
  found: FoundObject,
  source: OpenSource,
  input: ConversionInput,
  { name, pods, port, general, traffic, strategy, analysis }: ModelDeploymentParts,
): ObjectReport {
  const { namespace } = found.object.metadata;
  const workload =
    pods && podWorkload(pods.template, port.targetPort, pods.node, selecting(pods, input, namespace));
  if (!workload) return closeSource(found, source, []);
  const service = serviceSpec(port, workload.targetPort);
  const spec: ModelDeploymentSpec = {
    ...general,
    ...(service && { service }),
    ...(traffic && { traffic }),
    strategy,
    ...(analysis && { analysis }),
    serving: { workload: { template: workload.template } },
  };
  const metadata = madeMetadata(source.root, name);
  return closeSource(found, source, [{ apiVersion, kind: 'ModelDeployment', metadata, spec }]);
}

/** The Services that find these pods: those of the files, and those of their controller. */
function selecting(
  { template, matchLabels, servicesOfWhom }: SourcePods,
  input: ConversionInput,
  namespace: string | undefined,
): FoundManifest[] {
  const unseen = servicesLike(servicesOfWhom, matchLabels);
  const labels = partOf(template, 'metadata', 'labels');
  return [...servicesOf(input, template, namespace), ...servicesSelecting([unseen], labels, namespace)];
}
