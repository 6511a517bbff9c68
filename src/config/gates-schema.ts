import { z } from 'zod';
import { hostList } from './notifications-schema.ts';

/** What the controller may do to ask the gates of specs. */
export const gatesSchema = z.strictObject({
  allowedHosts: hostList()
    .describe(
      'Hosts that webhooks of `spec.gates` may lie on, each with an optional scheme and port. A host that is named as it is may lie inside of the cluster; one that a pattern fits may not.',
    )
    .default([]),
  jobs: z
    .boolean({ error: 'true or false' })
    .describe('Run the Jobs of `spec.gates`. The controller then needs the right to make and delete Jobs.')
    .default(false),
});
