import { labels } from '../../api/group.ts';
import type { ModelRolloutSpec } from '../../api/model-rollout.ts';
import { keyOf, nameOf, resourceKinds } from '../../kubernetes/resource.ts';
import {
  type FaultPlan,
  type FaultRates,
  noRates,
  RandomFaults,
  type SentRequest,
} from '../faults/fault-plan.ts';
import { carriesItsVersion, onlyTheLeaderWrites } from '../laws/law-16-writer.ts';
import { copiesStayCopies } from '../laws/law-8-copies.ts';
import { saysWhatWasRead } from '../laws/law-11-read-back.ts';
import { comesToRest } from '../laws/law-15-rest.ts';
import { evidenceCountsOnce } from '../laws/law-10-evidence.ts';
import { leavesTheRestAlone } from '../laws/law-18-foreign.ts';
import type { Law } from '../laws/law.ts';
import { LawWatch } from '../laws/law-watch.ts';
import { oneRevisionForEachWish } from '../laws/law-19-revisions.ts';
import { rolesOnlyByRecord } from '../laws/law-20-roles.ts';
import { sameWorldSameDecision } from '../laws/law-14-purity.ts';
import { silenceDecidesNothing } from '../laws/law-9-no-data.ts';
import { stepsInOrder } from '../laws/law-12-steps.ts';
import { asksInTurn } from '../laws/law-12-questions.ts';
import { gatesSaidWhatWasHeard, nothingPassesAGate } from '../laws/law-9-gates.ts';
import { noGateDelaysAReturn } from '../laws/law-5-gates.ts';
import { waitsForNobody } from '../laws/law-17-prompt.ts';
import { takenBackInThePass } from '../laws/law-1-taken-back.ts';
import { trafficLaws } from '../laws/traffic-laws.ts';
import { writesInOrder } from '../laws/law-13-order.ts';
import { OutsideTargets } from '../outside/outside-targets.ts';
import { OutsideGates } from '../outside/outside-gates.ts';
import type { Decide } from '../../domain/decide.ts';
import { decide } from '../../domain/decide.ts';
import { shardLeaseName } from '../../runtime/shards/shard-leases.ts';
import { type ShardMap, shardMap } from '../../runtime/shards/shard-map.ts';
import type { ControllerVariant, SimulatedController } from '../simulated-controller.ts';
import { ScenarioVerbs } from '../verbs.ts';
import { SimulatedWorld } from '../world.ts';
import { NoticesLaw } from '../laws/law-13-notices.ts';
import type { GateMood, TargetMood } from '../outside/service-mood.ts';
import { brokenImage, isHarmful, type Setting } from './setting.ts';
import type { Ending } from './end-state.ts';
import { outlookOf } from './last-word.ts';
import { ToldMetrics } from './told-metrics.ts';
import { unreadable } from './unreadable.ts';

const key = 'ml/model';
const neighbourKey = keyOf(unreadable);

/** One world with one ModelDeployment, its controllers, and the watch over the laws: what the events of a schedule happen to. */
export class Stage {
  readonly world: SimulatedWorld;
  readonly model: ScenarioVerbs;
  readonly setting: Setting;
  readonly network: RandomFaults;
  readonly watch: LawWatch;
  /** The services that gates ask. */
  readonly gates: OutsideGates;
  /** Who is told of rollouts. */
  readonly targets: OutsideTargets;
  readonly #notices: NoticesLaw | undefined;
  /** Requests of controllers, without watches and what the Lease takes. */
  requests = 0;
  /** While the events happen. */
  isDisturbed = false;
  /** The version that the last wish asks for; empty before that. */
  finalVersion = '';
  /** How the last wish is to end. */
  ending: Ending;
  readonly #variant: () => ControllerVariant;
  readonly #brains = new Map<string, Decide>();
  #started = 0;
  #aheadMs = 0;
  /** How far the clocks of controllers were from the world's: one waits for what another one has written by its own. */
  readonly #clocks = { most: 0, least: 0 };
  /** Until when what a controller knows may be this old: a fault of the network leaves traces for a while. */
  #staleUntilMs = 0;
  /** How many are to run. */
  #wanted: number;

  constructor(seed: number, setting: Setting, variant: () => ControllerVariant = () => ({})) {
    this.setting = setting;
    this.ending = outlookOf(setting).kind === 'takenBack' ? 'harmful' : setting.finale;
    this.#variant = variant;
    this.world = new SimulatedWorld({
      seed,
      judgesStatusOneIn: 8,
      ...(setting.analysis && {
        sources: (world) => [
          new ToldMetrics(world.clock, (revision) => isHarmful(this.#versionOf(revision))),
        ],
      }),
    });
    const { world } = this;
    if (setting.neighbour) world.server.restore(unreadable);
    world.behaviours.forImage(brokenImage, { kind: 'neverPulls' });
    this.model = new ScenarioVerbs(world, key);
    this.network = new RandomFaults(world.random.fork('network'));
    this.gates = new OutsideGates(world.clock, world.random.fork('gates'));
    for (const { gate, says } of setting.gates) this.gates.setMood(gate.name, says);
    this.targets = new OutsideTargets(world.clock, world.random.fork('targets'));
    for (const { target, does } of setting.targets) this.targets.setMood(target.name, does);
    this.targets.onTelling = (telling) => {
      const complaint = this.#notices?.told(telling);
      if (complaint !== undefined) this.complain(complaint, `what ${telling.by} tells`);
    };
    this.#wanted = { one: 1, elected: 2, both: 2, sharded: 3 }[setting.controllers];
    if (setting.targets.length > 0) {
      const has = (target: string) => this.targets.has(target);
      const targets = setting.targets.map(({ target }) => target);
      this.#notices = new NoticesLaw({ server: world.server, key, targets, has });
    }
    this.watch = new LawWatch({
      server: world.server,
      key,
      isController: (user) => user.startsWith('understudy-'),
      isForeign: (written) => written === neighbourKey,
      clock: world.clock,
      clocksDifferMs: () => this.#clocks.most - this.#clocks.least,
      severalLead: setting.controllers === 'both',
      stalenessMs: () => this.#stalenessMs(),
      laws: (watch) => [
        trafficLaws(),
        takenBackInThePass(() => watch.facts),
        silenceDecidesNothing((revision) => this.metrics?.answersOf(revision) ?? { healthy: 0, harmful: 0 }),
        evidenceCountsOnce((revision) => {
          const { healthy = 0, harmful = 0 } = this.metrics?.answersOf(revision) ?? {};
          return healthy + harmful;
        }),
        copiesStayCopies(nameOf(key).name),
        saysWhatWasRead(),
        stepsInOrder(),
        writesInOrder(),
        sameWorldSameDecision((controller) => this.#brains.get(controller) ?? decide),
        comesToRest(mostPasses),
        carriesItsVersion(),
        onlyTheLeaderWrites(() => this.#leader()),
        leavesTheRestAlone(),
        oneRevisionForEachWish(),
        rolesOnlyByRecord(),
        waitsForNobody({ nowMs: () => world.clock.monotonic(), limitMs: () => this.#stalenessMs() }),
        ...(setting.gates.length > 0 ? this.#lawsOfGates() : []),
        ...(this.#notices ? [this.#notices] : []),
      ],
    });
    this.gates.onCall = (call) => this.watch.asked(call);
  }

  #lawsOfGates(): Law[] {
    const callsOf = (id: string) => this.gates.callsOf(id);
    const nowMs = () => this.world.clock.monotonic();
    return [
      gatesSaidWhatWasHeard(callsOf),
      nothingPassesAGate(),
      asksInTurn({ callsOf, nowMs, clocksDifferMs: () => this.#clocks.most - this.#clocks.least }),
      noGateDelaysAReturn(),
    ];
  }

  /** The source of the gates' metric; absent where nothing is asked. */
  get metrics(): ToldMetrics | undefined {
    return this.world.sources[0] as ToldMetrics | undefined;
  }

  /** Starts as many controllers as the setting wants and are not there. */
  startMissing(): void {
    while (this.world.controllers.length < this.#wanted) this.startOne();
  }

  startOne(): SimulatedController {
    this.#started += 1;
    const { gates, targets } = this.setting;
    const name = `understudy-${this.#started}`;
    return this.world.startController({
      ...(['one', 'both'].includes(this.setting.controllers) && { alwaysLeads: true }),
      ...(this.setting.controllers === 'sharded' && {
        shards: { claims: 1 + (this.#started % fewShards.count), map: fewShards },
      }),
      faults: this.#counted(),
      outside: (caller) => ({
        ...(gates.length > 0 && { gateRunner: this.gates.runnerFor(caller) }),
        ...(targets.length > 0 && { noticeSender: this.targets.senderFor(caller) }),
      }),
      notifications: { enabled: true },
      ...(this.setting.paceMs > 0 && { paceMs: () => this.#paceMs() }),
      variant: () => {
        const variant = this.#variant();
        const brain = variant.decide ?? decide;
        this.#brains.set(name, brain);
        return { ...variant, decide: this.watch.observed(name, brain) };
      },
    });
  }

  /** Kills one at this place, or at any; another one is started after `restartMs`. */
  kill(at: number, restartMs: number): void {
    const { controllers } = this.world;
    const controller = controllers[at % Math.max(1, controllers.length)];
    if (!controller) return;
    this.world.killController(controller);
    this.world.clock.after(restartMs, () => this.startMissing());
  }

  /** Nothing gets through between one and the API server, in either direction; what it asks for is given up without an answer. */
  cutOff(at: number, forMs: number): void {
    const { controllers, clock } = this.world;
    const link = controllers[at % Math.max(1, controllers.length)]?.link;
    if (!link) return;
    const { plan } = link;
    const untilMs = clock.monotonic() + forMs;
    this.disturb(forMs + settlingMs);
    link.plan = {
      ...plan,
      fault: () => ({ kind: 'lost', done: false, afterMs: 3_000 }),
      watchLagMs: () => Math.max(0, untilMs - clock.monotonic()),
    };
    clock.after(forMs, () => {
      link.plan = plan;
    });
  }

  /** The network is like this from now on. */
  useNetwork(rates: Partial<FaultRates>): void {
    // What was on its way through the former one is still to come.
    this.disturb(settlingMs);
    this.network.rates = { ...noRates, ...rates };
  }

  /** From now on the caches may be older than usual, for as long as `forMs`. */
  disturb(forMs: number): void {
    this.#staleUntilMs = Math.max(this.#staleUntilMs, this.world.clock.monotonic() + forMs);
  }

  stepClocks(byMs: number): void {
    for (const controller of this.world.controllers) controller.clock.stepWall(byMs);
    this.#aheadMs += byMs;
    this.#clocks.most = Math.max(this.#clocks.most, this.#aheadMs);
    this.#clocks.least = Math.min(this.#clocks.least, this.#aheadMs);
  }

  /** What goes wrong by the scenario's doing ends; what is broken by itself stays. */
  stopFaults(): void {
    const { world } = this;
    this.isDisturbed = false;
    this.useNetwork({});
    for (const controller of world.controllers) {
      controller.link.crash = () => false;
      controller.clock.setRight();
    }
    world.gateway.acknowledge('true');
    world.gateway.follow();
    world.endpointSlices.resume();
    world.deployments.resume();
    world.nodes.resumeScheduling();
    world.behaviours.forgetRevisions();
    // What was pulled and serves users starts again.
    const { stable } = this.model.status;
    if (stable?.model?.version?.startsWith('broken'))
      world.behaviours.forRevision(stable.revision, { kind: 'ready', afterMs: 500 });
    if (this.metrics) this.metrics.mood = 'answers';
    this.allTargets(this.setting.lastTargets);
    this.allGatesSay(this.setting.finale === 'good' ? this.setting.lastWord.says : 'yes');
    this.startMissing();
  }

  allGatesSay(mood: GateMood): void {
    for (const { gate } of this.setting.gates) this.gates.setMood(gate.name, mood);
  }

  allTargets(mood: TargetMood): void {
    for (const { target } of this.setting.targets) this.targets.setMood(target.name, mood);
  }

  /** What nobody has been told yet that is to be, as the status has it. */
  untold(): string[] {
    return this.#notices?.untold() ?? [];
  }

  /** Lets time pass, until something is wrong. */
  async run(forMs: number): Promise<void> {
    await this.world.runUntil(() => this.failed, forMs);
  }

  get failed(): boolean {
    return this.watch.violations.length > 0;
  }

  /** What no single write shows. */
  complain(complaint: string, by = 'the end'): void {
    this.watch.violations.push({ complaint, by, atMs: this.world.clock.monotonic() });
  }

  /** While nobody disturbs it, nothing is learnt from each single pass. */
  #paceMs(): number {
    const { paceMs } = this.setting;
    return this.isDisturbed ? paceMs : Math.max(calmPaceMs, paceMs);
  }

  #stalenessMs(): number {
    const { latencyMs, watchLagMs } = this.network.rates;
    const usual = 2_000 + 20 * latencyMs + watchLagMs;
    return this.world.clock.monotonic() < this.#staleUntilMs ? usual + settlingMs : usual;
  }

  /** Who leads what the watched ModelDeployment belongs to. */
  #leader(): string | undefined {
    const { controllers } = this.setting;
    if (controllers !== 'elected' && controllers !== 'sharded') return undefined;
    const name = { namespace: 'understudy-system', name: 'understudy' };
    const leads = controllers === 'elected' ? name : shardLeaseName(name, fewShards.of(key));
    const lease = this.world.server.find(resourceKinds.lease, keyOf({ metadata: leads }));
    return (lease?.['spec']?.holderIdentity as string | undefined)?.split('_')[0] ?? 'nobody';
  }

  #versionOf(revision: string): string {
    for (const { metadata, spec } of this.world.server.list(resourceKinds.modelRollout)) {
      if (metadata.labels?.[labels.revision] === revision)
        return (spec as ModelRolloutSpec).to.model?.version ?? '';
    }
    return '';
  }

  #counted(): FaultPlan {
    const { network } = this;
    return {
      latencyMs: () => Math.max(leastLatencyMs, network.latencyMs()),
      watchLagMs: () => network.watchLagMs(),
      watchBreaksAfterMs: () => network.watchBreaksAfterMs(),
      fault: (request) => {
        if (counts(request)) this.requests += 1;
        return network.fault(request);
      },
    };
  }
}

/** As the real map, of fewer shards: what happens to one of them happens to all. */
const fewShards: ShardMap = { count: 4, of: (about) => shardMap.of(about) % 4 };

/** Of all controllers in one schedule; the busiest of thousands that came to rest made half as many. */
const mostPasses = 1_500;

/** How long a controller rests after a pass at least, before the first event and after the last one. */
const calmPaceMs = 1_000;

/** No request takes no time: two leaders that undo each other's writes would never let the clock go on. */
const leastLatencyMs = 1;

/** What a fault leaves behind is over by then: lists, backoffs, a Lease that has to run out. */
const settlingMs = 40_000;

const counts = ({ verb, kind, key: about }: SentRequest): boolean =>
  verb !== 'watch' && verb !== 'list' && kind !== 'Lease' && about !== neighbourKey;
