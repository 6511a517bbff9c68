import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { field } from '../schema.ts';
import { definitions } from './definitions.ts';
import { schemasOf } from './custom-resource-definition.ts';
import { renderSchema } from './render-schema.ts';
import { type SchemaNode, schemaNode } from './schema-node.ts';
import { UnsupportedSchemaError } from './unsupported-schema-error.ts';

const text = (description: string) => field(z.string().max(9), description);

/** Every node below a node, with its path. */
function walk(node: SchemaNode, path: string): [string, SchemaNode][] {
  const below: [string, SchemaNode | undefined][] = [
    ...Object.entries(node.properties ?? {}).map(([name, child]): [string, SchemaNode] => [
      `${path}.${name}`,
      child,
    ]),
    [`${path}[]`, node.items],
    [`${path}.*`, node.values],
  ];
  return [[path, node], ...below.flatMap(([childPath, child]) => (child ? walk(child, childPath) : []))];
}

describe.each(definitions.map((definition) => ({ kind: definition.kind, ...schemasOf(definition) })))(
  'the schema of $kind',
  ({ spec, status }) => {
    const nodes = [...walk(spec, 'spec'), ...(status ? walk(status, 'status') : [])];

    it('describes every field in a sentence', () => {
      const poor = nodes.filter(([, { description }]) => !/^.{8,}[.)]$/.test(description));
      expect(poor.map(([path]) => path)).toEqual([]);
    });

    it('says how every list merges', () => {
      const lists = nodes.filter(([, { type, kubernetes }]) => type === 'array' && !kubernetes.listType);
      expect(lists.map(([path]) => path)).toEqual([]);
    });

    it('bounds every list, so that rules over it have a cost', () => {
      const unbounded = nodes.filter(
        ([, { type, bounds }]) => type === 'array' && bounds.maxItems === undefined,
      );
      expect(unbounded.map(([path]) => path)).toEqual([]);
    });

    it('has no default but those of replicas and of the status: one inside a hashed part would start rollouts (law 19)', () => {
      const allowed = ['spec.replicas', 'status'];
      const withDefault = nodes.filter(([, { kubernetes }]) => kubernetes.default !== undefined);
      expect(withDefault.map(([path]) => path).filter((path) => !allowed.includes(path))).toEqual([]);
    });

    it('has one type for each field; a port by name or number is the only exception', () => {
      const exceptions = nodes.filter(([, { type }]) => type === 'intOrString').map(([path]) => path);
      expect(exceptions.filter((path) => path !== 'spec.service.targetPort')).toEqual([]);
    });
  },
);

describe('schemaNode', () => {
  it('drops what zod adds and Kubernetes does not want', () => {
    const node = schemaNode(
      z.object({
        count: field(z.int(), 'How many.'),
        open: field(z.looseObject({}), 'Open.', { preserveUnknownFields: true }),
      }),
    );
    expect(renderSchema(node)).toEqual({
      description: '',
      type: 'object',
      required: ['count', 'open'],
      properties: {
        count: { description: 'How many.', type: 'integer' },
        open: {
          description: 'Open.',
          type: 'object',
          properties: {},
          'x-kubernetes-preserve-unknown-fields': true,
        },
      },
    });
  });

  it('merges variants into one object, with rules that demand and forbid by kind', () => {
    const node = schemaNode(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('a'), name: text('Name.'), only: text('Only a.') }),
        field(
          z.object({ kind: z.literal('b'), name: text('Name.'), maybe: text('Only b.').optional() }),
          'B.',
          {
            rules: [{ rule: 'has(self.maybe)', message: 'b says maybe' }],
          },
        ),
      ]),
    );
    expect(node).toMatchObject({
      type: 'object',
      required: ['kind', 'name'],
      properties: { kind: { enum: ['a', 'b'] } },
    });
    expect(node.rules).toEqual([
      {
        rule: "!has(self.only) || self.kind == 'a'",
        message: 'only belongs to kind a only',
        fieldPath: '.only',
      },
      {
        rule: "has(self.only) || !(self.kind == 'a')",
        message: 'only is needed when kind is a',
        fieldPath: '.only',
      },
      {
        rule: "!has(self.maybe) || self.kind == 'b'",
        message: 'maybe belongs to kind b only',
        fieldPath: '.maybe',
      },
      { rule: "self.kind != 'b' || (has(self.maybe))", message: 'b says maybe' },
    ]);
  });

  it('merges variants by a field `type` too, and demands what some of them do of a field that all have', () => {
    const common = (type: 'a' | 'b') => ({ type: z.literal(type) });
    const union = z.discriminatedUnion('type', [
      z.object({ ...common('a'), shared: z.string() }),
      z.object({ ...common('b'), shared: z.string().optional() }),
    ]);
    expect(schemaNode(union)).toMatchObject({
      required: ['type'],
      rules: [
        { rule: "has(self.shared) || !(self.type == 'a')", message: 'shared is needed when type is a' },
      ],
    });
  });

  it('refuses unions that no structural schema can say', () => {
    expect(() => schemaNode(z.object({ both: z.union([z.string(), z.object({})]) }))).toThrow(
      UnsupportedSchemaError,
    );
    expect(() => schemaNode(z.object({ any: z.unknown() }))).toThrow('.any');
  });
});

describe('renderSchema', () => {
  it('writes a ratcheting rule twice: for a create, and for an update of what broke it before', () => {
    const node = schemaNode(
      field(z.object({}), 'Ratcheted.', {
        rules: [
          { rule: 'has(self.a) && self.myself != 1', message: 'no', fieldPath: '.a', ratcheting: true },
        ],
      }),
    );
    expect(renderSchema(node)['x-kubernetes-validations']).toEqual([
      {
        rule: 'oldSelf.hasValue() || (has(self.a) && self.myself != 1)',
        message: 'no',
        fieldPath: '.a',
        optionalOldSelf: true,
      },
      {
        rule: '(has(self.a) && self.myself != 1) || !(has(oldSelf.a) && oldSelf.myself != 1)',
        message: 'no',
        fieldPath: '.a',
      },
    ]);
  });
});
