import { labels } from '../api/group.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { keyOf, type KubernetesObject, type ResourceKind, resourceKinds } from '../kubernetes/resource.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { Reflector } from '../runtime/reflector/reflector.ts';
import type { Objects } from './objects.ts';

export interface OwnWatchesOptions {
  cluster: Cluster;
  clock: Clock;
  logger: Logger;
  /** Absent: all. */
  namespace?: string | undefined;
}

const { modelDeployment, modelRollout, rolloutAction, deployment, pod } = resourceKinds;
const byModel = 'model';

/** The caches of `understudy dashboard`: watches of its own, with what the person may list. What they may not stays empty. */
export class OwnWatches implements Objects {
  readonly #models: Reflector;
  readonly #rollouts: Reflector;
  readonly #actions: Reflector;
  readonly #deployments: Reflector;
  readonly #pods: Reflector;

  constructor({ cluster, clock, logger, namespace }: OwnWatchesOptions) {
    const of = (kind: ResourceKind, owned = false) =>
      new Reflector({
        ...{ cluster, clock, logger, kind },
        scope: {
          ...(namespace !== undefined && { namespace }),
          ...(owned && { labelSelector: labels.modelDeployment }),
        },
      });
    this.#models = of(modelDeployment);
    this.#rollouts = of(modelRollout);
    this.#actions = of(rolloutAction);
    this.#deployments = of(deployment, true);
    this.#pods = of(pod, true);
    this.#actions.addIndex(byModel, (action) => modelIn(action, action['spec']?.target?.name));
    for (const owned of this.#owned)
      owned.addIndex(byModel, (object) => modelIn(object, object.metadata.labels?.[labels.modelDeployment]));
  }

  get #owned(): Reflector[] {
    return [this.#rollouts, this.#deployments, this.#pods];
  }

  get #all(): Reflector[] {
    return [this.#models, this.#actions, ...this.#owned];
  }

  start(): void {
    for (const reflector of this.#all) reflector.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((reflector) => reflector.stop()));
  }

  keys(): string[] {
    return this.#models.store.keys();
  }

  modelDeployment(key: string): KubernetesObject | undefined {
    return this.#models.store.get(key);
  }

  modelRollouts(key: string): KubernetesObject[] {
    return this.#rollouts.store.byIndex(byModel, key);
  }

  actions(key: string): KubernetesObject[] {
    return this.#actions.store.byIndex(byModel, key);
  }

  deployments(key: string): KubernetesObject[] {
    return this.#deployments.store.byIndex(byModel, key);
  }

  pods(key: string): KubernetesObject[] {
    return this.#pods.store.byIndex(byModel, key);
  }

  onChange(changed: (key: string) => void): void {
    this.#models.addHandler(({ key }) => changed(key));
    this.#actions.addHandler(({ object }) => modelIn(object, object['spec']?.target?.name).forEach(changed));
    for (const owned of this.#owned) {
      owned.addHandler(({ object }) =>
        modelIn(object, object.metadata.labels?.[labels.modelDeployment]).forEach(changed),
      );
    }
  }

  state(): ReturnType<Objects['state']> {
    const { hasSynced, failure } = this.#models.status();
    return { synced: hasSynced, failure };
  }
}

const modelIn = ({ metadata }: KubernetesObject, name: string | undefined): string[] =>
  name === undefined ? [] : [keyOf({ metadata: { namespace: metadata.namespace, name } })];
