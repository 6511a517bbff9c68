import { AsyncLocalStorage } from 'node:async_hooks';
import type { Lane } from './fair-lanes.ts';

/** Which pass it is: its key and id are on every log line, its lane says whose request goes first. */
export interface ReconcileScope {
  readonly key: string;
  readonly reconcileId: string;
  readonly lane: Lane;
}

const storage = new AsyncLocalStorage<ReconcileScope>();

/** Runs `work`, and everything that it awaits, as part of this pass. */
export const runInReconcile = <T>(scope: ReconcileScope, work: () => T): T => storage.run(scope, work);

/** The pass that the calling code belongs to; `undefined` outside of one. */
export const currentReconcile = (): ReconcileScope | undefined => storage.getStore();
