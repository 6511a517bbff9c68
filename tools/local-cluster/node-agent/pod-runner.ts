import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError, untilAnswered, type ApiClient } from './api-client.ts';
import { exponentialDelayMs } from './backoff.ts';
import { ContainerRunner, type ContainerKind } from './container-runner.ts';
import { Deadline } from './deadline.ts';
import type { PodPlace } from './field-reference.ts';
import type { Container, Pod, PodStatus } from './kubernetes-types.ts';
import { log } from './log.ts';
import { pause } from './pause.ts';
import { PodContainers, type ContainerServices } from './pod-containers.ts';
import { PodStatusWriter } from './pod-status-writer.ts';
import { computePodStatus, timestamp } from './pod-status.ts';
import { PodVolumes } from './pod-volumes.ts';

export interface PodServices extends ContainerServices {
  client: ApiClient;
  signal: AbortSignal;
}

/** Grace of a pod that vanished from the API server: somebody forced its deletion and waits for nothing. */
const forcedGraceSeconds = 1;

/** Runs one pod, from its volumes to its removal. Its errors stay its own. */
export class PodRunner {
  private pod: Pod;
  private readonly place: PodPlace;
  private readonly folder: string;
  private readonly services: PodServices;
  private readonly volumes: PodVolumes;
  private readonly host: PodContainers;
  private readonly initRunners: ContainerRunner[];
  private readonly runners: ContainerRunner[];
  private readonly writer: PodStatusWriter;
  private readonly startTime: string;
  private readonly deadline = new Deadline();
  private readonly stopping = new AbortController();
  private readonly finished: Promise<void>;
  private ending: Promise<void> | undefined;
  private ended = false;

  constructor(pod: Pod, place: PodPlace, services: PodServices) {
    this.pod = pod;
    this.place = place;
    this.services = services;
    this.folder = join(services.config.dataDir, 'pods', pod.metadata.uid);
    this.startTime = pod.status?.startTime ?? timestamp(Date.now());
    this.writer = new PodStatusWriter(
      services.client,
      pod,
      (previous) => this.status(previous),
      services.signal,
    );
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.volumes = new PodVolumes(pod, place, join(this.folder, 'volumes'), services);
    this.host = new PodContainers(pod, place, this.folder, this.volumes, services, () =>
      this.writer.changed(),
    );
    this.initRunners = (pod.spec.initContainers ?? []).map((container) =>
      this.runnerOf(
        container,
        container.restartPolicy === 'Always' ? 'sidecar' : 'init',
        'initContainerStatuses',
      ),
    );
    this.runners = pod.spec.containers.map((container) =>
      this.runnerOf(container, 'main', 'containerStatuses'),
    );
    this.finished = this.run().catch((error: unknown) => log(`${this.name} cannot go on`, error));
  }

  /** The object has changed: its labels, its readiness gates, or it is to be deleted. */
  update(pod: Pod): void {
    this.pod = pod;
    this.host.pod = pod;
    this.volumes.update(pod);
    if (pod.metadata.deletionTimestamp === undefined) this.writer.changed();
    else this.deadline.setWithin(pod.metadata.deletionGracePeriodSeconds ?? this.host.graceSeconds);
  }

  /** Ends the pod in order and deletes the object; later calls only wait for the first. */
  delete(): Promise<void> {
    this.ending ??= this.end().then(() => this.confirmDeletion());
    return this.ending;
  }

  /** The object is gone already: ends the processes without a word to the API server. */
  abandon(graceSeconds = forcedGraceSeconds): Promise<void> {
    this.writer.close();
    this.deadline.setWithin(graceSeconds);
    this.ending ??= this.end();
    return this.ending;
  }

  private get name(): string {
    return `${this.pod.metadata.namespace}/${this.pod.metadata.name}`;
  }

  private runnerOf(
    container: Container,
    kind: ContainerKind,
    statuses: 'initContainerStatuses' | 'containerStatuses',
  ): ContainerRunner {
    const before = this.pod.status?.[statuses]?.find((status) => status.name === container.name);
    return new ContainerRunner(container, kind, this.host, this.name, before);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    this.writer.changed();
    await this.fillVolumes();
    if (signal.aborted) return;
    if (this.initRunners.length > 0) this.runners.forEach((runner) => runner.wait('PodInitializing'));
    const sidecars: Promise<void>[] = [];
    for (const runner of this.initRunners) {
      const running = runner.run();
      if (runner.kind === 'sidecar') {
        sidecars.push(running);
        await runner.untilStarted();
      } else {
        await running;
        if (runner.status.state.terminated?.exitCode !== 0) break;
      }
      if (signal.aborted) break;
    }
    const initialized = this.initRunners.every(
      (runner) => runner.kind === 'sidecar' || runner.status.state.terminated?.exitCode === 0,
    );
    if (initialized && !signal.aborted) await Promise.all(this.runners.map((runner) => runner.run()));
    if (!signal.aborted) await this.stopSidecars();
    await Promise.all(sidecars);
  }

  private async fillVolumes(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await this.volumes.fill();
        return;
      } catch (error) {
        if (failures === 1) log(`${this.name} waits for its volumes`, error);
        const message = (error as Error).message;
        [...this.initRunners, ...this.runners].forEach((runner) => runner.wait('ContainerCreating', message));
        await pause(exponentialDelayMs(failures, 500, 10_000), signal);
      }
    }
  }

  private async end(): Promise<void> {
    this.stopping.abort();
    this.deadline.setWithin(this.host.graceSeconds);
    // Init containers too: one of them can be what runs now.
    const first = [...this.runners, ...this.initRunners.filter((runner) => runner.kind === 'init')];
    await Promise.all(first.map((runner) => runner.stop(this.deadline.signal)));
    await this.stopSidecars();
    await this.finished;
    this.deadline.cancel();
    this.ended = true;
    this.volumes.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Sidecars end after the containers that use them, the last one first. */
  private async stopSidecars(): Promise<void> {
    for (const runner of [...this.initRunners].reverse()) {
      if (runner.kind === 'sidecar') await runner.stop(this.deadline.signal);
    }
  }

  private async confirmDeletion(): Promise<void> {
    this.writer.changed();
    await this.writer.settled();
    const { namespace, name, uid } = this.pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    try {
      await untilAnswered(`deletion of ${this.name}`, this.services.signal, () =>
        this.services.client.delete(path, { gracePeriodSeconds: 0, preconditions: { uid } }),
      );
    } catch (error) {
      const gone = error instanceof ApiError && (error.status === 404 || error.status === 409);
      if (!gone) log(`${this.name} could not be deleted`, error);
    }
  }

  private status(previous: PodStatus | undefined): PodStatus {
    const facts = {
      place: this.place,
      startTime: this.startTime,
      initContainers: this.initRunners.map((runner) => runner.status),
      containers: this.runners.map((runner) => runner.status),
      ended: this.ended,
    };
    return computePodStatus(this.pod, facts, previous, timestamp(Date.now()));
  }
}
