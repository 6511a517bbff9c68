import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SeenRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** An HTTP server on loopback that answers as a test says, and counts what reaches it. It is no API server. */
export interface LoopbackApi {
  /** A kubeconfig whose user has the token of `tokenFile`. */
  readonly kubeconfig: string;
  readonly caFile: string;
  readonly tokenFile: string;
  readonly url: string;
  readonly requests: SeenRequest[];
  /** How many connections were opened since the start. */
  connectionCount(): number;
  answer: Answer;
  /** Cuts all connections. */
  cut(): void;
  /** Refuses all connections from now on. */
  shut(): Promise<void>;
  stop(): Promise<void>;
}

export async function startLoopbackApi(answer: Answer): Promise<LoopbackApi> {
  const folder = await mkdtemp(join(tmpdir(), 'loopback-api-'));
  const sockets = new Set<Socket>();
  const requests: SeenRequest[] = [];
  let connections = 0;
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      requests.push(request);
      return api.answer(request, response);
    });
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cut = () => sockets.forEach((socket) => socket.destroy());
  const api: LoopbackApi = {
    kubeconfig: join(folder, 'kubeconfig'),
    caFile: join(folder, 'ca.crt'),
    tokenFile: join(folder, 'token'),
    url,
    requests,
    connectionCount: () => connections,
    answer,
    cut,
    shut: async () => {
      if (!server.listening) return;
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
    stop: async () => {
      await api.shut();
      await rm(folder, { recursive: true });
    },
  };
  await writeFile(api.caFile, 'first');
  await writeFile(api.tokenFile, 'secret-1\n');
  await writeFile(api.kubeconfig, kubeconfigFor(api));
  return api;
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://loopback');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

function kubeconfigFor(api: LoopbackApi): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'loopback',
        cluster: {
          server: api.url,
          'insecure-skip-tls-verify': true,
          'certificate-authority': api.caFile,
        },
      },
    ],
    users: [
      {
        name: 'tester',
        user: { 'auth-provider': { name: 'tokenFile', config: { tokenFile: api.tokenFile } } },
      },
    ],
    contexts: [{ name: 'loopback', context: { cluster: 'loopback', user: 'tester', namespace: 'ml' } }],
    'current-context': 'loopback',
  });
}
