import type { KubernetesObject } from '../../kubernetes/resource.ts';

/**
 * What the caches keep of each kind: the fields that a pass reads, and no more. With a thousand ModelDeployments the
 * rest would be most of the controller's memory.
 */
type Lean = (object: KubernetesObject) => KubernetesObject;

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

function leanMetadata({ metadata }: KubernetesObject): KubernetesObject['metadata'] {
  const { managedFields: _fields, selfLink: _link, annotations, ...rest } = metadata;
  // As they are, where nothing is left out: what is remembered about them is found by them.
  if (annotations && !(lastApplied in annotations)) return { ...rest, annotations };
  const { [lastApplied]: _applied, ...kept } = annotations ?? {};
  return Object.keys(kept).length > 0 ? { ...rest, annotations: kept } : rest;
}

const lean = (object: KubernetesObject, fields: Record<string, unknown>): KubernetesObject => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  metadata: leanMetadata(object),
  ...fields,
});

/** Spec and status, for kinds that are ours or read whole. */
export const leanWhole: Lean = (object) => lean(object, { spec: object['spec'], status: object['status'] });

/** A revision's template lies in its canonical input already. */
export const leanDeployment: Lean = (object) => {
  const { replicas, progressDeadlineSeconds, template } = object['spec'] ?? {};
  const { replicas: pods, readyReplicas, observedGeneration, conditions } = object['status'] ?? {};
  return lean(object, {
    spec: {
      replicas,
      progressDeadlineSeconds,
      template: { spec: { terminationGracePeriodSeconds: template?.spec?.terminationGracePeriodSeconds } },
    },
    status: { replicas: pods, readyReplicas, observedGeneration, conditions },
  });
};

export const leanService: Lean = (object) => {
  const { selector, ports, type } = object['spec'] ?? {};
  return lean(object, { spec: { selector, ports, type } });
};

export const leanEndpointSlice: Lean = (object) => {
  const endpoints = (object['endpoints'] ?? []) as Record<string, never>[];
  return lean(object, {
    addressType: object['addressType'],
    endpoints: endpoints.map(({ addresses, conditions, targetRef }) => {
      const { name, uid, kind } = (targetRef ?? {}) as Record<string, unknown>;
      return { addresses, conditions, targetRef: targetRef && { kind, name, uid } };
    }),
  });
};

/** Readiness, and the few words that say why a pod is not ready. */
export const leanPod: Lean = (object) => {
  const { phase, conditions, containerStatuses, initContainerStatuses } = object['status'] ?? {};
  const { name, namespace, uid, resourceVersion, labels, creationTimestamp, deletionTimestamp } =
    object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name, namespace, uid, resourceVersion, labels, creationTimestamp, deletionTimestamp },
    status: {
      phase,
      conditions: conditionsOf(conditions),
      containerStatuses: containersOf(containerStatuses),
      initContainerStatuses: containersOf(initContainerStatuses),
    },
  };
};

type Json = Record<string, never>;

const conditionsOf = (conditions: Json[] | undefined) =>
  conditions
    ?.filter(({ type, status }) => type === 'Ready' || status === 'False')
    .map(({ type, status, reason, message, lastTransitionTime }) => ({
      type,
      status,
      reason,
      message,
      // Since when a pod is ready.
      ...(type === 'Ready' && status === 'True' && { lastTransitionTime }),
    }));

const containersOf = (statuses: Json[] | undefined) =>
  statuses
    ?.filter(({ ready }) => !ready)
    .map(({ name, image, ready, restartCount, state, lastState }) => ({
      name,
      // Read where the Deployment has lost the annotation that says what was asked for.
      image,
      ready,
      restartCount,
      state,
      lastState,
    }));
