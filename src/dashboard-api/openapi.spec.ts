import { describe, expect, it } from '@jest/globals';
import { openApi } from './openapi.ts';
import { routes } from './routes.ts';

describe('the OpenAPI document', () => {
  const document = openApi('1.2.3') as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
    components: { schemas: Record<string, object> };
  };

  it('names every operation once', () => {
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).toEqual(
      Object.values(routes)
        .map(({ operationId }) => operationId)
        .sort(),
    );
    expect(document.openapi).toBe('3.1.0');
  });

  it('refers only to schemas that it holds', () => {
    const references = [
      ...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g),
    ].map(([, name]) => name!);
    expect(references).toEqual(expect.arrayContaining(['Row', 'Detail', 'Problem', 'ActionRequest']));
    expect(references.filter((name) => !Object.hasOwn(document.components.schemas, name))).toEqual([]);
  });

  it('has nothing of the CRDs in it', () =>
    expect(JSON.stringify(document)).not.toMatch(/"kubernetes"|listType/));
});
