import { describe, expect, it } from '@jest/globals';
import type { Gate } from '../../api/gate.ts';
import { checked, gated } from '../../cli/testing/gated-picture.ts';
import { healthy, nowMs } from '../../cli/testing/pictures.ts';
import type { ModelPicture } from '../../presentation/picture.ts';
import { Detail, UserGates } from '../schemas.ts';
import { everyVerb, rights } from '../testing/fixtures.ts';
import { detailOf } from './detail.ts';
import { rowOf } from './row.ts';

const rowIn = ({ model, rollouts: [rollout] }: ModelPicture) => rowOf({ model, rollout, actions: [] });

function detailIn(picture: ModelPicture, { sees = true } = {}) {
  const { model, rollouts } = picture;
  const all = rights(everyVerb);
  const belongings = { model, rollouts, actions: [], deployments: [], pods: [] };
  return detailOf(
    belongings,
    rowIn(picture),
    { ...all, sees: { ...all.sees, rollouts: sees } },
    { nowMs, program: 'understudy' },
  );
}

const asked = (picture: ModelPicture, gates: Gate[]): ModelPicture => {
  picture.model.spec.gates = gates;
  return picture;
};
const golden: Gate = {
  ...{ name: 'golden-answers', when: 'before', onFailure: 'pause' },
  webhook: {
    url: 'https://ann:pass-word@checks.example.com:8443/path-of-it?token=to-ken',
    secretRef: { name: 'name-of-secret' },
    metadata: { key: 'meta-data' },
  },
};

describe("the user's own gates in the API", () => {
  it('have what the record holds, and are answers as the schema has them', () => {
    const { gates } = detailIn(checked()).rollout!;
    expect(UserGates.parse(gates)).toEqual(gates);
    expect(gates.map(({ name, state, here }) => [name, state, here])).toEqual([
      ['golden-answers', 'passed', false],
      ['load-test', 'failed', true],
      ['complaints', 'asked', true],
      ['licence', 'waits', true],
      ['desk', 'silent', true],
      ['sign-off', 'ahead', false],
    ]);
    expect(gates[1]).toMatchObject({
      kind: 'job',
      nextAt: '2026-03-14T03:00:35.000Z',
      answer: { said: 'Fail', answers: 2, failures: 2, log: expect.stringContaining('p99 187 ms') },
    });
  });

  it('tell of an address only the host, and nothing of what is sent', () => {
    const detail = detailIn(asked(gated(), [golden]));
    expect(detail.nextGates.map(({ asked: words }) => words)).toEqual([
      'webhook at checks.example.com:8443, before the candidate gets its first request',
    ]);
    expect(Detail.parse(detail)).toEqual(detail);
    expect(JSON.stringify(detail)).not.toMatch(/pass-word|path-of-it|to-ken|name-of-secret|meta-data/);
  });

  it('are those of the next rollout only where the spec asks for something else', () => {
    const same: Gate = { ...golden, webhook: { url: 'https://checks.example.com/' } };
    expect(detailIn(asked(gated(), [same])).nextGates).toEqual([]);
    expect(detailIn(asked(gated(), [{ ...same, interval: '5m' }])).nextGates).toHaveLength(1);
    expect(detailIn(asked(healthy(), [same])).nextGates).toMatchObject([{ state: 'ahead', here: false }]);
    expect(detailIn(healthy()).nextGates).toEqual([]);
  });

  it('are kept from whoever may not see the record, with its words and logs', () => {
    const text = JSON.stringify(detailIn(checked(), { sees: false }));
    expect(text).not.toContain('lawyers');
    expect(text).not.toContain('p99');
  });

  it('are what a rollout waits for where nothing else is open', () => {
    const picture = checked();
    picture.model.status!.analysis = [{ metric: 'errors', verdict: 'Pass' }];
    expect(rowIn(picture).waitsFor).toBe('gate');
    picture.rollouts[0]!.status!.gates!.forEach((record) =>
      Object.assign(record, { said: 'Pass', place: 1 }),
    );
    expect(rowIn(picture).waitsFor).toBe('time');
  });
});
