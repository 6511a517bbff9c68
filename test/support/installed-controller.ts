import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { objectPath } from './api-paths.ts';
import { ControllerRun, containerOf } from './controller-run.ts';
import { Helm, type Values } from './helm.ts';
import { ObjectHistory } from './object-history.ts';
import type { TestBed } from './test-bed.ts';
import { waitFor } from './wait-for.ts';

const namespace = 'understudy-system';

export interface InstallOptions {
  /** The name of the release, and of everything that it makes. */
  release?: string;
  /** How long a start may take. Default: a minute. */
  readyWithinMs?: number;
}

/**
 * The controller as users have it: all that the chart makes of values, with its Deployment, identity, rights, configuration and probes. A test
 * finds its pods here, and the processes that the node runs for them.
 */
export class InstalledController {
  readonly #bed: TestBed;
  readonly #deployment: KubernetesObject;
  readonly #pods: ObjectHistory;
  readonly #readyWithinMs: number;
  readonly #known = new Set<string>();
  /** Every run so far, in the order in which they became ready. */
  readonly runs: ControllerRun[] = [];

  private constructor(bed: TestBed, deployment: KubernetesObject, release: string, readyWithinMs: number) {
    this.#bed = bed;
    this.#deployment = deployment;
    this.#readyWithinMs = readyWithinMs;
    this.#pods = ObjectHistory.labelled(
      bed.cluster,
      resourceKinds.pod,
      `app.kubernetes.io/component=controller,app.kubernetes.io/instance=${release}`,
      namespace,
    );
  }

  /** Resolves when all its replicas are ready. Their number is one, unless the values say otherwise. */
  static async install(
    bed: TestBed,
    values: Values,
    { release = 'understudy', readyWithinMs = 60_000 }: InstallOptions = {},
  ): Promise<InstalledController> {
    const objects = await render(bed, { ...values, fullnameOverride: release }, release);
    const deployment = objects.find(({ kind }) => kind === 'Deployment')!;
    const installed = new InstalledController(bed, deployment, release, readyWithinMs);
    bed.atStop(() => installed.#pods.stop());
    // Those of an earlier release of the name, which is replaced or gone.
    for (const pod of await bed.list(resourceKinds.pod, namespace)) installed.#know(pod);
    for (const object of objects) await bed.apply(object);
    for (let left = deployment['spec'].replicas as number; left > 0; left -= 1) await installed.nextRun();
    return installed;
  }

  /** The newest run. */
  get run(): ControllerRun {
    return this.runs.at(-1)!;
  }

  /** Waits until a run that is not known yet is ready: a container that was started again, or another pod. */
  async nextRun({ notIn }: { notIn?: string } = {}): Promise<ControllerRun> {
    const { object } = await this.#pods.until('a controller runs', ({ type, object: pod }) => {
      const container = containerOf(pod);
      const runs = container?.state.running !== undefined && !this.#known.has(container.containerID!);
      return type !== 'DELETED' && runs && pod.metadata.name !== notIn && pod['status'].podIP !== undefined;
    });
    this.#know(object);
    const run = await ControllerRun.of(object, this.#pods, this.#bed.cluster, this.#readyWithinMs);
    this.runs.push(run);
    return run;
  }

  /** Takes the pod of a killed run away at once, as when a node is lost; resolves when the pod that comes instead is ready. */
  async replace(run: ControllerRun): Promise<ControllerRun> {
    await this.#bed.user.delete(`${objectPath(resourceKinds.pod, run.pod, namespace)}?gracePeriodSeconds=0`);
    return await this.nextRun({ notIn: run.pod });
  }

  /** Scales it to zero, and waits until its pods are gone. Returns the exit code of its newest run. */
  async stop(): Promise<number> {
    const spec = { ...this.#deployment['spec'], replicas: 0 };
    await this.#bed.apply({ ...this.#deployment, spec });
    const exitCode = await this.run.exitCode();
    await waitFor('the pods of the controller are gone', async () => {
      const { labels: all } = this.#deployment['spec'].template.metadata as {
        labels: Record<string, string>;
      };
      const selector = Object.entries(all).map(([label, value]) => `${label}=${value}`);
      return (await this.#bed.list(resourceKinds.pod, namespace, selector.join())).length === 0;
    });
    return exitCode;
  }

  #know(pod: KubernetesObject): void {
    const id = containerOf(pod)?.containerID;
    if (id !== undefined) this.#known.add(id);
  }
}

async function render(bed: TestBed, values: Values, release: string): Promise<KubernetesObject[]> {
  const helm = await Helm.on(bed.cluster);
  try {
    return await helm.template({ crds: { install: false }, ...values }, { release });
  } finally {
    await helm.close();
  }
}
