import { describe, expect, it } from '@jest/globals';
import { planCensus, readCensus } from '../domain/analysis/presets/arm-census.ts';
import { routers, runtimes } from '../metrics-source/presets/presets.ts';
import { type AskedArms, chooseArms } from './choose-arms.ts';

const scope = { namespace: 'ml', name: 'digits', port: 80 };
const span = { fromMs: Date.parse('2026-03-01T10:00:00Z'), toMs: Date.parse('2026-03-01T11:00:00Z') };
const [older, newer, other] = ['bbbbbbbbbb', 'cccccccccc', 'dddddddddd'] as const;
const at = (name: string, minute: number) => ({
  name,
  firstMs: span.fromMs + minute * 60_000,
  lastMs: span.toMs,
});
const choose = (seen: ReturnType<typeof at>[], asked: Partial<AskedArms> = {}) =>
  chooseArms(seen, scope, span, { manifest: 'zzzzzzzzzz', ...asked });

describe('who is compared', () => {
  const both = [at(`digits-${older}`, 0), at(`digits-${newer}`, 5)];

  it("is the manifest's revision beside the only other one", () => {
    expect(choose(both, { manifest: older })).toEqual({
      arms: {
        namespace: 'ml',
        name: 'digits',
        candidate: { revision: older, service: `digits-${older}`, port: 80 },
        stable: { revision: newer, service: `digits-${newer}`, port: 80 },
      },
      because: "it is the manifest's revision",
    });
  });

  it('is the later one of two, where the manifest is another', () => {
    const { arms, because } = choose(both);
    expect([arms.candidate.revision, arms.stable.revision]).toEqual([newer, older]);
    expect(because).toBe('of two revisions it was seen later');
  });

  it('is whoever is named, by revision or by Service, also one that no ModelDeployment made', () => {
    const seen = [...both, at('sentiment-v1', 0), at(other, 0)];
    const arms = (candidate: string, stable: string) => choose(seen, { candidate, stable }).arms;
    expect(arms(`digits-${older}`, other).candidate.revision).toBe(older);
    expect(arms(older, other).stable).toEqual({ revision: other, service: `digits-${other}`, port: 80 });
    expect(arms(older, 'sentiment-v1').stable.service).toBe('sentiment-v1');
  });

  it('had copies at the mirror Service', () => {
    const seen = [...both, at(`digits-${newer}-mirror`, 5)];
    expect(choose(seen, { mirrored: true }).arms.candidate.service).toBe(`digits-${newer}-mirror`);
    expect(() => choose(both, { mirrored: true })).toThrow(
      /no copies were counted at the Service digits-c+-mirror/,
    );
  });

  it.each<[string, ReturnType<typeof at>[], Partial<AskedArms>, RegExp]>([
    [
      'nothing was counted',
      [],
      {},
      /no counted request of any Service of namespace ml with port 80 from 2026-03-01T10:00:00Z.*--preset/s,
    ],
    [
      'the candidate is not there',
      both,
      { candidate: 'nobody' },
      /--candidate nobody: no request.*\n.*\n {2}bbbbbbbbbb, 2026-03-01T10:00:00Z to 2026-03-01T11:00:00Z\n {2}cccccccccc, 2026-03-01T10:05:00Z/s,
    ],
    [
      'there are three',
      [...both, at(other, 7)],
      {},
      /Who is the candidate\? The manifest's revision zzzzzzzzzz was not seen/,
    ],
    [
      'two may be the stable one',
      [...both, at(other, 7)],
      { candidate: other },
      /Who is the stable revision\? .*--stable/,
    ],
    ['both are the same', both, { candidate: older, stable: older }, /are the same/],
    [
      'only others were seen',
      [at('else-v1', 0)],
      {},
      /No revision of ml\/digits was seen.*\nOther Services that were seen:\n {2}else-v1, /s,
    ],
  ])('is asked for with a list of what there is, when %s', (_, seen, asked, words) => {
    expect(() => choose(seen, asked)).toThrow(words);
  });
});

describe('the census', () => {
  const presets = [...routers, ...runtimes];
  const found = (labels: Record<string, string>) =>
    planCensus(presets, scope).flatMap(({ id }) =>
      readCensus(presets, scope, id, [
        {
          labels,
          samples: [
            [1, 1],
            [9, 1],
          ],
        },
      ]).map(({ name }) => name),
    );

  it.each<[string, Record<string, string>, string]>([
    ['an Envoy cluster', { envoy_cluster_name: `ml_digits-${older}_80` }, `digits-${older}`],
    [
      'a Service of Istio',
      { reporter: 'source', destination_service_namespace: 'ml', destination_service_name: 'sentiment-v1' },
      'sentiment-v1',
    ],
    ['a backend of Traefik', { service: `ml-digits-${older}-http-80@kubernetesgateway` }, `digits-${older}`],
    ['labels of pods', { namespace: 'ml', model_deployment: 'digits', revision: older }, older],
  ])('reads who served from %s', (_, labels, name) => {
    expect(new Set(found(labels))).toEqual(new Set([name]));
  });

  it('leaves other namespaces and ports alone', () => {
    expect(found({ envoy_cluster_name: 'other_digits-bbbbbbbbbb_80' })).toEqual([]);
    expect(found({ envoy_cluster_name: 'ml_digits-bbbbbbbbbb_81' })).toEqual([]);
  });

  it('asks once for each way to name a revision, with any name in its place', () => {
    const queries = planCensus(presets, scope).map(({ query }) => query);
    expect(new Set(queries).size).toBe(queries.length);
    const envoy = queries.find((query) => query.includes('envoy_cluster_upstream_rq"'));
    expect(envoy).toBe(
      'count by (envoy_cluster_name) ({__name__=~"envoy_cluster_upstream_rq",envoy_cluster_name=~"ml_.+_80"})',
    );
  });
});
