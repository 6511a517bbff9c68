import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { freePort } from './free-port.ts';
import { waitFor } from './wait-for.ts';

/** A program on loopback with a folder of its own, both of which are gone after `stop`. */
export interface LoopbackProgram {
  url: string;
  stop(): Promise<void>;
}

/** A Prometheus that scrapes these addresses each second. */
export async function startPrometheus(
  binary: string,
  jobs: { name: string; target: string; path: string }[],
): Promise<LoopbackProgram> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'understudy-prometheus-'));
  const nativeHistograms = withNativeHistograms(binary);
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', ...nativeHistograms.config },
    scrape_configs: jobs.map(({ name, target, path }) => ({
      job_name: name,
      metrics_path: path,
      static_configs: [{ targets: [target] }],
    })),
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'prometheus.yaml'), JSON.stringify(config));
  return start(binary, folder, `http://127.0.0.1:${port}`, '/-/ready', [
    `--config.file=${join(folder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--scrape.discovery-reload-interval=1s',
    ...nativeHistograms.flags,
    '--log.level=error',
  ]);
}

/** Prometheus 2 has them behind a flag, which later releases ignore; those have a setting, which Prometheus 2 refuses. */
function withNativeHistograms(binary: string): { flags: string[]; config: Record<string, unknown> } {
  const { stdout, stderr } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  const isOld = /version 2\./.test(stdout + stderr);
  return isOld
    ? { flags: ['--enable-feature=native-histograms'], config: {} }
    : { flags: [], config: { scrape_native_histograms: true } };
}

/** An Envoy with this static configuration; `url` is its admin interface. */
export async function startEnvoy(binary: string, staticResources: object): Promise<LoopbackProgram> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'understudy-envoy-'));
  const config = {
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
    static_resources: staticResources,
  };
  writeFileSync(join(folder, 'envoy.json'), JSON.stringify(config));
  return start(binary, folder, `http://127.0.0.1:${port}`, '/ready', [
    '-c',
    join(folder, 'envoy.json'),
    '--concurrency',
    '1',
    '--disable-hot-restart',
    '--log-level',
    'error',
  ]);
}

async function start(
  binary: string,
  folder: string,
  url: string,
  readyPath: string,
  args: string[],
): Promise<LoopbackProgram> {
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitFor(
      `${binary} is ready`,
      async () => {
        if (child.exitCode !== null) throw new Error(`${binary} ended with ${child.exitCode}`);
        const { statusCode, body } = await request(url + readyPath);
        await body.dump();
        return statusCode === 200;
      },
      { timeoutMs: 30_000 },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** Asks the process to end, and makes it end when it does not within five seconds. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exit;
  clearTimeout(timer);
}
