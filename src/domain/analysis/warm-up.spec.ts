import { describe, expect, it } from '@jest/globals';
import type { JudgeInput } from './judge.ts';
import { requestsId } from './plan-measurements.ts';
import { plainPreset, series } from './testing/counter-history.ts';
import { errors, grown, matrix, nowMs, plan, requests, run, sinceMs } from './testing/judged.ts';
import { warmUpOf } from './warm-up.ts';

const minute = 60_000;
const bad = requests({ good: 100, bad: 100 });
const warming = (warmUpMs: number, more: Partial<JudgeInput> = {}): Partial<JudgeInput> => ({
  plan: { ...plan(errors), warmUpMs },
  ...more,
});
const candidateOf = (judgement: ReturnType<typeof run>) => judgement.metrics[0]!.candidate!;

describe('warmUpOf', () => {
  const preset = { ...plainPreset, perPod: true as const };
  const pods = { candidate: { new: 1_000, old: 200 }, stable: { other: 100 } };

  it('is nothing where nothing is to be left out', () => {
    for (const warmUpMs of [undefined, 0])
      expect(warmUpOf({ warmUpMs, preset, beganMs: 0, pods })).toBeUndefined();
  });

  it('looks at each pod where pods count, of both revisions; who is gone was warm', () => {
    const warmUp = warmUpOf({ warmUpMs: 50, preset, beganMs: 500, pods })!;
    const names = ['new', 'old', 'other', 'gone'];
    expect(names.map((pod) => warmUp.fromMs({ pod }))).toEqual([1_050, 250, 150, -Infinity]);
    expect(warmUp.candidateFromMs).toBe(250);
    // A scrape that names no pod.
    expect(warmUp.fromMs({ instance: '10.0.0.1' })).toBe(550);
  });

  it.each([
    ['a gateway counts', plainPreset, pods],
    ['nobody knows the pods', preset, undefined],
  ])('begins with the first requests of the candidate where %s', (_, given, known) => {
    const warmUp = warmUpOf({ warmUpMs: 50, preset: given, beganMs: 500, pods: known })!;
    expect([warmUp.fromMs({ pod: 'new' }), warmUp.fromMs({}), warmUp.candidateFromMs]).toEqual([
      550, 550, 550,
    ]);
  });
});

describe('a warm-up at a gateway', () => {
  it('leaves out the first time of both revisions: what is bad then is no harm', () => {
    expect(run([errors], [bad])).toMatchObject({ verdict: 'Fail' });
    const judgement = run([errors], [bad], warming(minute));
    // Eight intervals of the step, of which the four begin after the first minute.
    expect(candidateOf(judgement)).toEqual({ requests: 100, bad: 50 });
    expect(judgement.metrics[0]!.stable!.requests).toBe(950);
  });

  it('is waited for, says until when, and is no silence (law 9)', () => {
    const judgement = run([errors], [bad], warming(10 * minute));
    expect(judgement).toMatchObject({ verdict: 'Inconclusive', reason: 'TooFewRequests' });
    expect(judgement.message).toBe(
      `errors: requests count from ${new Date(sinceMs + 10 * minute).toISOString()} on, when the candidate is warm`,
    );
    expect(run([errors], [bad], warming(minute)).verdict).toBe('Fail');
  });

  it('is silence once it is over and no request came', () => {
    const none = requests({ good: 0, bad: 0 });
    expect(run([errors], [none], warming(minute))).toMatchObject({ verdict: 'NoData', reason: 'NoRequests' });
  });

  it('law 12: begins once in a rollout: the next step, and a restart, go on with it', () => {
    const first = run([errors], [bad], warming(10 * minute)).evidence;
    expect(first.beganMs).toBe(sinceMs);
    const next = { stepIndex: 1, sinceMs: sinceMs + minute, evidence: first };
    const judgement = run([errors], [bad], warming(10 * minute, next));
    expect(judgement.evidence.beganMs).toBe(sinceMs);
    expect(judgement.message).toContain(new Date(sinceMs + 10 * minute).toISOString());
  });

  it('counts the share all the same: all requests are part of the split (law 7)', () => {
    const { evidence } = run([errors], [bad], warming(10 * minute));
    expect(evidence.share).toEqual(run([errors], [bad]).evidence.share);
  });
});

describe('a warm-up of pods', () => {
  const one = (pod: string, code: string, total: number) =>
    series({ arm: 'candidate', pod, code }, grown(total));

  it('leaves a new pod out, and none that is warm', () => {
    const counted = matrix(requestsId, [
      one('old', '200', 80),
      one('new', '500', 80),
      series({ arm: 'stable', pod: 'other', code: '200' }, grown(1_900)),
    ]);
    const candidate = { old: sinceMs - 10 * minute, new: nowMs - minute };
    const judgement = run([errors], [counted], {
      ...warming(2 * minute),
      preset: { ...plainPreset, perPod: true },
      readyPods: { candidate, stable: { other: sinceMs - minute * 60 } },
    });
    expect(candidateOf(judgement)).toEqual({ requests: 80, bad: 0 });
  });
});
