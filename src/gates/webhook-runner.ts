import type { PlannedGate } from '../api/gate.ts';
import type { GateAnswer, GateQuestion } from '../domain/gates/gate-question.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import type { OutboundHttp } from '../outbound/outbound-http.ts';
import type { SecretReader } from '../outbound/secret-reader.ts';
import { signatureHeaders } from '../outbound/signature.ts';
import { Backoff, type Random } from '../runtime/backoff.ts';
import type { Clock } from '../runtime/clock.ts';
import { GateRunner } from './gate-runner.ts';
import { answerOf } from './webhook-answer.ts';
import { cloudEventOf } from './webhook-question.ts';

export interface WebhookRunnerOptions {
  http: Pick<OutboundHttp, 'post'>;
  secrets: SecretReader;
  clock: Clock;
  random?: Random;
}

const retry = { initialMs: 1_000, capMs: 30_000, jitter: 0.3 };

/** Asks an HTTP service: a signed CloudEvent, and again with growing delays while nobody answers. */
export class WebhookRunner extends GateRunner {
  readonly #options: WebhookRunnerOptions;

  constructor(options: WebhookRunnerOptions) {
    super();
    this.#options = options;
  }

  async run(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer> {
    const { clock, random } = this.#options;
    const backoff = new Backoff(retry, random);
    for (let retries = question.gate.retries; ; retries -= 1) {
      const answer = await this.#ask(question, signal);
      signal.throwIfAborted();
      if (answer.kind === 'answered' || retries === 0) return answer;
      await clock.sleep(Math.max(backoff.next(), Math.min(answer.retryAfterMs ?? 0, retry.capMs)), signal);
      signal.throwIfAborted();
    }
  }

  async #ask(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer> {
    const { http, clock } = this.#options;
    const { gate } = question;
    const url = gate.webhook?.url ?? '';
    try {
      const body = JSON.stringify(cloudEventOf(question, clock.now()));
      const headers = {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        ...(await this.#signature(question, gate.webhook, body, signal)),
      };
      return answerOf(new URL(url).host, await http.post({ url, headers, body }, signal, gate.timeoutMs));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof OutboundError)) throw error;
      const { message, retryAfterMs } = error;
      return { kind: 'silent', message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
  }

  async #signature(
    { id, facts }: GateQuestion,
    webhook: PlannedGate['webhook'],
    body: string,
    signal: AbortSignal,
  ): Promise<Record<string, string>> {
    if (!webhook?.secretRef) return {};
    const source = { kind: 'secret', namespace: facts.namespace, name: webhook.secretRef.name } as const;
    const secret = await this.#options.secrets.read(source, ['signingKey'], signal);
    return signatureHeaders(secret.need('signingKey'), id, body, this.#options.clock.now());
  }
}
