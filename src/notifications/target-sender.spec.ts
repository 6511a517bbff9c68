import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { useLabel } from '../api/group.ts';
import { toldByDefault } from '../api/notification.ts';
import { AllowedHosts } from '../outbound/allowed-hosts.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import type { OutboundError } from '../outbound/outbound-error.ts';
import { OutboundHttp } from '../outbound/outbound-http.ts';
import { OutboundMail } from '../outbound/outbound-mail.ts';
import { SecretReader } from '../outbound/secret-reader.ts';
import { signatureOf } from '../outbound/signature.ts';
import { Receiver } from '../outbound/testing/receiver.ts';
import { SystemClock } from '../runtime/clock.ts';
import { TargetSender } from './target-sender.ts';
import type { Target } from './target.ts';
import { noticeOf } from './testing/notices.ts';

const signal = new AbortController().signal;

describe('what a target gets', () => {
  let receiver: Receiver;
  let http: OutboundHttp;
  let secret: Record<string, string>;
  let labels: Record<string, string>;
  let sender: TargetSender;

  beforeEach(async () => {
    receiver = await Receiver.start();
    const clock = new SystemClock();
    http = new OutboundHttp({ hosts: new AllowedHosts([receiver.url]), clock });
    labels = { [useLabel.key]: useLabel.value };
    secret = {};
    const get = async (): Promise<KubernetesObject> => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'team', namespace: 'ml', labels },
      data: Object.fromEntries(
        Object.entries(secret).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    });
    sender = new TargetSender({
      http,
      mail: new OutboundMail({ hosts: new AllowedHosts(['smtp://127.0.0.1:2525']), clock }),
      secrets: new SecretReader({ get }),
      clock,
      dashboardUrl: 'https://understudy.example.com/',
    });
  });
  afterEach(async () => {
    await http.close();
    await receiver.stop();
  });

  const targetOf = (changes: Partial<Target> & Pick<Target, 'type'>): Target => ({
    name: 'team',
    events: toldByDefault,
    secret: { kind: 'secret', namespace: 'ml', name: 'team' },
    ...changes,
  });
  const sent = () => {
    expect(receiver.received).toHaveLength(1);
    const { body, ...request } = receiver.received[0]!;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    return { ...request, raw: body, body: JSON.parse(body) as any };
  };
  const failureOf = (target: Target) =>
    sender.send(target, noticeOf(), signal).then(
      () => {
        throw new Error('it was taken');
      },
      ({ reason, message }: OutboundError) => ({ reason, message }),
    );
  const link = 'https://understudy.example.com/?model=ml/digits&rollout=digits-7';

  it('at a webhook is a CloudEvent, signed with its time', async () => {
    secret = { signingKey: 'a key' };
    await sender.send(targetOf({ type: 'webhook', url: `${receiver.url}/hook` }), noticeOf(), signal);
    const { path, headers, raw, body } = sent();
    expect(path).toBe('/hook');
    expect(headers['content-type']).toContain('application/cloudevents+json');
    expect(body).toMatchObject({
      specversion: '1.0',
      id: 'uid.7.3',
      type: 'understudy.dev.rollout.RolledBack',
      source: '/apis/understudy.dev/v1alpha1/namespaces/ml/modeldeployments/digits',
      subject: 'digits-7',
      time: '2026-01-01T00:00:00.000Z',
      data: {
        kind: 'RolledBack',
        reason: 'AnalysisFailed',
        verdict: 'Fail',
        weight: 0,
        severity: 'warning',
        url: link,
      },
    });
    expect(body.data.message).toContain('37 of 410');
    const seconds = Number(headers['webhook-timestamp']);
    expect(Math.abs(Date.now() / 1000 - seconds)).toBeLessThan(60);
    expect(headers['webhook-id']).toBe('uid.7.3');
    expect(headers['webhook-signature']).toBe(`v1,${signatureOf('a key', 'uid.7.3', seconds, raw)}`);
  });

  it('in Slack carries reason, numbers and the link, and mentions nobody', async () => {
    secret = { url: `${receiver.url}/services/T0/B0/xyz` };
    const message = 'pod says: <!channel> & <https://evil.test|click>';
    await sender.send(targetOf({ type: 'slack' }), noticeOf({ message }), signal);
    const { path, raw } = sent();
    expect(path).toBe('/services/T0/B0/xyz');
    expect(raw).toContain('AnalysisFailed');
    expect(raw).toContain('&lt;!channel&gt; &amp; &lt;https://evil.test|click&gt;');
    expect(raw).not.toContain('<!channel>');
    expect(raw).toContain('<https://understudy.example.com/?model=ml/digits&amp;rollout=digits-7|');
  });

  it('in Teams is an adaptive card whose values are no markup', async () => {
    secret = { url: `${receiver.url}/workflows/1` };
    const message = '[click](https://evil.test) **now**';
    await sender.send(targetOf({ type: 'teams' }), noticeOf({ message }), signal);
    const { body } = sent();
    const [{ contentType, content }] = body.attachments;
    expect([body.type, contentType, content.type]).toEqual([
      'message',
      'application/vnd.microsoft.card.adaptive',
      'AdaptiveCard',
    ]);
    const runs = content.body.map(
      ({ type, inlines }: { type: string; inlines: { type: string; text: string }[] }) => {
        expect([type, inlines[0]!.type]).toEqual(['RichTextBlock', 'TextRun']);
        return inlines[0]!.text;
      },
    );
    expect(runs).toContain(message);
    expect(runs).toContain('Reason: AnalysisFailed, verdict Fail');
    expect(content.actions).toEqual([{ type: 'Action.OpenUrl', title: 'Open the rollout', url: link }]);
  });

  it('in Discord is an embed that mentions nobody', async () => {
    secret = { url: `${receiver.url}/api/webhooks/1/x` };
    await sender.send(
      targetOf({ type: 'discord' }),
      noticeOf({ message: '@everyone [a](https://evil.test)' }),
      signal,
    );
    const { body } = sent();
    expect(body.allowed_mentions).toEqual({ parse: [] });
    expect(body.embeds[0].description).toBe(String.raw`\@everyone \[a\]\(https\://evil.test\)`);
    expect(JSON.stringify(body.embeds[0].fields)).toContain('AnalysisFailed');
    expect(body.embeds[0].url).toBe(link);
  });

  it('at an Alertmanager is an alert that ends by itself', async () => {
    await sender.send(
      { ...targetOf({ type: 'alertmanager', url: `${receiver.url}/am/` }), secret: undefined },
      noticeOf(),
      signal,
    );
    const { path, headers, body } = sent();
    expect([path, headers.authorization]).toEqual(['/am/api/v2/alerts', undefined]);
    expect(body).toHaveLength(1);
    expect(body[0]).toMatchObject({
      labels: {
        alertname: 'UnderstudyNoticeRolledBack',
        namespace: 'ml',
        model_deployment: 'digits',
        severity: 'warning',
      },
      startsAt: '2026-01-01T00:00:00.000Z',
      generatorURL: link,
    });
    expect(Date.parse(body[0].endsAt)).toBeGreaterThan(Date.now());
    expect(body[0].annotations.description).toContain('37 of 410');
  });

  it.each([
    [{ token: 't0ken' }, 'Bearer t0ken'],
    [{ username: 'ann', password: 'word' }, `Basic ${Buffer.from('ann:word').toString('base64')}`],
  ])(
    'at an Alertmanager with credentials comes with those of the Secret: %#',
    async (credentials, authorization) => {
      secret = { url: receiver.url, ...credentials };
      await sender.send(targetOf({ type: 'alertmanager' }), noticeOf(), signal);
      expect(sent().headers.authorization).toBe(authorization);
    },
  );

  it('at GitHub is the status of the commit that asked for the candidate', async () => {
    secret = { url: receiver.url, token: 't0ken' };
    await sender.send(targetOf({ type: 'github', repository: 'org/models' }), noticeOf(), signal);
    const { path, headers, body } = sent();
    expect(path).toBe('/repos/org/models/statuses/0123456789abcdef0123456789abcdef01234567');
    expect(headers.authorization).toBe('Bearer t0ken');
    expect(body).toMatchObject({ state: 'failure', context: 'understudy/ml/digits', target_url: link });
    expect(body.description.length).toBeLessThanOrEqual(140);
    expect(body.description).toContain('37 of 410');
  });

  it('at GitLab is the status of the commit', async () => {
    secret = { url: receiver.url, token: 't0ken' };
    const target = targetOf({ type: 'gitlab', repository: 'group/sub/models', context: 'rollout' });
    await sender.send(target, noticeOf({ kind: 'Promoted' }), signal);
    const { path, headers, body } = sent();
    expect(path).toBe(
      '/api/v4/projects/group%2Fsub%2Fmodels/statuses/0123456789abcdef0123456789abcdef01234567',
    );
    expect(headers['private-token']).toBe('t0ken');
    expect(body).toMatchObject({ state: 'success', name: 'rollout' });
  });

  it.each(['github', 'gitlab'] as const)('at %s is nothing where nobody named a commit', async (type) => {
    secret = { url: receiver.url, token: 't0ken' };
    const target = targetOf({ type, repository: 'org/models' });
    for (const commit of [undefined, '../../user', 'main'])
      await sender.send(target, noticeOf({ commit }), signal);
    expect(receiver.received).toEqual([]);
  });

  it('has the text that its author wrote, with values escaped', async () => {
    secret = { url: receiver.url };
    const text = '*{{ name }}* is {{ kind }}: {{ message }} {{to.version}} {{ url }}';
    await sender.send(targetOf({ type: 'slack', text }), noticeOf({ message: '<b>' }), signal);
    expect(sent().body.blocks[0].text.text).toBe(
      '*digits* is RolledBack: &lt;b&gt; 2 https://understudy.example.com/?model=ml/digits&amp;rollout=digits-7',
    );
  });

  it.each([
    [302, 'AddressRefused'],
    [404, 'TargetRefused'],
    [429, 'TargetUnreachable'],
    [503, 'TargetUnreachable'],
  ])('and answers with %s is no delivery: %s', async (status, reason) => {
    secret = { url: `${receiver.url}/services/xyz` };
    receiver.answer((response, { path }) => response.writeHead(status).end(`no ${path}`));
    const failure = await failureOf(targetOf({ type: 'slack' }));
    expect(failure.reason).toBe(reason);
    expect(failure.message).toContain(String(status));
    expect(failure.message).not.toContain('xyz');
  });

  it('is nothing without a Secret that its owner allowed, and has the key', async () => {
    secret = { url: receiver.url };
    labels = {};
    expect(await failureOf(targetOf({ type: 'slack' }))).toMatchObject({
      reason: 'SecretUnavailable',
      message: expect.stringContaining('label understudy.dev/use'),
    });
    labels = { [useLabel.key]: useLabel.value };
    secret = { address: receiver.url };
    expect((await failureOf(targetOf({ type: 'slack' }))).message).toBe(
      'Secret team has no value under the key url',
    );
    const gone = new SecretReader({
      get: () => Promise.reject(new ClusterError('notFound', 'secrets "team" not found')),
    });
    sender = new TargetSender({ http, mail: undefined as never, secrets: gone, clock: new SystemClock() });
    expect((await failureOf(targetOf({ type: 'slack' }))).message).toBe('Secret team does not exist');
    expect(receiver.received).toEqual([]);
  });

  it('of a spec is nothing while those are switched off', async () => {
    expect((await failureOf(targetOf({ type: 'slack', switchedOff: true }))).reason).toBe(
      'NotificationsSwitchedOff',
    );
  });
});
