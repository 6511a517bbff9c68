import { describe, expect, it } from '@jest/globals';
import { RolloutEvidence as EvidenceSchema } from '../../api/model-rollout-status.ts';
import { requestsId } from './plan-measurements.ts';
import { series } from './testing/counter-history.ts';
import {
  buckets,
  errors,
  gpu,
  latency,
  matrix,
  nowMs,
  number,
  requests,
  run,
  sinceMs,
} from './testing/judged.ts';

describe('evidence', () => {
  it('begins anew on the next step, behind what was counted (law 10)', () => {
    const first = run([errors], [requests({ good: 200, bad: 1 })]).evidence;
    const next = run([errors], [requests({ good: 200, bad: 1 })], {
      evidence: first,
      stepIndex: 1,
      sinceMs: nowMs + 1,
    });
    expect(next.evidence).toMatchObject({
      stepIndex: 1,
      sinceMs: nowMs + 1,
      cursorMs: nowMs + 1,
      metrics: {},
    });
  });

  it('does not go back when the next step begins before the newest sample that was counted', () => {
    const first = run([errors], [requests({ good: 200, bad: 1 })]).evidence;
    const next = run([errors], [requests({ good: 200, bad: 1 })], {
      evidence: first,
      stepIndex: 1,
      sinceMs: sinceMs + 1,
    });
    expect(next.evidence.cursorMs).toBe(first.cursorMs);
    expect(next.metrics[0]!.candidate).toEqual({ requests: 0, bad: 0 });
  });

  it('counts the measurement of a query once, also on the next step', () => {
    const tolerant = { ...gpu, failureLimit: 5 };
    const first = run([tolerant], [number(1)]).evidence;
    expect(first.metrics.gpu).toMatchObject({ measurements: 1, failures: 1 });
    expect(run([tolerant], [number(1)], { evidence: first }).evidence).toBe(first);
    const next = run([tolerant], [number(1)], { evidence: first, stepIndex: 1 });
    expect(next.evidence.metrics.gpu ?? { failures: 0 }).toMatchObject({ failures: 0 });
  });

  it('laws 10 and 12: counts one measurement of a query in each slot, also when it is asked for again after a restart', () => {
    const tolerant = { ...gpu, failureLimit: 5 };
    const at = (atMs: number) => ({
      measurements: { kind: 'measured' as const, atMs, results: [number(1)] },
      nowMs: atMs,
    });
    const first = run([tolerant], [], at(nowMs)).evidence;
    const again = run([tolerant], [], { ...at(nowMs + 4_000), evidence: first });
    expect(again.evidence).toBe(first);
    const next = run([tolerant], [], { ...at(nowMs + 15_000), evidence: first });
    expect(next.evidence.metrics.gpu).toMatchObject({ measurements: 2, failures: 2 });
  });

  it('stays below 4 KiB with eight metrics that count, and large counts', () => {
    const metrics = Array.from({ length: 8 }, (_, index) => ({ ...errors, name: `errors-of-part-${index}` }));
    const many = { good: 1e9, bad: 1e7 };
    const first = run(metrics, [requests(many, many)]).evidence;
    const after = run(metrics, [requests(many, many)], { evidence: first, isPromoted: true, stepIndex: 31 });
    expect(after.evidence.metrics['errors-of-part-7']!.whole!.stable.requests).toBe(1_010_000_000);
    expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(4096);
    expect(Buffer.byteLength(JSON.stringify(after.evidence))).toBeLessThan(4096);
  });

  it('is what the API stores', () => {
    const { evidence } = run(
      [errors, latency, gpu],
      [requests({ good: 200, bad: 1 }), buckets(200, 200), number(0.5)],
    );
    expect(EvidenceSchema.parse(evidence)).toEqual(evidence);
  });
});

describe('the share', () => {
  const split = (candidate: number, stable: number, expectedShare: number | undefined) =>
    run([errors], [requests({ good: candidate, bad: 0 }, { good: stable, bad: 0 })], { expectedShare });

  it('is consistent when requests come as written', () => {
    const judgement = split(100, 1900, 0.05);
    expect(judgement.share.state).toBe('consistent');
    expect(judgement.observedShare).toBeCloseTo(0.05, 2);
  });

  it('is rejected when they do not, without a change of the verdict', () => {
    const judgement = split(400, 3800, 0.5);
    expect(judgement).toMatchObject({ verdict: 'Pass', share: { state: 'rejected' } });
    expect(judgement.share.message).toMatch(/reached the candidate \(9\.5\d %\), expected are 50 %/);
  });

  it('is exempt where none is expected, and unknown without requests', () => {
    expect(split(200, 1900, undefined).share.state).toBe('exempt');
    expect(split(0, 0, 0.5).share.state).toBe('unknown');
  });

  it('leaves out the interval in which the split changed', () => {
    const counted = matrix(requestsId, [
      series({ arm: 'candidate', code: '200' }, [
        [sinceMs - 10_000, 0],
        [sinceMs + 5_000, 0],
        [sinceMs + 20_000, 50],
        [nowMs, 100],
      ]),
      series({ arm: 'stable', code: '200' }, [
        [sinceMs - 10_000, 0],
        [sinceMs + 5_000, 1000],
        [sinceMs + 20_000, 1050],
        [nowMs, 1100],
      ]),
    ]);
    const judgement = run([errors], [counted], { expectedShare: 0.5 });
    expect(judgement.evidence.share).toEqual({ candidate: 100, stable: 100 });
    expect(judgement.metrics[0]!.stable!.requests).toBe(1100);
  });
});
