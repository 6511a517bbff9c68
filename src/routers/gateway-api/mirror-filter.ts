import type { Mirror } from '../../domain/traffic/route-extras.ts';
import { mirrorServiceName, revisionOfMirrorName } from '../objects/labels.ts';
import type { PortOf } from './backend-refs.ts';
import { type Filter, percentOf, type RequestMirror, type RouteRule } from './route-meaning.ts';

/** Hundredths of a thousandth: fine enough for every share that a plan can name. */
const denominator = 100_000;

/**
 * Copies a part of the requests to the revision's mirror Service. Everything is the default of the API, so a part is said only
 * where it is less.
 */
export function mirrorFilter(deployment: string, { revision, percent }: Mirror, portOf: PortOf): Filter {
  const name = mirrorServiceName(deployment, revision);
  return {
    type: 'RequestMirror',
    requestMirror: {
      backendRef: { group: '', kind: 'Service', name, port: portOf(revision) },
      ...partOf(percent),
    },
  };
}

function partOf(percent: number): Omit<RequestMirror, 'backendRef'> {
  if (percent >= 100) return {};
  if (Number.isInteger(percent)) return { percent };
  return { fraction: { numerator: Math.round((percent * denominator) / 100), denominator } };
}

/**
 * What a live rule copies, and whereto. A target that is no mirror Service of ours stands under its own name, and several
 * under all of theirs, which is no revision.
 */
export function mirrorOf({ filters }: RouteRule, deployment: string): Mirror | undefined {
  const found = (filters ?? []).flatMap(({ requestMirror }) => (requestMirror ? [requestMirror] : []));
  const [first] = found;
  if (!first) return undefined;
  const names = found.map(({ backendRef: { name } }) => revisionOfMirrorName(deployment, name) ?? name);
  return { revision: names.join('+'), percent: percentOf(first) };
}
