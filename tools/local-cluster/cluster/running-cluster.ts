import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { join } from 'node:path';
import type { OptionalBinary, ResolvedBinaries } from '../binaries/binaries.ts';
import { Component, type ComponentSpec } from '../components/component.ts';
import type { ComponentContext } from '../components/context.ts';
import {
  etcd,
  kubeApiServer,
  kubeControllerManager,
  writeControlPlaneFiles,
} from '../components/control-plane.ts';
import { contour, envoy, writeGatewayFiles } from '../components/gateway.ts';
import { kwok, nodeAgent, writeKwokFiles, writeNodeAgentFiles, type ImageTable } from '../components/node.ts';
import { prometheus, writePrometheusFiles } from '../components/prometheus.ts';
import type { ComponentName, InsideAccess, LocalCluster, ServiceAccountAccess } from '../local-cluster.ts';
import { claimFolder, removeFolder, writeState, type ClusterState } from './cluster-folder.ts';
import { TargetDiscovery } from '../components/target-discovery.ts';
import { users, writeCredentials } from './credentials.ts';
import { KubeClient } from './kube-client.ts';
import { renderKubeconfig } from './kubeconfig.ts';
import { clustersRoot, network, urlOf, type ClusterFiles, type Endpoint } from './layout.ts';
import { makeContext } from './make-context.ts';
import { ClusterNamespace } from './namespace.ts';
import { applyCrds, applyGatewayObjects, applySimulatedNode } from './objects.ts';
import { clusterMarker, processIdentity } from './processes.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface StartOptions {
  name: string;
  resolved: ResolvedBinaries;
  scrapeIntervalMs: number;
  images: ImageTable;
  need: OptionalBinary[];
  log: (message: string) => void;
  signal?: AbortSignal;
}

/** The order in which components end: pods and gateway while the API server lives, etcd after it. */
const stopOrder: ComponentName[][] = [
  ['node-agent', 'kwok'],
  ['envoy', 'contour', 'prometheus', 'kube-controller-manager'],
  ['kube-apiserver'],
  ['etcd'],
];

const tokenLifetimeSeconds = 24 * 3600;

/** A cluster that this process has started and owns. */
export class RunningCluster implements LocalCluster {
  readonly inside: InsideAccess;
  readonly ended: Promise<void>;
  readonly #context: ComponentContext;
  readonly #state: ClusterState;
  readonly #files: ClusterFiles;
  readonly #options: StartOptions;
  readonly #components = new Map<ComponentName, Component>();
  readonly #discovery: TargetDiscovery;
  /** Ends what is still under way when the cluster is to end. */
  readonly #ending = new AbortController();
  #stopping: Promise<void> | undefined;
  #stateWrites: Promise<void> = Promise.resolve();

  private constructor(context: ComponentContext, state: ClusterState, options: StartOptions) {
    this.#context = context;
    this.#state = state;
    this.#files = context.files;
    this.#options = options;
    this.ended = context.namespace.ended;
    const { hostUrls, tokens, files } = context;
    const client = new KubeClient(hostUrls.apiServer, tokens.prometheus, files.certificateAuthority);
    this.#discovery = new TargetDiscovery(client, files.scrapeTargets);
    this.inside = {
      apiServerUrl: urlOf('https', network.apiServer),
      kubeconfigPath: context.files.insideKubeconfig('admin'),
      prometheusUrl: urlOf('http', network.prometheus),
      gatewayUrl: urlOf('http', network.gateway),
    };
  }

  static async start(options: StartOptions): Promise<RunningCluster> {
    const state: ClusterState = {
      id: randomBytes(12).toString('hex'),
      name: options.name,
      phase: 'starting',
      owner: await processIdentity(process.pid),
      kubernetesVersion: options.resolved.kubernetesVersion,
      startedAt: new Date().toISOString(),
      components: {},
    };
    const folder = await claimFolder(clustersRoot(), state);
    let namespace: ClusterNamespace | undefined;
    let cluster: RunningCluster | undefined;
    try {
      namespace = await ClusterNamespace.create(folder, state.id);
      const context = await makeContext(folder, namespace, options);
      cluster = new RunningCluster(context, state, options);
      await unlessAborted(cluster.#bringUp(), options.signal);
      return cluster;
    } catch (error) {
      if (cluster !== undefined) await cluster.stop();
      else await namespace?.end();
      await removeFolder(folder);
      throw error;
    }
  }

  get name(): string {
    return this.#state.name;
  }
  get kubernetesVersion(): string {
    return this.#options.resolved.kubernetesVersion;
  }
  get kubeconfigPath(): string {
    return this.#files.hostKubeconfig;
  }
  get apiServerUrl(): string {
    return this.#context.hostUrls.apiServer;
  }
  get adminToken(): string {
    return this.#context.tokens.admin;
  }
  get caFile(): string {
    return this.#files.certificateAuthority;
  }
  get gatewayUrl(): string {
    return this.#context.hostUrls.gateway;
  }
  get prometheusUrl(): string {
    return this.#context.hostUrls.prometheus;
  }
  get auditLogPath(): string {
    return this.#files.auditLog;
  }
  get logsPath(): string {
    return this.#files.logs;
  }

  get podLogsPath(): string {
    return join(this.#files.nodeAgentData, 'logs');
  }

  get prometheusDataPath(): string {
    return this.#files.prometheusData;
  }

  exec(command: string, args: readonly string[] = [], options: SpawnOptions = {}): ChildProcess {
    const env = { ...(options.env ?? process.env), [clusterMarker]: this.#state.id };
    return this.#context.namespace.spawn(command, args, { ...options, env });
  }

  forward(to: Endpoint): Promise<number> {
    return this.#context.namespace.forward(to);
  }

  listenInside(host: string): Promise<Server> {
    return this.#context.namespace.listen(host);
  }

  async stopComponent(name: ComponentName): Promise<void> {
    await this.#component(name).stop();
  }

  async startComponent(name: ComponentName): Promise<void> {
    await this.#component(name).start();
  }

  async restartComponent(name: ComponentName): Promise<void> {
    await this.stopComponent(name);
    await this.startComponent(name);
  }

  pidOf(name: ComponentName): number | undefined {
    return this.#component(name).pid;
  }

  async setImages(images: ImageTable): Promise<void> {
    // In one step, because the node agent reads it while it changes.
    const temporary = `${this.#files.images}.part`;
    await writeFile(temporary, JSON.stringify(images, null, 2));
    await rename(temporary, this.#files.images);
  }

  async kubeconfigFor(token: string, side: 'host' | 'inside' = 'host', user = 'user'): Promise<string> {
    return renderKubeconfig({
      clusterName: this.name,
      server: side === 'host' ? this.apiServerUrl : this.inside.apiServerUrl,
      certificateAuthority: await readFile(this.caFile),
      user,
      token,
    });
  }

  async writeKubeconfig(account: {
    namespace: string;
    serviceAccount: string;
  }): Promise<ServiceAccountAccess> {
    const { namespace, serviceAccount } = account;
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' };
    const spec = { expirationSeconds: tokenLifetimeSeconds };
    const answer = await this.#context.kube.post<{ status: { token: string } }>(path, { ...request, spec });
    const token = answer.status.token;
    const user = `${namespace}.${serviceAccount}`;
    const kubeconfigPath = this.#files.userKubeconfig(user);
    const insideKubeconfigPath = this.#files.insideKubeconfig(user);
    await Promise.all([
      writeFile(kubeconfigPath, await this.kubeconfigFor(token, 'host', user), { mode: 0o600 }),
      writeFile(insideKubeconfigPath, await this.kubeconfigFor(token, 'inside', user), { mode: 0o600 }),
    ]);
    return { token, kubeconfigPath, insideKubeconfigPath };
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#end();
    await this.#stopping;
  }

  async #bringUp(): Promise<void> {
    const { images, log } = this.#options;
    await this.#writeFiles(images);
    log('starting etcd and the API server');
    const store = this.#run(etcd(this.#context));
    await this.#run(kubeApiServer(this.#context));
    await store;
    await this.#writeKubeconfigs();
    log('starting controllers, node agent, gateway and Prometheus');
    await Promise.all([
      this.#run(kubeControllerManager(this.#context)),
      this.#run(prometheus(this.#context)).then(() => this.#discovery.start()),
      this.#run(nodeAgent(this.#context)),
      this.#bringUpGateway(),
      this.#options.need.includes('kwok') ? this.#bringUpKwok() : undefined,
    ]);
    this.#state.phase = 'ready';
    await this.#saveState();
    log('the cluster is ready');
  }

  async #bringUpGateway(): Promise<void> {
    const { kube } = this.#context;
    await applyCrds(kube, this.#options.resolved.crdFolders, this.#ending.signal);
    await applyGatewayObjects(kube);
    await this.#run(contour(this.#context));
    await this.#run(envoy(this.#context));
  }

  async #bringUpKwok(): Promise<void> {
    await applySimulatedNode(this.#context.kube);
    await this.#run(kwok(this.#context));
  }

  async #writeFiles(images: ImageTable): Promise<void> {
    const { files, tokens } = this.#context;
    await mkdir(files.logs, { recursive: true });
    await mkdir(files.kubeconfigs, { recursive: true });
    await mkdir(files.nodeAgentData, { recursive: true });
    await Promise.all([
      writeCredentials(files, tokens),
      writeControlPlaneFiles(this.#context),
      writePrometheusFiles(this.#context),
      writeGatewayFiles(this.#context),
      writeNodeAgentFiles(this.#context, images),
      writeKwokFiles(this.#context),
    ]);
    await this.#saveState();
  }

  async #writeKubeconfigs(): Promise<void> {
    const { files, tokens } = this.#context;
    const secret = { mode: 0o600 };
    await writeFile(files.hostKubeconfig, await this.kubeconfigFor(tokens.admin, 'host', 'admin'), secret);
    for (const user of users) {
      await writeFile(
        files.insideKubeconfig(user),
        await this.kubeconfigFor(tokens[user], 'inside', user),
        secret,
      );
    }
  }

  async #run(spec: ComponentSpec): Promise<void> {
    this.#ending.signal.throwIfAborted();
    const environment = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      [clusterMarker]: this.#state.id,
    };
    const onChange = (message?: string) => {
      if (message !== undefined) this.#options.log(message);
      void this.#saveState();
    };
    const { namespace, files } = this.#context;
    const component = new Component(spec, namespace, files.log(spec.name), environment, onChange);
    this.#components.set(spec.name as ComponentName, component);
    const startedAt = Date.now();
    await component.start();
    this.#options.log(`${spec.name} is ready (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  }

  async #end(): Promise<void> {
    this.#state.phase = 'stopping';
    this.#ending.abort(new Error(`the cluster "${this.name}" is ending`));
    await this.#saveState();
    await this.#discovery.stop();
    for (const group of stopOrder) {
      await Promise.all(group.map((name) => this.#components.get(name)?.stop()));
    }
    this.#context.kube.close();
    await this.#stateWrites;
    // The keeper ends what is left in the namespace and removes the folder.
    await this.#context.namespace.end();
    await removeFolder(this.#files.folder);
  }

  #component(name: ComponentName): Component {
    const component = this.#components.get(name);
    if (component !== undefined) return component;
    throw new Error(`component: found ${name}; this cluster has ${[...this.#components.keys()].join(', ')}`);
  }

  /** Writes the state, one write after the other. A cluster that is being removed needs none any more. */
  #saveState(): Promise<void> {
    const { namespace, hostUrls } = this.#context;
    this.#stateWrites = this.#stateWrites.then(async () => {
      const components = [...this.#components].map(([name, component]) => [name, component.pid]);
      const current: ClusterState = {
        ...this.#state,
        keeper: { ...namespace.identity, rootless: namespace.entrance.rootless },
        apiServerUrl: hostUrls.apiServer,
        gatewayUrl: hostUrls.gateway,
        prometheusUrl: hostUrls.prometheus,
        components: Object.fromEntries(components) as Record<string, number | undefined>,
      };
      await writeState(this.#files.folder, current).catch(() => undefined);
    });
    return this.#stateWrites;
  }
}
