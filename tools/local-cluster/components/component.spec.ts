import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '../cluster/wait-until.ts';
import { Component, ComponentFailed, type ComponentSpec } from './component.ts';

let folder: string;
let component: Component | undefined;
let messages: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'component-'));
  messages = [];
});
afterEach(async () => {
  await component?.stop();
  await rm(folder, { recursive: true });
});

const marker = () => join(folder, 'started');

function make(script: string, more: Partial<ComponentSpec> = {}): Component {
  const spec: ComponentSpec = {
    name: 'part',
    command: 'sh',
    args: ['-c', script],
    isReady: () => Promise.resolve(existsSync(marker())),
    readyTimeoutMs: 5000,
    stopTimeoutMs: 200,
    ...more,
  };
  const onChange = (message?: string) => void (message !== undefined && messages.push(message));
  component = new Component(spec, { spawn }, join(folder, 'log'), { PATH: process.env['PATH'] }, onChange);
  return component;
}

const runs = () => `touch ${marker()}; exec sleep 60`;

describe('Component', () => {
  it('is started when it is ready, and gone when it is stopped', async () => {
    const part = make(runs());
    await part.start();
    expect(part.pid).toBeGreaterThan(0);
    await part.stop();
    expect(part.pid).toBeUndefined();
    expect(messages).toEqual([]);
  });

  it('can be started again', async () => {
    const part = make(runs());
    await part.start();
    const first = part.pid;
    await part.stop();
    await part.start();
    expect(part.pid).not.toBe(first);
  });

  it('fails at once when it ends while it starts, with the end of its log', async () => {
    const start = make('echo a port is taken; exit 3').start();
    await expect(start).rejects.toThrow(ComponentFailed);
    await expect(start).rejects.toThrow(/part ended while it started \(exit code 3\)[^]*a port is taken/);
  });

  it('fails when it is not ready in time', async () => {
    const start = make('exec sleep 60', { readyTimeoutMs: 100 }).start();
    await expect(start).rejects.toThrow(/readiness did not come within 0.1 s/);
  });

  it('gives up its start when it is stopped', async () => {
    const part = make('exec sleep 60');
    const start = part.start();
    await Promise.all([expect(start).rejects.toThrow(/was stopped while it started/), part.stop()]);
  });

  it('is killed when it does not end by itself', async () => {
    const part = make(`trap '' TERM; touch ${marker()}; while true; do sleep 0.05; done`);
    await part.start();
    await part.stop();
    expect(part.pid).toBeUndefined();
  });

  it('starts again when it ends unasked, and says so', async () => {
    const part = make(`touch ${marker()}; exec sleep 60`);
    await part.start();
    const first = part.pid as number;
    process.kill(first, 'SIGKILL');
    const another = () => Promise.resolve(part.pid !== undefined && part.pid !== first);
    await waitUntil(another, { what: 'the restart', timeoutMs: 5000 });
    expect(messages).toEqual([expect.stringMatching(/part ended unexpectedly \(SIGKILL\)/)]);
  });

  it('says why when the program does not exist', async () => {
    await expect(make('', { command: join(folder, 'none') }).start()).rejects.toThrow(/ENOENT/);
  });
});
