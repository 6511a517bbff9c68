import type { Detail, RolloutDetail, RolloutSummary, Row } from '../schemas.ts';
import { rolloutVerbs, type RolloutVerb } from '../../api/rollout-action.ts';
import { cache, counted, errors, latency } from './fixture-metrics.ts';
import { userGates } from './fixture-gates.ts';
import { ago, blueGreenRow, canaryRow, rolledBackRow, shadowRow } from './fixture-rows.ts';

export const rights = (allowed: readonly RolloutVerb[]): Detail['rights'] => ({
  verbs: (Object.keys(rolloutVerbs) as RolloutVerb[]).map((verb) =>
    allowed.includes(verb)
      ? { verb, allowed: true }
      : { verb, allowed: false, because: `the role understudy-approver gives the right to ${verb}` },
  ),
  sees: { rollouts: true, actions: true, revisions: true, pods: true, events: true },
});
export const everyVerb = Object.keys(rolloutVerbs) as RolloutVerb[];

const alice = { name: 'alice', verified: true };

const decision = (seconds: number, action: string, weight: number, message: string, step = 0) => ({
  at: ago(seconds),
  step,
  action,
  weight,
  reason: action,
  message,
});

const summary = (row: Row, more: Partial<RolloutSummary> = {}): RolloutSummary => ({
  name: row.step!.rollout,
  number: Number(row.step!.rollout.split('-').at(-1)),
  strategy: row.strategy,
  from: { revision: '7f3c9a1b2d', model: { name: row.name, version: '3' }, label: `${row.name} 3` },
  to: { revision: 'b81e0c4d5e', model: { name: row.name, version: '4' }, label: `${row.name} 4` },
  phase: row.step!.phase!,
  startedAt: ago(400),
  ...more,
});

const promoted = (row: Row, number: number): RolloutSummary =>
  summary(row, {
    name: `${row.name}-${number}`,
    number,
    phase: 'Ended',
    outcome: 'Promoted',
    reason: 'BakeOver',
    message: 'the bake is over',
    startedAt: ago(90_000),
    endedAt: ago(88_257),
    tookMs: 1_743_250,
    by: 'alice',
  });

const detail = (row: Row, rollout: RolloutDetail, more: Partial<Detail> = {}): Detail => ({
  row,
  conditions: [
    {
      type: 'Available',
      status: 'True',
      reason: 'Available',
      message: 'stable revision 7f3c9a1b2d has 4 ready pods',
      since: ago(90_000),
      asItShouldBe: true,
    },
  ],
  next: {
    byItself: ['time alone brings the next decision in 40s'],
    byYou: [
      {
        verb: 'promote',
        command: `understudy promote ${row.name} -n ${row.namespace}`,
        effect: 'leave this step now, whatever its hold and its metrics say',
      },
      {
        verb: 'abort',
        command: `understudy abort ${row.name} -n ${row.namespace}`,
        effect: 'all traffic goes back at once, and the revision is left alone',
      },
    ],
  },
  rollout,
  nextGates: [],
  identity: {
    stable: { name: row.name, version: '3', uri: `s3://models/${row.name}/3`, serving: 'image a:3' },
    ...(row.candidate && {
      candidate: { name: row.name, version: '4', uri: `s3://models/${row.name}/4`, serving: 'image a:4' },
    }),
    spec: {
      name: row.name,
      version: '4',
      uri: `s3://models/${row.name}/4`,
      digest: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      format: 'sklearn',
      parameters: { threads: '4' },
      serving: 'image a:4',
    },
  },
  revisions: [
    {
      revision: 'b81e0c4d5e',
      label: `${row.name} 4`,
      model: { name: row.name, version: '4' },
      roles: ['candidate', 'spec'],
      identity: { name: row.name, version: '4', serving: 'image a:4' },
      replicas: 1,
      ready: 1,
      createdAt: ago(400),
      rollouts: [rollout.name],
    },
    {
      revision: '7f3c9a1b2d',
      label: `${row.name} 3`,
      model: { name: row.name, version: '3' },
      roles: ['stable'],
      identity: { name: row.name, version: '3', serving: 'image a:3' },
      replicas: 4,
      ready: 4,
      createdAt: ago(90_000),
      rollouts: [`${row.name}-1`],
    },
    {
      revision: '2c6d8e0f1a',
      label: `${row.name} 2`,
      model: { name: row.name, version: '2' },
      roles: [],
      identity: { name: row.name, version: '2', serving: 'image a:2' },
      replicas: 0,
      ready: 0,
      createdAt: ago(180_000),
      rollouts: [],
    },
  ],
  pods: [
    {
      name: `${row.name}-7f3c9a1b2d-5dxkq`,
      revision: '7f3c9a1b2d',
      ready: true,
      state: 'Running',
      createdAt: ago(7_500),
    },
    {
      name: `${row.name}-b81e0c4d5e-k7c4s`,
      revision: 'b81e0c4d5e',
      ready: true,
      state: 'Running',
      restarts: 1,
      createdAt: ago(380),
    },
  ],
  actions: [],
  history: [rollout, promoted(row, 1)].map(asSummary),
  preset: { name: 'envoy-gateway', says: [] },
  rights: rights(everyVerb),
  ...more,
});

function asSummary(one: RolloutSummary): RolloutSummary {
  const {
    name,
    number,
    strategy,
    from,
    to,
    phase,
    outcome,
    reason,
    message,
    startedAt,
    endedAt,
    tookMs,
    by,
  } = one;
  return {
    name,
    number,
    strategy,
    from,
    to,
    phase,
    outcome,
    reason,
    message,
    startedAt,
    endedAt,
    tookMs,
    by,
  };
}

const base = {
  decisions: [],
  actions: [],
  bakeMs: 900_000,
  source: 'default',
  metrics: [errors, latency, cache],
  gates: [],
};

/** In the middle of a canary, with a gate that is not decided and an action that waits. */
export const canaryDetail: Detail = detail(
  canaryRow,
  {
    ...summary(canaryRow),
    ...base,
    gates: userGates,
    weight: 25,
    timeline: [
      {
        part: 'prepare',
        words: 'prepare: pods, and the route at weight 0',
        place: 'done',
        enteredAt: ago(400),
      },
      {
        part: 'step',
        number: 1,
        kind: 'weight',
        words: 'weight 5 %, hold 2m',
        weight: 5,
        place: 'done',
        enteredAt: ago(370),
      },
      {
        part: 'step',
        number: 2,
        kind: 'weight',
        words: 'weight 25 %, hold 2m',
        weight: 25,
        place: 'here',
        enteredAt: ago(80),
      },
      { part: 'step', number: 3, kind: 'pause', words: 'pause until 2 people approve', place: 'ahead' },
      { part: 'step', number: 4, kind: 'weight', words: 'weight 50 %, hold 2m', weight: 50, place: 'ahead' },
      { part: 'promote', words: 'promotion: weight 100 %', weight: 100, place: 'ahead' },
      { part: 'bake', words: 'bake 15m', weight: 100, place: 'ahead' },
    ],
    gate: {
      words: 'weight 25 %, hold 2m',
      enteredAt: ago(80),
      inForceSince: ago(75),
      earliestAt: ago(-45),
      latestAt: ago(-1_725),
      onInconclusive: 'pause',
      nextDecisionAt: ago(-40),
      requests: { counted: 250, needed: 100, left: 420 },
      waiting: [
        'it passes when errors is proved healthy, and goes back when harm is proved: more traffic decides sooner',
      ],
    },
    decisions: [
      decision(400, 'RolloutStarted', 0, 'revision b81e0c4d5e after 7f3c9a1b2d'),
      decision(370, 'StepEntered', 5, 'step 1 of 4'),
      {
        ...decision(80, 'StepEntered', 25, 'step 2 of 4: the dashboards look good', 1),
        by: { ...alice, action: 'go' },
      },
    ],
    actions: [{ name: 'go', verb: 'promote', by: alice, at: ago(80), message: 'step 1 was left' }],
    lossSpent: 1,
  },
  {
    actions: [
      {
        name: 'sentiment-pause-x2x4z',
        uid: 'uid-of-pause',
        verb: 'pause',
        by: alice,
        askedAt: ago(9),
        state: 'Pending',
        message: 'waits until the step has its pods',
      },
    ],
  },
);

/** Switched, and warm on both sides. */
export const blueGreenDetail: Detail = detail(blueGreenRow, {
  ...summary(blueGreenRow),
  ...base,
  weight: 100,
  timeline: [
    { part: 'prepare', words: 'prepare: pods, and the route at weight 0', place: 'done' },
    { part: 'step', number: 1, kind: 'preview', words: 'preview, hold 2m', place: 'done' },
    { part: 'promote', words: 'promotion: weight 100 %', weight: 100, place: 'done' },
    { part: 'bake', words: 'bake 15m', weight: 100, place: 'here', enteredAt: ago(300) },
  ],
  gate: {
    words: 'bake 15m',
    enteredAt: ago(300),
    inForceSince: ago(300),
    earliestAt: ago(-600),
    waiting: [
      'the bake of 15m is over in 10m; then it is promoted for good, and the previous revision drains',
    ],
  },
});

/** Copies only: no user sees an answer of the candidate. */
export const shadowDetail: Detail = detail(shadowRow, {
  ...summary(shadowRow),
  ...base,
  weight: 0,
  timeline: [
    { part: 'prepare', words: 'prepare: pods, and the route at weight 0', place: 'done' },
    {
      part: 'step',
      number: 1,
      kind: 'mirror',
      words: 'copies of 100 % of the requests, 30m and 1000 requests',
      place: 'here',
      enteredAt: ago(600),
    },
    { part: 'report', words: 'end with a report', place: 'ahead' },
  ],
  gate: {
    words: 'copies of 100 % of the requests, 30m and 1000 requests',
    enteredAt: ago(600),
    inForceSince: ago(600),
    earliestAt: ago(-1_200),
    requests: { counted: 640, needed: 1_000 },
    waiting: ['time alone brings the next decision in 20m'],
  },
});

/** Taken back in the night. */
export const rolledBackDetail: Detail = detail(
  rolledBackRow,
  {
    ...summary(rolledBackRow, {
      outcome: 'RolledBack',
      reason: 'AnalysisFailed',
      message: 'errors: 38 of 412 requests failed (9.22 %), the stable revision 0.9 %; odds of harm 140 : 1',
      startedAt: ago(3_952),
      endedAt: ago(3_700),
      tookMs: 252_500,
    }),
    ...base,
    weight: 0,
    metrics: [
      {
        ...errors,
        verdict: 'Fail',
        words: '38 of 412 requests failed (9.22 %), the stable revision 0.9 %; odds of harm 140 : 1',
        candidate: counted(412, 38),
        stable: counted(1_250, 11),
        harm: { ln: 4.94, lnNeeded: 4.6, words: '140 : 1', neededWords: '100 : 1', progress: 1 },
        health: { ln: -20, lnNeeded: 3, words: 'under 0.01 : 1', neededWords: '20 : 1', progress: 0 },
      },
    ],
    timeline: [
      { part: 'prepare', words: 'prepare: pods, and the route at weight 0', place: 'done' },
      { part: 'step', number: 1, kind: 'weight', words: 'weight 5 %, hold 2m', weight: 5, place: 'done' },
      { part: 'step', number: 2, kind: 'weight', words: 'weight 25 %, hold 2m', weight: 25, place: 'failed' },
      { part: 'promote', words: 'promotion: weight 100 %', weight: 100, place: 'never' },
      { part: 'bake', words: 'bake 15m', weight: 100, place: 'never' },
    ],
    decisions: [
      {
        ...decision(
          3_700,
          'RolledBack',
          0,
          'errors: 38 of 412 requests failed (9.22 %); odds of harm 140 : 1',
          1,
        ),
        verdict: 'Fail',
        reason: 'AnalysisFailed',
      },
    ],
  },
  {
    conditions: [
      {
        type: 'Stalled',
        status: 'True',
        reason: 'AnalysisFailed',
        message: 'taken back',
        since: ago(3_700),
        asItShouldBe: false,
        documentation: 'The candidate did harm, and was taken back.',
      },
    ],
    next: {
      byItself: ['nothing: it stays so until somebody acts'],
      byYou: [
        { command: 'mend the model or the spec, and apply it', effect: 'another revision begins a rollout' },
        {
          verb: 'retry',
          command: 'understudy retry fraud -n ml',
          effect: 'try the same revision again, from the first step',
        },
      ],
    },
  },
);
