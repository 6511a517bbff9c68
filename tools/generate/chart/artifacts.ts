import type { Artifact } from '../../../src/api/crd/artifacts.ts';
import { artifacts } from '../../../src/api/crd/artifacts.ts';
import { rulesTemplate, rulesTemplatePath } from './rules-template.ts';
import { valuesSchema, valuesSchemaPath } from './values-schema.ts';

/** The files of the chart that are made from the code. The CRDs are files and no templates: what they say is taken as it is. */
export function chartArtifacts(): Artifact[] {
  const crds = artifacts().filter(({ path }) => path.startsWith('crds/'));
  return [
    ...crds.map(({ path, content }) => ({ path: `charts/understudy/files/${path}`, content })),
    { path: rulesTemplatePath, content: rulesTemplate() },
    { path: valuesSchemaPath, content: valuesSchema() },
  ];
}
