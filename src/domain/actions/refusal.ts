import type { Reason } from '../../api/reasons.ts';
import type { ActionView, RolloutView } from '../world.ts';
import type { Stand } from './stand.ts';

/** Why an action is not carried out and never will be. */
export interface Refusal {
  reason: Reason;
  message: string;
}

export type Judge = (action: ActionView, stand: Stand) => Refusal | undefined;

export const refuse = (reason: Reason, message: string): Refusal => ({ reason, message });

export const nothingRuns = (newest: RolloutView | undefined): Refusal =>
  refuse(
    'RolloutNotRunning',
    newest
      ? `no rollout is running: ${newest.name} ended as ${newest.status.outcome ?? 'unknown'}`
      : 'no rollout is running',
  );

export const returning = ({ name }: RolloutView): Refusal =>
  refuse('NotNow', `the end of rollout ${name} is decided: its traffic is on the way back`);
