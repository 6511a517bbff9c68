import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { conversionCases, conversionFile } from '../../../test/support/conversion-cases.ts';
import { expectGolden } from '../testing/golden.ts';
import { runCaptured } from '../testing/run-captured.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-convert-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function fileOf(text: string): string {
  const path = join(folder, `${(files += 1)}.yaml`);
  writeFileSync(path, text);
  return path;
}
const convert = (...argv: string[]) => runCaptured(['convert', ...argv]);
const lines = (text: string): string[] => text.replace(/\n$/, '').split('\n');

describe.each(conversionCases)('understudy convert of $name', (one) => {
  const argv = ['-f', conversionFile(one), ...(one.flags ?? [])];

  it('writes the manifests and the report of its golden files', async () => {
    const { code, output, complaints } = await convert(...argv);
    expect(code).toBe(one.code ?? 0);
    expectGolden(`convert/${one.name}`, lines(output));
    expectGolden(`convert/${one.name}-report`, lines(complaints));
  });

  it('gives what lint refuses nothing of', async () => {
    const { output } = await convert(...argv);
    const { results } = JSON.parse((await runCaptured(['lint', '-f', fileOf(output), '-o', 'json'])).output);
    const refused = results.flatMap(({ findings }: { findings: { severity: string; code: string }[] }) =>
      findings.filter(({ severity, code }) => severity === 'refused' || code === 'TemplateElsewhere'),
    );
    expect(refused).toEqual([]);
  });
});

const rollout = (spec: string) => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: digits}
spec: ${spec}
`;
const pods = 'template: {spec: {containers: [{name: server, image: x, ports: [{containerPort: 80}]}]}}';
const sound = rollout(`{${pods}, strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}]}}}`);

describe('understudy convert', () => {
  it('tells what its page shows', async () => {
    const { complaints } = await convert('-f', 'test/fixtures/convert/argo/gateway-api.yaml');
    expect(readFileSync('docs/converting.md', 'utf8')).toContain(complaints);
  });

  it('has one document for programs', async () => {
    const { code, output, complaints } = await convert('-f', fileOf(sound), '-o', 'json');
    expect([code, complaints]).toEqual([0, '']);
    expect(JSON.parse(output)).toMatchObject({
      made: 1,
      missing: 0,
      items: [{ kind: 'ModelDeployment', spec: { strategy: { canary: { steps: [{ weight: 20 }, {}] } } } }],
      report: [
        {
          source: 'Rollout digits',
          made: ['ModelDeployment digits'],
          notes: [{ kind: 'changed', path: 'spec.strategy.canary.scaleDownDelaySeconds' }],
        },
      ],
    });
  });

  it('takes the Gateway and the host names of the flags', async () => {
    const flags = ['--gateway', 'public', '--hostname', 'a.example.com', '--hostname', 'b.example.com'];
    const { output } = await convert('-f', fileOf(sound), ...flags, '-o', 'json');
    expect(JSON.parse(output).items[0].spec.traffic).toEqual({
      gatewayAPI: { parentRefs: [{ name: 'public' }], hostnames: ['a.example.com', 'b.example.com'] },
    });
  });

  it('counts what was left out with --strict', async () => {
    const file = fileOf(rollout(`{${pods}, restartAt: x, strategy: {canary: {}}}`));
    expect((await convert('-f', file)).code).toBe(0);
    expect((await convert('-f', file, '--strict')).code).toBe(1);
    expect((await convert('-f', fileOf(sound), '--strict')).code).toBe(0);
  });

  it('says of what comes out and is not accepted where it breaks the rules', async () => {
    const file = fileOf(
      sound.replace('containerPort: 80', 'containerPort: 80, name: a-name-of-more-than-15'),
    );
    const { code, complaints } = await convert('-f', file);
    expect(complaints).toMatch(
      /missing +the result is not accepted as it is: spec\.serving\S+ports\[0\]\.name/,
    );
    expect(code).toBe(1);
  });

  it('loses no field in silence', async () => {
    const file = fileOf(rollout(`{${pods}, nonsense: {a: [{b: 1}]}, strategy: {canary: {odd/one: 2}}}`));
    const { complaints } = await convert('-f', file);
    expect(complaints).toContain('left out  spec.nonsense.a[0].b: not a field that this command knows');
    expect(complaints).toContain('left out  spec.strategy.canary["odd/one"]: not a field');
  });

  it.each<[string, string[], RegExp]>([
    ['no file', [], /convert needs manifests: -f FILE/],
    [
      'a file that is not there',
      ['-f', 'no/such.yaml'],
      /no\/such.yaml cannot be read: there is no such file/,
    ],
    [
      'nothing to convert',
      ['-f', fileOf('apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n')],
      /there is no object of Argo Rollouts or Flagger/,
    ],
    [
      'a Gateway that is none',
      ['-f', 'x', '--gateway', 'a/b/c'],
      /--gateway: found "a\/b\/c"; accepted: NAME or/,
    ],
    ['another format', ['-f', 'x', '-o', 'xml'], /-o: there is no output "xml"; accepted: json/],
  ])('refuses %s with exit code 3 and without a stack', async (_, argv, words) => {
    const { code, complaints } = await convert(...argv);
    expect(complaints).toMatch(words);
    expect(complaints).not.toMatch(/^ +at /m);
    expect(code).toBe(3);
  });

  it('has colours where a person looks only', async () => {
    const escape = String.fromCodePoint(27);
    const shown = await runCaptured(['convert', '-f', fileOf(sound)], { isTTY: true });
    expect(shown.complaints).toContain(`${escape}[33mchanged`);
    expect((await convert('-f', fileOf(sound))).complaints).not.toContain(escape);
  });
});
