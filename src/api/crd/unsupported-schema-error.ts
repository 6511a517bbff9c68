/** A zod schema that cannot be said as a structural schema of Kubernetes. */
export class UnsupportedSchemaError extends Error {
  override readonly name = 'UnsupportedSchemaError';
}
