import type { JsonPatchOperation } from '../kubernetes/cluster.ts';
import { type KubernetesObject, resourceKinds } from '../kubernetes/resource.ts';
import { microTime } from './api-time.ts';

/** What happened, to what, and why. */
export interface EventNote {
  /** The object that it happened to. */
  regarding: KubernetesObject;
  /** Another object that had a part in it. */
  related?: KubernetesObject;
  type: 'Normal' | 'Warning';
  /** CamelCase; the same as the condition's. */
  reason: string;
  /** CamelCase: what the controller did or tried, e.g. `Promote`. */
  action: string;
  /** In words, for a person; longer than 1 kB is cut. */
  note: string;
}

export interface EventSource {
  /** e.g. `understudy.dev/controller`. */
  reportingController: string;
  /** The pod. */
  reportingInstance: string;
}

/** The limits of the API, in bytes of UTF-8. */
const noteBytes = 1024;
const wordBytes = 128;
/** A DNS subdomain has 253 characters; the id and a dot go behind the name. */
const nameLength = 253;

/** Equal events have the same key. */
export const seriesKey = ({ regarding, reason, action, note, type }: EventNote): string =>
  JSON.stringify([regarding.metadata.uid ?? regarding.metadata.name, reason, action, note, type]);

export function newEvent(event: EventNote, source: EventSource, nowMs: number, id: string): KubernetesObject {
  const { regarding, related } = event;
  return {
    apiVersion: resourceKinds.event.apiVersion,
    kind: resourceKinds.event.kind,
    metadata: {
      name: `${regarding.metadata.name.slice(0, nameLength - id.length - 1)}.${id}`,
      // Events of what has no namespace live in this one.
      namespace: regarding.metadata.namespace ?? 'default',
    },
    regarding: referenceTo(regarding),
    ...(related && { related: referenceTo(related) }),
    type: event.type,
    reason: cut(event.reason, wordBytes),
    action: cut(event.action, wordBytes),
    note: cut(event.note, noteBytes),
    reportingController: source.reportingController,
    reportingInstance: cut(source.reportingInstance, wordBytes),
    eventTime: microTime(nowMs),
  };
}

/** The one change that an Event may have. `add` also replaces. */
export const seriesPatch = (count: number, lastAtMs: number): JsonPatchOperation[] => [
  { op: 'add', path: '/series', value: seriesOf(count, lastAtMs) },
];

/** How often it happened, from 2 up, and when last. */
export const seriesOf = (count: number, lastAtMs: number): Record<string, unknown> => ({
  count,
  lastObservedTime: microTime(lastAtMs),
});

const referenceTo = ({ apiVersion, kind, metadata }: KubernetesObject): Record<string, string> => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace && { namespace: metadata.namespace }),
  ...(metadata.uid && { uid: metadata.uid }),
  ...(metadata.resourceVersion && { resourceVersion: metadata.resourceVersion }),
});

/** The text in at most so many bytes of UTF-8; a cut shows as an ellipsis and splits no character. */
export function cut(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length <= bytes) return text;
  let end = bytes - 3;
  // Bytes 10xxxxxx continue a character.
  while (end > 0 && (encoded[end]! & 0b1100_0000) === 0b1000_0000) end -= 1;
  return `${new TextDecoder().decode(encoded.subarray(0, end))}…`;
}
