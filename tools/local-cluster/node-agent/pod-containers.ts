import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentConfig } from './config.ts';
import type { ConfigObjects } from './config-objects.ts';
import { launchCommand, openLog } from './container-launch.ts';
import { logFileOf } from './container-log.ts';
import { ContainerProcess } from './container-process.ts';
import type { ContainerHost, PreparedContainer } from './container-runner.ts';
import { commandLine, referencedObjects, resolveEnvironment } from './environment.ts';
import type { PodPlace } from './field-reference.ts';
import { unsupportedHandler, type HandlerTarget } from './handler-attempt.ts';
import type { HostPrograms } from './host-programs.ts';
import type { Image, ImageTable } from './image-table.ts';
import type { Container, Pod } from './kubernetes-types.ts';
import { pause } from './pause.ts';
import type { PodVolumes } from './pod-volumes.ts';
import type { ProcessReaper } from './process-reaper.ts';
import { configMapKeys, secretKeys } from './volume-payload.ts';

export interface ContainerServices {
  config: AgentConfig;
  images: ImageTable;
  objects: ConfigObjects;
  programs: HostPrograms;
  reaper: ProcessReaper;
}

const firstBackoffMs = 2_000;

/** Turns the containers of one pod into processes: image, environment, mounts, log. */
export class PodContainers implements ContainerHost {
  pod: Pod;
  readonly changed: () => void;
  private readonly place: PodPlace;
  private readonly folder: string;
  private readonly volumes: PodVolumes;
  private readonly services: ContainerServices;

  constructor(
    pod: Pod,
    place: PodPlace,
    folder: string,
    volumes: PodVolumes,
    services: ContainerServices,
    changed: () => void,
  ) {
    this.pod = pod;
    this.place = place;
    this.folder = folder;
    this.volumes = volumes;
    this.services = services;
    this.changed = changed;
  }

  get restartPolicy(): 'Always' | 'OnFailure' | 'Never' {
    return this.pod.spec.restartPolicy ?? 'Always';
  }

  get graceSeconds(): number {
    return this.pod.spec.terminationGracePeriodSeconds ?? 30;
  }

  get handlers(): Pick<HandlerTarget, 'nsenter' | 'podIp'> {
    return { nsenter: this.services.programs.nsenter, podIp: this.place.podIp };
  }

  /** An image that is not in the table is one that cannot be pulled; the table can learn it later. */
  async untilImageKnown(
    image: string,
    report: (reason: string, message: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { images } = this.services;
    if (images.lookup(image)) return;
    const known = new AbortController();
    const ended = AbortSignal.any([known.signal, signal]);
    const unsubscribe = images.onChange(() => {
      if (images.lookup(image)) known.abort();
    });
    try {
      report('ErrImagePull', `image ${JSON.stringify(image)} is not in the image table`);
      await pause(firstBackoffMs, ended);
      if (!ended.aborted) report('ImagePullBackOff', `Back-off pulling image ${JSON.stringify(image)}`);
      if (!ended.aborted)
        await new Promise((resolve) => ended.addEventListener('abort', resolve, { once: true }));
    } finally {
      unsubscribe();
    }
  }

  async prepare(container: Container): Promise<PreparedContainer> {
    const image = this.services.images.lookup(container.image);
    if (!image) throw new Error(`image ${container.image} left the image table`);
    const unsupported = unsupportedHandler(container);
    if (unsupported !== undefined) throw new Error(unsupported);
    const environment = await this.environmentOf(container, image);
    const folder = join(this.folder, 'containers', container.name);
    const command = commandLine(container, image, environment);
    const workingDir = container.workingDir ?? image.workingDir ?? '/';
    const mounts = this.volumes.mountsOf(container);
    const launch = { folder, command, workingDir, mounts };
    return { commandLine: launchCommand(launch, this.services.programs), environment, folder };
  }

  start(container: Container, prepared: PreparedContainer): ContainerProcess {
    const { namespace, name } = this.pod.metadata;
    const logFile = openLog(logFileOf(this.services.config.dataDir, namespace, name, container.name));
    try {
      return new ContainerProcess({ ...prepared, logFile }, this.services.reaper);
    } finally {
      closeSync(logFile);
    }
  }

  private async environmentOf(container: Container, image: Image): Promise<Record<string, string>> {
    const { namespace } = this.pod.metadata;
    const { objects } = this.services;
    const wanted = referencedObjects(container);
    const configMaps = new Map<string, Record<string, string>>();
    for (const name of wanted.configMaps) {
      const keys = configMapKeys(await objects.configMap(namespace, name));
      if (keys) configMaps.set(name, asText(keys));
    }
    const secrets = new Map<string, Record<string, string>>();
    for (const name of wanted.secrets) {
      const keys = secretKeys(await objects.secret(namespace, name));
      if (keys) secrets.set(name, asText(keys));
    }
    return resolveEnvironment(this.pod, container, this.place, this.given(image), {
      configMap: (name) => configMaps.get(name),
      secret: (name) => secrets.get(name),
    });
  }

  /** What every container gets; nothing of the agent's own environment but PATH. */
  private given(image: Image): Record<string, string> {
    const { apiServer } = this.services.config;
    const port = apiServer.port || '443';
    return {
      PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: '/root',
      ...image.env,
      HOSTNAME: this.pod.metadata.name,
      KUBERNETES_SERVICE_HOST: apiServer.hostname,
      KUBERNETES_SERVICE_PORT: port,
      KUBERNETES_SERVICE_PORT_HTTPS: port,
      POD_IP: this.place.podIp,
      POD_NAME: this.pod.metadata.name,
      POD_NAMESPACE: this.pod.metadata.namespace,
    };
  }
}

function asText(keys: Map<string, Buffer>): Record<string, string> {
  return Object.fromEntries([...keys].map(([key, content]) => [key, content.toString()]));
}
