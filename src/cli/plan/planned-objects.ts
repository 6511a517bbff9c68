import type { ResolvedSpec } from '../../api/defaults.ts';
import type { Outlook } from '../../domain/strategy/outlook.ts';

/** An object that is made or changed, and what for. */
export interface PlannedObject {
  change: 'create' | 'change';
  kind: string;
  name: string;
  why: string;
}

export interface ObjectsQuestion {
  name: string;
  revision: string;
  stable: string | undefined;
  outlook: Outlook;
  spec: ResolvedSpec;
  /** The number of the next rollout. */
  number: number;
  /** Revisions that have their objects already. */
  kept: readonly string[];
  isNew: boolean;
}

/** What the controller makes and changes, in the order in which it does. Pure. */
export function plannedObjects(question: ObjectsQuestion): PlannedObject[] {
  const { name, revision, stable, outlook, spec, number, kept, isNew } = question;
  const self: PlannedObject = {
    change: isNew ? 'create' : 'change',
    kind: 'ModelDeployment',
    name,
    why: 'what is applied',
  };
  const isFirst = outlook.kind === 'firstDeployment';
  if (!isFirst && outlook.kind !== 'rollout' && outlook.kind !== 'immediateReturn') return [self];
  const own = `${name}-${revision}`;
  const made = kept.includes(revision) ? 'change' : 'create';
  const throughRoute = spec.traffic.kind === 'gatewayAPI';
  const route = (change: PlannedObject['change'], why: string): PlannedObject[] =>
    throughRoute ? [{ change, kind: 'HTTPRoute', name, why }] : [];
  const pods: PlannedObject[] = [
    {
      change: made,
      kind: 'Deployment',
      name: own,
      why:
        made === 'create' ? 'the pods of the revision' : 'it is kept at zero pods, and gets its pods again',
    },
    ...(made === 'create'
      ? [{ change: 'create', kind: 'Service', name: own, why: 'its endpoints' } as const]
      : []),
  ];
  if (isFirst) {
    const apex: PlannedObject = {
      change: 'create',
      kind: 'Service',
      name,
      why: 'what clients in the cluster call',
    };
    return [self, ...pods, apex, ...route('create', 'everybody to the first revision')];
  }
  const record: PlannedObject = {
    change: 'create',
    kind: 'ModelRollout',
    name: `${name}-${number}`,
    why: 'the record, with the plan as it is now',
  };
  const { plan } = spec;
  const steps = outlook.kind === 'rollout' ? plan.steps : [];
  const mirror: PlannedObject[] = steps.some(({ kind }) => kind === 'mirror')
    ? [{ change: 'create', kind: 'Service', name: `${own}-mirror`, why: 'copies of requests' }]
    : [];
  const hasPreview = steps.some(({ kind }) => kind === 'preview');
  const preview: PlannedObject[] = hasPreview
    ? [
        { change: 'create', kind: 'Service', name: `${name}-preview`, why: 'the candidate, for testers' },
        ...(spec.traffic.kind === 'gatewayAPI' && spec.traffic.previewHostnames.length > 0
          ? [{ change: 'create', kind: 'HTTPRoute', name: `${name}-preview`, why: 'its host names' } as const]
          : []),
      ]
    : [];
  const ends: PlannedObject[] =
    plan.end === 'stop' && outlook.kind === 'rollout'
      ? []
      : [
          { change: 'change', kind: 'Service', name, why: 'at the end it follows to the new revision' },
          {
            change: 'change',
            kind: 'Deployment',
            name: `${name}-${stable}`,
            why: 'at the end it has no pods',
          },
        ];
  return [
    self,
    record,
    ...pods,
    ...preview,
    ...mirror,
    ...route('change', 'the split of the traffic'),
    ...ends,
  ];
}
