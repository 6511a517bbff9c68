import type { TrafficView } from '../world.ts';

/**
 * What a split that is not in force waits for, in words. When the data plane has taken over everything that the live
 * objects say, then they do not say the split yet.
 */
export const pendingSplitInWords = ({ acknowledged, acknowledgement }: TrafficView): string =>
  acknowledged || !acknowledgement ? 'the split is being written' : acknowledgement;
