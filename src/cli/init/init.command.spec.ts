import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { json, type LoopbackApi, startLoopbackApi } from '../../../test/support/loopback-api.ts';
import { failure, list } from '../testing/api-answers.ts';
import { expectGolden } from '../testing/golden.ts';
import { runCaptured } from '../testing/run-captured.ts';
import { terminalOf } from '../terminal.ts';
import type { Questions } from './questions.ts';
import { runInit } from './run-init.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-init-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = (): string => join(folder, `${(files += 1)}.yaml`);
function fileOf(text: string): string {
  const path = newPath();
  writeFileSync(path, text);
  return path;
}
const fixture = (name: string): string => join('test', 'fixtures', 'init', `${name}.yaml`);
const init = (...argv: string[]) => runCaptured(['init', ...argv]);
const lines = (text: string): string[] => text.replace(/\n$/, '').split('\n');

const cases: { name: string; argv: string[] }[] = [
  { name: 'chat', argv: ['-f', fixture('chat')] },
  { name: 'chat-service', argv: ['-f', fixture('chat'), '--traffic', 'service'] },
  { name: 'digits', argv: ['digits', '-f', fixture('digits')] },
  {
    name: 'digits-gateway',
    argv: [
      ...['deployment/digits', '-f', fixture('digits'), '--gateway', 'infra/public'],
      ...[
        '--hostname',
        'digits.example.com',
        '--strategy',
        'shadow',
        '--latency',
        '300ms',
        '--name',
        'ten-digits',
      ],
    ],
  },
  { name: 'digits-blue-green', argv: ['digits', '-f', fixture('digits'), '--strategy', 'blueGreen'] },
];

describe.each(cases)('understudy init, as $name', ({ name, argv }) => {
  it('writes the manifest of its golden file, and says what it found', async () => {
    const { code, output, complaints } = await init(...argv);
    expect(code).toBe(0);
    expectGolden(`init/${name}`, lines(output));
    expectGolden(`init/${name}-found`, lines(complaints));
  });

  it('is taken by lint, whose warnings stand at its head', async () => {
    const { output } = await init(...argv);
    const file = fileOf(output);
    const { refused, results } = JSON.parse((await runCaptured(['lint', '-f', file, '-o', 'json'])).output);
    expect(refused).toBe(0);
    const codes = results[0].findings.map(({ code }: { code: string }) => code);
    const told = [...output.matchAll(/^# - (\w+), /gm)].map(([, code]) => code);
    expect(told).toEqual(codes);
  });
});

const deployment = parseAllDocuments(readFileSync(fixture('chat'), 'utf8')).map((one) => one.toJS());
let api: LoopbackApi | undefined;
afterEach(async () => {
  await api?.stop();
  api = undefined;
});

/** Serves the objects of the fixture as an API server does, but for those that are refused. */
async function served(refused: readonly string[] = []): Promise<string> {
  const [chat, service, route] = deployment;
  api = await startLoopbackApi(({ path }, response) => {
    const plural = path.split('/').at(-1) ?? '';
    if (refused.includes(plural))
      return json(response, failure(403, 'Forbidden', `${plural} is forbidden`), 403);
    if (path.endsWith('/namespaces/ml/deployments/chat')) return json(response, chat);
    const lists: Record<string, object[]> = { deployments: [chat], services: [service], httproutes: [route] };
    const items = lists[plural];
    return items
      ? json(response, list(...items))
      : json(response, failure(404, 'NotFound', `deployments.apps "${plural}" not found`), 404);
  });
  return api.kubeconfig;
}

describe('understudy init of a cluster', () => {
  const at = (kubeconfig: string) => ['-n', 'ml', '--kubeconfig', kubeconfig];

  it('finds the Service and the HTTPRoute that lead to the pods, and writes nothing there', async () => {
    const { output, complaints } = await init('chat', ...at(await served()));
    expect(lines(output)).toEqual(lines(readFileSync('src/cli/views/golden/init/chat.txt', 'utf8')));
    expect(complaints).toContain('HTTPRoute chat leads to them: Gateway public');
    expect(api!.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
  });

  it('does without what it may not read', async () => {
    const { code, output } = await init('chat', ...at(await served(['services', 'httproutes'])));
    expect(code).toBe(0);
    expect(parse(output).spec.traffic).toBeUndefined();
    expect(parse(output).metadata).toEqual({ name: 'chat', namespace: 'ml' });
    // Some Service may find the pods by what their Deployment finds them by.
    expect(parse(output).spec.serving.workload.template.metadata.labels).toEqual({ tier: 'llm' });
  });

  it('says which names are near to one that does not exist', async () => {
    const { code, complaints } = await init('chart', ...at(await served()));
    expect(complaints).toBe(
      'understudy: there is no Deployment "chart" in namespace ml\n  Near to it: chat.\n',
    );
    expect(code).toBe(3);
  });
});

/** Answers as a person does, by what stands in the list; whatever is not named gets its default. */
function answering(answers: Record<string, string>, asked: string[] = []): Questions {
  return {
    choose: async (message, choices, preset) => {
      asked.push(message);
      const answer = answers[message];
      return answer === undefined ? preset : choices.find(({ name }) => name.startsWith(answer))!.value;
    },
    text: async (message, preset, fault) => {
      asked.push(message);
      const answer = answers[message] ?? preset;
      const problem = fault(answer);
      if (problem !== undefined) throw new Error(problem);
      return answer;
    },
  };
}

async function asked(questions: Questions, ...argv: string[]) {
  let output = '';
  const terminal = terminalOf({ write: (text) => void (output += text) }, { write: () => undefined }, {});
  await runInit(argv, terminal, async () => questions);
  return parse(output);
}

describe('understudy init on a terminal', () => {
  it('asks for what no flag says', async () => {
    const messages: string[] = [];
    const answers = {
      'Which Deployment?': 'digits',
      'What is the ModelDeployment to be called?': 'numerals',
      'How is a new model to come to the users?': 'blueGreen',
    };
    const manifest = await asked(answering(answers, messages), '-f', fixture('digits'));
    expect(manifest).toMatchObject({ metadata: { name: 'numerals' }, spec: { strategy: { blueGreen: {} } } });
    expect(messages).toEqual(Object.keys(answers));
  });

  it('asks for traffic, gates and latency where there is a choice', async () => {
    const answers = {
      'How do requests come?': 'Gateway public',
      'What is it judged by?': 'failed requests, slow requests',
      'From how long on is a request too slow? (nothing: both revisions are compared)': '2s',
    };
    const manifest = await asked(answering(answers), '-f', fixture('chat'));
    expect(manifest.spec.analysis.metrics[1]).toEqual({
      name: 'latency',
      kind: 'latency',
      objective: { threshold: '2s', max: 0.05 },
    });
    const plain = await asked(
      answering({ 'How do requests come?': 'plain', 'What is it judged by?': 'nothing' }),
      '-f',
      fixture('chat'),
    );
    expect([plain.spec.traffic, plain.spec.analysis]).toEqual([undefined, undefined]);
  });

  it.each([
    [
      'What is the ModelDeployment to be called?',
      'chat',
      /a Service has the name chat, and none is taken over/,
    ],
    ['What is the ModelDeployment to be called?', '2nd', /a letter first/],
    ['From how long on is a request too slow? (nothing: both revisions are compared)', 'long', /"long"/],
  ])('refuses an answer to %s: %s', async (question, answer, words) => {
    await expect(asked(answering({ [question]: answer }), '-f', fixture('chat'))).rejects.toThrow(words);
  });

  it('asks nothing with --no-input', async () => {
    const messages: string[] = [];
    await asked(answering({}, messages), '-f', fixture('chat'), '--no-input');
    expect(messages).toEqual([]);
  });
});

describe('understudy init into a file', () => {
  it('overwrites none without --force', async () => {
    const path = newPath();
    const argv = ['-f', fixture('chat'), '-w', path];
    expect(await init(...argv)).toMatchObject({ code: 0, output: '' });
    expect(parse(readFileSync(path, 'utf8')).metadata.name).toBe('chat-model');
    const again = await init(...argv, '--name', 'other');
    expect(again.complaints).toContain(`${path} cannot be written: the file is there already`);
    expect([again.code, parse(readFileSync(path, 'utf8')).metadata.name]).toEqual([3, 'chat-model']);
    expect((await init(...argv, '--name', 'other', '--force')).code).toBe(0);
    expect(parse(readFileSync(path, 'utf8')).metadata.name).toBe('other');
  });
});

describe('understudy init', () => {
  const digits = ['digits', '-f', fixture('digits')];
  it.each<[string, string[], RegExp]>([
    ['no name where there are several', ['-f', fixture('digits')], /none is given; there are digits, worker/],
    ['no name of a cluster', ['--no-input'], /init needs the name of one Deployment: none is given/],
    ['two names', ['a', 'b'], /found a b/],
    ['another kind', ['pod/a'], /"pod\/a" is no Deployment; accepted: NAME or deployment\/NAME/],
    [
      'a name in no file',
      ['x', '-f', fixture('digits')],
      /there is no Deployment x in .*; there are digits, worker/,
    ],
    ['a Deployment without a port', ['worker', '-f', fixture('digits')], /no container declares a port/],
    [
      'an unknown strategy',
      [...digits, '--strategy', 'red'],
      /--strategy: found "red"; accepted: canary, blueG/,
    ],
    ['copies without a gateway', [...digits, '--strategy', 'shadow'], /--strategy shadow needs a Gateway/],
    [
      'a gateway that nothing leads to',
      [...digits, '--traffic', 'gateway'],
      /no HTTPRoute leads to the pods/,
    ],
    ['a gateway for plain Services', [...digits, '--traffic', 'service', '--gateway', 'x'], /has no Gateway/],
    [
      'an unknown gate',
      [...digits, '--gates', 'errors,luck'],
      /--gates: found "luck"; accepted: errors, lat/,
    ],
    [
      'a gate that cannot be had',
      [...digits, '--gates', 'errors'],
      /errors cannot be had here; without a Gateway/,
    ],
    ['a latency that nobody counts', [...digits, '--latency', '1s'], /--latency belongs to the gate latency/],
    ['a name that is none', [...digits, '--name', 'Digits'], /--name: found "Digits"; accepted: at most 40/],
    ['--force without a file', [...digits, '--force'], /--force belongs to --write/],
    ['an unknown preset', [...digits, '--preset', 'x'], /--preset: found "x"; accepted: contour-envoy/],
  ])('refuses %s with exit code 3 and without a stack', async (_, argv, words) => {
    const { code, complaints, output } = await init(...argv);
    expect(complaints).toMatch(words);
    expect(complaints).not.toMatch(/^ +at /m);
    expect([code, output]).toEqual([3, '']);
  });
});
