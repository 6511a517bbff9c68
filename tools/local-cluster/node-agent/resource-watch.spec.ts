import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient } from './api-client.ts';
import { watchResource } from './resource-watch.ts';

interface Thing {
  metadata: { name: string; resourceVersion: string };
}

const thing = (name: string, version: number): Thing => ({
  metadata: { name, resourceVersion: String(version) },
});

/** An API server on loopback whose lists and watches the test holds in its hands. */
let server: Server;
let client: ApiClient;
let end: AbortController;
let listed: Thing[];
let listVersion: number;
let lists: number;
let watches: { from: string | null; response: ServerResponse }[];
let seen: string[];

beforeEach(async () => {
  [listed, listVersion, lists, watches, seen] = [[thing('a', 5)], 10, 0, [], []];
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.searchParams.get('watch') !== 'true') {
      lists += 1;
      response.end(JSON.stringify({ metadata: { resourceVersion: String(listVersion) }, items: listed }));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    watches.push({ from: url.searchParams.get('resourceVersion'), response });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const apiServer = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client = new ApiClient({ apiServer, token: 't', ca: '' });
  end = new AbortController();
  const handlers = {
    onList: (things: Thing[]) => void seen.push(`list ${things.map((t) => t.metadata.name).join()}`),
    onChange: (t: Thing) => {
      if (t.metadata.name === 'broken') throw new Error('cannot be handled');
      seen.push(`change ${t.metadata.name}`);
    },
    onDelete: (t: Thing) => void seen.push(`delete ${t.metadata.name}`),
  };
  void watchResource<Thing>(client, { path: '/things' }, handlers, end.signal);
});

afterEach(async () => {
  end.abort();
  await client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 250 && !condition(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(condition()).toBe(true);
}

const send = (index: number, type: string, object: unknown) =>
  watches[index]?.response.write(`${JSON.stringify({ type, object })}\n`);

test('lists, then tells each event, and survives one that cannot be handled', async () => {
  await until(() => watches.length === 1);
  send(0, 'ADDED', thing('b', 11));
  send(0, 'MODIFIED', thing('broken', 12));
  send(0, 'DELETED', thing('a', 13));
  send(0, 'BOOKMARK', thing('', 14));
  await until(() => seen.length === 3);
  expect(seen).toEqual(['list a', 'change b', 'delete a']);
  expect(watches[0]?.from).toBe('10');
});

test('resumes where it was after a broken connection, without a list', async () => {
  await until(() => watches.length === 1);
  send(0, 'ADDED', thing('b', 11));
  await until(() => seen.length === 2);
  watches[0]?.response.destroy();
  await until(() => watches.length === 2);
  expect(watches[1]?.from).toBe('11');
  expect(lists).toBe(1);
});

test('lists again when its version is too old', async () => {
  await until(() => watches.length === 1);
  [listed, listVersion] = [[thing('c', 20)], 30];
  send(0, 'ERROR', { kind: 'Status', code: 410, message: 'too old resource version' });
  await until(() => watches.length === 2);
  expect(seen).toEqual(['list a', 'list c']);
  expect(watches[1]?.from).toBe('30');
});
