import { describe, expect, it } from '@jest/globals';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { runInReconcile } from '../runtime/reconcile-context.ts';
import { createLogger } from './logging.ts';
import { NestLogger } from './nest-logger.ts';
import { prettyLine } from './pretty-stream.ts';

function recorded(level = 'debug', format: 'json' | 'pretty' = 'json') {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level, format, destination });
  const last = () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown>;
  return { logger, lines, last };
}

describe('a log line', () => {
  it('is one JSON object with time, level, message and fields', () => {
    const { logger, last } = recorded();
    logger.warn('weight taken back', { revision: 'abc' });
    expect(last()).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-.*T.*Z$/),
      msg: 'weight taken back',
      revision: 'abc',
    });
  });

  it('carries key and reconcile id of the pass that it belongs to, and only of that one', async () => {
    const { logger, last, lines } = recorded();
    await Promise.all(
      ['ml/a', 'ml/b'].map((key) =>
        runInReconcile({ key, reconcileId: `id of ${key}`, lane: 'normal' }, async () => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          logger.info(key);
        }),
      ),
    );
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.map(({ msg, key, reconcileId }) => ({ msg, key, reconcileId }))).toEqual(
      ['ml/a', 'ml/b'].map((key) => ({ msg: key, key, reconcileId: `id of ${key}` })),
    );
    logger.info('outside');
    expect(last()).not.toHaveProperty('key');
  });

  it('does not repeat a key that the caller names as well', () => {
    const { logger, lines } = recorded();
    runInReconcile({ key: 'ml/a', reconcileId: '1', lane: 'normal' }, () =>
      logger.info('x', { key: 'ml/a' }),
    );
    expect(lines[0]?.match(/"key"/g)).toHaveLength(1);
  });

  it('tells an error with message, kind, stack and cause', () => {
    const { logger, last } = recorded();
    const cause = new Error('connect ECONNREFUSED');
    logger.error('failed', { error: new ClusterError('unreachable', 'get pods', { cause }) });
    expect(last()['error']).toMatchObject({
      message: expect.stringContaining('get pods'),
      kind: 'unreachable',
      stack: expect.stringContaining('connect ECONNREFUSED'),
    });
  });

  it('holds no credential, wherever somebody put it', () => {
    const { logger, lines } = recorded();
    logger.info('x', {
      token: 'hunter2',
      headers: { authorization: 'hunter2' },
      a: { b: { password: 'hunter2' } },
    });
    expect(lines[0]).not.toContain('hunter2');
    expect(lines[0]).toContain('***');
  });

  it.each([
    ['debug', 4],
    ['warn', 2],
    ['silent', 0],
  ])('below level %s is not written', (level, count) => {
    const { logger, lines } = recorded(level);
    logger.debug('1');
    logger.info('2');
    logger.warn('3');
    logger.error('4');
    expect(lines).toHaveLength(count);
  });

  it('of a child carries its fields', () => {
    const { logger, last } = recorded();
    logger.child({ component: 'reflector' }).info('x');
    expect(last()).toMatchObject({ component: 'reflector', msg: 'x' });
  });
});

describe('pretty', () => {
  it('is for people', () => {
    const { logger, lines } = recorded('debug', 'pretty');
    logger.info('weight raised', { weight: 5, reason: 'StepEntered', text: 'two words' });
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {2}weight raised weight=5 reason=StepEntered text="two words"\n$/,
    );
  });

  it('puts the stack of an error below', () => {
    const { logger, lines } = recorded('debug', 'pretty');
    logger.error('failed', { error: new Error('why') });
    expect(lines[0]).toMatch(/ERROR failed\n {4}Error: why\n {4}at /);
  });

  it.each([
    ['no JSON\n', 'no JSON\n'],
    ['{"time":"2026-01-02T03:04:05.678Z","level":"warn","error":"odd"}', '03:04:05.678 WARN  \n    odd\n'],
  ])('%j', (line, expected) => expect(prettyLine(line)).toBe(expected));
});

it("Nest's lines go through the same logger", () => {
  const { logger, lines, last } = recorded('info');
  const nest = new NestLogger(logger);
  nest.log('Mapped {/healthz, GET}', 'RouterExplorer');
  nest.debug('x');
  nest.verbose('x');
  expect(lines).toEqual([]);
  nest.warn('careful', 'Module');
  expect(last()).toMatchObject({ level: 'warn', msg: 'careful', context: 'Module' });
  nest.error(new Error('broken'), 'stack', 'Module');
  expect(last()).toMatchObject({ level: 'error', msg: 'broken', context: 'Module', details: ['stack'] });
  nest.fatal({ odd: 1 });
  expect(last()).toMatchObject({ level: 'error', msg: '{"odd":1}' });
});
