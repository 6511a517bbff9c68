import { labels } from '../api/group.ts';
import type { GateAnswer, GateQuestion } from '../domain/gates/gate-question.ts';
import { jobOfGate } from '../domain/gates/job-of-gate.ts';
import { clip, longestMessage } from '../domain/words.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { type KubernetesObject, resourceKinds } from '../kubernetes/resource.ts';
import { untilAborted, withTimeLimit } from '../runtime/abortable.ts';
import type { Clock } from '../runtime/clock.ts';
import { NotLeaderError } from '../runtime/leader-guard.ts';
import { errorMessage, type Logger } from '../runtime/logger.ts';
import { GateRunner } from './gate-runner.ts';
import { whoTells } from './job-pods.ts';
import { endOf, type JobEnd, readyPodsOf } from './job-state.ts';
import {
  endInWords,
  jobInWords,
  neverRanInWords,
  look,
  refusalInWords,
  type Sighting,
  whyNotEnded,
} from './job-words.ts';
import { readPodLog } from './pod-log.ts';
import { QuestionWithdrawn } from './question-withdrawn.ts';

export interface JobRunnerOptions {
  /** Its writes ask whether this process leads (law 16). */
  cluster: Cluster;
  clock: Clock;
  logger: Logger;
  /** Between two looks at a Job. Default: 2 s. */
  pollMs?: number;
}

/** Beyond its deadline a Job has this long to be seen as ended: its pods have time to end, and the API server may be away. */
const patienceMs = 60_000;
/** Of a request that ends a Job. */
const endingMs = 10_000;

type Job = ReturnType<typeof jobOfGate>;

/**
 * Answers a question by a Job of the user's own: completed is Pass, failed is Fail, and what never ran is silence (law 9).
 *
 * Flow: the Job is made under a name that the question gives; one that is there is gone on with, so that a question has one run, whatever
 * happens to this process or to the answer of the API server (law 12). It is looked at every few seconds, without a watch (law 15), until it
 * has ended or its time and a minute are over. Errors: none of the cluster's; the answer says in words what an administrator or the user has to
 * do. Assumption: the signal's reason is a `QuestionWithdrawn` where the Job is to end too.
 */
export class JobRunner extends GateRunner {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #pollMs: number;

  constructor({ cluster, clock, logger, pollMs = 2_000 }: JobRunnerOptions) {
    super();
    this.#cluster = cluster;
    this.#clock = clock;
    this.#logger = logger;
    this.#pollMs = pollMs;
  }

  async run(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer> {
    const job = jobOfGate(question);
    try {
      return await this.#follow(question, job, signal);
    } catch (error) {
      if (signal.aborted) return await this.#left(job, signal.reason);
      if (error instanceof NotLeaderError) return silent(error.message);
      if (!ClusterError.is(error)) throw error;
      return silent(refusalInWords(error));
    }
  }

  async #follow(question: GateQuestion, job: Job, signal: AbortSignal): Promise<GateAnswer> {
    const { timeoutMs } = question.gate;
    const untilMs = this.#clock.monotonic() + timeoutMs + patienceMs;
    let seen: Sighting = { hasBegun: false, isPreparing: false };
    let live = await this.#patiently(untilMs, signal, () => this.#begin(job, signal));
    for (;;) {
      if (!isOurs(live, job)) return silent(`${jobInWords(job)} is there and belongs to something else`);
      const end = endOf(live);
      const pods = end || readyPodsOf(live) === 0 ? await this.#pods(live, untilMs, signal) : [];
      seen = look(seen, live, pods);
      if (end) return await this.#answer(question, live, end, pods, seen, signal);
      if (this.#clock.monotonic() >= untilMs) {
        await this.#withdraw(job);
        return silent(`${jobInWords(job)} has not ended: ${whyNotEnded(live, seen)}`);
      }
      await this.#clock.sleep(this.#pollMs, signal);
      const found = await this.#patiently(untilMs, signal, () => this.#find(job, signal));
      if (!found) return silent(`${jobInWords(job)} was deleted before it ended`);
      live = found;
    }
  }

  /** A lost answer of an earlier attempt, or an earlier process, has left the Job there. */
  async #begin(job: Job, signal: AbortSignal): Promise<KubernetesObject> {
    try {
      return await this.#cluster.create(job, { signal });
    } catch (error) {
      if (!ClusterError.is(error, 'alreadyExists')) throw error;
      return await this.#cluster.get(resourceKinds.job, job.metadata, { signal });
    }
  }

  async #find(job: Job, signal: AbortSignal): Promise<KubernetesObject | undefined> {
    try {
      return await this.#cluster.get(resourceKinds.job, job.metadata, { signal });
    } catch (error) {
      if (ClusterError.is(error, 'notFound')) return undefined;
      throw error;
    }
  }

  #pods(job: KubernetesObject, untilMs: number, signal: AbortSignal): Promise<KubernetesObject[]> {
    const { namespace = '', name, uid } = job.metadata;
    const labelSelector = `batch.kubernetes.io/job-name=${name}`;
    return this.#patiently(untilMs, signal, async () => {
      const { items } = await this.#cluster.list(resourceKinds.pod, { namespace, labelSelector, signal });
      return items.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid));
    });
  }

  /** Asks again while the API server is away or busy, and not where somebody has to act. */
  async #patiently<T>(untilMs: number, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await untilAborted(ask(), signal);
      } catch (error) {
        // Not found: the Job went between being there and being read, so that it is made anew.
        const passes = ClusterError.is(
          error,
          'unreachable',
          'serverError',
          'throttled',
          'conflict',
          'notFound',
        );
        if (!passes || this.#clock.monotonic() >= untilMs) throw error;
        await this.#clock.sleep(Math.max(this.#pollMs, error.retryAfterMs ?? 0), signal);
      }
    }
  }

  async #answer(
    question: GateQuestion,
    job: KubernetesObject,
    end: JobEnd,
    pods: KubernetesObject[],
    seen: Sighting,
    signal: AbortSignal,
  ): Promise<GateAnswer> {
    const isLate = end.reason === 'DeadlineExceeded';
    const { timeoutMs } = question.gate;
    if (isLate && !seen.hasBegun && !seen.isPreparing) return silent(neverRanInWords(job, seen, timeoutMs));
    const teller = whoTells(pods);
    const read = await readPodLog({ cluster: this.#cluster, clock: this.#clock }, teller, signal);
    const unread = 'unread' in read ? `; ${read.unread}` : '';
    return {
      kind: 'answered',
      verdict: end.succeeded ? 'Pass' : 'Fail',
      message: clip(`${endInWords(job, end, teller, timeoutMs)}${unread}`, longestMessage),
      ...('log' in read && read.log !== '' && { log: read.log }),
    };
  }

  /** Nobody waits for the answer here any more. */
  async #left(job: Job, reason: unknown): Promise<GateAnswer> {
    if (!(reason instanceof QuestionWithdrawn)) return silent('this process asks no more');
    await this.#withdraw(job);
    return silent(reason.message);
  }

  /** Ends a Job whose answer nobody waits for. */
  async #withdraw(job: Job): Promise<void> {
    try {
      const live = await this.#aside((signal) => this.#find(job, signal));
      if (live && isOurs(live, job) && !endOf(live)) await this.#end(live);
    } catch (error) {
      const { namespace, name } = job.metadata;
      const what =
        'a Job of a gate could not be deleted, though nobody waits for it: its own deadline ends it';
      this.#logger.warn(what, { job: `${namespace}/${name}`, error: errorMessage(error) });
    }
  }

  #end({ metadata: { namespace = '', name, uid = '' } }: KubernetesObject): Promise<void> {
    return this.#aside((signal) =>
      this.#cluster.delete(
        resourceKinds.job,
        { namespace, name },
        { uid, propagation: 'Background', signal },
      ),
    );
  }

  #aside<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withTimeLimit('ending a Job', endingMs, this.#clock, undefined, work);
  }
}

const silent = (message: string): GateAnswer => ({ kind: 'silent', message: clip(message, longestMessage) });

/** Ours is what this very rollout asks this gate by; what merely has its name is left alone. */
function isOurs({ metadata }: KubernetesObject, job: Job): boolean {
  const [owner] = job.metadata.ownerReferences;
  const isOfRollout = (metadata.ownerReferences ?? []).some(({ uid }) => uid === owner?.uid);
  return isOfRollout && metadata.labels?.[labels.gate] === job.metadata.labels[labels.gate];
}
