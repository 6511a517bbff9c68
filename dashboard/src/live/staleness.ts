import type { ListAnswer } from '../../../src/dashboard-api/schemas.ts';

/** Since when the server itself sees nothing new, and why. */
export type Staleness = NonNullable<ListAnswer['stale']>;
