import type { ModelRollout } from '../../api/model-rollout.ts';
import type { Verdict } from '../../api/phase.ts';
import type { EvidenceOdds } from '../../domain/analysis/evidence-odds.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { flowOf } from '../traffic/flows.ts';
import type { ScenarioVerbs } from '../verbs.ts';
import type { SimulatedWorld } from '../world.ts';
import type { Happening, TimelineEntry } from './timeline.ts';

/** Writes down what happens to one rollout, from the objects and from what is really routed. */
export class RehearsalObserver {
  readonly timeline: TimelineEntry[] = [];
  readonly #world: SimulatedWorld;
  readonly #model: ScenarioVerbs;
  readonly #candidate: string;
  readonly #sinceMs: number;
  readonly #tell: (entry: TimelineEntry) => void;
  readonly #decisions = new Set<string>();
  readonly #verdicts = new Map<string, Verdict>();
  #paused: string | undefined;
  #percent = 0;
  #available = true;

  constructor(
    world: SimulatedWorld,
    model: ScenarioVerbs,
    candidate: string,
    tell: (entry: TimelineEntry) => void = () => {},
  ) {
    this.#world = world;
    this.#model = model;
    this.#candidate = candidate;
    this.#tell = tell;
    this.#sinceMs = world.clock.monotonic();
    const { modelRollout, modelDeployment, endpointSlice } = resourceKinds;
    world.server.onChange(({ kind }) => {
      if (kind === modelRollout.kind) this.#seeRecord();
      if (kind === modelDeployment.kind) this.#seeStatus();
      if (kind === endpointSlice.kind) this.#seeSplit();
    });
    world.gateway.dataPlane.onProgrammed(() => this.#seeSplit());
  }

  /** For whoever hears of the looks. */
  seeEvidence(odds: EvidenceOdds): void {
    this.#add({ kind: 'evidence', odds });
  }

  /** The record of the attempt to move to the candidate. */
  get record(): ModelRollout | undefined {
    return this.#model.rollouts.find(({ spec }) => spec.to.revision === this.#candidate);
  }

  /** Virtual milliseconds since the observation began. */
  get elapsedMs(): number {
    return this.#world.clock.monotonic() - this.#sinceMs;
  }

  #seeRecord(): void {
    const { decisions = [], paused } = this.record?.status ?? {};
    for (const decision of decisions) {
      const key = JSON.stringify(decision);
      if (this.#decisions.has(key)) continue;
      this.#decisions.add(key);
      const { at: _at, ...rest } = decision;
      this.#add({ kind: 'decision', ...rest });
    }
    if (paused?.reason === this.#paused) return;
    this.#paused = paused?.reason;
    this.#add(paused ? { kind: 'paused', reason: paused.reason } : { kind: 'resumed' });
  }

  #seeStatus(): void {
    const { analysis = [], conditions = [] } = this.#model.status;
    for (const { metric, verdict, message = '' } of analysis) {
      if (this.#verdicts.get(metric) === verdict) continue;
      this.#verdicts.set(metric, verdict);
      this.#add({ kind: 'verdict', metric, verdict, message });
    }
    const found = conditions.find(({ type }) => type === 'AnalysisAvailable');
    const available = found?.status !== 'False';
    // Unknown: nobody asks.
    if (!found || found.status === 'Unknown' || available === this.#available) return;
    this.#available = available;
    this.#add({ kind: 'analysis', available, message: found.message });
  }

  /** How users are split at this moment, by weights or, inside the cluster, by endpoints. */
  #seeSplit(): void {
    const users = this.#world.traffic.clients[0];
    if (!users) return;
    const { destinations } = flowOf(this.#world.gateway.dataPlane, users);
    const shares = destinations.flatMap(({ weight, revision, groups }) =>
      revision === undefined
        ? groups.map((group) => ({ revision: group.revision, share: group.endpoints }))
        : [{ revision, share: weight }],
    );
    const total = shares.reduce((sum, { share }) => sum + share, 0);
    const its = shares.filter(({ revision }) => revision === this.#candidate);
    const percent = total > 0 ? (100 * its.reduce((sum, { share }) => sum + share, 0)) / total : 0;
    const rounded = Math.round(percent * 10) / 10;
    if (rounded === this.#percent) return;
    this.#percent = rounded;
    this.#add({ kind: 'split', candidatePercent: rounded });
  }

  #add(happening: Happening): void {
    const entry: TimelineEntry = { atMs: this.elapsedMs, ...happening };
    this.timeline.push(entry);
    this.#tell(entry);
  }
}
