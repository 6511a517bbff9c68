import type { FoundObject } from '../../src/cli/lint/documents.ts';
import { type LintedObject, lintObjects } from '../../src/cli/lint/lint-objects.ts';

/** What `lint` says of the objects of one file, but for the findings with these codes. */
export function lintedFrom(
  file: string,
  objects: readonly (FoundObject['object'] & { apiVersion: string })[],
  ignored: readonly string[],
): LintedObject[] {
  const found = objects.map((object) => ({
    file,
    apiVersion: object.apiVersion,
    kind: object.kind,
    object,
  }));
  return lintObjects(found, { scrapeIntervalMs: 15_000, traffic: undefined, ignored: new Set(ignored) });
}
