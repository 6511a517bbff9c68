import { podRatio } from '../../../domain/traffic/pods.ts';
import { stepPath, type ModelSubject, type ModelWarning } from './warning.ts';

/** With less, what shows only under load has not been tried; an adaptive canary does not promote below it either. */
const leastLastWeight = 20;

/** What a weight may be off by, in percent of the traffic, before people are surprised. */
const mostOff = 5;

interface StepWeight {
  index: number;
  weight: number;
  /** Of an adaptive step, whose weights rise. */
  last?: number;
}

const weightsOf = ({ spec }: ModelSubject): StepWeight[] =>
  spec.plan.steps.flatMap((step, index): StepWeight[] =>
    step.kind === 'weight'
      ? [{ index, weight: step.weight }]
      : step.kind === 'adaptive'
        ? [{ index, weight: step.start, last: step.max }]
        : [],
  );

/** Warnings about how much traffic moves at once. */
export const weightWarnings: readonly ModelWarning[] = [
  {
    code: 'FirstWeightAboveHalf',
    why: 'Most users meet the new model before anything is known of it.',
    advice: 'Begin with a few percent: harm shows there as well, and meets fewer.',
    check: (subject) => {
      const [first] = weightsOf(subject);
      if (!first || first.weight <= 50) return [];
      const { last } = first;
      const path = stepPath(subject.deployment, first.index, last === undefined ? 'weight' : 'start');
      return [{ path, found: `${first.weight} % as the first weight` }];
    },
  },
  {
    code: 'LargeLastJump',
    why: 'What shows only under load (slow queues, full caches, limits) is not tried before everybody is moved.',
    advice: `Add a step of ${leastLastWeight} to 50 % before the promotion.`,
    check: (subject) => {
      const last = weightsOf(subject).at(-1);
      const weight = last?.last ?? last?.weight;
      if (!last || weight === undefined || weight >= leastLastWeight) return [];
      const path = stepPath(subject.deployment, last.index, last.last === undefined ? 'weight' : 'max');
      return [{ path, found: `from ${weight} % to 100 % at once` }];
    },
  },
  {
    code: 'CoarseSplit',
    why: 'Plain Services split by numbers of pods: with so few the share cannot be had, and more users meet the candidate than the plan says.',
    advice: 'Use more replicas, weights that the pods can give, or traffic.gatewayAPI.',
    check: (subject) => {
      const { spec, deployment } = subject;
      if (spec.traffic.kind !== 'service' || spec.replicas === 0) return [];
      return weightsOf(subject).flatMap(({ index, weight, last }) => {
        const { achievable, candidate, stable } = podRatio(weight, spec.replicas);
        if (Math.abs(achievable - weight) <= mostOff) return [];
        const path = stepPath(deployment, index, last === undefined ? 'weight' : 'start');
        const share = Number(achievable.toPrecision(3));
        return [
          {
            path,
            found: `${weight} %, which becomes ${share} %: ${candidate} of ${candidate + stable} pods`,
          },
        ];
      });
    },
  },
];
