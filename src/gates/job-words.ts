import { formatDuration } from '../api/duration-text.ts';
import { clip, longestMessage } from '../domain/words.ts';
import type { ClusterError } from '../kubernetes/cluster-error.ts';
import { exitInWords, podProblem } from '../kubernetes/pod-problem.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { hasBegun, isPreparing, type ToldBy } from './job-pods.ts';
import { isSuspended, type JobEnd, readyPodsOf } from './job-state.ts';

/** What was seen of a Job while it ran: when its time is over, Kubernetes takes its pods away. */
export interface Sighting {
  /** One of the containers that ask the question has begun, at any time. */
  hasBegun: boolean;
  /** A container that goes before those runs, as it was seen last. */
  isPreparing: boolean;
  /** Why a pod of it does not run, as it was seen last. */
  problem?: string;
}

/** What is known of the Job with one more look at it. Without pods nothing new is known. */
export function look(before: Sighting, job: KubernetesObject, pods: readonly KubernetesObject[]): Sighting {
  const begun = before.hasBegun || readyPodsOf(job) > 0 || pods.some(hasBegun);
  const problem = podProblem(job, pods, job['spec']?.template) ?? before.problem;
  const preparing = pods.length > 0 ? pods.some(isPreparing) : before.isPreparing;
  return { hasBegun: begun, isPreparing: preparing, ...(problem !== undefined && { problem }) };
}

export const jobInWords = ({ metadata }: { metadata: { name: string } }): string => `Job ${metadata.name}`;

/** How a Job ended. `timeoutMs`: the time that it had. */
export function endInWords(
  job: KubernetesObject,
  end: JobEnd,
  teller: ToldBy | undefined,
  timeoutMs: number,
): string {
  if (end.succeeded) return `${jobInWords(job)} completed`;
  const said =
    end.reason === 'DeadlineExceeded'
      ? `did not end within ${formatDuration(timeoutMs)}`
      : `failed: ${failureInWords(teller, end)}`;
  return `${jobInWords(job)} ${said} (${end.reason})`;
}

/** Why a Job whose time is over has asked nothing, as far as one knows: that is neither Pass nor Fail (law 9). */
export function neverRanInWords(job: KubernetesObject, { problem }: Sighting, timeoutMs: number): string {
  const within = `within ${formatDuration(timeoutMs)}`;
  return problem === undefined
    ? `${jobInWords(job)} did not end ${within}, and nobody saw whether it ran`
    : `${jobInWords(job)} did not run ${within}: ${problem}`;
}

/** The container's own end where there is one, otherwise what Kubernetes says. */
const failureInWords = (teller: ToldBy | undefined, end: JobEnd): string =>
  teller?.failure
    ? `container ${teller.container} ended with ${exitInWords(teller.failure)}`
    : clip(end.message, longestMessage / 2);

/** Why a Job is still there when its time is over. */
export function whyNotEnded(job: KubernetesObject, { problem }: Sighting): string {
  if (isSuspended(job)) return 'it is suspended';
  return problem ?? 'Kubernetes has not ended it at its deadline';
}

/** What the API server refuses, and what there is to do about it. */
export function refusalInWords(error: ClusterError): string {
  const isOfRights = error.kind === 'forbidden' && / cannot \w+ resource /.test(error.message);
  const remedy =
    'the controller has no right to run Jobs as gates, which its chart gives with gates.jobs: true';
  return clip(isOfRights ? `${remedy} (${error.message})` : error.message, longestMessage);
}
