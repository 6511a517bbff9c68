import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { SystemClock } from '../runtime/clock.ts';
import { AllowedHosts } from './allowed-hosts.ts';
import type { OutboundError } from './outbound-error.ts';
import { OutboundMail } from './outbound-mail.ts';

const signal = new AbortController().signal;
const mail = {
  from: 'understudy@example.com',
  to: ['ann@example.com', 'bob@example.com'],
  subject: 'ml/digits: rolled back',
  text: 'why\n',
  headers: { 'Message-ID': '<uid.7.3.team@understudy.dev>' },
};

describe('a mail', () => {
  const ends: (() => void)[] = [];
  afterEach(() => ends.splice(0).forEach((end) => end()));

  /** A real SMTP server on loopback, without a certificate that anybody would believe. */
  async function server(options: SMTPServerOptions = {}) {
    const taken: { to: string[]; text: string }[] = [];
    const smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onData: (stream, { envelope }, done) => {
        let text = '';
        stream.on('data', (part: Buffer) => (text += part.toString('utf8')));
        stream.on('end', () => {
          taken.push({ to: envelope.rcptTo.map(({ address }) => address), text });
          done();
        });
      },
      ...options,
    });
    smtp.on('error', () => {});
    const listening = smtp.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    ends.push(() => smtp.close());
    return { taken, url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}` };
  }
  const mailTo = (hosts: string[], timeoutMs = 5_000) =>
    new OutboundMail({ hosts: new AllowedHosts(hosts), clock: new SystemClock(), timeoutMs });
  const failureOf = (call: Promise<unknown>) =>
    call.then(
      () => {
        throw new Error('it was taken');
      },
      ({ reason, message }: OutboundError) => ({ reason, message }),
    );

  it('reaches all that it is for, with its headers', async () => {
    const { url, taken } = await server();
    await mailTo([url]).send({ url }, mail, signal);
    expect(taken).toHaveLength(1);
    expect(taken[0]!.to).toEqual(['ann@example.com', 'bob@example.com']);
    expect(taken[0]!.text).toContain('Subject: ml/digits: rolled back');
    expect(taken[0]!.text).toContain('Message-ID: <uid.7.3.team@understudy.dev>');
    expect(taken[0]!.text).toContain('why');
  });

  it('is sent to no server that is not on the list', async () => {
    const { url, taken } = await server();
    expect((await failureOf(mailTo(['smtp://mail.example.com']).send({ url }, mail, signal))).reason).toBe(
      'AddressRefused',
    );
    expect(taken).toEqual([]);
  });

  it('goes with a password over TLS only', async () => {
    const seen: unknown[] = [];
    const { url, taken } = await server({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => {
        seen.push(auth);
        done(null, { user: 'ann' });
      },
    });
    const credentials = { username: 'ann', password: 's3cret' };
    const { message } = await failureOf(mailTo([url]).send({ url, credentials }, mail, signal));
    expect([seen, taken]).toEqual([[], []]);
    expect(message).not.toContain('s3cret');
  });

  it('that a server does not take says with which code', async () => {
    const { url } = await server({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error('no such user'), { responseCode: 550 })),
    });
    const { reason, message } = await failureOf(mailTo([url]).send({ url }, mail, signal));
    expect(reason).toBe('TargetRefused');
    expect(message).toContain('550');
  });

  it('that one takes for some only is no delivery', async () => {
    const { url } = await server({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('bob') ? Object.assign(new Error('no'), { responseCode: 550 }) : null),
    });
    expect((await failureOf(mailTo([url]).send({ url }, mail, signal))).message).toContain(
      '1 of the addresses',
    );
  });

  it('ends where the server says nothing, and where there is none', async () => {
    const { url } = await server({ onConnect: () => {} });
    expect((await failureOf(mailTo([url], 200).send({ url }, mail, signal))).reason).toBe(
      'TargetUnreachable',
    );
    const none = 'smtp://127.0.0.1:1';
    expect((await failureOf(mailTo([none]).send({ url: none }, mail, signal))).reason).toBe(
      'TargetUnreachable',
    );
  });

  it.each(['https://mail.example.com', 'smtp://user:word@127.0.0.1', 'smtp://', 'mail'])(
    'is not sent to %s',
    async (url) => {
      expect((await failureOf(mailTo(['mail.example.com']).send({ url }, mail, signal))).reason).toBe(
        'AddressRefused',
      );
    },
  );
});
