import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { runCaptured } from '../testing/run-captured.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function fileOf(...documents: string[]): string {
  const path = join(folder, `${(files += 1)}.yaml`);
  writeFileSync(path, documents.join('---\n'));
  return path;
}

const container = `{name: server, image: 'digits@sha256:abc', ports: [{containerPort: 8080}], readinessProbe: {}, resources: {requests: {cpu: 1, memory: 1Gi}}}`;
const model = (spec = 'replicas: 2', { name = 'digits', image = container } = {}) => `
apiVersion: understudy.dev/v1alpha1
kind: ModelDeployment
metadata: {name: ${name}, namespace: ml}
spec:
  ${spec}
  serving: {workload: {template: {spec: {containers: [${image}]}}}}
  traffic: {gatewayAPI: {parentRefs: [{name: public}]}}
`;
const errors = 'analysis: {metrics: [{name: errors, kind: errorRate}]}';
const queue =
  'analysis: {metrics: [{name: queue, kind: query, template: {name: queue}, pass: result < 1.0}]}';
const template = (query: string) => `
apiVersion: understudy.dev/v1alpha1
kind: MetricTemplate
metadata: {name: queue, namespace: ml}
spec: {query: '${query}'}
`;
const lint = (...argv: string[]) => runCaptured(['lint', ...argv]);
const json = async (...argv: string[]) => JSON.parse((await lint(...argv, '-o', 'json')).output);
const sound = `replicas: 2\n  ${errors}`;

describe('understudy lint', () => {
  it('says of a sound manifest that there is nothing to say', async () => {
    const file = fileOf('apiVersion: v1\nkind: Namespace\nmetadata: {name: ml}\n', model(sound));
    expect(await lint('-f', file, '--strict')).toEqual({
      code: 0,
      complaints: '',
      output: `ModelDeployment ml/digits  ${file}\n  nothing to say\n\n1 object: nothing is refused, no warnings\n`,
    });
  });

  it('shows what is refused and what an expert would say', async () => {
    const file = fileOf(model('replicas: 2'), model('replicas: many', { name: 'other' }));
    const { code, output } = await lint('-f', file);
    expect(code).toBe(1);
    expect(output).toBe(`ModelDeployment ml/digits  ${file}
  warning  NoGate  spec.analysis.metrics: found no metric
           Every step is left by time and readiness alone: a model that answers with errors or nonsense is promoted.
           Name at least one metric in analysis.metrics: kind errorRate behind a gateway, kind query otherwise.

ModelDeployment ml/other  ${file}
  refused  InvalidObject  spec.replicas: found "many"
           Invalid input: expected number, received string

2 objects: 1 refused, 1 warning
`);
  });

  it('says how long each gate takes with the traffic that there is', async () => {
    const { code, output } = await lint('-f', fileOf(model(sound)), '--traffic', '600/m');
    expect(code).toBe(0);
    expect(output).toContain(`
  At 10 requests a second, of which 0.1 % are bad with either model; half of all rollouts take longer than expected:
  step                  at least   expected   at most   what it waits for
  1 weight 5 %                2m     26m15s       30m   errors: 780 requests; then a person
  2 weight 25 %               2m      5m27s       30m   errors: 780 requests; then a person
  3 weight 50 %               2m      2m51s       30m   errors: 780 requests; then a person
  bake with everybody        15m        15m       15m   time, and no harm
  all                        21m     49m33s     1h45m
`);
    const [{ times }] = (await json('-f', fileOf(model(sound)), '--traffic', '10/s')).results;
    expect(times).toMatchObject({
      requestsPerSecond: 10,
      badShare: 0.001,
      bakeMs: 900_000,
      leastMs: 1_260_000,
    });
    expect(times.steps[0].metrics).toEqual([{ metric: 'errors', requests: 780, afterMs: 1_575_000 }]);
  });

  it('counts warnings with --strict, and not those that are ignored', async () => {
    const file = fileOf(model('replicas: 1'));
    expect((await lint('-f', file)).code).toBe(0);
    expect((await lint('-f', file, '--strict')).code).toBe(1);
    const { code, output } = await lint('-f', file, '--strict', '--ignore', 'NoGate,OneReplica');
    expect([code, output]).toEqual([0, expect.stringContaining('nothing to say')]);
  });

  it('reads folders, several files and lists', async () => {
    const many = join(folder, 'many');
    mkdirSync(join(many, 'below'), { recursive: true });
    writeFileSync(join(many, 'a.yaml'), model(sound));
    writeFileSync(join(many, 'README.md'), 'kind: ModelDeployment');
    const items = [1, 2].map((number) => ({
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'MetricTemplate',
      metadata: { name: `t${number}` },
      spec: { query: 'up' },
    }));
    writeFileSync(join(many, 'below', 'b.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    const { results, ...tally } = await json('-f', many, '-f', fileOf(model(sound)));
    expect(tally).toEqual({ objects: 4, refused: 0, warnings: 0 });
    expect(results.map(({ name }: { name: string }) => name)).toEqual(['digits', 't1', 't2', 'digits']);
  });

  it.each<[string, string[], string, string, string]>([
    [
      'a kind that does not exist',
      [model(sound).replace('ModelDeployment', 'ModelDeploymnt')],
      'UnknownKind',
      'kind',
      '"ModelDeploymnt"',
    ],
    [
      'the group of somebody else',
      [model(sound).replace('understudy.dev/v1alpha1', 'example.com/v1')],
      'InvalidObject',
      'apiVersion',
      '"example.com/v1"',
    ],
    [
      'a rule that is broken',
      [model(`${sound}\n  strategy: {canary: {steps: [{weight: 50}, {weight: 5}]}}`)],
      'InvalidObject',
      'spec.strategy.canary.steps',
      '[{"weight":50},{"weight":5}]',
    ],
    [
      'no image',
      [model(sound, { image: '{name: server, ports: [{containerPort: 8080}]}' })],
      'NoImage',
      'spec.serving.workload.template.spec.containers[0].image',
      'nothing in container "server"',
    ],
    [
      'a condition that is none',
      [model(queue), template('up{revision="{{ candidate.revision }}"}')].map((text) =>
        text.replace('result < 1.0', 'result <'),
      ),
      'InvalidExpression',
      'spec.analysis.metrics[0].pass',
      '',
    ],
    [
      'a broken template',
      [model(queue), template('up{{ args.x }}')],
      'InvalidTemplate',
      'spec.analysis.metrics[0].template',
      '',
    ],
  ])('refuses %s', async (_, documents, code, path, found) => {
    const { results } = await json('-f', fileOf(...documents));
    const findings = results.flatMap((one: { findings: object[] }) => one.findings);
    expect(findings).toContainEqual(
      expect.objectContaining({ severity: 'refused', code, path, found: expect.stringContaining(found) }),
    );
  });

  it('asks for the file of a template, since the cluster may have it', async () => {
    const { code, output } = await lint('-f', fileOf(model(queue)));
    expect(code).toBe(0);
    expect(output).toContain(
      'warning  TemplateElsewhere  spec.analysis.metrics[0].template: found MetricTemplate "queue", which is in no file',
    );
    const both = await json(
      '-f',
      fileOf(model(`replicas: 2\n  ${queue}`)),
      '-f',
      fileOf(template('up{revision="{{ candidate.revision }}"}')),
    );
    expect(both).toMatchObject({ refused: 0, warnings: 0 });
  });

  it('warns of one name twice in a file, and not of versions in several', async () => {
    expect(await json('-f', fileOf(model(sound), model(sound)))).toMatchObject({
      warnings: 1,
      results: [{ findings: [] }, { findings: [{ code: 'DuplicateName', path: 'metadata.name' }] }],
    });
    expect(await json('-f', fileOf(model(sound)), '-f', fileOf(model(sound)))).toMatchObject({ warnings: 0 });
  });

  it.each<[string, string[], RegExp]>([
    ['no file', [], /lint needs manifests: -f FILE/],
    [
      'a file that is not there',
      ['-f', 'no/such.yaml'],
      /no\/such.yaml cannot be read: there is no such file/,
    ],
    [
      'nothing of ours',
      ['-f', fileOf('apiVersion: v1\nkind: Pod\n')],
      /there is no object of understudy.dev in /,
    ],
    ['no YAML', ['-f', fileOf('a: [')], /is no YAML: /],
    [
      'an unknown code',
      ['-f', 'x', '--ignore', 'NoSense'],
      /there is no warning "NoSense"; accepted: NoGate, /,
    ],
    ['a rate without a unit', ['-f', 'x', '--traffic', '10'], /--traffic: "10" is no rate/],
    ['no requests', ['-f', 'x', '--traffic', '0/s'], /--traffic: found none/],
    [
      'a share without percent',
      ['-f', 'x', '--traffic', '1/s', '--errors', '0.1'],
      /--errors: "0.1" is no share/,
    ],
    ['errors without traffic', ['-f', 'x', '--errors', '1%'], /--errors belongs to --traffic/],
    ['another format', ['-f', 'x', '-o', 'xml'], /-o: there is no output "xml"; accepted: json/],
  ])('refuses %s with exit code 3 and without a stack', async (_, argv, words) => {
    const { code, complaints } = await lint(...argv);
    expect(complaints).toMatch(words);
    expect(complaints).not.toMatch(/^ +at /m);
    expect(code).toBe(3);
  });

  it('has colours where a person looks only', async () => {
    const file = fileOf(model());
    const escape = String.fromCodePoint(27);
    const shown = await runCaptured(['lint', '-f', file], { isTTY: true });
    expect(shown.output).toContain(`${escape}[33mwarning`);
    expect((await lint('-f', file)).output).not.toContain(escape);
  });
});
