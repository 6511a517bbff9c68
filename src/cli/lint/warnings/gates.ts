import { metricListsOf } from '../../../api/metric-lists.ts';
import { promqlFault, queriesOf } from './queries.ts';
import { type ModelWarning, placeIf, strategyPath } from './warning.ts';

/** Warnings about what a rollout is judged by. */
export const gateWarnings: readonly ModelWarning[] = [
  {
    code: 'NoGate',
    why: 'Every step is left by time and readiness alone: a model that answers with errors or nonsense is promoted.',
    advice:
      'Name at least one metric in analysis.metrics: kind errorRate behind a gateway, kind query otherwise.',
    check: ({ spec }) => {
      const { metrics } = spec.analysis;
      const isHeard = metrics.some(({ dryRun }) => !dryRun);
      const found = metrics.length === 0 ? 'no metric' : 'only metrics with dryRun, which decide nothing';
      return placeIf(!isHeard, 'spec.analysis.metrics', found);
    },
  },
  {
    code: 'PromotesUnproved',
    why: 'When maxHold is over without a Pass the rollout goes on: with little traffic nothing is ever proved, and everything is promoted.',
    advice:
      'Let a person look (onInconclusive: pause, the default), or give the steps more time with maxHold.',
    check: ({ spec }) =>
      placeIf(spec.analysis.onInconclusive === 'promote', 'spec.analysis.onInconclusive', '"promote"'),
  },
  {
    code: 'UnguardedSwitch',
    why: 'One write moves everybody, and nothing is measured before it: a preview has no live requests, so only metrics of preAnalysis are asked there.',
    advice:
      'Measure the preview with preAnalysis.metrics, let a person switch with promotion: manual, or take a canary.',
    check: ({ deployment, spec }) => {
      const { blueGreen } = deployment.spec.strategy ?? {};
      const isAsked = spec.analysis.metrics.some(({ places, dryRun }) => !dryRun && places?.includes(0));
      const isUnguarded = blueGreen !== undefined && blueGreen.promotion !== 'manual' && !isAsked;
      return placeIf(
        isUnguarded,
        'spec.strategy.blueGreen.preAnalysis',
        'no metric, and the switch happens by itself',
      );
    },
  },
  {
    code: 'QueryIgnoresCandidate',
    why: 'The query asks the same whoever serves: trouble of the stable revision, or of anybody else, takes the candidate back.',
    advice:
      'Select the candidate with {{ candidate.revision }}, or take a measure of its server such as {{ measure.queue }}.',
    check: (subject) =>
      queriesOf(subject)
        .filter(({ query }) => !/\{\{\s*(candidate\.|measure\.)/.test(query))
        .map(({ path, query }) => ({ path, found: JSON.stringify(query) })),
  },
  {
    code: 'InvalidPromQL',
    why: 'Prometheus refuses the query every time it is asked: the metric is NoData, and no step passes.',
    advice: 'Try it in the web page of Prometheus, with a revision in place of the variables.',
    check: (subject) =>
      queriesOf(subject).flatMap(({ path, query }) => {
        const fault = promqlFault(query);
        return placeIf(fault !== undefined, path, fault ?? '');
      }),
  },
  {
    code: 'WideTolerance',
    why: 'The candidate may have that many times the bad requests of the stable revision before it counts as harm.',
    advice: 'Leave tolerance out: then the noise between pods is measured when the rollout begins.',
    check: ({ deployment }) =>
      metricListsOf(deployment.spec).flatMap(({ path, metrics }) =>
        metrics.flatMap((metric, index) =>
          metric.kind !== 'query' && (metric.tolerance ?? 1) > 1.5
            ? [{ path: `${path}[${index}].tolerance`, found: String(metric.tolerance) }]
            : [],
        ),
      ),
  },
  {
    code: 'SpecPaused',
    why: 'Nothing goes forward while it is true: the next rollout waits before its first step, and nobody is told.',
    advice: 'Take it out when the reason is over; a RolloutAction pause freezes one rollout only.',
    check: ({ spec }) => placeIf(spec.paused, 'spec.paused', 'true'),
  },
  {
    code: 'ShadowOnly',
    why: 'The rollout ends with its report, and users keep the model that they have.',
    advice: 'If the model shall follow by itself, say so: then: canary or then: promote.',
    check: ({ deployment }) => {
      const { shadow } = deployment.spec.strategy ?? {};
      return placeIf(
        shadow !== undefined && shadow.then === undefined,
        `${strategyPath(deployment)}.then`,
        'nothing, which means stop',
      );
    },
  },
];
