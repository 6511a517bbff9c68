import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of a pass carries. */
export interface ReconcileScope {
  readonly key: string;
  readonly reconcileId: string;
}

const storage = new AsyncLocalStorage<ReconcileScope>();

/** Runs `work`, and everything that it awaits, as part of this pass. */
export const runInReconcile = <T>(scope: ReconcileScope, work: () => T): T => storage.run(scope, work);

/** The pass that the calling code belongs to; `undefined` outside of one. */
export const currentReconcile = (): ReconcileScope | undefined => storage.getStore();
