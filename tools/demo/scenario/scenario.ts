import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelRollout } from '../../../src/api/model-rollout.ts';
import { resourceKinds, type KubernetesObject } from '../../../src/kubernetes/resource.ts';
import type { DemoCluster } from '../cluster/demo-cluster.ts';
import { digitsManifest } from '../install/manifests.ts';
import { waitForGateway } from './gateway-answers.ts';
import type { RolloutObserver, WeightChange } from './rollout-observer.ts';

/** The ModelDeployment of examples/digits. */
export const digits = { namespace: 'digits', name: 'digits', host: 'digits.example.com' } as const;

/** What is known of one version's way to the users, or back. Times are milliseconds since the epoch. */
export interface RolloutFacts {
  readonly version: string;
  readonly appliedAtMs: number;
  revision?: string | undefined;
  endedAtMs?: number;
  /** The record; the first version has none, because it is served at once. */
  rollout?: ModelRollout | undefined;
  weights: readonly WeightChange[];
}

export interface ScenarioContext {
  readonly cluster: DemoCluster;
  readonly observer: RolloutObserver;
  readonly ratePerSecond: number;
  readonly signal: AbortSignal;
  /** Says what is being done. */
  stage(text: string): void;
  /** A line that stays. */
  note(text: string): void;
  /** From now on, requests belong to this version's rollout. */
  beginPart(version: string): void;
  startLoad(): void;
}

const servedTimeoutMs = 60_000;
/** What a rollout of examples/digits may take: it needs about 45 s, and longer where Prometheus scrapes seldom. */
const rolloutTimeoutMs = 300_000;
const quietMs = 3_000;
/** The pods of the version that was taken back end under load: 10 s of drain, and the time that a pod takes to end. */
const afterwardsTimeoutMs = 40_000;
const afterwardsMs = 1_000;
const everyMs = 200;

/**
 * Applies the three versions one after the other. `facts` grows as it goes, so that it holds what happened also when
 * this throws.
 */
export async function runScenario(context: ScenarioContext, facts: RolloutFacts[]): Promise<void> {
  const { cluster, observer, signal } = context;
  await cluster.api.apply(digitsManifest('namespace', cluster.replacements));
  observer.follow(cluster.api, digits.namespace, signal);

  const first = await begin(context, facts, '1', 'serving version 1, a linear model');
  await serveFirst(context, first);
  await sleep(quietMs, undefined, { signal });

  const second = await begin(context, facts, '2', 'rolling out version 2, a better model');
  await finishRollout(context, second);
  if (second.facts.rollout?.status?.outcome !== 'Promoted') return;

  const third = await begin(context, facts, '3', 'rolling out version 3, which throws on part of the images');
  await finishRollout(context, third);
  context.stage('version 3 was taken back; its pods drain and end while requests go on');
  await untilPodsAreGone(cluster, third.facts.revision ?? '', signal);
  await sleep(afterwardsMs, undefined, { signal });
  third.facts.weights = observer.weightsOf(third.facts.revision ?? '', third.facts.appliedAtMs);
}

interface Begun {
  readonly facts: RolloutFacts;
  readonly generation: number;
  /** The rollout that came before. */
  readonly before: string | undefined;
}

async function begin(
  { cluster, observer, stage, note, beginPart }: ScenarioContext,
  all: RolloutFacts[],
  version: string,
  words: string,
): Promise<Begun> {
  stage(words);
  const before = observer.status.rollout?.name;
  const facts: RolloutFacts = { version, appliedAtMs: Date.now(), weights: [] };
  beginPart(version);
  all.push(facts);
  const object = await cluster.api.apply(digitsManifest(`v${version}`, cluster.replacements));
  note(`applied examples/digits/v${version}.yaml`);
  return { facts, generation: object.metadata.generation ?? 1, before };
}

async function serveFirst(context: ScenarioContext, { facts, generation }: Begun): Promise<void> {
  const { observer, cluster, signal, note, startLoad, ratePerSecond } = context;
  const options = { generation, timeoutMs: servedTimeoutMs, signal };
  const status = await observer.until('version 1 being served', ({ phase }) => phase === 'Healthy', options);
  facts.revision = status.stable?.revision;
  await waitForGateway(cluster.gatewayUrl, digits.host, signal);
  facts.endedAtMs = Date.now();
  facts.weights = observer.weightsOf(facts.revision ?? '');
  note(`version 1 is served; sending ${ratePerSecond} requests a second through the gateway`);
  startLoad();
}

/** Waits for the end of a rollout, whatever it is, and reads its record. */
async function finishRollout(context: ScenarioContext, { facts, generation, before }: Begun): Promise<void> {
  const { observer, cluster, signal, note, ratePerSecond } = context;
  const { version } = facts;
  const started = await observer.until(
    `the rollout of version ${version}`,
    ({ rollout, candidate }) => rollout !== undefined && rollout.name !== before && candidate !== undefined,
    { generation, timeoutMs: servedTimeoutMs, signal },
  );
  facts.revision = started.candidate?.revision;
  // With few requests, the gate at 5 % takes its time: minRequests of 50 are 1,000 in all.
  const timeoutMs = rolloutTimeoutMs + (1_500 / ratePerSecond) * 1_000;
  const ended = await observer.until(
    `the end of the rollout of version ${version}`,
    ({ rollout, phase }) =>
      rollout?.outcome !== undefined &&
      rollout.name !== before &&
      phase !== 'Progressing' &&
      phase !== 'Baking',
    { generation, timeoutMs, signal },
  );
  facts.endedAtMs = Date.now();
  facts.weights = observer.weightsOf(facts.revision ?? '', facts.appliedAtMs);
  facts.rollout = await readRollout(cluster, ended.rollout?.name ?? '');
  const { outcome, message } = facts.rollout?.status ?? {};
  note(`version ${version}: ${outcome ?? 'no outcome'}${message ? ` (${message})` : ''}`);
}

/** What no outcome depends on: after the timeout the demo goes on. */
async function untilPodsAreGone({ api }: DemoCluster, revision: string, signal: AbortSignal): Promise<void> {
  const deadlineMs = Date.now() + afterwardsTimeoutMs;
  const isOfRevision = ({ metadata }: KubernetesObject) =>
    metadata.labels?.['understudy.dev/revision'] === revision;
  while (
    Date.now() < deadlineMs &&
    (await api.list(resourceKinds.pod, digits.namespace)).some(isOfRevision)
  ) {
    await sleep(everyMs, undefined, { signal });
  }
}

async function readRollout({ api }: DemoCluster, name: string): Promise<ModelRollout | undefined> {
  const object: KubernetesObject | undefined = await api.get({
    kind: resourceKinds.modelRollout,
    namespace: digits.namespace,
    name,
  });
  return object as ModelRollout | undefined;
}
