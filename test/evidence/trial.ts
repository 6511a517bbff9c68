import type { ModelRolloutStatus } from '../../src/api/model-rollout.ts';
import type { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

/** One rollout under load on the real gateway and the real Prometheus, and what users met of it. */
export interface Trial {
  name: string;
  /** `none`: it had not ended when the time was over. */
  outcome: string;
  /** From the candidate's first weight to all of the traffic, or to the moment when it went back. */
  afterS: number;
  /** Requests that the candidate answered, and those that it failed. */
  requests: number;
  bad: number;
  /** Why it ended, in the words of the record. */
  message: string;
}

export interface TrialOptions {
  /** What the candidate does, beside what the stable revision does too. */
  candidate?: Record<string, string>;
  /** What both do. */
  both?: Record<string, string>;
  analysis?: Record<string, unknown>;
  strategy?: Record<string, unknown>;
  timeoutMs?: number;
  /** What happens to the cluster once the candidate has its first weight. */
  meanwhile?: Meanwhile;
}

export type Meanwhile = (model: WatchedModel) => Promise<void>;

/** Requests a second. */
export const rate = 100;
/** One request in a hundred fails, by chance: so do all models, and no judge may mind. */
const usual = { ERROR_RATE: '0.01', BY_CHANCE: '1' };
const usualAnalysis = { interval: '5s', metrics: [{ name: 'errors', kind: 'errorRate' }] };
/** The plan that the figures of other controllers were measured with, without their five minutes a step. */
export const steps = {
  canary: { steps: [5, 10, 25, 50].map((weight) => ({ weight, hold: '30s' })), bake: { duration: '5s' } },
};
export const adaptive = { canary: { adaptive: { hold: '0s' }, bake: { duration: '5s' } } };

export async function runTrial(bed: TestBed, name: string, options: TrialOptions = {}): Promise<Trial> {
  const { candidate, both, analysis = usualAnalysis, strategy = steps, timeoutMs = 900_000 } = options;
  const env = { ...usual, ...both };
  const spec = { replicas: 4, analysis, strategy };
  const model = await WatchedModel.serve(bed, name, { env, spec });
  const load = model.load({ rate });
  await waitFor('the stable has been seen for a while', () => load.answers.length > 20 * rate);
  await model.apply({ version: '2', env: { ...env, ...candidate } });
  if (options.meanwhile) {
    await model.until('gives a first weight', ({ traffic }) => (traffic?.applied ?? 0) > 0);
    await options.meanwhile(model);
  }
  const ended = await model.outcome(1, { timeoutMs, everyMs: 1_000 }).catch(() => model.rollout(1));
  await load.stop();
  const answers = load.answersOf('v2');
  const status = ended?.status;
  return {
    name,
    outcome: status?.outcome ?? 'none',
    afterS: status ? secondsOf(status) : 0,
    requests: answers.length,
    bad: answers.filter((answer) => answer.status >= 500).length,
    message: status?.message ?? '',
  };
}

function secondsOf({ decisions = [], promotedAt, endedAt }: ModelRolloutStatus): number {
  const first = decisions.find(({ weight }) => weight > 0)?.at;
  const last = promotedAt ?? endedAt;
  return first && last ? Math.round((Date.parse(last) - Date.parse(first)) / 1000) : NaN;
}

/** So many at a time: the machine has to serve them all. */
export async function inTurns<One, Result>(
  all: readonly One[],
  atOnce: number,
  run: (one: One) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < all.length; at += atOnce) {
    results.push(...(await Promise.all(all.slice(at, at + atOnce).map(run))));
  }
  return results;
}
