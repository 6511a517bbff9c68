import { type Backend, totalWeight } from '../../domain/traffic/split.ts';
import { revisionObjectName } from '../objects/labels.ts';
import type { BackendRef } from './route-meaning.ts';

/** The Service port under which a revision is reached. */
export type PortOf = (revision: string) => number;

/** A split that law 2 forbids: a mistake in the program, never in a spec. */
export class UnevenSplitError extends Error {
  override readonly name = 'UnevenSplitError';
  constructor(backends: readonly Backend[]) {
    const parts = backends.map(({ revision, weight }) => `${revision}: ${weight}`).join(', ');
    super(
      `the weights of a route must be whole numbers from 0 that sum to ${totalWeight}, found ${parts || 'none'}`,
    );
  }
}

/** The backends of one rule, which share all requests of it. */
export function backendRefs(deployment: string, backends: readonly Backend[], portOf: PortOf): BackendRef[] {
  const sum = backends.reduce((total, { weight }) => total + weight, 0);
  if (sum !== totalWeight || backends.some(({ weight }) => !Number.isInteger(weight) || weight < 0)) {
    throw new UnevenSplitError(backends);
  }
  return backends.map(({ revision, weight }) => ({
    group: '',
    kind: 'Service',
    name: revisionObjectName(deployment, revision),
    port: portOf(revision),
    weight,
  }));
}
