import { describe, expect, it } from '@jest/globals';
import { type Claim, setConditions } from './set-conditions.ts';

const nowMs = Date.UTC(2026, 0, 1, 12, 0, 0, 700);
const claim = (status: Claim['status'], message = ''): Claim => ({ status, reason: 'Healthy', message });
const first = setConditions(undefined, { Ready: claim('True'), Available: claim('True') }, 1, nowMs);

describe('conditions', () => {
  it('have whole seconds, as Kubernetes writes them', () => {
    expect(first[0]).toEqual({
      type: 'Ready',
      status: 'True',
      reason: 'Healthy',
      message: '',
      observedGeneration: 1,
      lastTransitionTime: '2026-01-01T12:00:00Z',
    });
  });

  it('are equal as long as nothing changes, however late it is (law 15)', () => {
    const later = setConditions(
      first,
      { Available: claim('True'), Ready: claim('True') },
      1,
      nowMs + 9_000_000,
    );
    expect(later).toEqual(first);
    expect(JSON.stringify(later)).toBe(JSON.stringify(first));
  });

  it('change their time with their status, and with nothing else', () => {
    const [ready] = setConditions(first, { Ready: claim('True', 'other words') }, 2, nowMs + 60_000);
    expect(ready).toMatchObject({
      message: 'other words',
      observedGeneration: 2,
      lastTransitionTime: '2026-01-01T12:00:00Z',
    });
    const [failed] = setConditions(first, { Ready: claim('False') }, 2, nowMs + 60_000);
    expect(failed?.lastTransitionTime).toBe('2026-01-01T12:01:00Z');
  });

  it('keep one order, and leave those of others alone', () => {
    const foreign = { ...first[0]!, type: 'example.com/Audited' };
    const order = ['Ready', 'Available', 'Stalled', 'example.com/Audited'];
    const claims = { Stalled: claim('False'), Available: claim('True'), Ready: claim('True') };
    expect(setConditions([foreign, ...first], claims, 1, nowMs).map(({ type }) => type)).toEqual(order);
    expect(setConditions([...first, foreign], claims, 1, nowMs)).toContainEqual(foreign);
  });

  it('of ours that say nothing any more go', () => {
    expect(setConditions(first, { Ready: claim('True') }, 1, nowMs).map(({ type }) => type)).toEqual([
      'Ready',
    ]);
  });
});
