import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { signatureOf } from '../../src/outbound/signature.ts';
import { Receiver } from '../../src/outbound/testing/receiver.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel, conditionOf } from '../support/watched-model.ts';

jest.setTimeout(180_000);

const signingKey = 'k3y-of-the-webhook';
const path = 's3cret-path';

let bed: TestBed;
let receiver: Receiver;
const mails: string[] = [];
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  logger: false,
  onData: (stream, _session, done) => {
    let text = '';
    stream.on('data', (part: Buffer) => (text += part.toString('utf8')));
    stream.on('end', () => {
      mails.push(text);
      done();
    });
  },
});
/** Takes connections and never says a word. */
const silent = createServer(() => {});
beforeAll(async () => {
  bed = await TestBed.start();
  receiver = await Receiver.start();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  await once(mailServer.listen(0, '127.0.0.1'), 'listening');
}, 600_000);
afterAll(async () => {
  await bed?.stop();
  await receiver?.stop();
  silent.close();
  mailServer.close();
}, 60_000);

const secretOf = (name: string, stringData: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'default', labels: { 'understudy.dev/use': 'true' } },
  stringData,
});

describe('notifications on a real API server', () => {
  it('reach a webhook and a mailbox once each and signed, while a dead target delays nothing and shows in a condition', async () => {
    const { port } = silent.address() as { port: number };
    const mailPort = (mailServer.server.address() as { port: number }).port;
    const webhook = await bed.reachableInside(receiver.url);
    const deaf = await bed.reachableInside(`http://127.0.0.1:${port}`);
    const smtp = await bed.reachableInside(`smtp://127.0.0.1:${mailPort}`);
    await bed.apply(secretOf('mail', { url: smtp, from: 'understudy@example.com' }));
    const allowedHosts = [webhook, deaf, smtp];
    await bed.apply(secretOf('hook', { url: `${webhook}/${path}`, signingKey }));
    await bed.apply(secretOf('deaf', { url: `${deaf}/${path}` }));
    const controller = await bed.installController({
      notifications: { enabled: true, allowedHosts },
      dashboard: { enabled: false, url: 'https://understudy.example.com' },
    });
    const notifications = [
      { name: 'hook', type: 'webhook', secretRef: { name: 'hook' } },
      { name: 'deaf', type: 'slack', secretRef: { name: 'deaf' } },
      {
        name: 'mail',
        type: 'email',
        secretRef: { name: 'mail' },
        to: ['ann@example.com'],
        events: ['Promoted'],
      },
    ];
    const model = await WatchedModel.serve(bed, 'told', { version: '1', spec: { notifications } });
    await model.apply({ version: '2' });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    await waitFor('the end is told', () => receiver.received.length >= 2 && mails.length >= 1);
    const { conditions = [], notifications: marks } = await model.until(
      'says what is dead, and what was told',
      (status) =>
        conditionOf(status, 'Notified') === 'False TargetUnreachable' &&
        status.notifications?.every(({ target, rollout }) => target === 'deaf' || rollout === 1),
    );

    const events = receiver.received.map(({ headers, body, ...rest }) => ({
      ...rest,
      headers,
      body,
      event: JSON.parse(body),
    }));
    expect(events.map(({ event }) => event.data.kind)).toEqual(['Started', 'Promoted']);
    for (const { headers, body, event, path: called } of events) {
      expect(called).toBe(`/${path}`);
      const seconds = Number(headers['webhook-timestamp']);
      expect(headers['webhook-id']).toBe(event.id);
      expect(headers['webhook-signature']).toBe(`v1,${signatureOf(signingKey, event.id, seconds, body)}`);
      expect(event.data.url).toContain('model=default/told&rollout=');
    }
    expect(conditions.find(({ type }) => type === 'Notified')).toMatchObject({ reason: 'TargetUnreachable' });
    expect(marks?.map(({ target, rollout, told }) => [target, rollout, told > 0])).toEqual([
      ['hook', 1, true],
      ['deaf', 0, false],
      ['mail', 1, true],
    ]);

    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain('Subject: default/told: promoted');

    // A restarted controller sends nothing twice that it knows to be taken.
    const { run } = controller;
    run.signal('SIGTERM');
    expect(await run.exitCode()).toBe(0);
    await model.apply({ version: '3' });
    await waitFor('the next start is told', () => receiver.received.length >= 3);
    expect(JSON.parse(receiver.received[2]!.body).data).toMatchObject({
      kind: 'Started',
      rollout: { number: 2 },
    });

    const written = JSON.stringify([
      await bed.list(resourceKinds.modelDeployment),
      await bed.list(resourceKinds.modelRollout),
      await bed.list(resourceKinds.event),
      (await controller.nextRun()).log,
    ]);
    expect(written).toContain('TargetUnreachable');
    for (const secret of [signingKey, path]) expect(written).not.toContain(secret);
  });

  it('are refused at admission where they cannot work, with words that say why', async () => {
    const refused = async (notification: Record<string, unknown>) => {
      const model = new WatchedModel(bed, 'refused', { notifications: [{ name: 'x', ...notification }] });
      return model.apply({ version: '1' }).then(
        () => 'taken',
        (error: Error) => error.message,
      );
    };
    const secretRef = { name: 'hook' };
    expect(await refused({ type: 'slack' })).toContain('secretRef is needed when type is');
    expect(await refused({ type: 'slack', secretRef, url: 'https://a.test' })).toContain(
      'url belongs to type',
    );
    expect(await refused({ type: 'webhook', secretRef, url: 'https://u:p@a.test' })).toContain(
      'url must be an http',
    );
    expect(await refused({ type: 'slack', secretRef, text: '{{ secret }}' })).toContain(
      'text may name these variables only',
    );
    expect(await refused({ type: 'alertmanager' })).toContain('an alertmanager needs either url');
  });
});
