import { formatDuration, parseDuration } from '../../../api/duration.ts';
import { metricsOfPlace } from '../../../domain/strategy/placed-metrics.ts';
import { planTimes } from '../../../domain/strategy/plan-times.ts';
import { count, inSeconds } from '../../words.ts';
import { queriesOf } from './queries.ts';
import { tells } from './notifications.ts';
import { stepPath, type ModelWarning, placeIf, strategyPath } from './warning.ts';

/** Warnings about how long things take. */
export const timeWarnings: readonly ModelWarning[] = [
  {
    code: 'TooLittleTraffic',
    why: 'The evidence is not there when maxHold is over: then onInconclusive decides, and not the model.',
    advice:
      'Give the step a longer maxHold or more weight, raise passMargin or falsePromotion, or copy requests first with a mirror step.',
    check: ({ deployment, spec, traffic, intervalMs }) => {
      if (!traffic) return [];
      return planTimes(spec, traffic, intervalMs).steps.flatMap(
        ({ expectedMs = 0, mostMs, metrics }, index) => {
          const slowest = [...metrics].sort((one, other) => other.afterMs - one.afterMs)[0];
          if (!slowest || expectedMs <= mostMs) return [];
          const { metric, requests, afterMs } = slowest;
          const needed = requests === undefined ? '' : `${count(requests)} requests of the candidate, `;
          const long = Number.isFinite(afterMs) ? `about ${inSeconds(afterMs)}` : 'more than ever come';
          return [
            {
              path: stepPath(deployment, index, 'maxHold'),
              found: `${formatDuration(mostMs)}; ${metric} needs ${needed}${long}`,
            },
          ];
        },
      );
    },
  },
  {
    code: 'HoldBelowScrape',
    why: 'Between two scrapes nothing is known: so short a hold guards nobody, and the step lasts until the next scrape anyway.',
    advice: 'Hold for at least two scrapes, so that harm which needs a moment shows; 2m is the default.',
    check: ({ deployment, spec, intervalMs }) =>
      spec.plan.steps.flatMap((step, index) => {
        if (step.kind !== 'weight' && step.kind !== 'adaptive') return [];
        const found = `${formatDuration(step.holdMs)}, and a scrape every ${formatDuration(intervalMs)}`;
        return placeIf(step.holdMs < intervalMs, stepPath(deployment, index, 'hold'), found);
      }),
  },
  {
    code: 'AskedTooLate',
    why: 'The metric has not said anything yet when maxHold is over, so that the step never passes by itself.',
    advice: 'Give the step a longer maxHold, or the metric a shorter window, initialDelay or count.',
    check: ({ deployment, spec, intervalMs }) =>
      spec.plan.steps.flatMap((step, index) => {
        if (!('maxHoldMs' in step)) return [];
        return metricsOfPlace(spec.analysis.metrics, index, step.kind)
          .filter(({ required }) => required)
          .flatMap((metric) => {
            const rounds = metric.kind === 'query' ? (metric.count ?? 1) - 1 : 0;
            const neededMs = metric.waitMs + rounds * intervalMs;
            const found = `${formatDuration(step.maxHoldMs)}; ${metric.name} needs ${formatDuration(neededMs)}`;
            return placeIf(neededMs >= step.maxHoldMs, stepPath(deployment, index, 'maxHold'), found);
          });
      }),
  },
  {
    code: 'WindowBelowScrapes',
    why: 'rate() and its like need two samples in the window: with fewer they give nothing, and the metric is NoData.',
    advice: 'Make the window at least four scrapes long.',
    check: (subject) =>
      queriesOf(subject).flatMap(({ metricPath, window, query }) => {
        if (window === undefined || !/\{\{\s*window\s*\}\}/.test(query)) return [];
        const found = `${window}, and a scrape every ${formatDuration(subject.intervalMs)}`;
        return placeIf(parseDuration(window) < 2 * subject.intervalMs, `${metricPath}.window`, found);
      }),
  },
  {
    code: 'NoBake',
    why: 'The previous revision leaves as soon as the new one has everything: harm that shows under full load can only be undone by starting pods.',
    advice: 'Keep it warm for the time in which users would complain; 15m is the default.',
    check: ({ deployment, spec }) =>
      placeIf(
        spec.plan.end === 'promote' && spec.plan.bakeMs === 0,
        `${strategyPath(deployment)}.bake.duration`,
        '0s',
      ),
  },
  {
    code: 'PauseUntold',
    why: 'The rollout stands until a person acts, and no message goes to anybody.',
    advice:
      'Tell people: a target in spec.notifications, an alert on understudy_model_deployment_phase{phase="Paused"}, or a pipeline that waits for the rollout. Or give the pause a duration.',
    check: ({ deployment, spec }) => {
      const isTold = tells(deployment.spec.notifications, 'Paused');
      return spec.plan.steps.flatMap((step, index) => {
        if (step.kind !== 'pause' || step.durationMs !== undefined || isTold) return [];
        if (spec.plan.strategy === 'blueGreen') {
          return [{ path: `${strategyPath(deployment)}.promotion`, found: '"manual"' }];
        }
        const { approvals } = step;
        const found = approvals === undefined ? 'no duration' : `${approvals} approvals, and no duration`;
        return [{ path: stepPath(deployment, index, 'pause'), found }];
      });
    },
  },
];
