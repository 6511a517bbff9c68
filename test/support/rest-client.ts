import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

/** An answer of the API server, whatever its status. */
export interface RestAnswer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** What a test needs to know of a cluster to talk to it. */
export interface RestAccess {
  apiServerUrl: string;
  adminToken: string;
  /** PEM file with the authority of the API server's certificate. */
  caFile: string;
}

const timeoutMs = 30_000;

/** The bare API, for tests that look at answers: unlike a client library it hides none and retries none. */
export class RestClient {
  readonly #access: RestAccess;
  readonly #user: string | undefined;
  readonly #agent: Agent;

  /** `user`: the name that the API server knows the client by; without one it is the administrator. */
  constructor(access: RestAccess, user?: string) {
    this.#access = access;
    this.#user = user;
    this.#agent = new Agent({ keepAlive: true, ca: readFileSync(access.caFile) });
  }

  send(method: string, path: string, body?: object, contentType = 'application/json'): Promise<RestAnswer> {
    const { apiServerUrl, adminToken } = this.#access;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${adminToken}`,
      accept: 'application/json',
      'content-type': contentType,
      ...(this.#user !== undefined && { 'impersonate-user': this.#user }),
      // Node sends a body with DELETE only when its length is said.
      ...(text !== undefined && { 'content-length': Buffer.byteLength(text) }),
    };
    return new Promise((resolve, reject) => {
      const call = request(
        `${apiServerUrl}${path}`,
        { method, headers, agent: this.#agent, timeout: timeoutMs },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const answer = Buffer.concat(chunks).toString('utf8');
            try {
              resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer) });
            } catch (error) {
              reject(new Error(`${method} ${path}: the answer is no JSON: ${answer}`, { cause: error }));
            }
          });
        },
      );
      call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer`)));
      call.on('error', reject);
      call.end(text);
    });
  }

  get = (path: string) => this.send('GET', path);
  post = (path: string, body: object) => this.send('POST', path, body);
  put = (path: string, body: object) => this.send('PUT', path, body);
  delete = (path: string) => this.send('DELETE', path);
  /** A JSON merge patch. */
  merge = (path: string, body: object) => this.send('PATCH', path, body, 'application/merge-patch+json');
  /** Server-side apply; JSON is YAML. */
  apply = (path: string, body: object, manager = 'test') =>
    this.send('PATCH', `${path}?fieldManager=${manager}&force=true`, body, 'application/apply-patch+yaml');

  close(): void {
    this.#agent.destroy();
  }
}

/** Asks again until the answer is there; throws after `withinMs`, saying what was waited for. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  withinMs = 20_000,
): Promise<T> {
  const deadlineMs = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadlineMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
