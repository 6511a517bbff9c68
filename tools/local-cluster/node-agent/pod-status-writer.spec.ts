import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from './api-client.ts';
import type { Pod, PodStatus } from './kubernetes-types.ts';
import { PodStatusWriter } from './pod-status-writer.ts';

let server: Server | undefined;
afterEach(() => void server?.close());

const pod = { metadata: { name: 'a', namespace: 'default', uid: '1' }, spec: {} } as unknown as Pod;
const statusOf = (ready: boolean): PodStatus =>
  ({ conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] }) as unknown as PodStatus;

/** An API server that keeps what is written, and calls back with each request before it answers. */
async function serverThat(
  answers: (request: number) => number,
): Promise<{ client: ApiClient; kept: string[] }> {
  const kept: string[] = [];
  let requests = 0;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const status = answers((requests += 1));
      if (status === 200) kept.push(JSON.parse(body).status.conditions[0].status);
      response.writeHead(status).end('{}');
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const apiServer = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { client: new ApiClient({ apiServer, token: '', ca: '' }), kept };
}

describe('the status of a pod', () => {
  it('that is written when the API server is back is the one of then', async () => {
    let ready = false;
    const { client, kept } = await serverThat((request) => {
      if (request > 1) return 200;
      ready = true;
      return 503;
    });
    const writer = new PodStatusWriter(client, pod, () => statusOf(ready), new AbortController().signal);
    writer.changed();
    await writer.settled();
    expect(kept).toEqual(['True']);
    await client.close();
  });

  it('is written once for changes that come together, and again for one that comes later', async () => {
    let ready = false;
    const { client, kept } = await serverThat(() => 200);
    const writer = new PodStatusWriter(client, pod, () => statusOf(ready), new AbortController().signal);
    writer.changed();
    writer.changed();
    await writer.settled();
    ready = true;
    writer.changed();
    await writer.settled();
    expect(kept).toEqual(['False', 'True']);
    await client.close();
  });
});
