import { z } from 'zod';
import { field } from './schema.ts';

/**
 * What the API server gives an object that the controller has not looked at yet. Without it kstatus, and what builds on it,
 * would take a ModelDeployment for done that was applied a moment ago.
 */
export const unseenStatus = { observedGeneration: -1 } as const;

export const observedGeneration = () =>
  field(
    z.int().min(unseenStatus.observedGeneration),
    'The generation of the spec that the status speaks of; -1 before the controller has looked at the object.',
    { format: 'int64' },
  ).optional();
