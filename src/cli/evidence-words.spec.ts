import { describe, expect, it } from '@jest/globals';
import { evidenceFigures, EvidenceTeller } from './evidence-words.ts';

const counts = { candidate: { requests: 10, bad: 1 }, stable: { requests: 90, bad: 1 } };
/** Odds as they are, of one metric or two. */
const odds = (...metrics: [name: string, harm: number, health: number][]) => ({
  lnHarm: Math.log(metrics[0]![1]),
  lnHarmNeeded: Math.log(100),
  lnHealthNeeded: Math.log(20),
  metrics: metrics.map(([name, harm, health]) => ({
    name,
    lnHarm: Math.log(harm),
    lnHealth: Math.log(health),
    ...counts,
  })),
});

describe('evidence in words', () => {
  it('is told when one of the odds moved by a factor of three since it was told of last', () => {
    const teller = new EvidenceTeller();
    expect(teller.tell(odds(['errors', 2.9, 1]))).toBeUndefined();
    expect(teller.tell(odds(['errors', 3.1, 1]))).toBe(
      'errors: harm 3.1 : 1 of 100 : 1, health 1 : 1 of 20 : 1',
    );
    expect(teller.tell(odds(['errors', 9, 1]))).toBeUndefined();
    expect(teller.tell(odds(['errors', 9.4, 2]))).toMatch(/harm 9.4/);
    expect(teller.tell(odds(['errors', 3, 2]))).toMatch(/harm 3 : 1/);
  });

  it('says nothing of odds below 1 : 1, above what is needed, and of health that begins anew', () => {
    const teller = new EvidenceTeller();
    expect(teller.tell(odds(['errors', 0.001, 0.01]))).toBeUndefined();
    expect(teller.tell(odds(['errors', 1, 25]))).toMatch(/health 25 : 1 of 20 : 1/);
    expect(teller.tell(odds(['errors', 1, 500]))).toBeUndefined();
    expect(teller.tell(odds(['errors', 1, 1]))).toBeUndefined();
    expect(teller.tell(odds(['errors', 1, 4]))).toMatch(/health 4 : 1/);
  });

  it('tells of the metrics that moved only', () => {
    const teller = new EvidenceTeller();
    expect(teller.tell(odds(['errors', 4, 1], ['latency', 1, 1]))).not.toMatch(/latency/);
    expect(teller.tell(odds(['errors', 4, 1], ['latency', 1, 4]))).toMatch(/^latency: /);
  });

  it('is finite for programs, however sure it is', () => {
    const [metric] = evidenceFigures(odds(['errors', Math.exp(700), 2])).metrics;
    expect(metric).toMatchObject({ name: 'errors', healthOdds: 2, ...counts });
    expect(Number.isFinite(metric!.harmOdds)).toBe(true);
  });
});
