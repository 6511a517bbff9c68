import { law1TakenBackInThePass } from '../../domain/testing/laws.ts';
import type { Facts } from '../../domain/testing/facts.ts';
import type { Law } from './law.ts';

/** Law 1: weight above the ready capacity is taken back in the pass that sees it. What a pass sees is its own world. */
export function takenBackInThePass(factsNow: () => Facts): Law {
  let readyWhenGiven: number | undefined;
  return {
    decided: ({ world, decision: { rolloutStatus } }) => {
      const rollout = world.rollouts.find(({ name }) => name === rolloutStatus?.name);
      if (!rollout || !rolloutStatus) return undefined;
      const ready = Object.fromEntries(
        world.revisions.map((view) => [view.revision, { replicas: view.replicas, ready: view.ready }]),
      );
      const { weight } = rolloutStatus.status;
      if (weight !== rollout.status.weight) readyWhenGiven = ready[rollout.spec.to.revision]?.ready;
      return law1TakenBackInThePass({
        ...factsNow(),
        router: world.traffic.router,
        replicas: world.deployment.spec.replicas,
        revisions: ready,
        rollout: { ...rollout, status: rolloutStatus.status },
        readyWhenGiven,
      });
    },
  };
}
