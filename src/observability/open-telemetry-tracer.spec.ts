import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RecordingLogger } from '../runtime/testing/recording-logger.ts';
import { OpenTelemetryTracer, type OpenTelemetryOptions } from './open-telemetry-tracer.ts';
import { SpanReceiver } from './testing/span-receiver.ts';

let receiver: SpanReceiver;
const open: OpenTelemetryTracer[] = [];
beforeEach(async () => {
  receiver = await SpanReceiver.start();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((tracer) => tracer.close()));
  await receiver.stop();
});

function tracerTo(endpoint: string, options: Partial<OpenTelemetryOptions> = {}): OpenTelemetryTracer {
  const tracer = new OpenTelemetryTracer({
    endpoint,
    sampleRatio: 1,
    instance: 'pod-1',
    logger: new RecordingLogger(),
    sendEveryMs: 10,
    sendTimeoutMs: 200,
    ...options,
  });
  open.push(tracer);
  return tracer;
}

describe('spans', () => {
  it('arrive as a tree: what is awaited belongs to who awaits it, also beside each other', async () => {
    const tracer = tracerTo(receiver.endpoint);
    const pass = (key: string) =>
      tracer.span('reconcile', { key }, async () => {
        await tracer.span('gather', {}, async () => {
          await new Promise(setImmediate);
          tracer.note('query', { source: key }, { durationMs: 5 });
        });
        return tracer.span('decide', {}, (span) => {
          span.set({ phase: 'Healthy' });
          return key;
        });
      });
    expect(await Promise.all(['a', 'b'].map(pass))).toEqual(['a', 'b']);
    await tracer.close();
    expect(receiver.paths.sort()).toEqual(
      ['a', 'b']
        .flatMap(() => [
          'reconcile',
          'reconcile > decide',
          'reconcile > gather',
          'reconcile > gather > query',
        ])
        .sort(),
    );
    for (const root of receiver.spans.filter(({ name }) => name === 'reconcile')) {
      const own = receiver.spans.filter(({ traceId }) => traceId === root.traceId);
      expect(own).toHaveLength(4);
      expect(own.find(({ name }) => name === 'query')?.attributes).toEqual({
        source: root.attributes['key'],
      });
      expect(own.find(({ name }) => name === 'decide')?.attributes).toEqual({ phase: 'Healthy' });
    }
  });

  it('say what failed, and give the error on', async () => {
    const tracer = tracerTo(receiver.endpoint);
    await expect(tracer.span('late', {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(() =>
      tracer.span('at once', {}, () => {
        throw new Error('never');
      }),
    ).toThrow('never');
    tracer.span('with a request', {}, () =>
      tracer.note('api apply Service', {}, { durationMs: 1, failure: '409' }),
    );
    await tracer.close();
    expect(receiver.spans.filter(({ failed }) => failed).map(({ name }) => name)).toEqual([
      'late',
      'at once',
      'api apply Service',
    ]);
  });

  it('are of passes only: a watch belongs to none', async () => {
    const tracer = tracerTo(receiver.endpoint);
    tracer.note('api watch Pod', {}, { durationMs: 1 });
    tracer.span('reconcile', {}, () => {});
    await tracer.close();
    expect(receiver.paths).toEqual(['reconcile']);
  });

  it('are a sample: whole passes, or nothing of them', async () => {
    const none = tracerTo(receiver.endpoint, { sampleRatio: 0 });
    none.span('reconcile', {}, () => none.span('gather', {}, () => {}));
    await none.close();
    expect(receiver.spans).toEqual([]);

    const half = tracerTo(receiver.endpoint, { sampleRatio: 0.5 });
    for (let pass = 0; pass < 200; pass += 1)
      half.span('reconcile', {}, () => half.span('gather', {}, () => {}));
    await half.close();
    const roots = receiver.paths.filter((path) => path === 'reconcile').length;
    // Two hundred throws of a coin: outside with a probability below one in a hundred million.
    expect(roots).toBeGreaterThan(58);
    expect(roots).toBeLessThan(142);
    expect(receiver.paths.filter((path) => path === 'reconcile > gather')).toHaveLength(roots);
  });
});

describe('a receiver that is gone, or never answers', () => {
  it.each(['gone', 'silent'])('delays no work and no end: %s', async (how) => {
    const { endpoint } = receiver;
    if (how === 'gone') await receiver.stop();
    receiver.silent = true;
    const tracer = tracerTo(endpoint);
    // More than the buffer holds.
    for (let pass = 0; pass < 5_000; pass += 1) {
      expect(await tracer.span('reconcile', {}, async () => pass)).toBe(pass);
    }
    // It would take for ever otherwise: nobody answers.
    await tracer.close();
    expect(receiver.spans).toEqual([]);
    if (how === 'gone') receiver = await SpanReceiver.start();
  });
});
