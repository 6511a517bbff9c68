import type { Decide } from '../../domain/decide.ts';
import { decide as theBrain } from '../../domain/decide.ts';
import type { Facts } from '../../domain/testing/facts.ts';
import { TinyPast } from '../../domain/testing/tiny-past.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { AcceptedWrite } from '../api-server/object-writer.ts';
import type { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import type { GateCall } from '../outside/outside-gates.ts';
import { inWords } from '../write-history.ts';
import type { Complaints, Law } from './law.ts';
import { LiveFacts } from './live-facts.ts';

export interface Violation {
  /** What is wrong; begins with the law. */
  complaint: string;
  /** The write or the pass that broke it. */
  by: string;
  atMs: number;
}

export interface LawWatchOptions {
  server: SimulatedApiServer;
  /** The ModelDeployment that is watched. */
  key: string;
  isController: (user: string) => boolean;
  /** Keys of other ModelDeployments and of what is theirs: none of its business. */
  isForeign?: (key: string) => boolean;
  clock: Clock;
  /** By how much the clocks of controllers may differ: a wait that one of them begins is that much shorter for another one. */
  clocksDifferMs: () => number;
  /** Several controllers write as if they led alone. */
  severalLead?: boolean;
  /** How old what a controller decides on may be. */
  stalenessMs: () => number;
  /** Made when the watch stands: a law may want to read its facts. */
  laws: (watch: LawWatch) => readonly Law[];
}

/** How long facts are remembered at all. */
const keptMs = 120_000;

/** Holds every write and every decision of all controllers against the laws, for one ModelDeployment. */
export class LawWatch {
  readonly violations: Violation[] = [];
  passes = 0;
  readonly #options: LawWatchOptions;
  readonly #live: LiveFacts;
  readonly #laws: readonly Law[];
  #past = new TinyPast();
  #facts: Facts;
  /** The newest generation that a pass has looked at, and whose. */
  #lookedAt = { uid: '', generation: 0 };
  #uid: string | undefined;
  #leastDrainMs = Infinity;
  /** When a revision that had no traffic was last given some. */
  readonly #givenAtMs = new Map<string, number>();
  /** The facts of before, the oldest first. */
  #earlier: { untilMs: number; facts: Facts }[] = [];

  constructor(options: LawWatchOptions) {
    this.#options = options;
    this.#live = new LiveFacts(options.server, options.key);
    this.#facts = this.#read();
    this.#laws = options.laws(this);
    options.server.onWrite((write) => this.#saw(write));
  }

  /** What the live objects say now. */
  get facts(): Facts {
    return this.#facts;
  }

  /** Whether a pass has looked at what the ModelDeployment says now. */
  get isLookedAt(): boolean {
    const { uid, generation } = this.#options.server.find(resourceKinds.modelDeployment, this.#options.key)
      ?.metadata ?? { generation: 0 };
    return this.#lookedAt.uid === uid && this.#lookedAt.generation === generation;
  }

  /** The brain of a process, watched. */
  observed(controller: string, decide: Decide = theBrain): Decide {
    return (world) => {
      const decision = decide(world);
      this.passes += 1;
      const { uid, generation } = world.deployment;
      this.#lookedAt = { uid, generation };
      for (const law of this.#laws) {
        this.#complain(law.decided?.({ controller, world, decision }), `a pass of ${controller}`);
      }
      return decision;
    };
  }

  /** A gate is called. */
  asked(call: GateCall): void {
    for (const law of this.#laws) this.#complain(law.asked?.(call, this.#facts), `a question of ${call.by}`);
  }

  #saw(write: AcceptedWrite): void {
    if (this.#options.isForeign?.(write.key)) return;
    const before = this.#facts;
    const isController = this.#options.isController(write.user);
    if (!this.#live.changed(write)) {
      const now = { ...before, nowMs: this.#options.clock.now() };
      if (isController) this.#check(write, now, now);
      else this.#happened(write, now, now);
      return;
    }
    this.#forgetOld();
    const after = this.#read();
    this.#facts = after;
    if (this.#options.severalLead) this.#noteGiven(before, after);
    this.#earlier.push({ untilMs: this.#options.clock.monotonic(), facts: before });
    // What was written a moment ago counts at the time of this write.
    if (isController) this.#check(write, { ...before, nowMs: after.nowMs }, after);
    else this.#happened(write, before, after);
    this.#past.remember(before, after, { byLoss: write.kind === 'Pod' && !isController });
  }

  #happened(write: AcceptedWrite, before: Facts, after: Facts): void {
    for (const law of this.#laws) law.happened?.({ write, before, after, earlier: () => [] });
  }

  #check(write: AcceptedWrite, before: Facts, after: Facts): void {
    const earlier = () => this.#within(before);
    for (const law of this.#laws) {
      this.#complain(law.written?.({ write, before, after, earlier }), inWords(write));
    }
  }

  *#within({ nowMs, ...now }: Facts): Iterable<Facts> {
    const sinceMs = this.#options.clock.monotonic() - this.#options.stalenessMs();
    for (let at = this.#earlier.length - 1; at >= 0; at -= 1) {
      const { untilMs, facts } = this.#earlier[at]!;
      if (untilMs < sinceMs) return;
      // The past is no matter of what a cache shows.
      const { decisionsAtFall, readyWhenGiven } = now;
      const lostTrafficAtMs = this.#lossesKnown(now.lostTrafficAtMs);
      yield { ...facts, nowMs, lostTrafficAtMs, decisionsAtFall, readyWhenGiven };
    }
  }

  /** When traffic was lost, as far as every leader can know: one that lags has seen nothing of what another one gave for a moment only. */
  #lossesKnown(lostTrafficAtMs: Facts['lostTrafficAtMs']): Facts['lostTrafficAtMs'] {
    if (!this.#options.severalLead) return lostTrafficAtMs;
    return Object.fromEntries(
      Object.entries(lostTrafficAtMs).map(([revision, lostAtMs]) => {
        const givenAtMs = this.#givenAtMs.get(revision) ?? -Infinity;
        return [revision, lostAtMs - givenAtMs < this.#options.stalenessMs() ? givenAtMs : lostAtMs];
      }),
    );
  }

  #noteGiven(before: Facts, { shares, nowMs }: Facts): void {
    for (const [revision, share] of Object.entries(shares))
      if (share > 0 && (before.shares[revision] ?? 0) === 0) this.#givenAtMs.set(revision, nowMs);
  }

  #read(): Facts {
    const { uid } = this.#live;
    if (uid !== this.#uid) {
      // Another ModelDeployment of the same name: nothing of the former one counts.
      this.#uid = uid;
      this.#past = new TinyPast();
      this.#leastDrainMs = Infinity;
    }
    const facts = this.#live.at(this.#options.clock.now());
    this.#leastDrainMs = Math.min(this.#leastDrainMs, facts.drainMs);
    // Who lost its traffic under a shorter drain keeps its wait when the drain becomes longer.
    const drainMs = this.#leastDrainMs - this.#options.clocksDifferMs();
    return { ...facts, drainMs, ...this.#past.copy() };
  }

  #forgetOld(): void {
    const sinceMs = this.#options.clock.monotonic() - keptMs;
    if ((this.#earlier[0]?.untilMs ?? Infinity) >= sinceMs) return;
    this.#earlier = this.#earlier.filter(({ untilMs }) => untilMs >= sinceMs);
  }

  #complain(complaints: Complaints, by: string): void {
    const all = typeof complaints === 'string' ? [complaints] : (complaints ?? []);
    const atMs = this.#options.clock.monotonic();
    this.violations.push(...all.map((complaint) => ({ complaint, by, atMs })));
  }
}
