import type { Analysis } from '../../api/analysis.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import { toMs } from '../../domain/time.ts';
import type { SimulatedPrometheus } from '../../simulation/metrics/simulated-prometheus.ts';
import { parseScenario } from '../../simulation/scenarios/parse-scenario.ts';
import { serving, specOf, until } from '../../simulation/testing/world-bed.ts';
import { clientsOf } from '../../simulation/traffic/clients-of.ts';

/** A rollout that the controller ran in the simulated world, and the Prometheus that has its history. */
export interface RecordedRollout {
  prometheus: SimulatedPrometheus;
  spec: ModelDeploymentSpec;
  stable: string;
  candidate: string;
  /** When the split of the first step was in force. */
  sinceMs: number;
  endMs: number;
  record: ModelRollout;
}

const scrapeIntervalMs = 5_000;

/** Rolls `ml/model` out at half of the requests, until the step is left. */
export async function recordedRollout(
  scenario: string,
  analysis: Analysis,
  requestsPerSecond = 100,
): Promise<RecordedRollout> {
  const strategy = { canary: { steps: [{ weight: 50, hold: '10s' }], bake: { duration: '10s' } } };
  const spec = specOf({ analysis, strategy });
  const traffic = { clients: [], prometheus: { scrapeIntervalMs } };
  const bed = await serving({ traffic, pods: { kind: 'ready', afterMs: 500 } }, spec);
  bed.world.traffic.clients = clientsOf({ namespace: 'ml', name: 'model' }, spec, requestsPerSecond);
  await bed.world.run(60_000);
  const stable = bed.model.stable;
  const next = { ...spec, model: { name: 'model', version: '2' } };
  bed.model.edit(() => next);
  await until(bed, () => bed.model.candidate !== undefined);
  const candidate = bed.model.candidate!;
  parseScenario(scenario).begin({ world: bed.world, model: bed.model, stable, candidate });
  await until(bed, () => toMs(current()?.status?.step.appliedAt) !== undefined);
  const sinceMs = toMs(current()?.status?.step.appliedAt)!;
  await until(bed, () => current()?.status?.phase !== 'Stepping');
  const endMs = bed.world.clock.now();
  return {
    prometheus: bed.world.prometheus,
    spec: next,
    stable,
    candidate,
    sinceMs,
    endMs,
    record: current()!,
  };

  function current(): ModelRollout | undefined {
    return bed.model.rollouts.find(({ spec: { to } }) => to.revision === candidate);
  }
}
