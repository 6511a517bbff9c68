import type { PassObserver } from './controller/model-deployment.reconciler.ts';
import { nameOf } from './kubernetes/resource.ts';
import type { MetricsService } from './observability/metrics.ts';
import { figuresOf } from './observability/model-deployment-figures.ts';

/** Tells the metrics what passes did. */
export function passMetrics({ modelDeployments, rollouts }: MetricsService): PassObserver {
  return {
    passed: (key, { status, gathered, decision }) => {
      const { namespace, name } = nameOf(key);
      const found = gathered?.world.rollouts;
      modelDeployments.set(namespace, name, figuresOf({ status, decision, rollouts: found }));
      if (found && decision) rollouts.passed(found, decision);
    },
    trafficWritten: ({ gathered, decision }, delayMs) =>
      rollouts.trafficWritten(gathered.world.rollouts, decision, delayMs),
    forgotten: (key) => {
      const { namespace, name } = nameOf(key);
      modelDeployments.forget(namespace, name);
    },
  };
}
