import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf, metricsSourceContract } from '../../test/contract/metrics-source.contract.ts';
import type { MetricsSourceConfig } from '../config/controller-config.ts';
import { SystemClock } from '../runtime/clock.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import type { SourceQuery } from './metrics-source-observer.ts';
import { type PrometheusDependencies, PrometheusMetricsSource } from './prometheus-metrics-source.ts';
import {
  type Answerer,
  json,
  LoopbackPrometheus,
  matrix,
  refusal,
  scalar,
  vector,
} from './testing/loopback-prometheus.ts';

let server: LoopbackPrometheus;
let source: PrometheusMetricsSource;
let seen: SourceQuery[];
const open: PrometheusMetricsSource[] = [];

function sourceOf(
  config: Partial<MetricsSourceConfig> = {},
  dependencies: Partial<PrometheusDependencies> = {},
) {
  const made = new PrometheusMetricsSource(
    { name: 'default', url: server.url, scrapeIntervalMs: 15_000, timeoutMs: 2_000, ...config },
    { clock: new SystemClock(), observer: { queried: (query) => seen.push(query) }, ...dependencies },
  );
  open.push(made);
  return made;
}

beforeAll(async () => {
  server = await new LoopbackPrometheus().start();
});
afterAll(() => server.stop());
beforeEach(() => {
  seen = [];
  server.requests.length = 0;
  source = sourceOf();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((made) => made.close()));
});

describe('a well Prometheus', () => {
  const answers: Record<string, Answerer> = {
    number: json(vector([{ value: [1.5, '42'] }])),
    scalar: json(scalar('7')),
    twoSeries: json(
      vector([
        { metric: { arm: 'a' }, value: [1.5, '1'] },
        { metric: { arm: 'b' }, value: [1.5, '2'] },
      ]),
    ),
    samples: json(
      matrix([
        {
          metric: { arm: 'a' },
          values: [
            [1767225600.123, '1'],
            [1767225615.123, '3'],
          ],
        },
      ]),
    ),
    nothing: json(vector([])),
    nan: json(vector([{ value: [1.5, 'NaN'] }])),
    infinite: json(vector([{ value: [1.5, '+Inf'] }])),
    negativeInfinite: json(vector([{ value: [1.5, '-Inf'] }])),
    broken: json(refusal('bad_data', '1:3: parse error: unexpected end of input'), 400),
  };
  beforeEach(() => {
    server.answer = (request, response) =>
      request.path === '/api/v1/query_range'
        ? json(
            matrix([
              {
                values: [
                  [1, '42'],
                  [2, '42'],
                  [3, '42'],
                ],
              },
            ]),
          )(request, response)
        : answers[request.form.get('query')!]!(request, response);
  });

  metricsSourceContract('Prometheus', () => ({
    source,
    unreachable: sourceOf({ url: 'http://127.0.0.1:1' }),
    queries: {
      number: 'number',
      scalar: 'scalar',
      twoSeries: 'twoSeries',
      samples: 'samples',
      nothing: 'nothing',
      nan: 'nan',
      infinite: 'infinite',
      negativeInfinite: 'negativeInfinite',
      broken: 'broken',
    },
  }));

  it('is asked by a form in a POST, at the given time, and told when to give up', async () => {
    await source.instant('number', { atMs: 1_767_225_600_123 });
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/query',
      authorization: undefined,
    });
    expect(Object.fromEntries(server.requests[0]!.form)).toEqual({
      query: 'number',
      time: '1767225600.123',
      timeout: '2000ms',
    });
  });

  it('is asked for a range in seconds', async () => {
    await source.range('number', { startMs: 1000, endMs: 61_000, stepMs: 15_000 });
    expect(Object.fromEntries(server.requests[0]!.form)).toMatchObject({
      start: '1.000',
      end: '61.000',
      step: '15.000',
    });
  });

  it('is found below a path', async () => {
    const below = sourceOf({ url: `${server.url}/prometheus/` });
    await below.instant('number');
    expect(server.requests[0]!.path).toBe('/prometheus/api/v1/query');
  });

  it('keeps its connections: queries one after the other share them', async () => {
    const before = server.connections;
    for (let i = 0; i < 10; i++) await source.instant('number');
    expect(server.connections - before).toBeLessThanOrEqual(2);
  });

  it('has its warnings carried', async () => {
    server.answer = json(vector([{ value: [1.5, '42'] }], ['some results may be partial']));
    expect(await source.instant('number')).toMatchObject({
      kind: 'value',
      warnings: ['some results may be partial'],
    });
  });

  it.each<[string, object, boolean]>([
    ['a warning', { warnings: ['No StoreAPIs matched for this query'] }, true],
    ['the word of VictoriaMetrics', { isPartial: true }, true],
    [
      'a remark on the query',
      { warnings: ['PromQL warning: quantile value should be between 0 and 1'] },
      false,
    ],
    ['neither', { isPartial: false }, false],
  ])('is called partial by %s: %j', async (_, more, partial) => {
    server.answer = json({ ...vector([{ value: [1.5, '42'] }]), ...more });
    expect('partial' in (await source.instant('number'))).toBe(partial);
  });

  it('has each query observed with its result', async () => {
    await source.instant('number');
    await failureOf(source.instant('broken'));
    expect(seen).toMatchObject([
      { source: 'default', result: 'success' },
      { source: 'default', result: 'badQuery' },
    ]);
    expect(seen.every(({ durationMs }) => durationMs >= 0)).toBe(true);
  });
});

describe('a sick Prometheus', () => {
  const never: Answerer = () => undefined;
  const hangsUp: Answerer = (_, response) => void response.destroy();
  const breaksOff: Answerer = (_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"status":');
    setTimeout(() => response.destroy(), 20);
  };
  const trickles: Answerer = (_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  };

  it.each<[string, Answerer, string, RegExp]>([
    ['says nothing', never, 'timeout', /did not end within 300 ms/],
    ['sends its answer byte by byte', trickles, 'timeout', /did not end within 300 ms/],
    ['hangs up', hangsUp, 'unreachable', /cannot be reached/],
    ['hangs up in its answer', breaksOff, 'unreachable', /cannot be reached/],
    ['gives up itself', json(refusal('timeout', 'query timed out'), 503), 'timeout', /query timed out/],
    ['fails', json('<html>Bad\n  Gateway</html>', 502), 'serverError', /HTTP 502: <html>Bad Gateway<\/html>/],
    ['is busy', json('', 429), 'serverError', /HTTP 429/],
    ['cannot evaluate', json(refusal('execution', 'many-to-many matching'), 422), 'badQuery', /many-to-many/],
    ['wants no such query', json('', 413), 'tooLarge', /413/],
    ['asks who we are', json('', 401), 'unauthorized', /401/],
    ['knows us and refuses', json('no', 403), 'unauthorized', /403: no/],
    ['is no Prometheus', json('not found', 404), 'badAnswer', /no query API/],
    [
      'redirects',
      json('', 302, { location: 'http://elsewhere.example/?token=abc' }),
      'redirected',
      /elsewhere\.example;/,
    ],
    ['redirects within itself', json('', 307, { location: '/login' }), 'redirected', /another path/],
    ['sends too much', json(' '.repeat(5000)), 'tooLarge', /larger than 4096 bytes/],
    ['sends no JSON', json('<html>'), 'badAnswer', /no JSON: "<html>"/],
    ['sends another JSON', json({ status: 'fine' }), 'badAnswer', /none of Prometheus: status/],
    ['sends a refusal with 200', json(refusal('bad_data', 'x')), 'badAnswer', /none of Prometheus/],
    ['sends text for a number', json(vector([{ value: [1, 'many'] }])), 'badAnswer', /"many" is no number/],
    ['sends nothing for a number', json(vector([{ value: [1, ''] }])), 'badAnswer', /"" is no number/],
    [
      'sends a string',
      json({ status: 'success', data: { resultType: 'string', result: [1, 'x'] } }),
      'badAnswer',
      /string/,
    ],
    [
      'sends a native histogram',
      json({
        status: 'success',
        data: { resultType: 'vector', result: [{ metric: {}, histogram: [1, {}] }] },
      }),
      'badAnswer',
      /native histogram/,
    ],
  ])('that %s', async (_, answer, kind, words) => {
    server.answer = answer;
    const impatient = sourceOf({ timeoutMs: 300 }, { maxAnswerBytes: 4096 });
    const failure = await failureOf(impatient.instant('up'));
    expect(failure).toMatchObject({ kind });
    expect(failure.message).toMatch(words);
    expect(seen).toMatchObject([{ result: kind }]);
  });

  it('does not follow a redirect, so that no credential goes elsewhere', async () => {
    server.answer = json('', 307, { location: `${server.url}/api/v1/query` });
    await failureOf(source.instant('up'));
    expect(server.requests).toHaveLength(1);
  });

  it('says little of a long refusal', async () => {
    server.answer = json(refusal('bad_data', 'x'.repeat(100_000)), 400);
    expect((await failureOf(source.instant('up'))).message.length).toBeLessThan(400);
  });

  it('takes no harm from infinite samples and label values of any kind', async () => {
    server.answer = json(
      matrix([
        {
          metric: { path: '/é"\\' },
          values: [
            [1, '+Inf'],
            [2, 'NaN'],
            [3, '1e3'],
          ],
        },
        { values: [] },
      ]),
    );
    expect(await source.instant('up[5m]')).toEqual({
      kind: 'matrix',
      warnings: [],
      series: [
        {
          labels: { path: '/é"\\' },
          samples: [
            [1000, Infinity],
            [2000, NaN],
            [3000, 1000],
          ],
        },
      ],
    });
  });
});

describe('the circuit breaker', () => {
  it('is closed at first', () => expect(source.circuit).toBe('closed'));

  it('leaves a sick source alone, and asks again after a while', async () => {
    const clock = new VirtualClock();
    source = sourceOf({}, { clock });
    server.answer = json('', 503);
    for (let i = 0; i < 5; i++) expect((await failureOf(source.instant('up'))).kind).toBe('serverError');
    expect((await failureOf(source.instant('up'))).kind).toBe('breakerOpen');
    expect(source.circuit).toBe('open');
    expect(server.requests).toHaveLength(5);

    server.answer = json(vector([]));
    await clock.advance(10_000);
    expect(await source.instant('up')).toMatchObject({ kind: 'empty' });
  });

  it.each<[string, Answerer]>([
    ['bad', json(refusal('bad_data', 'parse error'), 400)],
    ['too large', json('', 413)],
    ['not allowed', json('', 403)],
  ])('stays closed for a query that is %s: it says nothing about the source (law 17)', async (_, answer) => {
    server.answer = answer;
    for (let i = 0; i < 8; i++) expect((await failureOf(source.instant('up'))).kind).not.toBe('breakerOpen');
    expect(server.requests).toHaveLength(8);
  });

  it('stays closed for queries that were cancelled', async () => {
    server.answer = () => undefined;
    for (let i = 0; i < 8; i++) {
      const cancel = new AbortController();
      const answer = source.instant('up', { signal: cancel.signal });
      setTimeout(() => cancel.abort(), 5);
      expect((await failureOf(answer)).message).toMatch(/cancelled/);
    }
    server.answer = json(vector([]));
    expect(await source.instant('up')).toMatchObject({ kind: 'empty' });
  });
});
