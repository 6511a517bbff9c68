import type { Backend } from '../../domain/traffic/split.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { revisionOfMirrorName, revisionOfObjectName } from '../objects/labels.ts';
import { type Filter, type RouteRule, rulesOf } from './route-meaning.ts';

/**
 * The backends of a live rule. One that is no revision's Service stands under its own name: it takes its share, and makes
 * the rule differ from every split that we decide on.
 */
export const backendsOfRule = ({ backendRefs }: RouteRule, deployment: string): Backend[] =>
  (backendRefs ?? []).map(({ name, weight }) => ({
    revision: revisionOfObjectName(deployment, name) ?? name,
    weight: weight ?? 1, // the API's default
  }));

/**
 * The Services that any rule of a live route names, whatever their weight (law 3): as backends, and as those that get copies.
 * A missing route names none.
 */
export function servicesNamedBy(route: KubernetesObject | undefined): string[] {
  if (!route) return [];
  return rulesOf(route).flatMap(({ backendRefs = [], filters = [] }) => [
    ...backendRefs.map(({ name }) => name),
    ...[...filters, ...backendRefs.flatMap((backend) => backend.filters ?? [])].flatMap(mirrorTargetOf),
  ]);
}

const mirrorTargetOf = ({ requestMirror }: Filter): string[] =>
  requestMirror ? [requestMirror.backendRef.name] : [];

/** The revisions that a live route names. */
export const revisionsOf = (route: KubernetesObject | undefined, deployment: string): string[] =>
  servicesNamedBy(route)
    .map((name) => revisionOfObjectName(deployment, name) ?? revisionOfMirrorName(deployment, name))
    .filter((revision) => revision !== undefined);
