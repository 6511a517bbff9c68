import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../runtime/clock.ts';
import { AllowedHosts } from './allowed-hosts.ts';
import type { OutboundError } from './outbound-error.ts';
import { OutboundHttp, type OutboundHttpOptions } from './outbound-http.ts';
import { Receiver } from './testing/receiver.ts';

describe('a call', () => {
  let receiver: Receiver;
  const open: OutboundHttp[] = [];
  beforeEach(async () => {
    receiver = await Receiver.start();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((http) => http.close()));
    await receiver.stop();
  });

  const httpTo = (hosts: string[], options: Partial<OutboundHttpOptions> = {}) => {
    const http = new OutboundHttp({ hosts: new AllowedHosts(hosts), clock: new SystemClock(), ...options });
    open.push(http);
    return http;
  };
  const post = (http: OutboundHttp, url: string, signal = new AbortController().signal) =>
    http.post({ url, headers: { 'x-test': 'yes' }, body: '{"a":1}' }, signal);
  const failureOf = (call: Promise<unknown>) =>
    call.then(
      () => {
        throw new Error('it was answered');
      },
      (error: OutboundError) => ({ reason: error.reason, message: error.message }),
    );

  it('brings body and headers, and the answer whatever its status', async () => {
    receiver.answerStatus(418, { 'retry-after': '7' }, 'no coffee');
    expect(await post(httpTo([receiver.url]), `${receiver.url}/a?b=c`)).toEqual({
      status: 418,
      body: 'no coffee',
      retryAfterMs: 7_000,
    });
    expect(receiver.received).toMatchObject([
      { method: 'POST', path: '/a?b=c', body: '{"a":1}', headers: { 'x-test': 'yes' } },
    ]);
  });

  it('is not made to a host that is not on the list', async () => {
    const { reason, message } = await failureOf(
      post(httpTo(['hooks.example.com']), `${receiver.url}/secret-path`),
    );
    expect(reason).toBe('AddressRefused');
    expect(message).toContain('127.0.0.1');
    expect(message).not.toContain('secret-path');
    expect(receiver.received).toEqual([]);
  });

  it('follows no redirect', async () => {
    receiver.answerStatus(307, { location: `${receiver.url}/elsewhere` });
    expect((await post(httpTo([receiver.url]), receiver.url)).status).toBe(307);
    expect(receiver.received.map(({ path }) => path)).toEqual(['/']);
  });

  it('is not made where a name leads to a link-local address, nor by a pattern to the inside', async () => {
    const { port } = new URL(receiver.url);
    const leading = (address: string) => ({ resolve: async () => [{ address, family: 4 }] });
    const metadata = httpTo([`http://trusted.test:${port}`], leading('169.254.169.254'));
    expect((await failureOf(post(metadata, `http://trusted.test:${port}/`))).reason).toBe('AddressRefused');
    const rebound = httpTo([`http://*.test:${port}`], leading('127.0.0.1'));
    expect((await failureOf(post(rebound, `http://a.test:${port}/`))).reason).toBe('AddressRefused');
    expect(receiver.received).toEqual([]);
    const named = httpTo([`http://named.test:${port}`], leading('127.0.0.1'));
    expect((await post(named, `http://named.test:${port}/`)).status).toBe(200);
  });

  it('is refused when the name leads elsewhere between the check and the connection', async () => {
    const { port } = new URL(receiver.url);
    let asked = 0;
    const resolve = async () => [{ address: (asked += 1) === 1 ? '93.184.216.34' : '127.0.0.1', family: 4 }];
    const http = httpTo([`http://*.test:${port}`], { resolve });
    expect((await failureOf(post(http, `http://a.test:${port}/`))).reason).toBe('AddressRefused');
    expect(receiver.received).toEqual([]);
  });

  it('ends when no answer comes in time', async () => {
    receiver.answer(() => {});
    const http = httpTo([receiver.url], { timeoutMs: 50 });
    expect((await failureOf(post(http, receiver.url))).reason).toBe('TargetUnreachable');
  });

  it('ends when the answer is too long', async () => {
    receiver.answerStatus(200, {}, 'x'.repeat(5_000));
    const http = httpTo([receiver.url], { maxAnswerBytes: 1_000 });
    expect((await failureOf(post(http, receiver.url))).reason).toBe('TargetUnreachable');
  });

  it('says that nobody listens, without the path', async () => {
    const url = 'http://127.0.0.1:1';
    const { reason, message } = await failureOf(post(httpTo([url]), `${url}/secret-path`));
    expect(reason).toBe('TargetUnreachable');
    expect(message).toContain('ECONNREFUSED');
    expect(message).not.toContain('secret-path');
  });

  it('ends with its signal', async () => {
    receiver.answer(() => {});
    const stop = new AbortController();
    const call = post(httpTo([receiver.url]), receiver.url, stop.signal);
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });

  it.each(['ftp://example.com/', 'http://user:word@127.0.0.1/', 'no address'])(
    'is not made to %s',
    async (url) => {
      expect((await failureOf(post(httpTo(['example.com']), url))).reason).toBe('AddressRefused');
    },
  );
});
