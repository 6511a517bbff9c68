import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { json, type LoopbackApi, startLoopbackApi } from '../../../test/support/loopback-api.ts';
import { healthy, model, stepping } from '../testing/pictures.ts';
import { failure, list } from '../testing/api-answers.ts';
import { runCaptured } from '../testing/run-captured.ts';

const forbidden = failure(
  403,
  'Forbidden',
  'pods is forbidden: User "vic" cannot list resource "pods" in API group "" in the namespace "ml"',
);

describe('understudy get', () => {
  let api: LoopbackApi;
  const { model: one, rollouts } = stepping();
  const everything = [one, { ...healthy().model, metadata: { ...one.metadata, name: 'fraud' } }];
  const ofGroup = '/apis/understudy.dev/v1alpha1/';

  const run = (...argv: string[]) => runCaptured(['get', ...argv, '--kubeconfig', api.kubeconfig]);

  beforeEach(async () => {
    api = await startLoopbackApi(({ path }, response) => {
      if (path === `${ofGroup}namespaces/ml/modeldeployments`) return json(response, list(...everything));
      if (path === `${ofGroup}modeldeployments`)
        return json(
          response,
          list(...everything, { ...one, metadata: { ...one.metadata, name: 'elsewhere', namespace: 'eu' } }),
        );
      if (path === `${ofGroup}namespaces/ml/modeldeployments/sentiment`) return json(response, one);
      if (path.startsWith(`${ofGroup}namespaces/ml/modeldeployments/`))
        return json(response, failure(404, 'NotFound', 'modeldeployments "x" not found'), 404);
      if (path === `${ofGroup}namespaces/ml/modelrollouts`) return json(response, list(...rollouts));
      if (path.startsWith(ofGroup)) return json(response, list());
      return json(response, forbidden, 403);
    });
  });
  afterEach(() => api.stop());

  it('shows those of a namespace, and of all', async () => {
    const some = await run('-n', 'ml');
    expect([some.code, some.complaints]).toEqual([0, '']);
    expect(some.output).toMatch(/^NAME +PHASE.*\nsentiment +Progressing .*\nfraud +Healthy .*\n$/);
    expect((await run('-A')).output).toMatch(/^NAMESPACE +NAME .*(\n.*){2}\neu +elsewhere /);
  });

  it('says where nothing is', async () => {
    const { code, output, complaints } = await run('-n', 'empty');
    expect([code, output]).toEqual([0, '']);
    expect(complaints).toBe('There is no ModelDeployment in namespace empty; -A looks at all of them.\n');
  });

  it('shows one with what belongs to it, and says what one may not see', async () => {
    const { code, output } = await run('md/sentiment', '-n', 'ml');
    expect(code).toBe(0);
    expect(output).toMatch(/^ml\/sentiment {3}Progressing\n/);
    expect(output).toContain('▶ 2  weight 25 %');
    expect(output).toContain('not shown, for you may not list them: kept revisions (Deployments), pods');
  });

  it('prints objects for programs', async () => {
    expect(JSON.parse((await run('-n', 'ml', '-o', 'json')).output)).toMatchObject({
      kind: 'List',
      items: [{ metadata: { name: 'sentiment' } }, { metadata: { name: 'fraud' } }],
    });
    expect(parse((await run('sentiment', '-n', 'ml', '-oyaml')).output)).toMatchObject({
      kind: 'ModelDeployment',
      status: { phase: 'Progressing' },
    });
    expect((await run('-n', 'ml', '-o', 'name')).output).toBe(
      'modeldeployment.understudy.dev/sentiment\nmodeldeployment.understudy.dev/fraud\n',
    );
  });

  it('prints no bookkeeping of fields', async () => {
    const managed = model({});
    managed.metadata['managedFields'] = [{ manager: 'somebody' }];
    api.answer = (_, response) => json(response, managed);
    expect((await run('sentiment', '-n', 'ml', '-o', 'json')).output).not.toContain('managedFields');
  });

  it.each<[string, string[], RegExp]>([
    ['an unknown output', ['-o', 'xml'], /-o: there is no output "xml"; accepted: json, yaml, name, wide/],
    ['two names', ['one', 'two'], /get needs the name of one ModelDeployment: found 2: one two/],
    ['another kind', ['pod/one'], /"pod\/one" is no ModelDeployment; accepted: NAME or md\/NAME/],
    ['a name in all namespaces', ['one', '-A'], /one ModelDeployment is in one namespace/],
  ])('refuses %s', async (_, argv, words) => {
    const { code, complaints } = await run(...argv);
    expect(code).toBe(3);
    expect(complaints).toMatch(words);
  });

  it('names near ones where there is none of the name', async () => {
    const { code, complaints } = await run('sentimnet', '-n', 'ml');
    expect([code, complaints]).toEqual([
      3,
      'understudy: there is no ModelDeployment "sentimnet" in namespace ml\n  Near to it: sentiment.\n',
    ]);
    expect((await run('elsewhere', '-n', 'ml')).complaints).toContain('There is one in namespace eu: -n eu.');
  });
});
