import type { Canary } from '../../../api/strategy/canary.ts';
import { durationText, type SourceNode } from '../source-node.ts';
import type { AnalysisUse } from './analysis-use.ts';
import { CanarySteps } from './canary-steps.ts';

/** The most metrics that a strategy has of its own. */
const mostMetrics = 8;

interface CanaryContext {
  analysis: AnalysisUse;
  hasGateway: boolean;
  maxWeight: number;
}

/** A strategy with the shortest interval that its metrics ask for, in milliseconds. */
export interface ConvertedStrategy<Kind> {
  strategy: Kind;
  intervalMs: number | undefined;
  /** How long pods stay after an abort, in milliseconds. */
  drainMs: number | undefined;
}

/** Reads `strategy.canary`, but for its Services and its traffic. */
export function rolloutCanary(node: SourceNode, context: CanaryContext): ConvertedStrategy<Canary> {
  const background = node.at('analysis');
  background
    .at('startingStep')
    .changed('metrics of the whole canary are asked from its first step on; those of one step stand in it');
  const asked = context.analysis.ask(background, 'during');
  if (background.isPresent && asked.isIncomplete)
    background.changed('some of its metrics are left out: what is left decides');
  const nodes = node.at('steps').items();
  const plan = new CanarySteps(context).plan(nodes);
  if (nodes.length === 0) {
    node
      .at('steps')
      .saidOf(
        'changed',
        'no steps: pods were replaced one after another; here the default plan of 5, 25 and 50 % holds',
      );
  } else if (plan.steps.length === 0) {
    node.at('steps').changed('no step is left: the default plan of 5, 25 and 50 % holds');
  }
  const metrics = [...asked.metrics, ...plan.homeless];
  if (metrics.length > mostMetrics)
    background.changed(`a canary has at most ${mostMetrics} metrics of its own; the others are left out`);
  const bake = bakeOf(node.at('scaleDownDelaySeconds'));
  const isFollowing = node.at('dynamicStableScale').flag();
  leftOut(node);
  return {
    strategy: {
      ...(plan.steps.length > 0 && { steps: plan.steps }),
      ...(metrics.length > 0 && { metrics: metrics.slice(0, mostMetrics) }),
      ...(isFollowing && { stableScale: 'follow' as const }),
      ...(bake && { bake }),
    },
    intervalMs: shortest(asked.intervalMs, plan.intervalMs),
    drainMs: drainMsOf(node.at('abortScaleDownDelaySeconds')),
  };
}

/** How long the previous revision stays warm. */
export function bakeOf(node: SourceNode): { duration: string } | undefined {
  const durationMs = node.durationMs();
  if (durationMs !== undefined) {
    node.changed(
      'the time for which the previous pods stay: it became bake.duration, in which a failure still goes back at once',
    );
    return { duration: durationText(durationMs) };
  }
  node.saidOf(
    'changed',
    'the previous pods stayed for 30s; here the previous revision stays warm for 15m (bake.duration)',
  );
  return undefined;
}

/** How long a candidate's pods stay that lost their traffic. */
export function drainMsOf(node: SourceNode): number | undefined {
  const ms = node.durationMs();
  if (ms === 0) {
    node.dropped('pods of an aborted candidate never went; here they go after spec.drain');
    return undefined;
  }
  node.changed('pods of an aborted candidate stay for so long: spec.drain, for all that lost their traffic');
  return ms;
}

export const shortest = (...all: (number | undefined)[]): number | undefined => {
  const known = all.filter((one) => one !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
};

function leftOut(node: SourceNode): void {
  const pods =
    'the stable revision keeps all its pods until the bake is over, and those of the candidate come on top';
  node.at('maxSurge').dropped(pods);
  node.at('maxUnavailable').dropped(pods);
  node
    .at('minPodsPerReplicaSet')
    .dropped(
      'a candidate has as many pods as its weight takes, at least one: a step with scale asks for more',
    );
  node.at('scaleDownDelayRevisionLimit').dropped('one previous revision stays warm, during the bake');
  const labels = 'pods keep their labels for life: understudy.dev/revision tells revisions apart';
  node.at('canaryMetadata').dropped(labels);
  node.at('stableMetadata').dropped(labels);
  node
    .at('antiAffinity')
    .dropped('write podAntiAffinity into the pod template, by the label understudy.dev/model-deployment');
  node.at('replicaProgressThreshold').dropped('spec.readiness.percent says how many pods have to be ready');
}
