import { describe, expect, it } from '@jest/globals';
import type { RequestRecord } from '../load/request-record.ts';
import { isModelFailure, RequestLedger } from './request-ledger.ts';

const record = (changes: Partial<RequestRecord>): RequestRecord => ({
  startedAtMs: 1_000,
  latencyMs: 10,
  status: 200,
  error: null,
  version: '1',
  pod: 'p',
  correct: true,
  detail: null,
  ...changes,
});

describe('isModelFailure', () => {
  it.each<[string, Partial<RequestRecord>, boolean]>([
    ['an answer', {}, false],
    ["a model's own 500", { status: 500, version: '3' }, true],
    ["a gateway's 503", { status: 503, version: null }, false],
    ['a 404 under a version', { status: 404, version: '3' }, false],
    ['a connection that broke in mid-answer', { status: 500, version: '3', error: 'ECONNRESET' }, false],
    ['no answer', { status: null, version: null, error: 'ECONNREFUSED' }, false],
  ])('%s: %j', (_, changes, expected) => {
    expect(isModelFailure(record(changes))).toBe(expected);
  });
});

describe('RequestLedger', () => {
  it('counts a request where it was due, not where it ended', () => {
    const ledger = new RequestLedger();
    ledger.begin('v1', 1_000);
    ledger.begin('v2', 2_000);
    ledger.add(record({ startedAtMs: 1_999, latencyMs: 500 }));
    ledger.add(record({ startedAtMs: 2_000, version: '2', correct: false }));
    ledger.add(record({ startedAtMs: 900 }));
    expect(ledger.entry('v1').versions['1']).toMatchObject({
      requests: 2,
      failures: 0,
      correct: 2,
      lastAnswerAtMs: 2_499,
    });
    expect(ledger.entry('v2').versions).toMatchObject({ '2': { requests: 1, correct: 0 } });
    expect(ledger.entry('v3')).toEqual({ versions: {}, foreignFailures: [] });
  });

  it("tells a model's own failures from others, and knows when the client had the first in hand", () => {
    const ledger = new RequestLedger();
    ledger.begin('v3', 0);
    ledger.add(record({ startedAtMs: 1_100, latencyMs: 50, status: 500, version: '3', correct: null }));
    ledger.add(record({ startedAtMs: 1_000, latencyMs: 100, status: 500, version: '3', correct: null }));
    ledger.add(record({ startedAtMs: 3_000, version: '3' }));
    ledger.add(
      record({ status: 503, version: null, correct: null, detail: 'no healthy upstream', pod: null }),
    );
    const { versions, foreignFailures } = ledger.entry('v3');
    expect(versions['3']).toMatchObject({
      requests: 3,
      failures: 2,
      modelFailures: 2,
      firstFailureAtMs: 1_100,
    });
    expect(versions['none']).toMatchObject({ requests: 1, failures: 1, modelFailures: 0 });
    expect(foreignFailures).toEqual([
      { atMs: 1_010, version: null, pod: null, outcome: '503', detail: 'no healthy upstream' },
    ]);
    expect(ledger.foreignFailures).toBe(1);
  });

  it('keeps few samples but counts all', () => {
    const ledger = new RequestLedger();
    ledger.begin('v1', 0);
    for (let i = 0; i < 100; i++) ledger.add(record({ status: null, error: 'ECONNRESET', version: null }));
    expect(ledger.foreignFailures).toBe(100);
    expect(ledger.entry('v1').foreignFailures).toHaveLength(20);
  });
});
