/** A scenario that nobody knows, or a value that it cannot take. */
export class InvalidScenarioError extends Error {
  override readonly name = 'InvalidScenarioError';

  constructor(found: string, accepted?: string) {
    super(accepted === undefined ? found : `${found}; ${accepted}`);
  }
}
