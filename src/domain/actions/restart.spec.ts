import { describe, expect, it } from '@jest/globals';
import type { PodView, RevisionView, World } from '../world.ts';
import { nextToGo, restartStep } from './restart.ts';

const sinceMs = Date.UTC(2026, 0, 1, 12);
const hourMs = 3_600_000;

const pod = (name: string, bornAtMs: number, { ready = true, live = false } = {}): PodView => ({
  name,
  uid: `uid-${name}`,
  bornAtMs,
  ready,
  live,
});
const old = (name: string, options = {}) => pod(name, sinceMs - hourMs, options);
const fresh = (name: string, options = {}) => pod(name, sinceMs, options);

interface Place {
  replicas?: number;
  surge?: number;
  problem?: string;
  traffic?: { apex?: { kind: 'live' }; acknowledged?: boolean };
  refused?: Record<string, string>;
  wanted?: number;
}

/** What a restart does with a revision of these pods. */
function step(
  members: PodView[],
  { replicas = 2, surge = 1, problem, traffic = {}, refused = {}, wanted = replicas }: Place = {},
) {
  const view = { revision: 'aaaaaaaaa2', replicas, surge, members, problem } as RevisionView;
  const world = { traffic: { acknowledged: true, ...traffic }, evictionRefused: refused } as unknown as World;
  const { evicts, ...rest } = restartStep(world, view, wanted, sinceMs);
  // The API server was asked about the pod that goes, and about no other.
  if (evicts) expect(nextToGo(world, view, sinceMs)).toBe(evicts);
  return { ...rest, evicts: evicts?.name };
}

describe('a restart', () => {
  it('asks for one pod more before any goes', () => {
    const members = [old('a'), old('b')];
    expect(step(members, { surge: 0 })).toEqual({
      surge: 1,
      evicts: undefined,
      isDone: false,
      message: '0 of 2 pods of revision aaaaaaaaa2 are new; waiting for a new pod to be ready',
    });
    expect(step(members)).toMatchObject({ surge: 1, evicts: undefined });
  });

  it('lets no pod go while a new one is not ready, and says why it is not', () => {
    const members = [old('a'), old('b'), fresh('c', { ready: false })];
    expect(step(members, { problem: 'a pod cannot be scheduled' })).toMatchObject({
      evicts: undefined,
      message: expect.stringMatching(/waiting for a new pod to be ready: a pod cannot be scheduled$/),
    });
  });

  it('lets the oldest go when one more than asked for is ready', () => {
    expect(step([old('a'), old('b'), fresh('c')])).toMatchObject({ surge: 1, evicts: 'a', isDone: false });
  });

  it('waits for the next one until the Deployment has made a new pod, and that is ready', () => {
    expect(step([old('b'), fresh('c')])).toMatchObject({ surge: 1, evicts: undefined });
    expect(step([old('b'), fresh('c'), fresh('d', { ready: false })]).evicts).toBeUndefined();
    expect(step([old('b'), fresh('c'), fresh('d')]).evicts).toBe('b');
  });

  it('ends the surge with the last old pod, so that no new one is lost', () => {
    expect(step([old('b'), fresh('c'), fresh('d')])).toMatchObject({ surge: 0, evicts: 'b', isDone: false });
  });

  it('is done when all are new and ready and nothing is left over', () => {
    const members = [fresh('c'), fresh('d')];
    expect(step(members, { surge: 1 })).toMatchObject({ surge: 0, isDone: false });
    expect(step(members, { surge: 0 })).toMatchObject({
      surge: 0,
      isDone: true,
      message: '2 of 2 pods of revision aaaaaaaaa2 are new',
    });
    expect(step([fresh('c'), fresh('d', { ready: false })], { surge: 0 }).isDone).toBe(false);
  });

  it('takes one that serves nobody first: it is missed by nobody', () => {
    const members = [old('a'), old('b', { ready: false }), fresh('c')];
    expect(step(members).evicts).toBe('b');
  });

  it('lets no pod go while another of the old ones is not ready and its successor neither', () => {
    expect(step([old('a'), fresh('c'), fresh('d', { ready: false })]).evicts).toBeUndefined();
  });

  it('says what the budget says, keeps the surge, and asks again', () => {
    const members = [old('a'), old('b'), fresh('c')];
    const refusal = 'The disruption budget keep needs 3 healthy pods and has 3 currently';
    expect(step(members, { refused: { 'uid-a': refusal } })).toEqual({
      surge: 1,
      evicts: undefined,
      isDone: false,
      message: `0 of 2 pods of revision aaaaaaaaa2 are new; ${refusal}`,
      askAgainAfterMs: 10_000,
    });
  });

  it('lets no pod go while the revision is scaled', () => {
    const members = [old('a'), old('b'), fresh('c')];
    expect(step(members, { wanted: 3 })).toMatchObject({ surge: 1, evicts: undefined });
    expect(step(members, { wanted: 1 }).evicts).toBeUndefined();
  });

  it('has nothing to do with a revision of no replicas', () => {
    expect(step([], { replicas: 0, surge: 0 })).toMatchObject({ surge: 0, isDone: true });
  });

  describe('where pods are chosen one by one', () => {
    const apex = { kind: 'live' } as const;

    it('lets none go that has traffic', () => {
      const members = [old('a', { live: true }), old('b', { live: true }), fresh('c')];
      expect(step(members, { traffic: { apex } })).toMatchObject({
        evicts: undefined,
        message: expect.stringContaining('until a new pod has taken over the traffic'),
      });
    });

    it('lets the one go that has lost it, as soon as the endpoints say so', () => {
      const members = [old('a', { live: true }), old('b'), fresh('c', { live: true })];
      expect(step(members, { traffic: { apex, acknowledged: false } }).evicts).toBeUndefined();
      expect(step(members, { traffic: { apex } }).evicts).toBe('b');
    });
  });
});
