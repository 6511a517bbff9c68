import type { DiffAnswer, EventsAnswer, ListAnswer, Me, Problem, SeriesAnswer } from '../schemas.ts';
import { ago, nowMs, rows, times, wavy } from './fixture-rows.ts';

export { ago, blueGreenRow, canaryRow, nowMs, rolledBackRow, row, rows, shadowRow } from './fixture-rows.ts';
export {
  blueGreenDetail,
  canaryDetail,
  everyVerb,
  rights,
  rolledBackDetail,
  shadowDetail,
} from './fixture-details.ts';
export { userGates } from './fixture-gates.ts';

export const serverTime = ago(0);

export const list: ListAnswer = { serverTime, synced: true, rows };

/** So many rows, for tests of speed. */
export const manyRows = (count: number): ListAnswer => ({
  ...list,
  rows: Array.from({ length: count }, (_, index) => {
    const like = rows[index % rows.length]!;
    const name = `${like.name}-${String(index).padStart(4, '0')}`;
    return { ...like, name, key: `${like.namespace}/${name}`, uid: `uid-of-${name}` };
  }),
});

const count = 60;
const atMs = times(count, 15_000);

export const series: SeriesAnswer = {
  serverTime,
  rollout: 'sentiment-7',
  fromMs: nowMs - count * 15_000,
  toMs: nowMs,
  stepMs: 15_000,
  refreshMs: 15_000,
  series: [
    {
      metric: 'errors',
      kind: 'errorRate',
      unit: 'share',
      says: 'share of failed requests',
      origin: 'source',
      points: {
        atMs,
        candidate: wavy(0.012, count).map((value, index) => (index < 30 ? null : value)),
        stable: wavy(0.009, count, 1),
      },
      requests: { atMs, candidate: wavy(50, count), stable: wavy(150, count, 2) },
    },
    {
      metric: 'latency',
      kind: 'latency',
      unit: 'share',
      says: 'share of requests slower than 500 ms',
      origin: 'record',
      points: { atMs, candidate: wavy(0.02, count), stable: wavy(0.021, count, 1) },
    },
    {
      metric: 'cache',
      kind: 'query',
      unit: 'number',
      says: 'max(vllm:kv_cache_usage_perc{revision="b81e0c4d5e"})',
      origin: 'source',
      points: { atMs: [], candidate: [], stable: [] },
      lacks: 'the source cannot be reached',
    },
  ],
};

export const diff: DiffAnswer = {
  from: {
    role: 'stable',
    revision: '7f3c9a1b2d',
    model: { name: 'sentiment', version: '3' },
    label: 'sentiment 3',
  },
  to: {
    role: 'candidate',
    revision: 'b81e0c4d5e',
    model: { name: 'sentiment', version: '4' },
    label: 'sentiment 4',
  },
  same: false,
  hunks: [
    {
      oldStart: 1,
      oldLines: 3,
      newStart: 1,
      newLines: 3,
      lines: [' model:', '   name: sentiment', '-  version: "3"', '+  version: "4"'],
    },
  ],
};

export const events: EventsAnswer = {
  serverTime,
  events: [
    {
      type: 'Normal',
      reason: 'StepEntered',
      message: 'step 2 of 4',
      about: { kind: 'ModelDeployment', name: 'sentiment' },
      count: 1,
      firstAt: ago(80),
      lastAt: ago(80),
    },
    {
      type: 'Warning',
      reason: 'RolledBack',
      message: 'errors: 38 of 412 requests failed (9.22 %)',
      about: { kind: 'ModelDeployment', name: 'sentiment' },
      count: 2,
      firstAt: ago(9_000),
      lastAt: ago(4_000),
    },
  ],
};

export const me: Me = {
  serverTime,
  version: '0.1.0',
  mode: 'cluster',
  user: { name: 'alice', groups: ['ml-team', 'system:authenticated'] },
  anonymous: 'none',
  needsToken: false,
  namespaces: ['ml', 'research'],
  heartbeatMs: 15_000,
};
export const meLocal: Me = { ...me, mode: 'local' };
export const nobody: Me = { ...me, user: undefined, needsToken: true, namespaces: [] };

export const forbidden: Problem = {
  type: 'urn:understudy:problem:forbidden',
  title: 'Not allowed',
  status: 403,
  code: 'forbidden',
  detail: 'promote ml/sentiment was refused: user "vic" may not promote modeldeployments in namespace ml',
  next: ['The role understudy-approver gives the right: docs/access.md.'],
};
