import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiClient } from './api-client.ts';
import { loadConfig } from './config.ts';
import { ConfigObjects } from './config-objects.ts';
import { findHostPrograms } from './host-programs.ts';
import { ImageTable } from './image-table.ts';
import type { Node, Pod } from './kubernetes-types.ts';
import { describeError, log } from './log.ts';
import { LogServer } from './log-server.ts';
import { NodeRegistration } from './node-registration.ts';
import { PodAddresses } from './pod-addresses.ts';
import { PodSet } from './pod-set.ts';
import { ProcessReaper } from './process-reaper.ts';
import { watchResource } from './resource-watch.ts';
import { Scheduler } from './scheduler.ts';

const usage = 'usage: node main.ts --config FILE';
const shutdownGraceSeconds = 5;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  if (values.config === undefined) throw new Error(usage);
  const config = loadConfig(values.config);
  const programs = findHostPrograms();
  const podsFolder = join(config.dataDir, 'pods');
  // Volumes of an earlier agent: its processes died with it.
  rmSync(podsFolder, { recursive: true, force: true });
  mkdirSync(podsFolder, { recursive: true, mode: 0o700 });

  const stopped = new AbortController();
  const { signal } = stopped;
  const client = new ApiClient(config);
  const images = new ImageTable(config.imagesFile);
  const reaper = new ProcessReaper(programs.sh);
  const objects = new ConfigObjects(client, config.rootCa, signal);
  const services = { config, client, images, objects, programs, reaper, signal };
  const pods = new PodSet(services, new PodAddresses(config.pods));
  const scheduler = new Scheduler(client, config.nodeName, signal);
  const { certificate, key, port } = config.kubelet;
  const logs = new LogServer({ host: config.nodeAddress, port, certificate, key, dataDir: config.dataDir });
  const registration = new NodeRegistration(client, config, signal);

  const stop = async () => {
    if (signal.aborted) return;
    stopped.abort();
    await pods.shutDown(shutdownGraceSeconds);
    logs.close();
    images.close();
    reaper.close();
    await client.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());

  await logs.listen();
  await registration.register();
  if (signal.aborted) return;
  void registration.keepAlive();
  follow<Node>('/api/v1/nodes', undefined, {
    onList: (nodes) => {
      scheduler.observeNodes(nodes);
      nodes.forEach((node) => registration.observe(node));
    },
    onChange: (node) => {
      scheduler.observeNode(node);
      registration.observe(node);
    },
    onDelete: (node) => {
      scheduler.observeNodeDeletion(node);
      registration.observeDeletion(node);
    },
  });
  follow<Pod>('/api/v1/pods', 'spec.nodeName=', {
    onList: (list) => scheduler.observePods(list),
    onChange: (pod) => scheduler.observePod(pod),
    onDelete: (pod) => scheduler.observePodGone(pod),
  });
  follow<Pod>('/api/v1/pods', `spec.nodeName=${config.nodeName}`, {
    onList: (list) => pods.observeAll(list),
    onChange: (pod) => pods.observe(pod),
    onDelete: (pod) => pods.observeGone(pod),
  });
  void objects.follow();
  process.stdout.write('node agent ready\n');

  function follow<T extends Node | Pod>(
    path: string,
    fieldSelector: string | undefined,
    handlers: Parameters<typeof watchResource<T>>[2],
  ): void {
    void watchResource<T>(client, { path, fieldSelector }, handlers, signal);
  }
}

process.on('unhandledRejection', (error) => log('an error that nothing handled', error));

main().catch((error: unknown) => {
  process.stderr.write(`node agent: ${describeError(error)}\n`);
  process.exit(1);
});
