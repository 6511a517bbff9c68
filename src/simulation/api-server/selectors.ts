import type { Scope } from '../../kubernetes/cluster.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';

export type ObjectFilter = (object: KubernetesObject) => boolean;

/** Whether an object lies in a scope: its namespace, its labels, and its name or namespace as fields. */
export function filterOf({ namespace, labelSelector, fieldSelector }: Scope): ObjectFilter {
  const conditions: ObjectFilter[] = [
    ...(labelSelector ? splitTerms(labelSelector).map(labelCondition) : []),
    ...(fieldSelector ? splitTerms(fieldSelector).map(fieldCondition) : []),
  ];
  if (namespace) conditions.unshift(({ metadata }) => metadata.namespace === namespace);
  return (object) => conditions.every((holds) => holds(object));
}

/** Commas separate terms, but not those in the parentheses of `in (a, b)`. */
const splitTerms = (selector: string): string[] => selector.split(/,(?![^(]*\))/).map((term) => term.trim());

function labelCondition(term: string): ObjectFilter {
  const among = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (among) {
    const [, key = '', word, list = ''] = among;
    const values = list.split(',').map((value) => value.trim());
    return (object) => values.includes(labelOf(object, key) ?? '\0') === (word === 'in');
  }
  const [, key = '', operator, value = ''] = /^([^=!\s]+)\s*(==?|!=)\s*(\S*)$/.exec(term) ?? [];
  if (operator) return (object) => (labelOf(object, key) === value) === (operator !== '!=');
  if (term.startsWith('!')) return (object) => labelOf(object, term.slice(1)) === undefined;
  if (/^[^\s=!()]+$/.test(term)) return (object) => labelOf(object, term) !== undefined;
  throw new ClusterError('invalid', `unable to parse the label selector ${term}`, { status: 400 });
}

function fieldCondition(term: string): ObjectFilter {
  const [, field = '', operator, value] = /^([^=!]+)(==?|!=)(.*)$/.exec(term) ?? [];
  if (field !== 'metadata.name' && field !== 'metadata.namespace') {
    throw new ClusterError('invalid', `field label not supported: ${field || term}`, { status: 400 });
  }
  const name = field === 'metadata.name' ? 'name' : 'namespace';
  return ({ metadata }) => (metadata[name] === value) === (operator !== '!=');
}

const labelOf = ({ metadata }: KubernetesObject, key: string): string | undefined => metadata.labels?.[key];

/** Every one of these labels; none asked for is none missing. */
export const hasLabels = (
  wanted: Readonly<Record<string, string>> | undefined,
  object: KubernetesObject,
): boolean => Object.entries(wanted ?? {}).every(([key, value]) => labelOf(object, key) === value);

/** The pods of a Service or a Deployment: every label of the selector; an empty selector selects none. */
export const selects = (
  selector: Readonly<Record<string, string>> | undefined,
  object: KubernetesObject,
): boolean => Object.keys(selector ?? {}).length > 0 && hasLabels(selector, object);
