import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import { loadModel, modelFile } from '../digits-server/model/model-file.ts';

const text = (name: string) => readFileSync(new URL(`./${name}.yaml`, import.meta.url), 'utf8');

it.each(['2', '3'])('version %s differs from version 1 in the version alone', (version) => {
  const withoutComment = (yaml: string) => yaml.replace(/^#.*\n/, '');
  const expected = withoutComment(text('v1'))
    .replace("version: '1'", `version: '${version}'`)
    .replace("value: '1'", `value: '${version}'`);
  expect(withoutComment(text(`v${version}`))).toBe(expected);
});

it.each(['1', '2', '3'])('version %s names a model that exists, by the same name and version', (version) => {
  const { spec, metadata } = parse(text(`v${version}`)) as {
    metadata: { namespace: string };
    spec: {
      model: { name: string; version: string };
      serving: {
        workload: { template: { spec: { containers: { env: { name: string; value: string }[] }[] } } };
      };
    };
  };
  const { env } = spec.serving.workload.template.spec.containers[0] ?? { env: [] };
  expect(env).toEqual([{ name: 'MODEL_VERSION', value: version }]);
  expect(loadModel(modelFile('digits', version))).toMatchObject(spec.model);
  expect(metadata.namespace).toBe((parse(text('namespace')) as { metadata: { name: string } }).metadata.name);
});

it.each(['1', '2', '3'])('version %s has no field that the schema does not know', (version) => {
  const { spec } = parse(text(`v${version}`)) as { spec: unknown };
  // Reading leaves unknown fields out, so that equality shows them.
  expect(ModelDeploymentSpec.parse(spec)).toEqual(spec);
});
