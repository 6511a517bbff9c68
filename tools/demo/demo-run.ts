import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoCluster } from './cluster/demo-cluster.ts';
import { openExistingCluster } from './cluster/existing-demo-cluster.ts';
import { startLocalDemoCluster } from './cluster/local-demo-cluster.ts';
import { install } from './install/install.ts';
import { startLoad, type Load } from './load/load-generator.ts';
import type { LoadSecond } from './load/load-summary.ts';
import type { RequestRecord } from './load/request-record.ts';
import type { DemoOptions } from './options.ts';
import { RequestLedger } from './scenario/request-ledger.ts';
import { RolloutObserver } from './scenario/rollout-observer.ts';
import { digits, runScenario, type RolloutFacts } from './scenario/scenario.ts';
import { summarise, type DemoSummary } from './summary/summary.ts';
import type { DemoState, View } from './view/demo-state.ts';
import { openView, type Output } from './view/views.ts';

/** The load ends by itself after this time, whatever happens to the demo. */
const loadMs = 3_600_000;

/** One run of the demo: the parts that it has started so far, and what it has seen. */
export class DemoRun {
  readonly #options: DemoOptions;
  readonly #output: Output;
  readonly #abort: AbortController;
  readonly #startedMs = performance.now();
  readonly #ledger = new RequestLedger();
  readonly #observer = new RolloutObserver(digits.name);
  readonly #rollouts: RolloutFacts[] = [];
  #stage = '';
  #cluster: DemoCluster | undefined;
  #load: Load | undefined;
  #traffic: LoadSecond | undefined;
  #notSent = 0;
  #view: View | undefined;

  constructor(options: DemoOptions, output: Output, abort: AbortController) {
    this.#options = options;
    this.#output = output;
    this.#abort = abort;
  }

  /** The cluster, once it is there. */
  get cluster(): DemoCluster | undefined {
    return this.#cluster;
  }

  /** Starts everything and tells the story. Throws what ended it early. */
  async play(): Promise<void> {
    const { signal } = this.#abort;
    this.#cluster = await this.#openCluster();
    this.#cluster.lost.catch((error: unknown) => this.#abort.abort(error));
    this.#say(`installing the CRDs and the controller into the ${this.#cluster.description}`);
    await install(this.#cluster, signal);
    this.#say('the controller is ready, with the rights of its own service account only');
    this.#openView();
    try {
      await runScenario(this.#scenario(this.#cluster), this.#rollouts);
    } finally {
      await this.stopLoad();
      this.#view?.close();
      this.#view = undefined;
    }
  }

  /** What was seen so far, and whether it is as it should be. Saves the logs where it is not. */
  async summary(error: string | undefined): Promise<DemoSummary> {
    const summary = summarise({
      story: this.#options.story,
      kubernetesVersion: this.#cluster?.kubernetesVersion,
      durationMs: this.#elapsedMs(),
      ratePerSecond: this.#options.ratePerSecond,
      notSent: this.#notSent,
      rollouts: this.#rollouts,
      entryOf: (version) => this.#ledger.entry(version),
      error,
    });
    return summary.ok ? summary : { ...summary, logs: await this.#saveLogs() };
  }

  /** Goes on with load and view, for the user to play with, until the signal. */
  async stay(): Promise<void> {
    const { signal } = this.#abort;
    this.#stage = 'yours to play with; Ctrl-C ends everything';
    this.#startLoad(() => undefined);
    this.#openView();
    void this.#load?.done.then(() => this.#view?.note('the load has ended after an hour'));
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    this.#view?.close();
    await this.stopLoad();
  }

  /** Ends the load and waits for the answers that are still to come. */
  async stopLoad(): Promise<void> {
    const load = this.#load;
    this.#load = undefined;
    if (load) this.#notSent += (await load.stop()).notSent;
  }

  /** The user has asked for the end: the screen is theirs again. */
  announceEnd(): void {
    this.#view?.close();
    this.#say('\ncleaning up, this takes a few seconds ...');
  }

  /** Ends everything that runs. */
  async close(): Promise<void> {
    this.#view?.close();
    await this.stopLoad();
    await this.#cluster?.close();
  }

  #openCluster(): Promise<DemoCluster> {
    const { existing } = this.#options;
    if (existing) return openExistingCluster(existing);
    this.#say('starting a local cluster');
    return startLocalDemoCluster((message) => this.#say(`  ${message}`), this.#abort.signal);
  }

  #scenario(cluster: DemoCluster) {
    return {
      story: this.#options.story,
      cluster,
      observer: this.#observer,
      ratePerSecond: this.#options.ratePerSecond,
      signal: this.#abort.signal,
      stage: (text: string) => {
        this.#stage = text;
      },
      note: (text: string) => this.#view?.note(text),
      beginPart: (version: string) => this.#ledger.begin(version, Date.now()),
      startLoad: () => {
        this.#startLoad((record) => this.#ledger.add(record));
        if (this.#options.open) this.#view?.note(`the gateway is open: ${curlLine(cluster.gatewayUrl)}`);
      },
    };
  }

  #startLoad(onRecord: (record: RequestRecord) => void): void {
    this.#load = startLoad({
      baseUrl: this.#cluster?.gatewayUrl ?? '',
      hostHeader: digits.host,
      ratePerSecond: this.#options.ratePerSecond,
      durationMs: loadMs,
      maxRequests: 1e7,
      onRecord,
      onSecond: (second) => (this.#traffic = second),
    });
    // An error of it is met where it is stopped.
    this.#load.done.catch(() => undefined);
  }

  #openView(): void {
    this.#view = openView(this.#output, () => this.#state(), process.env);
    const view = this.#view;
    this.#observer.onChange = () => view.changed();
  }

  #state(): DemoState {
    const { status } = this.#observer;
    return {
      stage: this.#stage,
      elapsedMs: this.#elapsedMs(),
      nowMs: Date.now(),
      status,
      traffic: this.#traffic,
    };
  }

  async #saveLogs(): Promise<string | null> {
    if (!this.#cluster) return null;
    const folder = await mkdtemp(join(tmpdir(), 'understudy-demo-'));
    try {
      await this.#cluster.saveLogs(folder);
    } catch (error) {
      this.#say(`not all logs could be saved: ${error instanceof Error ? error.message : String(error)}`);
    }
    return folder;
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  #say(text: string): void {
    this.#output.write(`${text}\n`);
  }
}

/** How a person asks the model through the gateway; under the preview's host name, the candidate. */
export const curlLine = (gatewayUrl: string, host: string = digits.host): string =>
  `curl -s -H 'Host: ${host}' ${new URL('/v2/models/digits', gatewayUrl).href}`;
