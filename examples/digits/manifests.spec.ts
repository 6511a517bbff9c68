import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import { loadModel, modelFile } from '../digits-server/model/model-file.ts';

const text = (name: string) => readFileSync(new URL(`./${name}.yaml`, import.meta.url), 'utf8');

interface Manifest {
  metadata: { name: string; namespace: string };
  spec: {
    model: { name: string; version: string };
    serving: {
      workload: { template: { spec: { containers: { env: { name: string; value: string }[] }[] } } };
    };
    strategy: object;
  };
}

describe.each([
  ['canary', ''],
  ['blueGreen', 'blue-green/'],
  ['shadow', 'shadow/'],
])('the %s', (strategy, folder) => {
  it.each(['2', '3'])('version %s differs from version 1 in the version alone', (version) => {
    const withoutComment = (yaml: string) => yaml.replace(/^#.*\n/, '');
    const expected = withoutComment(text(`${folder}v1`))
      .replace("version: '1'", `version: '${version}'`)
      .replace("value: '1'", `value: '${version}'`);
    expect(withoutComment(text(`${folder}v${version}`))).toBe(expected);
  });

  it.each(['1', '2', '3'])(
    'version %s names a model that exists, by the same name and version',
    (version) => {
      const { spec, metadata } = parse(text(`${folder}v${version}`)) as Manifest;
      const { env } = spec.serving.workload.template.spec.containers[0] ?? { env: [] };
      expect(env).toEqual([{ name: 'MODEL_VERSION', value: version }]);
      expect(loadModel(modelFile('digits', version))).toMatchObject(spec.model);
      expect(metadata.namespace).toBe((parse(text('namespace')) as Manifest).metadata.name);
    },
  );

  it.each(['1', '2', '3'])('version %s has no field that the schema does not know', (version) => {
    const { spec } = parse(text(`${folder}v${version}`)) as { spec: unknown };
    // Reading leaves unknown fields out, so that equality shows them.
    expect(ModelDeploymentSpec.parse(spec)).toEqual(spec);
  });

  it('rolls out the same models in the same pods as the others', () => {
    const { metadata, spec } = parse(text(`${folder}v1`)) as Manifest;
    const canary = parse(text('v1')) as Manifest;
    expect(Object.keys(spec.strategy)).toEqual([strategy]);
    expect(metadata).toEqual(canary.metadata);
    expect({ model: spec.model, serving: spec.serving }).toEqual({
      model: canary.spec.model,
      serving: canary.spec.serving,
    });
  });
});
