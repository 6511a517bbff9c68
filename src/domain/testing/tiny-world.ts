import type { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import type { ResolvedSpec } from '../../api/defaults.ts';
import type { Verdict } from '../../api/phase.ts';
import { decide } from '../decide.ts';
import type { Decision, EventIntent } from '../decision.ts';
import type { MetricsState } from '../analysis/measurement.ts';
import type { PodHistory } from '../analysis/pod-history.ts';
import { type RevisionIdentity, identifyRevision } from '../revision/revision-hash.ts';
import type { GateAnswer, GateQuestion } from '../gates/gate-question.ts';
import { questionsOf } from '../strategy/outside-gates.ts';
import type { TargetView } from '../notices/notice.ts';
import type { ActionView, DeploymentView, RolloutView, World } from '../world.ts';
import type { Facts } from './facts.ts';
import { brokenBy, law1TakenBackInThePass, law3ReadyPodsRemain } from './laws.ts';
import { TinyCluster } from './tiny-cluster.ts';
import { type Asked, TinyActions } from './tiny-actions.ts';
import { TinyPast } from './tiny-past.ts';
import { type TinyOptions, tinyAnswer, tinySpec } from './tiny-spec.ts';
import { type TinyWrite, tinyWrites } from './tiny-writes.ts';

const startMs = Date.UTC(2026, 0, 1);

/** How a pass may be cut short: after so many writes, or because records cannot be written. */
export interface Faults {
  stopAfterWrites?: number;
  failRecord?: boolean;
}

/**
 * A world of one ModelDeployment for tests: user, cluster, metrics source and clock. `tick` is one pass of the controller;
 * `run` lets time and passes go on as they would by events. Every write is held against the laws.
 */
export class TinyWorld {
  readonly cluster: TinyCluster;
  readonly spec: ResolvedSpec;
  /** What the spec asks for: a name for people; the revision is its hash. */
  version = 'v1';
  generation = 1;
  status: ModelDeploymentStatus | undefined;
  rollouts: RolloutView[] = [];
  readonly actions = new TinyActions();
  /** What the metrics say of each version; 'Pass' unless said otherwise. */
  readonly verdicts = new Map<string, Verdict>();
  metricsKind: 'measured' | 'notConfigured' | 'pending' = 'measured';
  /** What is known of the stable's pods before a rollout. */
  history: PodHistory | undefined;
  birthRefused: string | undefined;
  /** Why the stored spec cannot be followed; `spec` and `version` then stand in for it. */
  invalidSpec: string | undefined;
  /** Why the metrics of the spec cannot be asked. */
  metricProblem: DeploymentView['metricProblem'];
  /** What gates answer; undefined: nothing yet. */
  gates: (question: GateQuestion) => GateAnswer | undefined = () => undefined;
  /** Who is told of rollouts. */
  targets: TargetView[] | undefined;
  /** By the pod's name. */
  evictionRefused: Record<string, string> = {};
  readonly violations: string[] = [];
  readonly events: EventIntent[] = [];
  /** Every candidate weight that was ever written, in order, without repetitions. */
  readonly weights: number[] = [];
  passes = 0;
  readonly #past = new TinyPast();
  readonly #identities = new Map<string, RevisionIdentity>();

  constructor(options: TinyOptions = {}) {
    this.cluster = new TinyCluster(options.router ?? 'weighted', startMs);
    this.spec = tinySpec(options);
  }

  // What is there, by the names that people use.

  identityOf(version: string): RevisionIdentity {
    let identity = this.#identities.get(version);
    if (!identity)
      this.#identities.set(version, (identity = identifyRevision({ model: { version }, serving: {} }, [])));
    return identity;
  }

  revision(version: string): string {
    return this.identityOf(version).revision;
  }

  replicasOf(version: string): number | undefined {
    return this.cluster.revisions.get(this.revision(version))?.replicas;
  }

  /** The live split by version, in percent. */
  get split(): Record<string, number> {
    const names = new Map([...this.cluster.revisions].map(([name, { version }]) => [name, version]));
    return Object.fromEntries(
      Object.entries(this.#shares()).map(([revision, share]) => [names.get(revision) ?? revision, share]),
    );
  }

  get rollout(): RolloutView {
    return this.rollouts.at(-1)!;
  }

  condition(type: string): string {
    return this.status?.conditions?.find((condition) => condition.type === type)?.status ?? 'absent';
  }

  get nowMs(): number {
    return this.cluster.nowMs;
  }

  // What the user does.

  editSpec(version: string): void {
    this.version = version;
    this.spec.model = { version };
    this.generation += 1;
  }

  pause(paused = true): void {
    this.spec.paused = paused;
    this.generation += 1;
  }

  setReplicas(replicas: number): void {
    this.spec.replicas = replicas;
    this.generation += 1;
  }

  /** Without a router there is no route. */
  editRoute(weights: Record<string, number>): void {
    if (this.cluster.router !== 'weighted') return;
    const route = Object.entries(weights).map(([version, weight]) => ({
      revision: this.revision(version),
      weight,
    }));
    this.#byHand(() => {
      this.cluster.route = route;
      this.cluster.trafficChanged('route');
    });
  }

  deleteRoute(): void {
    this.#byHand(() => {
      this.cluster.route = undefined;
      this.cluster.trafficChanged('route');
    });
  }

  editApex(version: string): void {
    this.#byHand(() => {
      this.cluster.apex = { kind: 'revision', revision: this.revision(version) };
      this.cluster.trafficChanged('apex');
    });
  }

  deleteStatus(): void {
    this.status = undefined;
  }

  deleteRecords(): void {
    this.rollouts = [];
  }

  deleteRevision(version: string): void {
    this.cluster.revisions.delete(this.revision(version));
  }

  /** Somebody asks for something, of what runs now unless the action says otherwise. */
  ask(verb: ActionView['spec']['verb'], asked: Asked = {}): ActionView {
    return this.actions.ask(this, verb, asked);
  }

  // What happens to pods, metrics and the data plane.

  /** Pods of a version never become ready, now and in future. */
  breakPods(version: string, problem = 'ErrImagePull'): void {
    this.cluster.behaviours.set(version, { readyAfterMs: Infinity, problem });
    const revision = this.cluster.revisions.get(this.revision(version));
    for (const pod of revision?.pods ?? []) pod.readyAtMs = Infinity;
  }

  /** Pods of a version are ready after a delay, also those that wait now. */
  healPods(version: string, readyAfterMs = 0): void {
    this.cluster.behaviours.set(version, { readyAfterMs });
    const revision = this.cluster.revisions.get(this.revision(version));
    for (const pod of revision?.pods ?? []) {
      if (!this.cluster.isReady(pod)) pod.readyAtMs = this.nowMs + readyAfterMs;
    }
  }

  /** Names of the pods of a version, the oldest first. */
  podsOf(version: string): string[] {
    const view = this.cluster.views().find(({ revision }) => revision === this.revision(version));
    return view?.members.map(({ name }) => name) ?? [];
  }

  killPods(version: string, count: number): void {
    const revision = this.cluster.revisions.get(this.revision(version));
    if (revision) this.cluster.kill(revision, count);
  }

  /** How long the data plane takes to follow; Infinity: it never does. */
  lag(delayMs: number): void {
    this.cluster.ackDelayMs = delayMs;
    this.cluster.advanceTo(this.nowMs);
  }

  say(version: string, verdict: Verdict): void {
    this.verdicts.set(version, verdict);
  }

  // The controller.

  gather(): World {
    const { spec, generation, status } = this;
    const world: World = {
      nowMs: this.nowMs,
      deployment: {
        namespace: 'ml',
        name: 'sentiment',
        uid: 'uid',
        generation,
        deleting: false,
        spec,
        status,
        ...(this.invalidSpec !== undefined && { invalidSpec: this.invalidSpec }),
        ...(this.metricProblem && { metricProblem: this.metricProblem }),
      },
      target: this.identityOf(this.version),
      revisions: this.cluster.views(),
      rollouts: [...this.rollouts],
      actions: this.actions.views(),
      traffic: this.cluster.traffic(),
      analysis: {
        metrics: this.#metrics(),
        preset: undefined,
        port: 80,
        scrapeIntervalMs: 15_000,
        ...(this.history && { history: this.history }),
      },
      birthRefused: this.birthRefused,
      evictionRefused: this.evictionRefused,
      ...(this.targets && { targets: this.targets }),
    };
    const rollout = this.rollouts.at(-1);
    const questions = rollout ? questionsOf(world, rollout) : [];
    const gates = questions.map((question) => {
      const answer = this.gates(question);
      return { id: question.id, ...(answer && { answer }) };
    });
    return { ...world, gates };
  }

  /** One pass. Returns how many writes it made. */
  tick(faults: Faults = {}): { writes: TinyWrite[]; decision: Decision } {
    this.passes += 1;
    const decision = decide(this.gather());
    const writes = this.carryOut(decision, faults);
    return { writes, decision };
  }

  /** The writes of a decision, in the order of law 13, each held against the laws. */
  carryOut(decision: Decision, { stopAfterWrites = Infinity, failRecord = false }: Faults = {}): TinyWrite[] {
    const done: TinyWrite[] = [];
    const writes = tinyWrites(this, decision);
    const noRecord = failRecord && writes.some(({ what }) => isRecord(what));
    const allowed = noRecord
      ? writes.filter(
          ({ what }) => decision.trafficBeforeRecord && ['route', 'apex', 'labels'].includes(what),
        )
      : writes;
    for (const write of allowed) {
      if (done.length >= stopAfterWrites) return done;
      this.write(write);
      done.push(write);
    }
    if (!noRecord) {
      this.events.push(...decision.events);
      const facts = this.facts();
      this.#past.passed(facts.shares);
      const left = law1TakenBackInThePass(facts);
      if (left) this.violations.push(left);
    }
    return done;
  }

  write({ apply }: TinyWrite): void {
    const before = this.facts();
    apply();
    const after = this.facts();
    const lost = law3ReadyPodsRemain(before, after);
    this.violations.push(...brokenBy(before, after), ...(lost === undefined ? [] : [lost]));
    this.#past.remember(before, after);
    this.#noteWeight(after);
  }

  /** Lets `forMs` of time pass with a pass at every event and every wish of the controller to be woken. */
  run(forMs: number): this {
    const untilMs = this.nowMs + forMs;
    for (let steps = 0; steps < 5_000; steps += 1) {
      const requeueAfterMs = this.settlePasses();
      const nextMs = Math.min(this.nowMs + (requeueAfterMs ?? Infinity), this.cluster.nextChangeAtMs());
      if (nextMs > untilMs) {
        this.cluster.advanceTo(untilMs);
        this.settlePasses();
        return this;
      }
      this.cluster.advanceTo(nextMs);
    }
    throw new Error(`the world does not come to rest: ${this.status?.message}`);
  }

  /** Passes at this moment until one writes nothing. */
  settlePasses(): number | undefined {
    for (let passes = 0; passes < 60; passes += 1) {
      const { writes, decision } = this.tick();
      if (writes.length === 0) return decision.requeueAfterMs;
    }
    throw new Error(`60 passes at one moment and still something to write: ${this.status?.message}`);
  }

  facts(): Facts {
    const views = this.cluster.views();
    const newest = this.rollouts.at(-1);
    return {
      nowMs: this.nowMs,
      router: this.cluster.router,
      replicas: this.spec.replicas,
      drainMs: this.spec.drainMs,
      route: this.cluster.route,
      apex: this.cluster.apex,
      acknowledged: this.cluster.acknowledged,
      shares: this.#shares(),
      named: this.cluster.traffic().named,
      revisions: Object.fromEntries(
        views.map(({ revision, replicas, ready }) => [revision, { replicas, ready }]),
      ),
      // Stored objects are replaced as a whole, so that a copy of what holds them is enough.
      rollout: newest && { ...newest },
      ...this.#past.copy(),
    };
  }

  #shares(): Record<string, number> {
    const { route, apex, router } = this.cluster;
    const pods = [...this.cluster.revisions.values()].flatMap((revision) => revision.pods);
    const parts =
      router === 'weighted'
        ? (route ?? []).map(({ revision, weight }): [string, number] => [revision, weight])
        : apex?.kind === 'revision'
          ? [[apex.revision, 1] as [string, number]]
          : pods.filter(({ live }) => live && apex).map(({ revision }): [string, number] => [revision, 1]);
    const total = parts.reduce((sum, [, part]) => sum + part, 0);
    const shares: Record<string, number> = {};
    for (const [revision, part] of parts) {
      shares[revision] = (shares[revision] ?? 0) + (total === 0 ? 0 : (100 * part) / total);
    }
    return shares;
  }

  #metrics(): MetricsState {
    if (this.metricsKind !== 'measured') return { kind: this.metricsKind };
    return tinyAnswer(this.verdicts.get(this.version) ?? 'Pass', this.nowMs);
  }

  #byHand(change: () => void): void {
    const before = this.facts();
    change();
    this.#past.remember(before, this.facts(), { byHand: true });
  }

  #noteWeight({ rollout, shares }: Facts): void {
    const weight = Math.round((shares[rollout?.spec.to.revision ?? ''] ?? 0) * 10) / 10;
    if (rollout && weight !== (this.weights.at(-1) ?? 0)) this.weights.push(weight);
  }
}

const isRecord = (what: TinyWrite['what']): boolean => what === 'record' || what === 'createRollout';
