import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { conversionCases, conversionFile } from '../../../test/support/conversion-cases.ts';
import type { FoundObject } from '../lint/documents.ts';
import { convertObjects } from './convert-objects.ts';
import type { MadeObject } from './conversion.ts';
import { parseMetricTemplate, parseModelDeployment } from '../../api/validation/parse-object.ts';

const fixtures = conversionCases.map((one) =>
  parseAllDocuments(readFileSync(conversionFile(one), 'utf8')).map(
    (document) => document.toJS() as FoundObject['object'],
  ),
);

type Path = (string | number)[];

/** Every place below `spec`. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => placesIn(part, [...path, key]))];
}

/** The same with something else in one place. */
function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((part, index) => (index === Number(key) ? replaced(part, rest, by) : part));
  const fields = value as Record<string, unknown>;
  return { ...fields, [key]: replaced(fields[key], rest, by) };
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    {},
    [],
    '',
    '-1',
    -1,
    0,
    1e12,
    0.05,
    true,
    'x'.repeat(5_000),
    '{{ args.x }}',
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

const changed = fc.record({
  fixture: fc.nat(fixtures.length - 1),
  object: fc.nat(100),
  place: fc.nat(1_000_000),
  by: odd,
  hasGateway: fc.boolean(),
});

/** As the API server does, or throws. */
function accept(made: MadeObject): void {
  if (made.kind === 'ModelDeployment') parseModelDeployment(made);
  else parseMetricTemplate({ ...made });
}

describe('the conversion of manifests', () => {
  it('takes whatever somebody wrote: it throws nothing, and what is not accepted is told of', () => {
    fc.assert(
      fc.property(changed, ({ fixture, object, place, by, hasGateway }) => {
        const given = fixtures[fixture]!;
        const at = object % given.length;
        const places = placesIn(given[at]!['spec'], ['spec']);
        const other = replaced(given[at], places[place % places.length]!, by) as FoundObject['object'];
        const objects = given.map((one, index): FoundObject => {
          const made = index === at ? other : one;
          return { file: 'x', apiVersion: String(made['apiVersion']), kind: made.kind, object: made };
        });
        const gateway = hasGateway ? { name: 'public' } : undefined;
        const reports = convertObjects({ objects, gateway, hostnames: [] });
        for (const { made, notes } of reports) {
          const isTold = notes.some(({ kind }) => kind === 'missing');
          for (const one of made) if (!isTold) expect(() => accept(one)).not.toThrow();
        }
      }),
      { numRuns: 200 },
    );
  });
});
