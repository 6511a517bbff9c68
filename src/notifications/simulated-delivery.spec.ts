import { describe, expect, it } from '@jest/globals';
import type { ModelDeploymentSpec } from '../api/model-deployment.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import { SecretReader } from '../outbound/secret-reader.ts';
import { RecordingLogger } from '../runtime/testing/recording-logger.ts';
import type { Clock } from '../runtime/clock.ts';
import { type Bed, bedOf, specOf, until } from '../simulation/testing/world-bed.ts';
import type { StartOptions } from '../simulation/world.ts';
import { Mailbox } from './testing/mailbox.ts';
import { TargetSender } from './target-sender.ts';

const team = { name: 'team', type: 'slack', secretRef: { name: 'team' } } as const;
const told = specOf({ notifications: [team] });
const enabled = { notifications: { enabled: true } };

/** The first revision is served, by a controller of this kind. */
async function serving(start: StartOptions, spec: ModelDeploymentSpec = told): Promise<Bed> {
  const bed = bedOf({}, start);
  bed.model.create(spec);
  await until(bed, () => bed.model.phase === 'Healthy');
  return bed;
}

const never = () => new Promise<never>(() => {});
const dead = (clock: Clock) => async () => {
  await clock.sleep(10_000);
  throw new OutboundError('TargetUnreachable', 'hooks.slack.com did not answer within 10000 ms');
};

const nextVersion = ({ model }: Bed) => model.release('2');
const promoted = (bed: Bed) =>
  bed.model.phase === 'Healthy' && bed.model.status.stable?.model?.version === '2';
const condition = ({ model }: Bed) => model.status.conditions?.find(({ type }) => type === 'Notified');

describe('notifications of the real controller', () => {
  it('come once each where nothing goes wrong, and cost nothing at rest (law 15)', async () => {
    const mailbox = new Mailbox();
    const bed = await serving({ noticeSender: mailbox, ...enabled });
    nextVersion(bed);
    await until(bed, () => promoted(bed));
    await bed.world.run(300_000);
    expect(mailbox.kinds).toEqual(['Started', 'Promoted']);
    const writes = bed.world.history.writes.filter(({ kind }) => kind === 'ModelDeployment').length;
    await bed.world.run(3_600_000);
    expect(bed.world.history.writes.filter(({ kind }) => kind === 'ModelDeployment')).toHaveLength(writes);
    expect(mailbox.kinds).toEqual(['Started', 'Promoted']);
  });

  it('come after a crash between the decision and the delivery', async () => {
    const mailbox = new Mailbox();
    mailbox.onTheWay = never;
    const controllers = { noticeSender: mailbox, ...enabled };
    const bed = await serving(controllers);
    nextVersion(bed);
    await until(bed, () => promoted(bed));
    expect(mailbox.received).toEqual([]);
    bed.world.controllers[0]!.kill();
    mailbox.onTheWay = async () => {};
    bed.world.startController(controllers);
    await until(bed, () => mailbox.received.length === 2);
    await bed.world.run(60_000);
    expect(mailbox.kinds).toEqual(['Started', 'Promoted']);
  });

  it('come again, under the same id, after a crash between the delivery and its record', async () => {
    const mailbox = new Mailbox();
    const controllers = { noticeSender: mailbox, ...enabled };
    const bed = await serving(controllers);
    mailbox.onTheWayBack = async () => {
      mailbox.onTheWayBack = async () => {};
      bed.world.controllers[0]!.kill();
      bed.world.startController(controllers);
      await never();
    };
    nextVersion(bed);
    await until(bed, () => promoted(bed));
    await bed.world.run(30_000);
    expect(mailbox.kinds).toEqual(['Started', 'Started', 'Promoted']);
    expect(mailbox.received[0]!.id).toBe(mailbox.received[1]!.id);
  });

  it('to a dead target delay no pass and no rollout, show in a condition, and come when it lives (law 17)', async () => {
    const timeOf = async (mailbox: Mailbox | undefined, spec = told) => {
      const bed = await serving({ ...(mailbox && { noticeSender: mailbox }), ...enabled }, spec);
      if (mailbox)
        mailbox.onTheWay = async (target) => (target.name === 'team' ? dead(bed.world.clock)() : undefined);
      const begunMs = bed.world.clock.now();
      nextVersion(bed);
      await until(bed, () => promoted(bed));
      return { bed, tookMs: bed.world.clock.now() - begunMs };
    };
    const mailbox = new Mailbox();
    const other = { ...team, name: 'other' };
    const { bed, tookMs } = await timeOf(mailbox, { ...told, notifications: [team, other] });
    const { tookMs: withoutMs } = await timeOf(undefined, specOf());
    expect(Math.abs(tookMs - withoutMs)).toBeLessThan(1_000);
    expect(mailbox.received.map(({ target, kind }) => `${target} ${kind}`)).toEqual([
      'other Started',
      'other Promoted',
    ]);
    expect(condition(bed)).toMatchObject({
      status: 'False',
      reason: 'TargetUnreachable',
      message: 'target "team": hooks.slack.com did not answer within 10000 ms',
    });
    mailbox.onTheWay = async () => {};
    await until(bed, () => condition(bed)?.status === 'True', 1_000_000);
    expect(mailbox.received.slice(2).map(({ target, kind }) => `${target} ${kind}`)).toEqual([
      'team Started',
      'team Promoted',
    ]);
  });

  it('to targets of the configuration need nothing in the spec', async () => {
    const mailbox = new Mailbox();
    const target = {
      name: 'all',
      type: 'slack',
      secretDirectory: '/s',
      namespaces: ['ml'],
      labels: [],
    } as const;
    const elsewhere = { ...target, name: 'elsewhere', namespaces: ['search'] };
    const notifications = { targets: [target, elsewhere] };
    const bed = await serving({ noticeSender: mailbox, notifications }, specOf());
    nextVersion(bed);
    await until(bed, () => promoted(bed));
    await bed.world.run(30_000);
    expect(mailbox.received.map(({ target: name, kind }) => `${name} ${kind}`)).toEqual([
      'global:all Started',
      'global:all Promoted',
    ]);
  });

  it('write nothing about them where nobody is to be told', async () => {
    const bed = await serving({ noticeSender: new Mailbox(), ...enabled }, specOf());
    expect(condition(bed)).toBeUndefined();
    expect(bed.model.status.notifications).toBeUndefined();
  });
});

describe('a secret', () => {
  const secret = 'T0-B0-s3cret';

  it.each(['refused', 'broken', 'taken'] as const)(
    'of a target that is %s stands in no object, event or log line',
    async (how) => {
      const urls: string[] = [];
      const logger = new RecordingLogger();
      const http = {
        post: async ({ url }: { url: string }) => {
          urls.push(url);
          // As a library may say it that knows the address.
          if (how === 'broken') throw new Error(`connect ${url}`, { cause: new Error(url) });
          return { status: how === 'refused' ? 404 : 200, body: `no such path: ${url}` };
        },
      };
      const get = async () => ({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'team', namespace: 'ml', labels: { 'understudy.dev/use': 'true' } },
        data: { url: Buffer.from(`https://hooks.slack.com/services/${secret}`).toString('base64') },
      });
      const bed = await serving(
        {
          logger,
          ...enabled,
          noticeSender: new TargetSender({
            http: http as never,
            mail: undefined as never,
            secrets: new SecretReader({ get }),
            clock: { now: () => 0 } as never,
          }),
        },
        specOf({ notifications: [{ ...team, text: '{{ message }} {{ url }}' }] }),
      );
      nextVersion(bed);
      await until(bed, () => promoted(bed));
      await bed.world.run(30_000);
      // It was used, and so could have leaked.
      expect(urls.length).toBeGreaterThan(0);
      expect(urls[0]).toContain(secret);
      expect(condition(bed)?.status).toBe(how === 'taken' ? 'True' : 'False');
      const written = JSON.stringify(bed.world.history.writes.map(({ object }) => object));
      const logged = JSON.stringify(
        logger.lines.map(({ message, fields }) => [
          message,
          fields,
          fields['error'] && String((fields['error'] as Error).stack),
        ]),
      );
      expect(written).toContain('Notified');
      expect(written).not.toContain(secret);
      expect(logged).not.toContain(secret);
    },
  );
});
