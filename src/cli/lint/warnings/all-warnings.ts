import { actionWarnings } from './actions.ts';
import { gateWarnings } from './gates.ts';
import { imageWarnings } from './images.ts';
import { notificationWarnings } from './notifications.ts';
import { podWarnings } from './pods.ts';
import { timeWarnings } from './times.ts';
import type { ModelWarning } from './warning.ts';
import { weightWarnings } from './weights.ts';

/** Every warning about a ModelDeployment, in the order in which a person would ask. */
export const modelWarnings: readonly ModelWarning[] = [
  ...gateWarnings,
  ...weightWarnings,
  ...timeWarnings,
  ...imageWarnings,
  ...podWarnings,
  ...notificationWarnings,
];

export { actionWarnings };
