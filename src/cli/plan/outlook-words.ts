import type { Planned } from './planned.ts';

/** What would happen, in a sentence or two. Pure. */
export function outlookWords({ outlook, revision, stable, spec, paused, changes }: Planned): string {
  const own = named(revision);
  const before = stable ? named(stable) : 'nobody';
  const waits = paused ? ' It waits before its first step, since spec.paused is true.' : '';
  const first = (supersedes: string | undefined) =>
    supersedes === undefined ? '' : ` Rollout ${supersedes} ends first: its candidate loses its traffic.`;
  switch (outlook.kind) {
    case 'firstDeployment':
      return `First deployment: ${own} is served as soon as it is ready, without steps.`;
    case 'noRollout':
      if (outlook.ends !== undefined)
        return `No new revision: ${own} is the stable one. Rollout ${outlook.ends} ends, and all traffic goes back to it.`;
      return changes?.length === 0
        ? `Nothing would happen: ${own} is served already.`
        : `No new revision: ${own} is served already. Strategy and analysis apply to the next rollout, replicas and traffic at once.`;
    case 'underWay':
      return `No new rollout: ${own} is on its way already in ${outlook.rollout}, by the plan that was fixed when it began.`;
    case 'leftAlone': {
      const because = outlook.reason === undefined ? '' : ` (${outlook.reason})`;
      return `Nothing would happen: ${own} was taken back in ${outlook.rollout}${because}, and is left alone until the spec asks for another revision or somebody says retry.`;
    }
    case 'immediateReturn':
      return `Immediate return: users had ${own} lately (rollbackWindow), so that it gets full capacity and then all traffic, without steps and gates.${first(outlook.supersedes)}${waits}`;
    case 'rollout': {
      const kept = outlook.isKept ? ' It is kept from earlier, and goes through the gates all the same.' : '';
      return `A new rollout (${spec.plan.strategy}) of ${own} beside ${before}.${kept}${first(outlook.supersedes)}${waits}`;
    }
  }
}

const named = ({ revision, model }: { revision: string; model: string }): string =>
  model === '' ? revision : `${revision} (${model})`;
