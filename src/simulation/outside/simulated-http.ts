import { OutboundError } from '../../outbound/outbound-error.ts';
import type { OutboundAnswer, OutboundHttp, OutboundRequest } from '../../outbound/outbound-http.ts';
import { TimeLimitError, untilAborted, withTimeLimit } from '../../runtime/abortable.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Reply } from './service-mood.ts';

/** One call, as its service sees it. */
export interface ReceivedCall {
  reply: Reply;
  /** What became of it, as the caller knows. Never called for one that was killed. */
  ended(how: 'answered' | 'unanswered' | 'hungUp'): void;
}

export interface SimulatedHttpOptions {
  /** Of the process that calls: when it is killed, nothing of its calls comes back. */
  clock: Clock;
  receive(request: OutboundRequest): ReceivedCall;
}

/** As real ones do where nothing else is said. */
const usualTimeoutMs = 10_000;

/**
 * The way from one process to services outside of the cluster. A call arrives at once; its end comes when the service replies, or when the time
 * is over.
 */
export class SimulatedHttp implements Pick<OutboundHttp, 'post'> {
  readonly #options: SimulatedHttpOptions;

  constructor(options: SimulatedHttpOptions) {
    this.#options = options;
  }

  async post(
    request: OutboundRequest,
    outer: AbortSignal,
    timeoutMs = usualTimeoutMs,
  ): Promise<OutboundAnswer> {
    outer.throwIfAborted();
    const { host } = new URL(request.url);
    const call = this.#options.receive(request);
    try {
      const answer = await withTimeLimit(
        `the call of ${host}`,
        timeoutMs,
        this.#options.clock,
        outer,
        (signal) => this.#answerOf(call.reply, host, signal),
      );
      call.ended('answered');
      return answer;
    } catch (error) {
      call.ended(outer.aborted ? 'hungUp' : 'unanswered');
      if (outer.aborted) throw outer.reason;
      if (!(error instanceof TimeLimitError)) throw error;
      throw new OutboundError('TargetUnreachable', `${host} did not answer within ${timeoutMs} ms`);
    }
  }

  async #answerOf(reply: Reply, host: string, signal: AbortSignal): Promise<OutboundAnswer> {
    if (reply.kind === 'hangs') return untilAborted(new Promise<never>(() => {}), signal);
    await this.#options.clock.sleep(reply.afterMs, signal);
    signal.throwIfAborted();
    if (reply.kind === 'answers') return reply.answer;
    throw new OutboundError('TargetUnreachable', `${host} cannot be reached: ECONNREFUSED`);
  }
}
