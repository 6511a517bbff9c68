import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';

/** An answer of the API server that is no success. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** One line of a watch. */
export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: T;
}

const requestTimeoutMs = 30_000;
const fieldManager = 'local-cluster';

/**
 * The few calls that the tool itself makes to the API server. It is no general client: it keeps the tool free
 * of the 130 MB that importing one costs.
 */
export class KubeClient {
  readonly #url: string;
  readonly #token: string;
  readonly #caFile: string;
  #agent: Agent | undefined;

  constructor(url: string, token: string, caFile: string) {
    this.#url = url;
    this.#token = token;
    this.#caFile = caFile;
  }

  async get<T = unknown>(path: string): Promise<T> {
    return JSON.parse(await this.#send('GET', path)) as T;
  }

  /** Text answers, such as that of `/readyz`. */
  async getText(path: string): Promise<string> {
    return await this.#send('GET', path);
  }

  async post<T = unknown>(path: string, body: object): Promise<T> {
    return JSON.parse(await this.#send('POST', path, JSON.stringify(body), 'application/json')) as T;
  }

  /** Server-side apply of an object, or of the YAML text of one. `path` names the object. */
  async apply<T = unknown>(path: string, object: object | string, subresource = ''): Promise<T> {
    const text = typeof object === 'string' ? object : JSON.stringify(object);
    const target = `${path}${subresource}?fieldManager=${fieldManager}&force=true`;
    return JSON.parse(await this.#send('PATCH', target, text, 'application/apply-patch+yaml')) as T;
  }

  /** Calls `onEvent` for every event until the server ends the watch or `signal` does. An error of it ends the watch. */
  async watch<T>(path: string, onEvent: (event: WatchEvent<T>) => void, signal: AbortSignal): Promise<void> {
    const { agent, headers } = await this.#prepare();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = request(`${this.#url}${path}`, { headers, agent, signal }, resolve);
      call.on('error', reject);
      call.end();
    });
    if (response.statusCode !== 200) {
      response.resume();
      throw new KubeError(response.statusCode ?? 0, `GET ${path}: ${response.statusCode}`);
    }
    for await (const line of createInterface({ input: response })) {
      if (line !== '') onEvent(JSON.parse(line) as WatchEvent<T>);
    }
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  async #send(method: string, path: string, body?: string, contentType?: string): Promise<string> {
    const { agent, headers } = await this.#prepare();
    if (contentType !== undefined) headers['content-type'] = contentType;
    return await new Promise((resolve, reject) => {
      const call = request(
        `${this.#url}${path}`,
        { method, headers, agent, timeout: requestTimeoutMs },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const status = response.statusCode ?? 0;
            if (status >= 200 && status < 300) resolve(text);
            else reject(new KubeError(status, `${method} ${path}: ${status} ${messageOf(text)}`));
          });
        },
      );
      call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer`)));
      call.on('error', reject);
      call.end(body);
    });
  }

  async #prepare(): Promise<{ agent: Agent; headers: Record<string, string> }> {
    this.#agent ??= new Agent({ keepAlive: true, maxSockets: 16, ca: await wholeCertificate(this.#caFile) });
    const headers = { authorization: `Bearer ${this.#token}`, accept: 'application/json' };
    return { agent: this.#agent, headers };
  }
}

/**
 * The API server answers while it still writes its certificate. An agent that was made with half of it would trust
 * nobody for as long as it lives.
 */
async function wholeCertificate(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  if (text.trimEnd().endsWith('-----END CERTIFICATE-----')) return text;
  throw new Error(`${file}: the certificate is not written whole yet`);
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text.trim();
  }
}
