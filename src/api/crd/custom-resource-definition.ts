import { group, version } from '../group.ts';
import type { KindDefinition } from './definitions.ts';
import { renderRules, renderSchema } from './render-schema.ts';
import { type SchemaNode, schemaNode } from './schema-node.ts';

/** The parts of a kind that have a schema of ours. */
export function schemasOf({ spec, status }: KindDefinition): { spec: SchemaNode; status?: SchemaNode } {
  return { spec: schemaNode(spec), ...(status && { status: schemaNode(status) }) };
}

/** The CustomResourceDefinition, ready to be written as YAML. */
export function customResourceDefinition(definition: KindDefinition): Record<string, unknown> {
  const { kind, plural, shortName, columns, scale, scope = 'Namespaced' } = definition;
  const { spec, status } = schemasOf(definition);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // Whoever uninstalls the chart keeps the kinds, and so every object of them.
    metadata: { name: `${plural}.${group}`, annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: {
      group,
      scope,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: [shortName],
        categories: ['understudy'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          additionalPrinterColumns: columns,
          ...(status && { subresources: { status: {}, ...(scale ? { scale } : {}) } }),
          schema: {
            openAPIV3Schema: {
              description: definition.description,
              type: 'object',
              required: ['spec'],
              properties: {
                apiVersion: {
                  description: `The version of the API: \`${group}/${version}\`.`,
                  type: 'string',
                },
                kind: { description: `The kind: \`${kind}\`.`, type: 'string' },
                // The bound is the API server's own; a rule over the name needs it to have a cost.
                metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 253 } } },
                spec: renderSchema(spec),
                ...(status && { status: renderSchema(status) }),
              },
              ...renderRules(definition.rules),
            },
          },
        },
      ],
    },
  };
}
