import { withDefaults } from '../../api/defaults.ts';
import { clientsOf } from '../traffic/clients-of.ts';
import { ScenarioVerbs } from '../verbs.ts';
import { SimulatedWorld, type StartOptions } from '../world.ts';
import type { Staging } from './staging.ts';

export interface StageOptions {
  staging: Staging;
  seed: number | string;
  requestsPerSecond: number;
  controllers?: StartOptions;
}

/** The first revision does not serve, so that there is nothing to roll out from. */
export class NothingServedError extends Error {
  override readonly name = 'NothingServedError';
  constructor(message: string) {
    super(`the version before the manifest's is never served: ${message}`);
  }
}

/** Scrapes of the first revision before the manifest comes: nothing is asked of it, and its counters are known. */
const warmUpMs = 45_000;
const firstRevisionLimitMs = 3_600_000;

/** A world in which the version before serves, users come, and the candidate is about to be asked for. Throws `NothingServedError`. */
export async function openedStage({
  staging,
  seed,
  requestsPerSecond,
  controllers = {},
}: StageOptions): Promise<{ world: SimulatedWorld; model: ScenarioVerbs }> {
  const { namespace, name, before, candidate } = staging;
  const { analysis } = withDefaults(candidate.spec);
  const world = new SimulatedWorld({
    seed,
    controllers,
    gateway: staging.gateway,
    pods: { kind: 'ready', afterMs: 4_000 },
    traffic: {
      clients: [],
      prometheus: {
        name: analysis.source,
        // Whoever wants to look that often scrapes that often.
        ...(analysis.intervalMs !== undefined && { scrapeIntervalMs: analysis.intervalMs }),
      },
    },
  });
  world.startController();
  const model = new ScenarioVerbs(world, `${namespace}/${name}`);
  model.create({ ...before.spec, paused: false });
  if (!(await world.runUntil(() => model.phase === 'Healthy', firstRevisionLimitMs))) {
    throw new NothingServedError(model.status.message ?? 'its pods do not become ready');
  }
  world.traffic.clients = clientsOf({ namespace, name }, candidate.spec, requestsPerSecond);
  await world.run(warmUpMs);
  return { world, model };
}
