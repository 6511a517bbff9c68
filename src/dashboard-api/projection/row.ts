import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { ModelReference, ModelRollout } from '../../api/model-rollout.ts';
import type { RoleStatus } from '../../api/model-deployment-status.ts';
import type { RolloutAction } from '../../api/rollout-action.ts';
import { openGatesOf } from '../../presentation/gate-standing.ts';
import { isOpen } from '../../presentation/picture.ts';
import { stepWords } from '../../presentation/plan-words.ts';
import {
  conditionOf,
  isSeen,
  isServing,
  messageOf,
  modelWords,
  nothing,
  phaseOf,
  stepOf,
} from '../../presentation/words.ts';
import type { ErrorTrend, Role, Row } from '../schemas.ts';

export interface RowParts {
  model: ModelDeployment;
  /** The one that the status names, where it is seen. */
  rollout: ModelRollout | undefined;
  actions: readonly RolloutAction[];
  trend?: ErrorTrend | undefined;
}

/** A ModelDeployment as a row of the list. Pure: no times that pass are in it. */
export function rowOf({ model, rollout, actions, trend }: RowParts): Row {
  const { metadata, spec, status } = model;
  const { namespace = '', name, uid = '', creationTimestamp, deletionTimestamp } = metadata;
  const { stable, candidate, traffic, rollout: summary } = status ?? {};
  const isRunning = summary !== undefined && summary.outcome === undefined;
  const step =
    rollout?.status?.phase === 'Stepping' ? rollout.spec.plan.steps[summary?.step ?? 0] : undefined;
  const short = rollout?.status?.phase === 'Preparing' && isRunning ? 'prepare' : stepOf(model);
  return {
    key: `${namespace}/${name}`,
    ...{ namespace, name, uid },
    phase: phaseOf(model),
    message: messageOf(model),
    serving: isServing(model),
    seen: status?.phase !== undefined && isSeen(model),
    strategy: rollout?.spec.plan.strategy ?? strategyOf(spec.strategy),
    ...(stable && { stable: roleOf(stable) }),
    ...(candidate && { candidate: roleOf(candidate) }),
    ...(traffic && { split: traffic }),
    ...(summary && {
      step: {
        rollout: summary.name,
        ...(rollout && { phase: rollout.status?.phase ?? 'Preparing' }),
        step: summary.step,
        steps: summary.steps,
        short: isRunning ? short : nothing,
        ...(step && { words: stepWords(step) }),
        ...(summary.since !== undefined && { since: summary.since }),
        ...(summary.nextDecisionAt !== undefined && { nextDecisionAt: summary.nextDecisionAt }),
        ...(summary.outcome !== undefined && { outcome: summary.outcome }),
      },
    }),
    waitsFor: waitsFor(model, isRunning ? rollout : undefined, isRunning),
    verdicts: (status?.analysis ?? []).map(({ metric, verdict, dryRun }) => ({
      metric,
      verdict,
      ...(dryRun !== undefined && { dryRun }),
    })),
    ...(trend && { errors: trend }),
    ...sinceOf(model, isRunning),
    ...(creationTimestamp !== undefined && { createdAt: creationTimestamp }),
    deleting: deletionTimestamp !== undefined,
    openActions: actions.filter(isOpen).length,
  };
}

const roleOf = ({ revision, model, replicas, ready }: RoleStatus): Role => ({
  revision,
  ...(model && { model: nameOnly(model) }),
  label: modelWords(model, revision),
  replicas,
  ready,
});

/** A model as answers have it: nothing that is absent stands there as undefined. */
export const nameOnly = ({ name, version }: ModelReference): ModelReference => ({
  ...(name !== undefined && { name }),
  ...(version !== undefined && { version }),
});

/** A spec without a strategy is a canary with the default plan. */
function strategyOf(strategy: ModelDeployment['spec']['strategy']): Row['strategy'] {
  if (strategy && 'blueGreen' in strategy && strategy.blueGreen) return 'blueGreen';
  return strategy && 'shadow' in strategy && strategy.shadow ? 'shadow' : 'canary';
}

/** In the order in which a person would want to know it: what blocks comes before what is only slow. */
function waitsFor(
  model: ModelDeployment,
  rollout: ModelRollout | undefined,
  isRunning: boolean,
): Row['waitsFor'] {
  if (phaseOf(model) === 'Paused') return 'person';
  if (!isRunning) return 'nobody';
  if (conditionOf(model, 'CandidateReady')?.status === 'False') return 'pods';
  if (conditionOf(model, 'TrafficApplied')?.status === 'False') return 'traffic';
  const asked = (model.status?.analysis ?? []).filter(({ dryRun }) => !dryRun);
  if (asked.some(({ verdict }) => verdict === 'NoData')) return 'metrics';
  if (asked.some(({ verdict }) => verdict === 'Inconclusive')) return 'evidence';
  if (openGatesOf(rollout).length > 0) return 'gate';
  return 'time';
}

function sinceOf(model: ModelDeployment, isRunning: boolean): Pick<Row, 'since'> {
  const of = (type: string) => conditionOf(model, type)?.lastTransitionTime;
  const since =
    (isRunning ? model.status?.rollout?.since : undefined) ??
    (phaseOf(model) === 'Paused' ? of('Paused') : undefined) ??
    of('Ready');
  return since === undefined ? {} : { since };
}
