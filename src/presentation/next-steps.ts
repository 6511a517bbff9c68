import { formatDuration } from '../api/duration-text.ts';
import type { ModelDeployment } from '../api/model-deployment.ts';
import type { ModelRollout } from '../api/model-rollout.ts';
import { currentStep, stepSinceMs } from '../domain/strategy/plan.ts';
import { toMs } from '../domain/time.ts';
import type { RolloutVerb } from '../api/rollout-action.ts';
import { openGatesOf } from './gate-standing.ts';
import { ageWords, commandFor, conditionOf, isSeen, phaseOf } from './words.ts';

/** What would change how things stand: what comes by itself, and what a person can do. */
export interface NextSteps {
  byItself: string[];
  byYou: { verb?: RolloutVerb; full?: boolean; command: string; effect: string }[];
}

/** For whom it is said: commands to copy begin with the program. */
export interface Telling {
  nowMs: number;
  program: string;
}

interface Situation {
  model: ModelDeployment;
  /** The one that the status names. */
  rollout: ModelRollout | undefined;
  canvas: Telling;
}

/** Pure words: which of them fit is decided by phase and reason alone, as the status has them. */
export function nextSteps(
  model: ModelDeployment,
  rollout: ModelRollout | undefined,
  canvas: Telling,
): NextSteps {
  const situation = { model, rollout, canvas };
  if (model.status?.phase === undefined || !isSeen(model)) return unseen();
  switch (phaseOf(model)) {
    case 'Pending':
      return { byItself: ['its first revision is served as soon as one of its pods is ready'], byYou: [] };
    case 'Progressing':
      return isRunning(model)
        ? underWay(situation)
        : { byItself: ['it goes on as soon as what it waits for has come'], byYou: [] };
    case 'Paused':
      return paused(situation);
    case 'Baking':
      return baking(situation);
    case 'Healthy':
      return {
        byItself: [
          'nothing is left to be done: a change of the model, of serving or of the port begins a rollout',
        ],
        byYou: [
          step(situation, 'rollback', 'go back to the revision before'),
          step(situation, 'restart', 'renew its pods, one after another'),
        ],
      };
    case 'RolledBack':
    case 'Failed':
      return stalled(situation);
  }
}

const unseen = (): NextSteps => ({
  byItself: ['the controller looks at it within seconds, where one runs'],
  byYou: [{ command: 'kubectl get pods -n understudy-system', effect: 'does one run?' }],
});

const isRunning = ({ status }: ModelDeployment): boolean =>
  status?.rollout !== undefined && status.rollout.outcome === undefined;

const step = ({ canvas, model }: Situation, verb: RolloutVerb, effect: string) => ({
  verb,
  command: commandFor(canvas.program, verb, model),
  effect,
});

const inFull = (situation: Situation, effect: string) => ({
  ...step(situation, 'promote', effect),
  command: commandFor(situation.canvas.program, 'promote --full', situation.model),
  full: true,
});

/** What every rollout that runs can be told. */
const always = (situation: Situation): NextSteps['byYou'] => [
  step(situation, 'abort', 'all traffic goes back at once, and the revision is left alone'),
];

function underWay(situation: Situation): NextSteps {
  const { model, rollout } = situation;
  const byItself = [...capacity(situation), ...traffic(model), ...outsideGates(rollout), ...gate(situation)];
  const isStepping = rollout?.status?.phase === 'Stepping';
  const waitsForGate = !isStepping && openGatesOf(rollout).length > 0;
  return {
    byItself: byItself.length > 0 ? byItself : ['it goes on as soon as what it waits for has come'],
    byYou: [
      ...(isStepping
        ? [step(situation, 'promote', 'leave this step now, whatever its hold and its metrics say')]
        : []),
      ...(waitsForGate ? [step(situation, 'promote', 'begin the plan, whatever its gates say')] : []),
      inFull(situation, 'skip all steps that are left; no more analysis'),
      step(situation, 'pause', 'freeze it as it is'),
      ...always(situation),
    ],
  };
}

/** Pods that are missing, and the deadline of their progress. */
function capacity({ model, rollout, canvas }: Situation): string[] {
  const ready = conditionOf(model, 'CandidateReady');
  if (ready?.status !== 'False') return [];
  const deadlineMs =
    (toMs(rollout?.status?.progress?.at) ?? NaN) + (rollout?.spec.plan.progressDeadlineMs ?? NaN);
  const leftMs = deadlineMs - canvas.nowMs;
  const deadline =
    leftMs > 0 ? `; if not one more is ready within ${ageWords(leftMs)}, it is taken back` : '';
  return [`it goes on when the candidate has its pods: ${ready.message}${deadline}`];
}

function traffic(model: ModelDeployment): string[] {
  const applied = conditionOf(model, 'TrafficApplied');
  return applied?.status === 'False' ? [`it goes on when the split is in force: ${applied.message}`] : [];
}

/** What it waits for outside of the metrics: nobody knows when an answer comes. */
function outsideGates(rollout: ModelRollout | undefined): string[] {
  const open = openGatesOf(rollout).map(({ name }) => name);
  return open.length > 0
    ? [
        `it goes on when ${open.length > 1 ? 'gates' : 'gate'} ${open.join(' and ')} ${open.length > 1 ? 'say' : 'says'} Pass`,
      ]
    : [];
}

/** What the gate waits for: time, a proof, or metrics that are silent. */
function gate({ model, rollout, canvas }: Situation): string[] {
  const { status } = model;
  const nextMs = (toMs(status?.rollout?.nextDecisionAt) ?? NaN) - canvas.nowMs;
  const undecided = (status?.analysis ?? []).filter(({ dryRun }) => !dryRun);
  const waiting = undecided.filter(({ verdict }) => verdict === 'Inconclusive').map(({ metric }) => metric);
  const silent = undecided.filter(({ verdict }) => verdict === 'NoData').map(({ metric }) => metric);
  return [
    ...(nextMs > 0 ? [`time alone brings the next decision in ${ageWords(nextMs)}`] : []),
    ...(waiting.length > 0
      ? [
          `it passes when ${waiting.join(' and ')} ${waiting.length > 1 ? 'are' : 'is'} proved healthy, and goes back when harm is proved: more traffic decides sooner`,
        ]
      : []),
    ...(silent.length > 0
      ? [`${silent.join(' and ')}: the metrics source is silent, and that never passes`]
      : []),
    ...(waiting.length > 0 ? longest(rollout, canvas) : []),
  ];
}

const onInconclusive = { pause: 'pauses', rollback: 'goes back', promote: 'goes on all the same' } as const;

/** What follows when nothing is proved for too long. */
function longest(rollout: ModelRollout | undefined, { nowMs }: Telling): string[] {
  if (!rollout?.status) return [];
  const { plan, analysis } = rollout.spec;
  const at = currentStep(plan, rollout.status);
  const sinceMs = stepSinceMs(plan, rollout.status);
  if (!at || !('maxHoldMs' in at) || sinceMs === undefined) return [];
  const leftMs = sinceMs + at.maxHoldMs - nowMs;
  const then = `it ${onInconclusive[analysis.onInconclusive]} (analysis.onInconclusive: ${analysis.onInconclusive})`;
  return leftMs > 0 ? [`without a Pass within ${ageWords(leftMs)} ${then}`] : [];
}

/** By what a rollout stands still. */
function paused(situation: Situation): NextSteps {
  const { model, rollout } = situation;
  const reason = conditionOf(model, 'Paused')?.reason;
  switch (reason) {
    case 'PausedByAction':
      return {
        byItself: [harmStillCounts],
        byYou: [step(situation, 'resume', 'let it go on'), ...always(situation)],
      };
    case 'PausedBySpec':
      return {
        byItself: [harmStillCounts],
        byYou: [
          { command: 'spec.paused: false', effect: 'where the manifest lies lets it go on' },
          ...(isRunning(model) ? always(situation) : []),
        ],
      };
    case 'ShadowCompleted':
      return {
        byItself: ['nothing: the shadow has ended, and its report is in the ModelRollout'],
        byYou: [
          {
            command: `kubectl get mrl ${rollout?.metadata.name ?? ''} -n ${model.metadata.namespace} -o yaml`,
            effect: 'shows the report',
          },
          step(situation, 'retry', 'shadow it once more'),
          { command: 'another strategy or revision in the spec', effect: 'begins a rollout' },
        ],
      };
    case 'InvalidSpec':
      return {
        byItself: [harmStillCounts],
        byYou: [{ command: 'mend the spec', effect: 'as the message says' }, ...always(situation)],
      };
    case 'WaitingForApproval':
      return {
        byItself: [harmStillCounts],
        byYou: [step(situation, 'promote', `approve; ${approvalsMissing(rollout)}`), ...always(situation)],
      };
    case 'GateFailed':
      return {
        byItself: ['nothing: the gate has said no, and is not asked again here', harmStillCounts],
        byYou: [...past(situation), ...always(situation)],
      };
    case 'Inconclusive':
      return {
        byItself: [
          'it goes on when a Pass comes after all: more traffic, or a longer maxHold at the next rollout',
          harmStillCounts,
        ],
        byYou: [step(situation, 'promote', 'leave this step without a proof'), ...always(situation)],
      };
    default:
      return {
        byItself: [...pauseEnd(situation), harmStillCounts],
        byYou: [step(situation, 'promote', 'leave the pause'), ...always(situation)],
      };
  }
}

/** Past a gate that said no. */
function past(situation: Situation): NextSteps['byYou'] {
  const effect = 'go on against the word of the gate';
  const isBaking = situation.rollout?.status?.phase === 'Baking';
  return [isBaking ? inFull(situation, effect) : step(situation, 'promote', effect)];
}

const harmStillCounts = 'a candidate that does harm is taken back all the same';

/** A pause with a duration ends by itself. */
function pauseEnd({ model, canvas }: Situation): string[] {
  const leftMs = (toMs(model.status?.rollout?.nextDecisionAt) ?? NaN) - canvas.nowMs;
  return leftMs > 0 ? [`the pause ends in ${ageWords(leftMs)}`] : [];
}

function approvalsMissing(rollout: ModelRollout | undefined): string {
  const at = rollout?.status && currentStep(rollout.spec.plan, rollout.status);
  const needed = at?.kind === 'pause' ? (at.approvals ?? 0) : 0;
  const given = rollout?.status?.step.approvals ?? [];
  const names = given.map(({ actor }) => actor.name).join(', ');
  return `${given.length} of ${needed} people have so far${names ? `: ${names}` : ''}`;
}

function baking(situation: Situation): NextSteps {
  const { rollout, canvas, model } = situation;
  const bakeMs = rollout?.spec.plan.bakeMs ?? 0;
  const appliedMs = toMs(rollout?.status?.step.appliedAt ?? rollout?.status?.promotedAt);
  const leftMs = (appliedMs ?? NaN) + bakeMs - canvas.nowMs;
  return {
    byItself: [
      ...traffic(model),
      ...outsideGates(rollout),
      leftMs > 0
        ? `the bake of ${formatDuration(bakeMs)} is over in ${ageWords(leftMs)}; then it is promoted for good, and the previous revision drains`
        : 'the bake ends as soon as its last conditions hold; then it is promoted for good',
      'if the new revision does harm, all traffic goes back at once',
    ],
    byYou: [
      step(situation, 'abort', 'all traffic goes back to the previous revision, which is still warm'),
      step(situation, 'pause', 'freeze it as it is'),
    ],
  };
}

function stalled(situation: Situation): NextSteps {
  const { model } = situation;
  const reason = conditionOf(model, 'Stalled')?.reason;
  const nothingComes = 'nothing: it stays so until somebody acts';
  if (reason === 'RolledBackByAction') {
    return {
      byItself: [nothingComes],
      byYou: [
        step(situation, 'resume', 'let go of it: the revision of the spec is rolled out again'),
        another,
      ],
    };
  }
  const wasTried = model.status?.rollout?.outcome !== undefined;
  return {
    byItself: [nothingComes],
    byYou: [
      another,
      ...(wasTried ? [step(situation, 'retry', 'try the same revision again, from the first step')] : []),
      ...(wasTried
        ? [
            {
              command: commandFor(situation.canvas.program, 'history', model),
              effect: 'what was tried before',
            },
          ]
        : []),
    ],
  };
}

const another = {
  command: 'mend the model or the spec, and apply it',
  effect: 'another revision begins a rollout',
};
