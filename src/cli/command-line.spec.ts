import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { vocabulary } from '../simulation/scenarios/vocabulary.ts';
import { runCaptured } from './testing/run-captured.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function fileOf(content: string): string {
  const path = join(folder, `${(files += 1)}.yaml`);
  writeFileSync(path, content);
  return path;
}

const manifest = (spec = '') => `apiVersion: v1
kind: Namespace
metadata: {name: ml}
---
apiVersion: understudy.dev/v1alpha1
kind: ModelDeployment
metadata: {name: digits, namespace: ml}
spec:
  ${spec}
  serving:
    workload:
      template:
        spec: {containers: [{name: server, image: registry.example.com/digits:1, ports: [{containerPort: 8080}]}]}
`;
const quick = 'strategy: {canary: {steps: [{weight: 50, hold: 10s}], bake: {duration: 10s}}}';

describe('understudy', () => {
  it('tells of its commands, and of one of them', async () => {
    const all = await runCaptured(['--help']);
    expect(all).toMatchObject({ code: 0, complaints: '' });
    expect(all.output).toMatch(/simulate +roll a manifest out/);
    const one = await runCaptured(['simulate', '--help']);
    expect(one.code).toBe(0);
    for (const { word } of vocabulary) expect(one.output).toContain(`      ${word}`);
  });

  it.each<[string, string[], RegExp]>([
    ['no command', [], /^$/],
    [
      'an unknown one',
      ['explode'],
      /there is no command "explode"; accepted: get, [a-z, ]+\n"understudy --help" shows/,
    ],
    [
      'a flag that it does not have',
      ['simulate', '--fast'],
      /Unknown option '--fast'\n"understudy simulate --help"/,
    ],
    ['no file', ['simulate'], /simulate needs a manifest: -f FILE/],
    [
      'a file that is not there',
      ['simulate', '-f', 'no/such.yaml'],
      /no\/such.yaml cannot be read: there is no such file/,
    ],
    [
      'an unknown scenario',
      ['simulate', '-f', 'x', '--scenario', 'bliss'],
      /--scenario: there is no scenario "bliss"; accepted: healthy, errors:5%, /,
    ],
    [
      'a share without percent',
      ['simulate', '-f', 'x', '--scenario', 'errors:5'],
      /"5" is no share; accepted: 0% to 100%/,
    ],
    [
      'a rate without a unit',
      ['simulate', '-f', 'x', '--traffic', '100'],
      /--traffic: "100" is no rate; accepted: requests per s, m or h/,
    ],
    ['a limit without a unit', ['simulate', '-f', 'x', '--limit', '5'], /--limit: "5" is no duration/],
  ])('refuses %s with words and exit code 3, and without a stack', async (_, argv, words) => {
    const { code, complaints } = await runCaptured(argv);
    expect(code).toBe(3);
    expect(complaints).toMatch(words);
    expect(complaints).not.toMatch(/^ +at /m);
  });

  it.each<[string, string, RegExp]>([
    ['no YAML', 'a: [', /is no YAML: /],
    ['no ModelDeployment', 'kind: Pod', /holds 0 ModelDeployments; accepted: one, beside other objects/],
    ['two of them', `${manifest()}---\n${manifest()}`, /holds 2 ModelDeployments/],
    [
      'an invalid one',
      manifest('replicas: many'),
      /is no valid ModelDeployment:\n {2}spec\.replicas: found "many"; /,
    ],
    ['a field that does not exist', manifest('replica: 2'), /unknown field "spec\.replica"/],
    [
      'a rule that is broken',
      manifest('strategy: {canary: {steps: [{weight: 50}, {weight: 5}]}}'),
      /each weight must be greater than the weight before it/,
    ],
  ])('refuses a file with %s', async (_, content, words) => {
    const { code, complaints } = await runCaptured(['simulate', '-f', fileOf(content)]);
    expect(complaints).toMatch(words);
    expect(code).toBe(3);
  });
});

describe('understudy simulate', () => {
  it('tells as JSON what happened and what was served', async () => {
    const { code, output, complaints } = await runCaptured([
      ...['simulate', '-f', fileOf(manifest(quick)), '--json', '--traffic', '600/m', '--seed', '7'],
    ]);
    expect([code, complaints]).toEqual([0, '']);
    const report = JSON.parse(output);
    expect(report).toMatchObject({
      ...{ namespace: 'ml', name: 'digits', scenario: 'healthy', seed: '7', requestsPerSecond: 10 },
      ...{ outcome: 'Promoted', stable: { version: 'before' }, candidate: { version: 'new' } },
      served: { nobody: { requests: 0 } },
    });
    expect(report.tookMs).toBeGreaterThan(report.allTrafficAfterMs);
    const { requests } = report.served.stable;
    expect((requests + report.served.candidate.requests) / (report.tookMs + 5_000)).toBeCloseTo(0.01, 2);
    const times = report.timeline.map(({ atMs }: { atMs: number }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('tells as JSON of every look how far the proofs have come', async () => {
    const analysis = 'analysis: {interval: 5s, metrics: [{name: errors, kind: errorRate}]}';
    const steps = 'strategy: {canary: {steps: [{weight: 50, hold: 10s}]}}';
    const traffic = 'traffic: {gatewayAPI: {parentRefs: [{name: public}], hostnames: [a.example.com]}}';
    const file = fileOf(manifest([analysis, steps, traffic].join('\n  ')));
    const { output } = await runCaptured(['simulate', '-f', file, '--scenario', 'errors:5%', '--json']);
    const { timeline } = JSON.parse(output);
    const looks = timeline.filter(({ kind }: { kind: string }) => kind === 'evidence');
    const requests = looks.map(
      (look: { metrics: { candidate: { requests: number } }[] }) => look.metrics[0]!.candidate.requests,
    );
    expect(requests.length).toBeGreaterThan(0);
    expect(requests).toEqual([...new Set(requests)].sort((one, other) => Number(one) - Number(other)));
    const last = looks.at(-1);
    expect(last.harmOdds).toBeGreaterThanOrEqual(last.harmOddsNeeded);
  });

  it('sets other judges beside the controller', async () => {
    const analysis = 'analysis: {metrics: [{name: errors, kind: errorRate}]}';
    const traffic = 'traffic: {gatewayAPI: {parentRefs: [{name: public}], hostnames: [a.example.com]}}';
    const argv = [
      'simulate',
      '-f',
      fileOf(manifest(`${analysis}\n  ${traffic}`)),
      '--scenario',
      'errors:20%',
    ];
    const { code, output } = await runCaptured([...argv, '--compare']);
    expect(code).toBe(0);
    for (const judge of ['Understudy', 'Flagger', 'Argo Rollouts', 'Kayenta, Mann-Whitney'])
      expect(output).toMatch(new RegExp(`\\n${judge} +RolledBack +\\d+m?\\d*s? `));
    const { compared } = JSON.parse((await runCaptured([...argv, '--compare', '--json'])).output);
    const [ours, ...others] = compared.map(
      ({ candidate }: { candidate: { failed: number } }) => candidate.failed,
    );
    expect(others).toHaveLength(3);
    expect(Math.min(...others)).toBeGreaterThan(ours);
  });

  it.each<[string, string, RegExp]>([
    ['a strategy', 'strategy: {blueGreen: {}}', /has the strategy blueGreen; accepted: canary/],
    ['plain Services', quick, /splits plain Services; accepted: traffic.gatewayAPI/],
    [
      'no metric',
      'traffic: {gatewayAPI: {parentRefs: [{name: public}]}}',
      /has no metric of kind errorRate, or latency with an objective/,
    ],
  ])('refuses to compare with %s that nobody else can judge', async (_, spec, words) => {
    const { code, complaints } = await runCaptured(['simulate', '-f', fileOf(manifest(spec)), '--compare']);
    expect(complaints).toMatch(words);
    expect(code).toBe(3);
  });

  it('ends with 2 when the rollout waits for somebody, and says for whom', async () => {
    const steps = 'strategy: {canary: {steps: [{weight: 50, hold: 10s}, {pause: {}}]}}';
    const { code, output } = await runCaptured(['simulate', '-f', fileOf(manifest(steps)), '--limit', '10m']);
    expect(code).toBe(2);
    expect(output).toMatch(/Paused +the rollout stands still: PauseStep/);
    expect(output).toMatch(/\nDid not end within 10m: .*/);
  });

  it('ends with 2 when the version before is never served', async () => {
    const traffic = 'traffic: {gatewayAPI: {parentRefs: [{name: mesh, kind: Service, group: ""}]}}';
    const { code, complaints } = await runCaptured(['simulate', '-f', fileOf(manifest(traffic))]);
    expect(code).toBe(2);
    expect(complaints).toMatch(/the version before the manifest's is never served: /);
  });

  it('has colours where a person looks, and none with NO_COLOR', async () => {
    const argv = ['simulate', '-f', fileOf(manifest(quick)), '--scenario', 'never-ready'];
    const escape = String.fromCodePoint(27);
    const [plain, coloured, refused] = await Promise.all([
      runCaptured(argv),
      runCaptured(argv, { isTTY: true }),
      runCaptured(argv, { isTTY: true, environment: { NO_COLOR: '1' } }),
    ]);
    expect(coloured!.output).toContain(`${escape}[31mFailed`);
    expect(plain!.output).not.toContain(escape);
    expect(refused!.output).toBe(plain!.output);
  });
});
