import { type Reason, reasons } from '../api/reasons.ts';

/** Of each condition the status that nobody needs to be told of. */
const asItShouldBe: Record<string, readonly string[]> = {
  Available: ['True'],
  Stalled: ['False'],
  CandidateReady: ['True'],
  TrafficApplied: ['True'],
  AnalysisAvailable: ['True', 'Unknown'],
  Paused: ['False'],
};
/** What is False only because nothing is under way. */
const meansNothing: readonly string[] = ['NoCandidate', 'NoMetrics', 'NotNeeded'];

/** Whether nobody needs to be told of a condition. */
export const isAsItShouldBe = ({
  type,
  status,
  reason,
}: {
  type: string;
  status: string;
  reason: string;
}): boolean => asItShouldBe[type]?.includes(status) !== false || meansNothing.includes(reason);

/** What a reason means, in a sentence; a reason of a newer controller is not known here. */
export const reasonWords = (reason: string): string | undefined =>
  Object.hasOwn(reasons, reason) ? reasons[reason as Reason].replaceAll('`', '') : undefined;
