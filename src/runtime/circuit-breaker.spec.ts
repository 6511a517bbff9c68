import { beforeEach, describe, expect, it } from '@jest/globals';
import { CircuitBreaker, CircuitBreakers, CircuitOpenError } from './circuit-breaker.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('CircuitBreaker', () => {
  let clock: VirtualClock;
  let breaker: CircuitBreaker;
  let calls: number;
  const well = async () => (calls += 1);
  const sick = async () => {
    calls += 1;
    throw new Error('sick');
  };
  const fail = async (times: number) => {
    for (let index = 0; index < times; index += 1) await expect(breaker.run(sick)).rejects.toThrow('sick');
  };

  beforeEach(() => {
    clock = new VirtualClock();
    breaker = new CircuitBreaker('prometheus', clock);
    calls = 0;
  });

  it('opens after five failures in a row, and says how long to wait', async () => {
    await fail(4);
    await breaker.run(well);
    await fail(4);
    expect(breaker.state).toBe('closed');
    await fail(1);
    expect(breaker.state).toBe('open');
    await clock.advance(10_000);
    const refused = await breaker.run(well).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CircuitOpenError);
    expect(refused).toMatchObject({ reason: 'CircuitOpen', retryAfterMs: 20_000 });
    expect((refused as Error).message).toContain('prometheus');
    expect(calls).toBe(10);
  });

  it('lets one call through after 30 s, and closes when that succeeds', async () => {
    await fail(5);
    await clock.advance(30_000);
    expect(breaker.state).toBe('half-open');
    let answer = (_value: string) => {};
    const probe = breaker.run(() => new Promise<string>((resolve) => (answer = resolve)));
    await expect(breaker.run(well)).rejects.toMatchObject({ retryAfterMs: 3000 });
    answer('well again');
    expect(await probe).toBe('well again');
    expect(breaker.state).toBe('closed');
    await fail(4);
    expect(breaker.state).toBe('closed');
  });

  it('opens anew when that one fails', async () => {
    await fail(5);
    await clock.advance(30_000);
    await fail(1);
    expect(breaker.state).toBe('open');
    await clock.advance(29_999);
    expect(breaker.state).toBe('open');
    await clock.advance(1);
    await breaker.run(well);
    expect(breaker.state).toBe('closed');
  });

  it('is not changed by calls that were sent before it changed', async () => {
    const late: ((error?: Error) => void)[] = [];
    const slow = () =>
      new Promise<void>((resolve, reject) => late.push((error) => (error ? reject(error) : resolve())));
    const [succeeds, fails] = [breaker.run(slow), breaker.run(slow)];
    await fail(5);
    late[0]!();
    await succeeds;
    expect(breaker.state).toBe('open');
    await clock.advance(30_000);
    await breaker.run(well);
    late[1]!(new Error('late'));
    await expect(fails).rejects.toThrow('late');
    await fail(4);
    expect(breaker.state).toBe('closed');
  });

  it('does not count errors that do not speak against the target', async () => {
    breaker = new CircuitBreaker('t', clock, { failureThreshold: 1, isFailure: () => false });
    await fail(10);
    expect(breaker.state).toBe('closed');
  });

  it('is one per target', async () => {
    const breakers = new CircuitBreakers(clock, { failureThreshold: 1, openMs: 1000 });
    expect(breakers.for('a')).toBe(breakers.for('a'));
    await expect(breakers.for('a').run(sick)).rejects.toThrow('sick');
    await breakers.for('b').run(well);
    expect(breakers.states()).toEqual([
      { target: 'a', state: 'open' },
      { target: 'b', state: 'closed' },
    ]);
    breakers.forget('a');
    expect(breakers.for('a').state).toBe('closed');
  });

  it('refuses options that cannot work', () => {
    expect(() => new CircuitBreaker('t', clock, { failureThreshold: 0 })).toThrow(
      'failureThreshold: found 0',
    );
    expect(() => new CircuitBreaker('t', clock, { openMs: 0 })).toThrow('openMs: found 0');
  });
});
