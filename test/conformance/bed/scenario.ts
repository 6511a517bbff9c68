import { afterEach, expect } from '@jest/globals';
import type { ModelDeploymentSpec } from '../../../src/api/model-deployment.ts';
import type { RolloutVerb } from '../../../src/api/rollout-action.ts';
import type { Step } from '../../../src/api/strategy/step.ts';
import { keyOf, nameOf, resourceKinds } from '../../../src/kubernetes/resource.ts';
import { badImage, specOf, until, weightsOf } from '../../../src/simulation/testing/world-bed.ts';
import { goodQuality } from '../../../src/simulation/traffic/answer-quality.ts';
import { clientsOf } from '../../../src/simulation/traffic/clients-of.ts';
import { ScenarioVerbs } from '../../../src/simulation/verbs.ts';
import { isReady, podStatus } from '../../../src/simulation/workloads/pod-status.ts';
import { SimulatedWorld, type StartOptions, type WorldOptions } from '../../../src/simulation/world.ts';
import { leftoversOf, Promises, remains } from './promises.ts';
import { ScriptedAnswers } from './scripted-answers.ts';

const requestsPerSecond = 100;

export const host = 'model.example.com';

/** A model with four pods behind the gateway: what the scenarios start from. */
export const fourReplicas = (overrides: Partial<ModelDeploymentSpec> = {}): ModelDeploymentSpec =>
  specOf({ replicas: 4, ...overrides });

/** A canary by these steps with a bake of a minute. */
export const canary = (steps: Step[], more: object = {}): Pick<ModelDeploymentSpec, 'strategy'> => ({
  strategy: { canary: { steps, bake: { duration: '60s' }, ...more } },
});

export const weight = (weight: number, hold = '30s'): Step => ({ weight, hold });

/** A query that passes below 1 and fails above 2; its answer is said by its name. */
export const query = (name: string, more: object = {}) => ({
  name,
  kind: 'query' as const,
  query: `${name}{revision="{{ candidate.revision }}"}`,
  pass: 'result < 1.0',
  fail: 'result > 2.0',
  ...more,
});

/** Both arms by plain Services. */
export const plainServices: Pick<ModelDeploymentSpec, 'traffic'> = { traffic: { service: {} } };

/** A world with a controller, a scripted Prometheus, and one ModelDeployment `ml/model`. */
export class Scenario {
  readonly world: SimulatedWorld;
  readonly model: ScenarioVerbs;
  readonly answers: ScriptedAnswers;
  readonly promises: Promises;
  #asked = 0;

  constructor(options: Partial<WorldOptions>, start: StartOptions) {
    let answers!: ScriptedAnswers;
    const sources = ({ clock, prometheus }: SimulatedWorld) => [
      (answers = new ScriptedAnswers(clock, prometheus)),
    ];
    // Every error is one that a scenario asks for.
    const traffic = {
      clients: [],
      quality: { ...goodQuality, errorRate: 0 },
      prometheus: { scrapeIntervalMs: 5_000 },
    };
    this.world = new SimulatedWorld({ seed: 1, traffic, sources, ...options });
    this.answers = answers;
    this.promises = new Promises(this.world);
    this.world.behaviours.forImage(badImage, { kind: 'neverPulls' });
    this.world.startController(start);
    this.model = new ScenarioVerbs(this.world, 'ml/model');
  }

  /** From now on users send requests to whatever is there. */
  sendRequests(): void {
    const { server, traffic } = this.world;
    traffic.clients = [...server.list(resourceKinds.modelDeployment)].flatMap((deployment) => {
      const clients = clientsOf(nameOf(keyOf(deployment)), deployment['spec'], requestsPerSecond);
      return clients.map((client) => ({ ...client, name: `${client.name} of ${deployment.metadata.name}` }));
    });
  }

  /** Lets time pass until it holds; fails with the state that was reached when it does not. */
  until(condition: () => boolean, limitMs?: number): Promise<void> {
    return until(this, condition, limitMs);
  }

  run(forMs: number): Promise<void> {
    return this.world.run(forMs);
  }

  /** Asks for another version, waits until its rollout has begun, and says its revision. */
  async release(version: string): Promise<string> {
    return this.change((spec) => ({ ...spec, model: { ...spec.model, version } }));
  }

  /** Edits the spec to another revision, waits until its rollout has begun, and says its revision. */
  async change(edit: (spec: ModelDeploymentSpec) => ModelDeploymentSpec): Promise<string> {
    const before = this.newest?.metadata.name;
    this.model.edit(edit);
    await this.until(() => this.newest !== undefined && this.newest.metadata.name !== before);
    return this.newest!.spec.to.revision;
  }

  /** Makes a RolloutAction about the rollout that the status shows, or the one that is named; says the action's name. */
  ask(verb: RolloutVerb, { rollout, ...more }: { full?: boolean; rollout?: string } = {}): string {
    this.#asked += 1;
    const name = `${verb}-${this.#asked}`;
    const uid = this.world.modelDeployment(this.model.key)?.metadata.uid ?? '';
    const target = rollout === undefined ? {} : { target: { name: 'model', uid, rollout } };
    this.model.ask(verb, { name, requestedBy: 'alice', ...target, ...more });
    return name;
  }

  /** What an action was answered, such as `Applied Aborted`. */
  answerTo(action: string): string {
    const { state = '', reason = '' } =
      this.world.server.find(resourceKinds.rolloutAction, `ml/${action}`)?.['status'] ?? {};
    return `${state} ${reason}`.trim();
  }

  /** Until the newest rollout has an outcome; says which. */
  async outcome(limitMs?: number): Promise<string> {
    await this.until(() => this.newest?.status?.phase === 'Ended', limitMs);
    return this.newest!.status!.outcome!;
  }

  /** The newest record. */
  get newest() {
    return this.model.rollouts.sort((left, right) => left.spec.number - right.spec.number).at(-1);
  }

  /** Every weight, in thousandths, that the route gave to a revision, in order and without repetitions. */
  weightsOf(revision: string): number[] {
    return weightsOf(this, revision);
  }

  /** How many pods a revision's Deployment asks for; undefined when there is none. */
  replicasOf(revision: string): number | undefined {
    return this.world.server.find(resourceKinds.deployment, `${this.model.key}-${revision}`)?.['spec']
      .replicas;
  }

  /** One more ModelDeployment, with other things in its spec. */
  beside(key: string, overrides: Partial<ModelDeploymentSpec>): ScenarioVerbs {
    const verbs = new ScenarioVerbs(this.world, key);
    verbs.create(fourReplicas(overrides));
    return verbs;
  }

  /** One more pod of a revision whose pods are not ready by themselves gets ready. */
  makeOneReady(revision: string): void {
    const pod = this.model.podsOf(revision).find((one) => !isReady(one));
    if (!pod) throw new Error(`revision ${revision} has no pod that is not ready`);
    const facts = { state: { running: true }, ready: true, restarts: 0, ip: pod['status']?.podIP } as const;
    const status = podStatus(pod, facts, this.world.clock.now());
    this.world.as('kubelet').replace({ ...pod, status }, { subresource: 'status' });
  }

  /** Loses pods as with their node. */
  losePods(revision: string, count?: number): void {
    this.promises.allowLostPods();
    this.model.losePods(revision, count);
  }

  /** Watches a number after every change of the world; says its least and greatest so far. */
  watch(read: () => number): { least: number; greatest: number } {
    const seen = { least: read(), greatest: read() };
    this.world.server.onChange(() => {
      const now = read();
      seen.least = Math.min(seen.least, now);
      seen.greatest = Math.max(seen.greatest, now);
    });
    return seen;
  }
}

export interface ScenarioOptions extends Partial<WorldOptions> {
  start?: StartOptions;
}

/**
 * Called once at the top of a file: gives the two ways to begin a scenario, and holds each of them, when its test is over, to what all
 * scenarios promise: what was settled is tidy, and what was deleted leaves nothing behind.
 */
export function scenarios() {
  let open: Scenario[] = [];
  const begin = ({ start = {}, ...options }: ScenarioOptions = {}): Scenario => {
    const scenario = new Scenario(options, start);
    open.push(scenario);
    return scenario;
  };
  afterEach(async () => {
    const ended = open;
    open = [];
    for (const scenario of ended) await finish(scenario);
  });
  return {
    /** Nothing is there yet. */
    begin,
    /** The first revision is served and settled, and users send requests from then on. */
    serving: async (
      overrides: Partial<ModelDeploymentSpec> = {},
      options?: ScenarioOptions,
    ): Promise<Scenario> => {
      const scenario = begin(options);
      scenario.model.create(fourReplicas(overrides));
      await scenario.until(() => scenario.model.phase === 'Healthy');
      // The gateway follows its routes a moment later.
      await scenario.run(1_000);
      scenario.sendRequests();
      return scenario;
    },
  };
}

/** Long enough for every drain and garbage collection. */
const tidyMs = 120_000;

async function finish({ world, promises }: Scenario): Promise<void> {
  await world.run(tidyMs);
  const { broken, failedRequests } = promises;
  world.traffic.clients = [];
  const deployments = [...world.server.list(resourceKinds.modelDeployment)].map(keyOf);
  const left = deployments.flatMap((key) => leftoversOf(world, key));
  for (const key of deployments) world.as('alice').delete(resourceKinds.modelDeployment, nameOf(key));
  await world.run(tidyMs);
  expect({ broken, failedRequests, left, remains: remains(world) }).toEqual({
    broken: [],
    failedRequests: 0,
    left: [],
    remains: [],
  });
}
