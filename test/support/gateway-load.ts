import { Agent, type IncomingMessage, request, type RequestOptions } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostOf } from './model-deployment.ts';

/** One request of a user, and what came of it. */
export interface Answer {
  sentAtMs: number;
  /** The name of the model that answered; undefined when it was no model. */
  model: string | undefined;
  /** 0 when there was no answer at all. */
  status: number;
  /** How long it took, in milliseconds. */
  durationMs: number;
  /** How many requests the pod that answered had had by then, this one included. */
  served?: number;
  /** What went wrong on the way; when no model answered, what the gateway said of it. */
  error?: string;
}

export interface LoadOptions {
  /** Default: the ModelDeployment's own host name. */
  host?: string;
  path?: string;
  /** Beside the host. */
  headers?: Record<string, string>;
  /** Requests a second. Default 100. */
  rate?: number;
}

const timeoutMs = 10_000;

/** Users of a model: they send requests through the gateway at a steady rate, until they are stopped. */
export class GatewayLoad {
  readonly answers: Answer[] = [];
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #under = new Set<Promise<void>>();
  readonly #headers: Record<string, string>;
  readonly #everyMs: number;
  readonly #running: Promise<void>;
  #stopped = false;

  private constructor(gatewayUrl: string, name: string, options: LoadOptions) {
    const { host = hostOf(name), path = '/', headers = {}, rate = 100 } = options;
    this.#url = new URL(path, gatewayUrl);
    this.#headers = { ...headers, host };
    this.#everyMs = 1000 / rate;
    this.#running = this.#run();
  }

  /** For the ModelDeployment of this name. */
  static start(gatewayUrl: string, name: string, options: LoadOptions = {}): GatewayLoad {
    return new GatewayLoad(gatewayUrl, name, options);
  }

  /** Waits for the answers that are under way, too. */
  async stop(): Promise<readonly Answer[]> {
    this.#stopped = true;
    await this.#running;
    await Promise.all(this.#under);
    this.#agent.destroy();
    return this.answers;
  }

  /** How many answers there were of each kind, as `v1 200`. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { model = 'no model', status } of this.answers) {
      const kind = `${model} ${status}`;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  }

  /** Requests that went wrong, and not by a model's own answer, in words: those that failed alike one after another are one line. */
  failuresOnTheWay(): string[] {
    const runs: { kind: string; answers: Answer[]; lastAt: number }[] = [];
    this.answers.forEach((answer, at) => {
      const { model, status, error = 'no words' } = answer;
      if (model !== undefined && status !== 0) return;
      const kind = `${status} ${error}`;
      const run = runs.at(-1);
      if (run?.kind === kind && run.lastAt === at - 1) {
        run.answers.push(answer);
        run.lastAt = at;
      } else runs.push({ kind, answers: [answer], lastAt: at });
    });
    const began = this.answers[0]?.sentAtMs ?? 0;
    return runs.map(({ kind, answers }) => {
      const [first, last] = [answers[0]!, answers.at(-1)!].map(({ sentAtMs }) => sentAtMs - began);
      return `${answers.length} of ${this.answers.length}: ${kind}, from ${first} to ${last} ms after the load began`;
    });
  }

  answersOf(model: string): Answer[] {
    return this.answers.filter((answer) => answer.model === model);
  }

  /** A slow answer delays no other request: users do not wait for one another. */
  async #run(): Promise<void> {
    let nextAtMs = Date.now();
    while (!this.#stopped) {
      const sent: Promise<void> = this.#send().finally(() => this.#under.delete(sent));
      this.#under.add(sent);
      // After a stall of this process the rate goes on from now; it does not catch up in one burst.
      nextAtMs = Math.max(nextAtMs + this.#everyMs, Date.now() - this.#everyMs);
      await sleep(Math.max(0, nextAtMs - Date.now()));
    }
  }

  async #send(): Promise<void> {
    this.answers.push(await ask(this.#url, { agent: this.#agent, headers: this.#headers }));
  }
}

/** One request through the gateway, under a host name. */
export const askOnce = (gatewayUrl: string, host: string, path = '/'): Promise<Answer> =>
  ask(new URL(path, gatewayUrl), { agent: false, headers: { host } });

/** Never throws: what went wrong is an answer, too. */
async function ask(url: URL, options: RequestOptions): Promise<Answer> {
  const sentAtMs = Date.now();
  const startedMs = performance.now();
  const seen = await send(url, options).catch((error: Error) => ({
    model: undefined,
    status: 0,
    error: error.message,
  }));
  return { sentAtMs, ...seen, durationMs: performance.now() - startedMs };
}

function send(url: URL, options: RequestOptions): Promise<Omit<Answer, 'sentAtMs' | 'durationMs'>> {
  return new Promise((resolve, reject) => {
    const call = request(url, { ...options, timeout: timeoutMs }, (response: IncomingMessage) => {
      const { 'x-model': model, 'x-served': served } = response.headers;
      let said = '';
      if (typeof model === 'string') response.resume();
      else response.setEncoding('utf8').on('data', (part: string) => (said = `${said}${part}`.slice(0, 200)));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          model: typeof model === 'string' ? model : undefined,
          status: response.statusCode ?? 0,
          ...(served !== undefined && { served: Number(served) }),
          ...(said !== '' && { error: said }),
        });
      });
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    call.on('error', reject);
    call.end();
  });
}
