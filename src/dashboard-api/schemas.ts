/** Everything that the API under `/api/v1` answers and takes: the page imports its types from here. */
export * from './schemas/actions.ts';
export * from './schemas/common.ts';
export * from './schemas/detail.ts';
export * from './schemas/extras.ts';
export * from './schemas/list.ts';
export * from './schemas/problem.ts';
export * from './schemas/rollout.ts';
export * from './schemas/split.ts';
export * from './schemas/stream.ts';
export * from './schemas/user-gate.ts';
