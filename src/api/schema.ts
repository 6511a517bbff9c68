import { z } from 'zod';

/**
 * How a zod schema says what JSON Schema has no word for: the Kubernetes extensions of its node in the CRD. The CRD
 * generation reads it from the schema's metadata, and validation at the edge reads the rules.
 */
export interface KubernetesMeta {
  rules?: Rule[];
  listType?: 'atomic' | 'map' | 'set';
  listMapKeys?: string[];
  /** Keep fields that the schema does not name. */
  preserveUnknownFields?: boolean;
  /** The Kubernetes type that is a port number or a port name. */
  intOrString?: boolean;
  format?: 'date-time' | 'int32' | 'int64';
  /** A CRD default. Never inside a part that is hashed into the revision. */
  default?: unknown;
  maxProperties?: number;
  /** What the reference page calls the type, where the schema knows only a string. */
  shownAs?: 'duration';
}

/** One CEL rule. `message` names the field and the reason, since it is all that `kubectl apply` prints. */
export interface Rule {
  /** CEL over `self`. */
  rule: string;
  message: string;
  /** Where the fault is, relative to the node that carries the rule, as `.name`. */
  fieldPath?: string;
  /**
   * The API server already lets an unchanged value pass (ratcheting). A rule that compares several fields sits above
   * them all, so that any edit would run it again: with this set, an object that was stored breaking the rule stays
   * editable.
   */
  ratcheting?: boolean;
  /** The rule compares with `oldSelf`, so it speaks of updates only. */
  transition?: boolean;
}

/** The schema with what the CRD and the reference page say about it. */
export function field<T extends z.ZodType>(schema: T, description: string, kubernetes?: KubernetesMeta): T {
  return schema.meta({ description, ...(kubernetes ? { kubernetes } : {}) });
}

/** An RFC 3339 time. */
export const time = (description: string) => field(z.string().max(40), description, { format: 'date-time' });

/** A string that a CEL rule checks with a regular expression, for a better message than `pattern` can give. */
export const matching = (expression: string, maxLength: number, message: string, description: string) =>
  field(z.string().max(maxLength), description, {
    rules: [{ rule: `self.matches('${expression}')`, message }],
  });

/** A label as DNS has it, in lower case: 1 to 63 characters. */
export const dnsLabel = (name: string, description: string) =>
  matching(
    '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
    63,
    `${name} must consist of lower-case letters, digits and "-", and start and end with a letter or digit`,
    description,
  );
