import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { logFileOf } from './container-log.ts';
import { LogServer } from './log-server.ts';

const tls = join(import.meta.dirname, '..', '..', '..', 'src', 'metrics-source', 'testing', 'tls');
const certificate = readFileSync(join(tls, 'server.pem'), 'utf8');
const key = readFileSync(join(tls, 'server.key'), 'utf8');

let dataDir: string;
let server: LogServer;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'log-server-'));
  const file = logFileOf(dataDir, 'ml', 'one', 'main');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'a\nb\nc\n');
  writeFileSync(`${file}.1`, 'before\n');
  writeFileSync(join(dataDir, 'secret.log'), 'secret');
  server = new LogServer({ host: '127.0.0.1', port: 0, certificate, key, dataDir });
  await server.listen();
});
afterAll(() => {
  server?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const ask = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: server.port, path, rejectUnauthorized: false, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve(`${answer.statusCode} ${text}`));
    }).on('error', reject);
  });

test.each([
  ['all of it', '/containerLogs/ml/one/main', /^200 a\nb\nc\n$/],
  ['the last lines', '/containerLogs/ml/one/main?tailLines=2&limitBytes=3&follow=false', /^200 b\nc$/],
  ['the run before', '/containerLogs/ml/one/main?previous=true', /^200 before\n$/],
  [
    'no container that has printed nothing',
    '/containerLogs/ml/one/other',
    /^400 container "other" in pod "one"/,
  ],
  ['nothing as it comes', '/containerLogs/ml/one/main?follow=true', /^400 follow: not supported/],
  ['nothing outside of its folder', '/containerLogs/..%2f..%2f/%2e%2e/secret', /^404 /],
  ['nothing of what is no address', '/containerLogs/ml/one/%zz', /^404 /],
  ['nothing else', '/pods', /^404 /],
])('gives %s', async (_, path, expected) => expect(await ask(path)).toMatch(expected));
