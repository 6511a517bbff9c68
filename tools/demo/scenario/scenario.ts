import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelRollout } from '../../../src/api/model-rollout.ts';
import { resourceKinds, type KubernetesObject } from '../../../src/kubernetes/resource.ts';
import type { DemoCluster } from '../cluster/demo-cluster.ts';
import { readManifest } from '../install/manifests.ts';
import { waitForGateway } from './gateway-answers.ts';
import { testPreview, type PreviewTest } from './preview-test.ts';
import type { RolloutObserver, WeightChange } from './rollout-observer.ts';
import type { Act, Story } from './story.ts';

/** The ModelDeployment of every story. */
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
  /** What a tester got before the users; undefined without a preview. */
  preview?: PreviewTest | undefined;
}

export interface ScenarioContext {
  readonly story: Story;
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
/** What a rollout of the longest story may take: it needs about 45 s, and longer where Prometheus scrapes seldom. */
const rolloutTimeoutMs = 300_000;
const quietMs = 3_000;
/** The pods of the version that was taken back end under load: 10 s of drain, and the time that a pod takes to end. */
const afterwardsTimeoutMs = 40_000;
const afterwardsMs = 1_000;
const everyMs = 200;

/**
 * Plays the acts one after the other, for as long as each ends as it must. `facts` grows as it goes, so that it holds what
 * happened also when this throws.
 */
export async function runScenario(context: ScenarioContext, facts: RolloutFacts[]): Promise<void> {
  const { story, cluster, observer, signal } = context;
  await cluster.api.apply(readManifest('examples/digits/namespace.yaml', cluster.replacements));
  observer.follow(cluster.api, digits.namespace, signal);

  for (const act of story.acts) {
    const begun = await begin(context, facts, act);
    if (act.expected.outcome === undefined) await serveFirst(context, begun);
    else await finishRollout(context, begun);
    if (begun.facts.rollout?.status?.outcome !== act.expected.outcome) return;
    if (act.afterwards !== undefined) await watchItGo(context, begun, act.afterwards);
  }
}

interface Begun {
  readonly facts: RolloutFacts;
  readonly generation: number;
  /** The rollout that came before. */
  readonly before: string | undefined;
}

async function begin(
  { story, cluster, observer, stage, note, beginPart }: ScenarioContext,
  all: RolloutFacts[],
  { version, words }: Act,
): Promise<Begun> {
  stage(words);
  const before = observer.status.rollout?.name;
  const facts: RolloutFacts = { version, appliedAtMs: Date.now(), weights: [] };
  beginPart(version);
  all.push(facts);
  const file = `${story.folder}/v${version}.yaml`;
  const object = await cluster.api.apply(readManifest(file, cluster.replacements));
  note(`applied ${file}`);
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
  await sleep(quietMs, undefined, { signal });
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
  await tryPreview(context, facts);
  // With few requests, gates take their time: at 5 % of them, minRequests of 50 are 1,000 in all.
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

/** Where the story has a preview, somebody tests the candidate there before the users get it. */
async function tryPreview(context: ScenarioContext, facts: RolloutFacts): Promise<void> {
  const { story, cluster, signal, note } = context;
  const { previewHost: host } = story;
  if (host === undefined) return;
  const { version } = facts;
  const { gatewayUrl } = cluster;
  facts.preview = await testPreview({ gatewayUrl, host, version, timeoutMs: servedTimeoutMs, signal });
  const { requests, failures } = facts.preview;
  note(
    `a tester met version ${version} at ${host}, and no user did yet: ${requests} requests, ${failures} failed`,
  );
}

/** A version that was taken back ends while requests go on: nobody may notice. */
async function watchItGo(context: ScenarioContext, { facts }: Begun, words: string): Promise<void> {
  const { stage, cluster, observer, signal } = context;
  const revision = facts.revision ?? '';
  stage(words);
  await untilPodsAreGone(cluster, revision, signal);
  await sleep(afterwardsMs, undefined, { signal });
  facts.weights = observer.weightsOf(revision, facts.appliedAtMs);
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
