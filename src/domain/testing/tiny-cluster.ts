import type { RevisionIdentity } from '../revision/revision-hash.ts';
import type { RouterKind } from '../traffic/pods.ts';
import { extrasOf, type Lacking, type RouteExtras, sameExtras } from '../traffic/route-extras.ts';
import { type ApexSelection, type Backend, type TrafficIntent, sameBackends } from '../traffic/split.ts';
import type { RevisionView, TrafficView } from '../world.ts';

/** A pod of the model cluster: it becomes ready at a time, or never. */
export interface TinyPod {
  name: string;
  revision: string;
  bornAtMs: number;
  readyAtMs: number;
  live: boolean;
}

export interface TinyRevision {
  identity: RevisionIdentity;
  version: string;
  replicas: number;
  /** Pods beyond the replicas. */
  surge?: number;
  pods: TinyPod[];
  hasService: boolean;
  hasMirrorService?: boolean;
  createdAtMs: number;
  drainUntilMs: number | undefined;
}

/** A write to a traffic object, which the cluster may or may not be asked to carry out. */
export interface TrafficWrite {
  what: 'route' | 'apex' | 'labels' | 'preview';
  apply(): void;
}

/** How a version's pods behave: ready after a delay, or never. */
export interface PodBehaviour {
  readyAfterMs: number;
  problem?: string;
}

/**
 * The live objects of one ModelDeployment, as little of them as the domain needs: revisions with pods, a route and an apex
 * Service whose data plane follows after a delay. It knows nothing of rollouts.
 */
export class TinyCluster {
  nowMs: number;
  readonly router: RouterKind;
  /** How long the data plane takes to follow; Infinity: it never does. */
  ackDelayMs = 0;
  readonly behaviours = new Map<string, PodBehaviour>();
  readonly revisions = new Map<string, TinyRevision>();
  route: Backend[] | undefined;
  extras: RouteExtras = {};
  preview: string | undefined;
  lacking: Lacking = {};
  apex: ApexSelection | undefined;
  trafficProblem: TrafficView['problem'];
  /** What the data plane follows, and since when there is something new for it. */
  #seen: { apex: ApexSelection | undefined; live: Set<TinyPod> } = { apex: undefined, live: new Set() };
  readonly #changedAtMs: { route?: number; apex?: number } = {};
  #podsMade = 0;

  constructor(router: RouterKind, nowMs: number) {
    this.router = router;
    this.nowMs = nowMs;
  }

  /** Lets time pass to `nowMs`: pods become ready by it, and the data plane may follow. */
  advanceTo(nowMs: number): void {
    this.nowMs = Math.max(this.nowMs, nowMs);
    this.#follow();
  }

  /** When something next changes by itself. */
  nextChangeAtMs(): number {
    const times = this.#pods().map(({ readyAtMs }) => readyAtMs);
    for (const atMs of Object.values(this.#changedAtMs)) times.push(atMs + this.ackDelayMs);
    return Math.min(Infinity, ...times.filter((atMs) => atMs > this.nowMs));
  }

  isReady = (pod: TinyPod): boolean => pod.readyAtMs <= this.nowMs;

  readyOf(revision: string): TinyPod[] {
    return this.revisions.get(revision)?.pods.filter(this.isReady) ?? [];
  }

  scale(revision: TinyRevision, replicas: number, surge = revision.surge ?? 0): void {
    revision.replicas = replicas;
    revision.surge = surge;
    const { readyAfterMs } = this.behaviourOf(revision.version);
    while (revision.pods.length < replicas + surge) {
      this.#podsMade += 1;
      revision.pods.push({
        name: `pod-${this.#podsMade}`,
        revision: revision.identity.revision,
        bornAtMs: this.nowMs,
        readyAtMs: this.nowMs + readyAfterMs,
        live: false,
      });
    }
    // The pods that are not ready go first, as a ReplicaSet does it.
    revision.pods.sort((left, right) => left.readyAtMs - right.readyAtMs);
    revision.pods.length = replicas + surge;
  }

  /** The pod goes, and its successor starts. */
  evict(name: string): void {
    const revision = [...this.revisions.values()].find(({ pods }) => pods.some((pod) => pod.name === name));
    if (!revision) return;
    revision.pods = revision.pods.filter((pod) => pod.name !== name);
    this.scale(revision, revision.replicas);
  }

  behaviourOf(version: string): PodBehaviour {
    return this.behaviours.get(version) ?? { readyAfterMs: 0 };
  }

  /** Ready pods die, and their successors start from the beginning. */
  kill(revision: TinyRevision, count: number): void {
    const dead = this.readyOf(revision.identity.revision).slice(0, count);
    revision.pods = revision.pods.filter((pod) => !dead.includes(pod));
    this.scale(revision, revision.replicas);
  }

  /** The route or what the apex Service selects was written, by whomever. */
  trafficChanged(what: 'route' | 'apex'): void {
    this.#changedAtMs[what] = this.nowMs;
    this.#follow();
  }

  #follow(): void {
    const { route, apex } = this.#changedAtMs;
    if (route !== undefined && this.nowMs >= route + this.ackDelayMs) delete this.#changedAtMs.route;
    if (apex === undefined || this.nowMs < apex + this.ackDelayMs) return;
    delete this.#changedAtMs.apex;
    this.#seen = { apex: this.apex, live: new Set(this.#pods().filter((pod) => pod.live)) };
  }

  #pods(): TinyPod[] {
    return [...this.revisions.values()].flatMap(({ pods }) => pods);
  }

  /** The ready endpoints of the apex Service, as far as the data plane has followed. */
  #endpoints(): TinyPod[] {
    const { apex, live } = this.#seen;
    if (!apex) return [];
    return this.#pods()
      .filter(this.isReady)
      .filter((pod) => (apex.kind === 'live' ? live.has(pod) : pod.revision === apex.revision));
  }

  #chosen(): TinyPod[] {
    const { apex } = this;
    if (!apex) return [];
    return this.#pods()
      .filter(this.isReady)
      .filter((pod) => (apex.kind === 'live' ? pod.live : pod.revision === apex.revision));
  }

  get acknowledged(): boolean {
    if (this.router === 'weighted') return this.route !== undefined && this.#changedAtMs.route === undefined;
    const endpoints = this.#endpoints();
    const chosen = this.#chosen();
    return (
      this.apex !== undefined &&
      endpoints.length === chosen.length &&
      chosen.every((pod) => endpoints.includes(pod))
    );
  }

  traffic(): TrafficView {
    const pods = this.#pods();
    const endpoints = this.#endpoints();
    const named = new Set([
      ...(this.apex?.kind === 'revision' ? [this.apex.revision] : []),
      ...pods.filter((pod) => pod.live).map(({ revision }) => revision),
      ...endpoints.map(({ revision }) => revision),
      ...(this.route ?? []).map(({ revision }) => revision),
      ...(this.extras.testers ? [this.extras.testers.revision] : []),
      ...(this.extras.mirror ? [this.extras.mirror.revision] : []),
    ]);
    return {
      router: this.router,
      apex: this.apex,
      route: this.route,
      extras: this.extras,
      preview: this.preview,
      lacking: this.lacking,
      live: count(pods.filter((pod) => pod.live && this.isReady(pod))),
      endpoints: count(endpoints),
      acknowledged: this.acknowledged,
      acknowledgement: this.acknowledged ? 'taken over' : 'the data plane lags',
      pending: !this.acknowledged,
      named: [...named].sort(),
      problem: this.trafficProblem,
    };
  }

  views(): RevisionView[] {
    return [...this.revisions.values()].map((revision) => {
      const { identity, version, replicas, pods, hasService, createdAtMs, drainUntilMs } = revision;
      const ready = pods.filter(this.isReady).length;
      return {
        revision: identity.revision,
        hashVersion: identity.hashVersion,
        fullHash: identity.fullHash,
        model: { version },
        replicas,
        surge: revision.surge ?? 0,
        pods: pods.length,
        ready: hasService ? ready : 0,
        members: pods
          .map((pod) => ({
            name: pod.name,
            uid: pod.name,
            bornAtMs: pod.bornAtMs,
            ready: hasService && this.isReady(pod),
            live: pod.live,
          }))
          .sort((left, right) => left.bornAtMs - right.bornAtMs),
        hasService,
        hasMirrorService: revision.hasMirrorService ?? false,
        mirrorReady: revision.hasMirrorService ? ready : 0,
        createdAtMs,
        drainUntilMs,
        gracePeriodMs: 1_000,
        deadlineExceeded: false,
        problem: ready < replicas ? this.behaviourOf(version).problem : undefined,
      };
    });
  }

  /** The writes that bring the traffic objects nearer to an intent, in order; the plain Service takes several passes. */
  trafficWrites(intent: TrafficIntent, apex: ApexSelection): TrafficWrite[] {
    const writes = this.#splitWrites(intent, apex);
    if (this.preview !== intent.preview) {
      writes.push({ what: 'preview', apply: () => (this.preview = intent.preview) });
    }
    return writes;
  }

  #splitWrites(intent: TrafficIntent, apex: ApexSelection): TrafficWrite[] {
    const writes: TrafficWrite[] = [];
    const write = (what: TrafficWrite['what'], change: () => void) =>
      writes.push({
        what,
        apply: () => (change(), this.trafficChanged(what === 'route' ? 'route' : 'apex')),
      });
    const writeApex = () => {
      if (JSON.stringify(this.apex) !== JSON.stringify(apex)) write('apex', () => (this.apex = apex));
    };
    if (intent.kind === 'weighted') {
      if (!this.route || !sameBackends(this.route, intent.backends) || !sameExtras(this.extras, intent)) {
        write('route', () => ((this.route = intent.backends), (this.extras = extrasOf(intent))));
      }
      writeApex();
      return writes;
    }
    const labelled = this.#pods().filter((pod) => pod.live);
    const label = (some: TinyPod[], live: boolean) => {
      if (some.length > 0) write('labels', () => some.forEach((pod) => (pod.live = live)));
    };
    if (apex.kind === 'revision') {
      const selects = JSON.stringify(this.apex) === JSON.stringify(apex);
      writeApex();
      const stale = labelled.filter(({ revision }) => revision !== apex.revision);
      if (selects && this.acknowledged) label(stale, false);
      return writes;
    }
    const chosen = intent.live.flatMap(({ revision, pods: asked, replacedBeforeMs = 0 }) => {
      const isReplaced = ({ bornAtMs }: TinyPod) => Number(bornAtMs < replacedBeforeMs);
      return [...this.readyOf(revision)]
        .sort((a, b) => isReplaced(a) - isReplaced(b) || Number(b.live) - Number(a.live))
        .slice(0, asked);
    });
    const unlabelled = chosen.filter((pod) => !pod.live);
    const surplus = labelled.filter((pod) => !chosen.includes(pod));
    label(unlabelled, true);
    if (this.apex?.kind === 'live') {
      const held = this.#endpoints();
      if (chosen.length > 0 && chosen.every((pod) => held.includes(pod))) label(surplus, false);
      return writes;
    }
    if (this.acknowledged) label(surplus, false);
    if (writes.length === 0 && chosen.length > 0) writeApex();
    return writes;
  }
}

function count(pods: TinyPod[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { revision } of pods) counts[revision] = (counts[revision] ?? 0) + 1;
  return counts;
}
