import { outlookOf, patienceMs } from './last-word.ts';
import type { Stage } from './stage.ts';
import { actionTtl } from './wishes.ts';

/** As long as this nothing comes of a hold but more questions. */
const heldForMs = 15_000;
/** An abort is carried out by then: a pass, and one write of traffic. No gate here that hangs gives up so soon. */
const takenBackWithinMs = 8_000;

/**
 * Where gates hold the last wish, they hold it, and it is said which of them does; and then somebody has enough of it. Who aborts does not wait
 * for a gate (law 5).
 */
export async function waitForGates(stage: Stage, settledWithinMs: number): Promise<void> {
  const { world, model, setting, finalVersion, watch } = stage;
  const outlook = outlookOf(setting);
  if (outlook.kind !== 'held') return;
  const names = outlook.by.join(' or ');
  const newest = () => model.rollouts.at(-1);
  // Until the status is of the last rollout, its message is about the one before.
  const isOfNewest = () => model.status.rollout?.name === newest()?.metadata.name;
  const isSaid = () =>
    isOfNewest() && outlook.by.some((name) => model.status.message?.includes(`gate ${name} `));
  const runs = () => newest()?.spec.to.model?.version === finalVersion && newest()?.status?.phase !== 'Ended';
  const limitMs = settledWithinMs + patienceMs(setting.gates);
  const isHeld = await world.runUntil(() => stage.failed || (runs() && isSaid()), limitMs);
  if (isHeld) await stage.run(heldForMs);
  if (stage.failed) return;
  if (!runs())
    return stage.complain(
      `end: gate ${names} was to hold the last wish, and does not: ${newest()?.status?.message ?? 'nothing runs'}`,
    );
  if (!isSaid())
    return stage.complain(`end: gate ${names} holds, and that is not said: ${model.status.message}`);
  const { then } = setting.lastWord;
  if (then === 'letThrough') {
    stage.allGatesSay('yes');
    // A gate that said no is not asked again: it is a person who goes past it.
    if (model.phase === 'Paused')
      model.ask('promote', { name: 'past-the-gates', requestedBy: 'alice', ttl: actionTtl, full: true });
    return;
  }
  stage.ending = 'aborted';
  model.ask('abort', { name: 'enough', requestedBy: 'alice', ttl: actionTtl });
  const isBack = () => !runs() && (watch.facts.shares[newest()?.spec.to.revision ?? ''] ?? 0) === 0;
  if (!(await world.runUntil(() => stage.failed || isBack(), takenBackWithinMs)))
    stage.complain(
      `law 5: a rollout that gate ${names} holds was not taken back within ${takenBackWithinMs / 1000} s of an abort: ${model.status.message}`,
    );
}
