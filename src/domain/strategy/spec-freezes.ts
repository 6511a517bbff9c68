import type { DeploymentView } from '../world.ts';

/** People paused it, or ask for what cannot be followed: nothing begins and nothing goes forward; what takes traffic back goes on (law 5). */
export const specFreezes = ({ spec, invalidSpec }: DeploymentView): boolean =>
  spec.paused || invalidSpec !== undefined;
