import { describe, expect, it } from '@jest/globals';
import { canaryDetail, canaryRow, list, rows } from '../../../src/dashboard-api/testing/fixtures.ts';
import { retryDelayMs } from './backoff.ts';
import { detailAfter } from './detail-state.ts';
import { listAfter } from './list-state.ts';

const later = '2026-03-14T03:00:10Z';
const stale = { since: later, message: 'the API server does not answer' };

describe('the list after an event', () => {
  const first = listAfter(undefined, { name: 'snapshot', data: list })!;

  it('is what a snapshot says, and rows that did not change stay the same objects', () => {
    expect([...first.rows.values()]).toEqual(rows);
    const again = { ...list, rows: [{ ...canaryRow }, { ...rows[1]!, message: 'another one' }] };
    const next = listAfter(first, { name: 'snapshot', data: again })!;
    expect([...next.rows.keys()]).toEqual([canaryRow.key, rows[1]!.key]);
    expect(next.rows.get(canaryRow.key)).toBe(first.rows.get(canaryRow.key));
    expect(next.rows.get(rows[1]!.key)!.message).toBe('another one');
  });

  it('has changed, new and removed rows of a delta', () => {
    const changed = { ...canaryRow, message: 'it goes on' };
    const data = { serverTime: later, rows: [changed], removed: [rows[1]!.key] };
    const next = listAfter(first, { name: 'delta', data })!;
    expect(next.rows.get(canaryRow.key)).toBe(changed);
    expect(next.rows.size).toBe(rows.length - 1);
    expect(first.rows.size).toBe(rows.length);
    expect(next.serverTime).toBe(later);
  });

  it('is stale until it is said that it no longer is', () => {
    const delta = { serverTime: later, rows: [], removed: [] };
    const old = listAfter(first, { name: 'delta', data: { ...delta, stale } });
    expect(old?.stale).toEqual(stale);
    expect(listAfter(old, { name: 'delta', data: delta })?.stale).toEqual(stale);
    expect(listAfter(old, { name: 'delta', data: { ...delta, stale: null } })?.stale).toBeUndefined();
  });

  it('is nothing before the first snapshot', () => {
    const data = { serverTime: later, rows, removed: [] };
    expect(listAfter(undefined, { name: 'delta', data })).toBeUndefined();
  });
});

describe('a detail after an event', () => {
  const data = { serverTime: later, detail: canaryDetail };
  const first = detailAfter(undefined, { name: 'snapshot', data })!;

  it('has sections replaced as a whole, and others removed', () => {
    const changed = { row: { ...canaryRow, message: 'it goes on' } };
    const next = detailAfter(first, {
      name: 'delta',
      data: { serverTime: later, changed, removed: ['pods'] },
    })!;
    expect(next.detail.row).toBe(changed.row);
    expect(next.detail.pods).toBeUndefined();
    expect(next.detail.rollout).toBe(canaryDetail.rollout);
    expect(first.detail.pods).toBeDefined();
  });

  it('stays where it is gone, and says so until it is back', () => {
    const gone = detailAfter(first, { name: 'gone', data: { serverTime: later } })!;
    expect(gone).toMatchObject({ gone: true, detail: canaryDetail });
    expect(detailAfter(gone, { name: 'snapshot', data })?.gone).toBe(false);
  });
});

describe('the time until the next attempt', () => {
  it('grows, has a bound, and is not the same for everybody', () => {
    const least = Array.from({ length: 12 }, (_, failures) => retryDelayMs(failures, () => 0));
    expect(least).toEqual([...least].sort((one, other) => one - other));
    expect(retryDelayMs(40, () => 1)).toBe(20_000);
    expect(retryDelayMs(3, () => 0)).toBeLessThan(retryDelayMs(3, () => 1));
  });
});
