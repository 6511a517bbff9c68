import { describe, expect, it } from '@jest/globals';
import { TimedOut, waitUntil } from './wait-until.ts';

describe('waitUntil', () => {
  it('asks until the answer is yes; an error is a no', async () => {
    const answers = [() => false, () => Promise.reject(new Error('not yet')), () => true];
    let asked = 0;
    await waitUntil(async () => (await answers[asked++]?.()) as boolean, {
      what: 'x',
      timeoutMs: 1000,
      intervalMs: 1,
    });
    expect(asked).toBe(3);
  });

  it('gives up in time and names the last reason', async () => {
    const never = waitUntil(() => Promise.reject(new Error('port closed')), {
      what: 'the port',
      timeoutMs: 20,
      intervalMs: 5,
    });
    await expect(never).rejects.toThrow(TimedOut);
    await expect(never).rejects.toThrow('the port did not come within 0.02 s: port closed');
  });

  it('ends at once with the reason of the signal', async () => {
    const abort = new AbortController();
    const wait = waitUntil(() => Promise.resolve(false), {
      what: 'x',
      timeoutMs: 60_000,
      intervalMs: 5,
      signal: abort.signal,
    });
    abort.abort(new Error('the process has died'));
    await expect(wait).rejects.toThrow('the process has died');
  });
});
