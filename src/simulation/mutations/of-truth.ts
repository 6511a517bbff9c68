import { decide } from '../../domain/decide.ts';
import type { MeasurementResult } from '../../domain/analysis/measurement.ts';
import { decides, misreads, type Mutation, remembers, withRecord } from './mutation.ts';

const asHarm =
  (atMs: number) =>
  ({ id, result }: MeasurementResult): MeasurementResult => ({
    id,
    result:
      result?.kind === 'value' || result?.kind === 'matrix'
        ? result
        : { kind: 'value', value: 1, timeMs: atMs, labels: {}, warnings: [] },
  });

/** Laws 9 to 12: what the record claims. */
export const mutationsOfTruth: Mutation[] = [
  misreads('law 9', 'takes a silent source as a bad answer', (world) => {
    const { metrics } = world.analysis;
    if (metrics.kind !== 'measured') return world;
    return {
      ...world,
      analysis: {
        ...world.analysis,
        metrics: { ...metrics, results: metrics.results.map(asHarm(metrics.atMs)) },
      },
    };
  }),
  decides('law 10', 'counts every measurement twice', (decision) =>
    withRecord(decision, (status) => {
      const { evidence } = status.analysis ?? {};
      if (!evidence) return status;
      const metrics = Object.fromEntries(
        Object.entries(evidence.metrics).map(([name, one]) => [
          name,
          { ...one, measurements: 2 * one.measurements },
        ]),
      );
      return { ...status, analysis: { ...status.analysis, evidence: { ...evidence, metrics } } };
    }),
  ),
  decides('law 11', 'reports what it decided as applied and acknowledged', (decision) => {
    const { traffic } = decision.status;
    if (!traffic) return decision;
    const reported = { ...traffic, applied: traffic.desired, acknowledged: true };
    return { ...decision, status: { ...decision.status, traffic: reported } };
  }),
  remembers('law 12', 'begins the steps anew when it was started in the middle of them', () => {
    let isFirst = true;
    return (world) => {
      const decision = decide(world);
      const status = decision.rolloutStatus?.status;
      if (status?.phase !== 'Stepping') return decision;
      const begins = isFirst;
      isFirst = false;
      return begins
        ? withRecord(decision, (status) => ({ ...status, step: { ...status.step, index: 0 } }))
        : decision;
    };
  }),
];
