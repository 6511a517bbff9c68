import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SpanReceiver } from './observability/testing/span-receiver.ts';
import { RecordingLogger } from './runtime/testing/recording-logger.ts';
import { noTracer } from './runtime/tracer.ts';
import { openTracer, tracedRequests } from './tracing.ts';

const dependencies = { instance: 'pod-1', logger: new RecordingLogger() };
const nobody = { api: () => {}, sources: { queried: () => {} } };

describe('tracing', () => {
  it('is off without an endpoint, and loads none of its packages then', async () => {
    expect(await openTracer({ sampleRatio: 1 }, dependencies)).toBe(noTracer);
    expect(tracedRequests(noTracer, nobody)).toEqual(nobody);
    const loadedBy = (config: object) => {
      const program = `
        import { registerHooks } from 'node:module';
        let loaded = 0;
        registerHooks({ load: (url, context, next) => {
          if (url.includes('@opentelemetry')) loaded += 1;
          return next(url, context);
        } });
        const { openTracer } = await import(${JSON.stringify(join(import.meta.dirname, 'tracing.ts'))});
        const logger = { debug() {} };
        const tracer = await openTracer(${JSON.stringify(config)}, { instance: 'a', logger });
        await tracer.close();
        console.log(loaded);`;
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: '' },
      });
      if (stdout === '') throw new Error(stderr);
      return Number(stdout);
    };
    expect(loadedBy({ sampleRatio: 1 })).toBe(0);
    expect(loadedBy({ endpoint: 'http://127.0.0.1:1/v1/traces', sampleRatio: 1 })).toBeGreaterThan(4);
  });

  it('has a span for each request of a pass, and tells the metrics as before', async () => {
    const receiver = await SpanReceiver.start();
    try {
      const tracer = await openTracer({ endpoint: receiver.endpoint, sampleRatio: 1 }, dependencies);
      const heard: string[] = [];
      const { api, sources } = tracedRequests(tracer, {
        api: ({ verb }) => heard.push(verb),
        sources: { queried: ({ source }) => heard.push(source) },
      });
      tracer.span('reconcile', {}, () => {
        api({ verb: 'apply', kind: 'Service', code: '200', durationMs: 3 });
        api({ verb: 'patch', kind: 'HTTPRoute', code: '409', durationMs: 3 });
        sources.queried({ source: 'default', result: 'timeout', durationMs: 5 });
      });
      await tracer.close();
      expect(heard).toEqual(['apply', 'patch', 'default']);
      expect(receiver.spans.map(({ name, failed }) => `${name}${failed ? ' failed' : ''}`)).toEqual([
        'api apply Service',
        'api patch HTTPRoute failed',
        'query failed',
        'reconcile',
      ]);
    } finally {
      await receiver.stop();
    }
  });
});
