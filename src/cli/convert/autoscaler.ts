import { type ConversionInput, partOf } from './conversion.ts';
import { isRecord } from './source-node.ts';

/** What scales an object by itself. */
export interface Autoscaler {
  kind: string;
  name: string;
  /** Its least number of pods, where it says one. */
  least: number | undefined;
}

const kinds: Readonly<Record<string, string>> = {
  HorizontalPodAutoscaler: 'minReplicas',
  ScaledObject: 'minReplicaCount',
};

/** The autoscaler among the files whose `scaleTargetRef` names the object. */
export function autoscalerOf(
  { objects }: ConversionInput,
  kind: string,
  name: string | undefined,
): Autoscaler | undefined {
  for (const { kind: itsKind, object } of objects) {
    const field = kinds[itsKind];
    const target = partOf(object, 'spec', 'scaleTargetRef');
    if (field === undefined || !isRecord(target)) continue;
    // A ScaledObject means a Deployment where it names no kind.
    if (target['name'] !== name || (target['kind'] ?? 'Deployment') !== kind) continue;
    const least = partOf(object, 'spec', field);
    return {
      kind: itsKind,
      name: String(object.metadata.name),
      least: typeof least === 'number' ? least : undefined,
    };
  }
  return undefined;
}

/** What has to be done with it. */
export const autoscalerWords = ({ kind, name }: Pick<Autoscaler, 'kind' | 'name'>): string =>
  `let scaleTargetRef of ${kind} ${name} name the ModelDeployment (apiVersion: understudy.dev/v1alpha1): it has a scale subresource`;
