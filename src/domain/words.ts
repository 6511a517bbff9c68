/** Small words for people: the same in every message. */

/** "1 ready pod", "3 ready pods". */
export function readyPods(count: number): string {
  return `${count} ready pod${count === 1 ? '' : 's'}`;
}

/** What Kubernetes or a pod says may be a page long; people need its beginning. */
const longestProblem = 500;

/** The reason that something gives for itself, as the end of a sentence; nothing where there is none. */
export function because(problem: string | undefined): string {
  return problem ? `: ${clip(problem, longestProblem)}` : '';
}

/** What fits into `status.message`; conditions take no more either, so that they say the same. */
export const longestStatusMessage = 4096;

/** What fits into the message of a decision, a metric or an action: a pod's own words may be longer. */
export const longestMessage = 1_024;

/** A text that fits into a field: what is too much is cut off, and one can see that. */
export function clip(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}
