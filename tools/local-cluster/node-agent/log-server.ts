import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { logFileOf, readLog } from './container-log.ts';
import { describeError, log } from './log.ts';

export interface LogServerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  /** PEM. An API server that was given no authority of kubelets takes any. */
  certificate: string;
  key: string;
  dataDir: string;
}

const path = /^\/containerLogs\/([^/]+)\/([^/]+)\/([^/]+)$/;
const known = ['tailLines', 'limitBytes', 'previous'];

/** The kubelet's own address, as far as the API server asks it for logs. Whoever reaches it may read them, as they may read the files. */
export class LogServer {
  private readonly options: LogServerOptions;
  private readonly server: Server;

  constructor(options: LogServerOptions) {
    this.options = options;
    const { certificate: cert, key } = options;
    this.server = createServer({ cert, key }, (request, response) => void this.answer(request, response));
  }

  listen(): Promise<void> {
    const { host, port } = this.options;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => resolve());
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(url, 'https://node');
    const [, namespace, pod, container] = (path.exec(pathname) ?? []).map(decoded);
    const isPath = [namespace, pod, container].every((part) => part && !/[/\0]|^\.\.?$/.test(part));
    if (method !== 'GET' || !isPath) return end(response, 404, `${method} ${pathname} is not served here`);
    const other = [...searchParams].filter(([name, value]) => !known.includes(name) && value !== 'false');
    if (other.length > 0)
      return end(response, 400, `${other[0]![0]}: not supported; accepted are ${known.join(', ')}`);
    const numberOf = (name: string) => (searchParams.has(name) ? Number(searchParams.get(name)) : undefined);
    const [tailLines, limitBytes] = [numberOf('tailLines'), numberOf('limitBytes')];
    const ending = searchParams.get('previous') === 'true' ? '.1' : '';
    const file = logFileOf(this.options.dataDir, namespace!, pod!, container!) + ending;
    try {
      const text = await readLog(file, {
        ...(tailLines !== undefined && { tailLines }),
        ...(limitBytes !== undefined && { limitBytes }),
      });
      end(response, 200, text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        log(`the log ${file} could not be read`, error);
        return end(response, 500, describeError(error));
      }
      end(
        response,
        400,
        `container "${container}" in pod "${pod}" has printed nothing yet: it is waiting to start`,
      );
    }
  }
}

/** Empty for what is no encoding. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

function end(response: ServerResponse, status: number, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
}
