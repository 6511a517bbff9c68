import { labels } from '../../api/group.ts';
import { metricListsOf } from '../../api/metric-lists.ts';
import type { TemplateReference } from '../../api/metric-template.ts';
import type { RoutersConfig } from '../../config/controller-config.ts';
import type { Cluster } from '../../kubernetes/cluster.ts';
import { type KubernetesObject, keyOf, resourceKinds } from '../../kubernetes/resource.ts';
import type { Random } from '../../runtime/backoff.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { Reflector } from '../../runtime/reflector/reflector.ts';
import { KindCache } from './kind-cache.ts';
import { leanDeployment, leanEndpointSlice, leanPod, leanService, leanWhole } from './lean-objects.ts';

/** Which kinds are watched, and what is kept of them. The order is that in which they are shown. */
const watched = {
  modelDeployments: { kind: resourceKinds.modelDeployment, keep: leanWhole, owned: false },
  rolloutActions: { kind: resourceKinds.rolloutAction, keep: leanWhole, owned: false },
  // An install of an earlier release has no such kinds.
  metricTemplates: { kind: resourceKinds.metricTemplate, keep: leanWhole, owned: false, optional: true },
  clusterMetricTemplates: {
    kind: resourceKinds.clusterMetricTemplate,
    keep: leanWhole,
    owned: false,
    optional: true,
  },
  modelRollouts: { kind: resourceKinds.modelRollout, keep: leanWhole, owned: true },
  deployments: { kind: resourceKinds.deployment, keep: leanDeployment, owned: true },
  services: { kind: resourceKinds.service, keep: leanService, owned: true },
  endpointSlices: { kind: resourceKinds.endpointSlice, keep: leanEndpointSlice, owned: true },
  pods: { kind: resourceKinds.pod, keep: leanPod, owned: true },
  httpRoutes: {
    kind: resourceKinds.httpRoute,
    keep: leanWhole,
    owned: true,
    optional: true,
    router: 'gatewayAPI',
  },
  gateways: {
    kind: resourceKinds.gateway,
    keep: leanWhole,
    owned: false,
    optional: true,
    router: 'gatewayAPI',
  },
  gatewayClasses: {
    kind: resourceKinds.gatewayClass,
    keep: leanWhole,
    owned: false,
    optional: true,
    router: 'gatewayAPI',
  },
} as const;

const allRouters: RoutersConfig = { service: true, gatewayAPI: true };

export type WatchedKind = keyof typeof watched;

export interface ClusterCacheOptions {
  cluster: Cluster;
  clock: Clock;
  logger: Logger;
  /** Empty: all namespaces. */
  namespaces: readonly string[];
  /** What no switched-on router needs is not read. Default: all are on. */
  routers?: RoutersConfig;
  /** For the jitter of watches and waits; default: `Math.random`. */
  random?: Random;
}

/** Everything that belongs to one ModelDeployment, as the caches know it. */
export interface OwnedObjects {
  modelRollouts: KubernetesObject[];
  deployments: KubernetesObject[];
  services: KubernetesObject[];
  endpointSlices: KubernetesObject[];
  pods: KubernetesObject[];
  httpRoutes: KubernetesObject[];
}

const byModelDeployment = 'model-deployment';
const byTarget = 'target';
const byParent = 'parent';
const byClass = 'class';
const byTemplate = 'template';

/**
 * The shared watches: what the controller reads in a pass costs no request (law 15). Owned kinds are selected by our
 * label, so that other people's objects cost nothing.
 */
export class ClusterCache {
  readonly kinds: Readonly<Record<WatchedKind, KindCache>>;

  constructor(options: ClusterCacheOptions) {
    const { cluster, clock, logger, namespaces, random, routers = allRouters } = options;
    const cacheOf = (row: (typeof watched)[WatchedKind]) => {
      // A Gateway often lies in a namespace of its own, so that those are always read everywhere.
      const scoped = namespaces.length > 0 && row.kind.namespaced && row.kind !== resourceKinds.gateway;
      if ('router' in row && !routers[row.router]) return new KindCache([]);
      const scopes = scoped ? namespaces.map((namespace) => ({ namespace })) : [{}];
      const selector = row.owned ? { labelSelector: labels.modelDeployment } : {};
      return new KindCache(
        scopes.map(
          (scope) =>
            new Reflector({
              cluster,
              clock,
              logger,
              kind: row.kind,
              scope: { ...scope, ...selector },
              transform: row.keep,
              optional: 'optional' in row,
              random,
            }),
        ),
      );
    };
    this.kinds = Object.fromEntries(
      Object.entries(watched).map(([name, row]) => [name, cacheOf(row)]),
    ) as Record<WatchedKind, KindCache>;
    for (const [name, row] of Object.entries(watched)) {
      if (row.owned) this.kinds[name as WatchedKind].addIndex(byModelDeployment, ownersOf);
    }
    this.kinds.modelDeployments.addIndex(byParent, parentsOf);
    this.kinds.modelDeployments.addIndex(byTemplate, templatesOf);
    this.kinds.rolloutActions.addIndex(byTarget, targetOf);
    this.kinds.gateways.addIndex(byClass, classOf);
  }

  /** Calls `changed` with the key of every ModelDeployment that a change may concern. It may name one that is gone. */
  onChange(changed: (key: string) => void): void {
    this.kinds.modelDeployments.addHandler(({ key }) => changed(key));
    // Also where nobody has that name: an action about nothing gets an answer too.
    this.kinds.rolloutActions.addHandler(({ object }) => targetOf(object).forEach(changed));
    for (const [name, row] of Object.entries(watched)) {
      if (!row.owned) continue;
      this.kinds[name as WatchedKind].addHandler(({ object, previous }) => {
        for (const key of new Set([...ownersOf(object), ...(previous ? ownersOf(previous) : [])]))
          changed(key);
      });
    }
    for (const kind of ['metricTemplates', 'clusterMetricTemplates'] as const) {
      this.kinds[kind].addHandler(({ key, object }) => {
        const users = this.kinds.modelDeployments.byIndex(byTemplate, `${object.kind} ${key}`);
        for (const user of users) changed(keyOf(user));
      });
    }
    const gatewayChanged = (gatewayKey: string) => {
      for (const object of this.kinds.modelDeployments.byIndex(byParent, gatewayKey)) changed(keyOf(object));
    };
    this.kinds.gateways.addHandler(({ key }) => gatewayChanged(key));
    this.kinds.gatewayClasses.addHandler(({ key }) => {
      for (const gateway of this.kinds.gateways.byIndex(byClass, key)) gatewayChanged(keyOf(gateway));
    });
  }

  start(): void {
    for (const kind of Object.values(this.kinds)) kind.start();
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.kinds).map((kind) => kind.stop()));
  }

  async whenSynced(): Promise<void> {
    await Promise.all(this.reflectors.map((reflector) => reflector.whenSynced()));
  }

  get hasSynced(): boolean {
    return Object.values(this.kinds).every((kind) => kind.hasSynced);
  }

  get reflectors(): readonly Reflector[] {
    return Object.values(this.kinds).flatMap(({ reflectors }) => reflectors);
  }

  modelDeploymentKeys(): string[] {
    return this.kinds.modelDeployments.keys();
  }

  /** Every key that `onChange` could call out, once: of ModelDeployments, and of those that others still name. */
  keys(): Set<string> {
    const keys = new Set(this.modelDeploymentKeys());
    for (const action of this.kinds.rolloutActions.list()) for (const key of targetOf(action)) keys.add(key);
    return keys;
  }

  modelDeployment(key: string): KubernetesObject | undefined {
    return this.kinds.modelDeployments.get(key);
  }

  /** The RolloutActions about the ModelDeployment with this key, whether or not it is there. */
  actions(key: string): KubernetesObject[] {
    return this.kinds.rolloutActions.byIndex(byTarget, key);
  }

  owned(key: string): OwnedObjects {
    const of = (name: keyof OwnedObjects) => this.kinds[name].byIndex(byModelDeployment, key);
    return {
      modelRollouts: of('modelRollouts'),
      deployments: of('deployments'),
      services: of('services'),
      endpointSlices: of('endpointSlices'),
      pods: of('pods'),
      httpRoutes: of('httpRoutes'),
    };
  }

  /** The template that a metric of a ModelDeployment in this namespace names. */
  metricTemplate(namespace: string, { kind, name }: TemplateReference): KubernetesObject | undefined {
    return kind === 'ClusterMetricTemplate'
      ? this.kinds.clusterMetricTemplates.get(name)
      : this.kinds.metricTemplates.get(keyOf({ metadata: { namespace, name } }));
  }

  /** Names of all templates that a ModelDeployment in this namespace could use. */
  metricTemplateNames(namespace: string, kind: TemplateReference['kind']): string[] {
    const templates =
      kind === 'ClusterMetricTemplate'
        ? this.kinds.clusterMetricTemplates.list()
        : this.kinds.metricTemplates.list().filter(({ metadata }) => metadata.namespace === namespace);
    return templates.map(({ metadata }) => metadata.name).sort();
  }

  /** The class of a Gateway: who carries the traffic there, and what they can do. */
  gatewayClass(gatewayKey: string): KubernetesObject | undefined {
    const [className] = classOf(this.kinds.gateways.get(gatewayKey));
    return className === undefined ? undefined : this.kinds.gatewayClasses.get(className);
  }

  /** The controller name of the class of a Gateway. */
  gatewayController(gatewayKey: string): string | undefined {
    return this.gatewayClass(gatewayKey)?.['spec']?.controllerName;
  }
}

function classOf(gateway: KubernetesObject | undefined): string[] {
  const className = gateway?.['spec']?.gatewayClassName as string | undefined;
  return className === undefined ? [] : [className];
}

/** The templates that the metrics of a ModelDeployment name. */
function templatesOf({ metadata, spec }: KubernetesObject): string[] {
  const named = metricListsOf(spec ?? {}).flatMap(({ metrics }) => metrics);
  const keys = named.flatMap((metric) => {
    const reference = metric.kind === 'query' ? metric.template : undefined;
    if (!reference) return [];
    const { kind = 'MetricTemplate', name } = reference;
    const { namespace } = kind === 'MetricTemplate' ? metadata : {};
    return [`${kind} ${keyOf({ metadata: { namespace, name } })}`];
  });
  return [...new Set(keys)];
}

function targetOf({ metadata, spec }: KubernetesObject): string[] {
  const name = spec?.target?.name as string | undefined;
  return name ? [keyOf({ metadata: { namespace: metadata.namespace, name } })] : [];
}

function ownersOf({ metadata }: KubernetesObject): string[] {
  const name = metadata.labels?.[labels.modelDeployment];
  return name ? [keyOf({ metadata: { namespace: metadata.namespace, name } })] : [];
}

function parentsOf({ metadata, spec }: KubernetesObject): string[] {
  const parents = (spec?.traffic?.gatewayAPI?.parentRefs ?? []) as { namespace?: string; name: string }[];
  return parents.map(({ namespace, name }) =>
    keyOf({ metadata: { namespace: namespace ?? metadata.namespace, name } }),
  );
}
