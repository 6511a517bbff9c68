import type { Rule } from '../schema.ts';
import type { SchemaNode } from './schema-node.ts';

type Json = Record<string, unknown>;

/** A node as it stands in a CRD: OpenAPI v3 with the Kubernetes extensions. */
export function renderSchema(node: SchemaNode): Json {
  const { kubernetes } = node;
  return {
    description: node.description,
    ...renderType(node),
    ...node.bounds,
    ...(node.enum ? { enum: node.enum } : {}),
    ...(kubernetes.default === undefined ? {} : { default: kubernetes.default }),
    ...(node.required.length > 0 ? { required: [...node.required].sort() } : {}),
    ...(node.properties
      ? {
          properties: Object.fromEntries(
            Object.entries(node.properties).map(([name, child]) => [name, renderSchema(child)]),
          ),
        }
      : {}),
    ...(node.values ? { additionalProperties: renderSchema(node.values) } : {}),
    ...(node.items ? { items: renderSchema(node.items) } : {}),
    ...(kubernetes.listType ? { 'x-kubernetes-list-type': kubernetes.listType } : {}),
    ...(kubernetes.listMapKeys ? { 'x-kubernetes-list-map-keys': kubernetes.listMapKeys } : {}),
    ...(kubernetes.preserveUnknownFields ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    ...renderRules(node.rules),
  };
}

function renderType({ type, kubernetes }: SchemaNode): Json {
  if (type === 'intOrString') {
    return { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true };
  }
  return { type, ...(kubernetes.format ? { format: kubernetes.format } : {}) };
}

export function renderRules(rules: Rule[]): Json {
  return rules.length > 0 ? { 'x-kubernetes-validations': rules.flatMap(renderRule) } : {};
}

/**
 * A ratcheting rule becomes two: one for a create, and one for an update, which nobody is kept from who edits what was
 * stored before the rule was made. They are apart because the API server can tell the cost of a rule over `oldSelf`, but not
 * over `oldSelf.value()`.
 */
function renderRule({ rule, message, fieldPath, ratcheting }: Rule): Json[] {
  const rest = { message, ...(fieldPath ? { fieldPath } : {}) };
  if (!ratcheting) return [{ rule, ...rest }];
  return [
    { rule: `oldSelf.hasValue() || (${rule})`, ...rest, optionalOldSelf: true },
    { rule: `(${rule}) || !(${rule.replace(/\bself\b/g, 'oldSelf')})`, ...rest },
  ];
}
