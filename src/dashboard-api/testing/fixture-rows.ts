import type { Role, Row } from '../schemas.ts';

/** Fixed answers of the API in the middle of a night, for tests of whatever shows them. */

export const nowMs = Date.parse('2026-03-14T03:00:00Z');
/** A time so many seconds before now; negative: after it. */
export const ago = (seconds: number): string => new Date(nowMs - seconds * 1_000).toISOString();

export const role = (
  revision: string,
  name: string,
  version: string,
  replicas = 4,
  ready = replicas,
): Role => ({
  revision,
  model: { name, version },
  label: `${name} ${version}`,
  replicas,
  ready,
});
export const old = (name: string, replicas = 4) => role('7f3c9a1b2d', name, '3', replicas);
export const young = (name: string, replicas = 1, ready = replicas) =>
  role('b81e0c4d5e', name, '4', replicas, ready);

/** A row with everything that does not matter to it filled in. */
export const row = (
  name: string,
  more: Partial<Row> & Pick<Row, 'phase' | 'message'>,
  namespace = 'ml',
): Row => ({
  key: `${namespace}/${name}`,
  namespace,
  name,
  uid: `uid-of-${name}`,
  serving: true,
  seen: true,
  strategy: 'canary',
  stable: old(name),
  waitsFor: 'nobody',
  verdicts: [],
  since: ago(3_600),
  createdAt: ago(40 * 86_400),
  deleting: false,
  openActions: 0,
  ...more,
});

/** Shares that lie around a mean, the same ones at every run. */
export const wavy = (mean: number, count: number, phase = 0): number[] =>
  Array.from({ length: count }, (_, index) => mean * (1 + 0.4 * Math.sin(index / 2 + phase)));
export const times = (count: number, everyMs: number): number[] =>
  Array.from({ length: count }, (_, index) => nowMs - (count - 1 - index) * everyMs);

const errors = (candidate: number, stable: number): NonNullable<Row['errors']> => ({
  metric: 'errors',
  origin: 'record',
  candidate,
  stable,
  points: { atMs: times(20, 15_000), candidate: wavy(candidate, 20), stable: wavy(stable, 20, 1) },
});

export const canaryRow = row('sentiment', {
  phase: 'Progressing',
  message:
    'step 2 of 4 with revision b81e0c4d5e at 25%; the gate is open: errors: 3 of 250 requests failed (1.2 %)',
  candidate: young('sentiment'),
  split: { desired: 25, applied: 25, observed: 24.6, acknowledged: true },
  step: {
    rollout: 'sentiment-7',
    phase: 'Stepping',
    step: 1,
    steps: 4,
    short: '2/4',
    words: 'weight 25 %, hold 2m',
    since: ago(80),
    nextDecisionAt: ago(-40),
  },
  waitsFor: 'evidence',
  verdicts: [
    { metric: 'errors', verdict: 'Inconclusive' },
    { metric: 'latency', verdict: 'Pass' },
  ],
  errors: errors(0.012, 0.0092),
  since: ago(80),
  openActions: 1,
});

export const blueGreenRow = row('ranking', {
  phase: 'Baking',
  message: 'baking revision b81e0c4d5e, at 100%',
  strategy: 'blueGreen',
  stable: young('ranking', 4),
  split: { desired: 100, applied: 100, observed: 100, acknowledged: true },
  step: { rollout: 'ranking-3', phase: 'Baking', step: 1, steps: 1, short: 'bake', since: ago(300) },
  waitsFor: 'time',
  errors: errors(0.004, 0.004),
  since: ago(300),
});

export const shadowRow = row('translate', {
  phase: 'Progressing',
  message: 'step 1 of 1: copies of 100% of the requests reach revision b81e0c4d5e',
  strategy: 'shadow',
  candidate: young('translate', 4),
  split: { desired: 0, applied: 0, mirrored: 100, acknowledged: true },
  step: {
    rollout: 'translate-2',
    phase: 'Stepping',
    step: 0,
    steps: 1,
    short: '1/1',
    words: 'copies of 100 % of the requests, 30m and 1000 requests',
    since: ago(600),
    nextDecisionAt: ago(-1_200),
  },
  waitsFor: 'time',
  verdicts: [{ metric: 'errors', verdict: 'Pass' }],
  errors: errors(0.002, 0.003),
  since: ago(600),
});

export const rolledBackRow = row('fraud', {
  phase: 'RolledBack',
  message:
    'revision b81e0c4d5e was taken back (errors: 38 of 412 requests failed (9.22 %), the stable revision 0.9 %; odds of harm 140 : 1); 7f3c9a1b2d serves until the spec asks for another revision or somebody says retry',
  split: { acknowledged: true },
  step: { rollout: 'fraud-7', phase: 'Ended', step: 1, steps: 4, short: '-', outcome: 'RolledBack' },
  since: ago(3_700),
});

/** A few rows in every phase. */
export const rows: Row[] = [
  canaryRow,
  blueGreenRow,
  shadowRow,
  rolledBackRow,
  row('pricing', {
    phase: 'Paused',
    message: 'step 3 of 4 with revision b81e0c4d5e at 25%; 1 of 2 approvals: alice',
    candidate: young('pricing'),
    split: { desired: 25, applied: 25, observed: 25.3, acknowledged: true },
    step: {
      rollout: 'pricing-12',
      phase: 'Stepping',
      step: 2,
      steps: 4,
      short: '3/4',
      words: 'pause until 2 people approve',
      since: ago(3_000),
    },
    waitsFor: 'person',
    since: ago(3_000),
  }),
  row('summaries', {
    phase: 'Baking',
    serving: false,
    message: 'baking revision b81e0c4d5e, at 100%; waiting for pods of revision b81e0c4d5e: 0 of 4 ready',
    stable: young('summaries', 4, 0),
    split: { desired: 100, applied: 100, acknowledged: true },
    step: { rollout: 'summaries-4', phase: 'Baking', step: 4, steps: 4, short: 'bake', since: ago(200) },
    waitsFor: 'pods',
    since: ago(200),
  }),
  row('embeddings', {
    phase: 'Healthy',
    message: 'revision 7f3c9a1b2d serves with 4 ready pods',
    since: ago(90_000),
  }),
  row(
    'vision',
    { phase: 'Healthy', message: 'revision 7f3c9a1b2d serves with 4 ready pods', since: ago(9_000_000) },
    'research',
  ),
  row(
    'speech',
    {
      phase: 'Failed',
      serving: false,
      message: 'the first revision never became ready: ImagePullBackOff',
      stable: undefined,
      since: ago(1_300),
    },
    'research',
  ),
  row(
    'drafts',
    {
      phase: 'Pending',
      seen: false,
      message: 'no controller has looked at it yet',
      stable: undefined,
      since: undefined,
      createdAt: ago(4),
    },
    'research',
  ),
  row(
    'churn',
    {
      phase: 'Progressing',
      message: 'step 2 of 4 with revision b81e0c4d5e at 25%; no data: errors: the source cannot be reached',
      candidate: young('churn', 2, 1),
      split: { desired: 25, applied: 12.5, acknowledged: false },
      step: {
        rollout: 'churn-5',
        phase: 'Stepping',
        step: 1,
        steps: 4,
        short: '2/4',
        words: 'weight 25 %, hold 2m',
        since: ago(80),
      },
      waitsFor: 'metrics',
      verdicts: [{ metric: 'errors', verdict: 'NoData' }],
      since: ago(80),
    },
    'research',
  ),
];
