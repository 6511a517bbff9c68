/** An option that cannot work, refused when a part is built. Names the field, what was found, and what is accepted. */
export class InvalidOptionError extends Error {
  override readonly name = 'InvalidOptionError';
  readonly reason = 'InvalidOption';
  readonly field: string;

  constructor(field: string, found: unknown, accepted: string) {
    super(`${field}: found ${String(found)}, accepted is ${accepted}`);
    this.field = field;
  }
}

/** Throws an `InvalidOptionError` unless `valid`. */
export function requireOption(valid: boolean, field: string, found: unknown, accepted: string): void {
  if (!valid) throw new InvalidOptionError(field, found, accepted);
}

/** A finite number greater than zero: what every duration, rate and size has to be. */
export function requirePositive(field: string, found: number): void {
  requireOption(Number.isFinite(found) && found > 0, field, found, 'a finite number greater than 0');
}
