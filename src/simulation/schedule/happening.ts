import type { Random } from '../random.ts';
import type { Setting } from './setting.ts';
import type { Stage } from './stage.ts';

export type Argument = string | number | boolean;

/** One kind of event of a schedule. What there is nothing to do for, such as pods of a candidate that is not there, does nothing. */
export interface Happening {
  /** How often it is drawn, beside the others. */
  weight: number;
  /** What people wish: it counts for the state in which everything ends. All else is a fault. */
  wish?: true;
  draw?(random: Random, setting: Setting): Argument[];
  happen(stage: Stage, ...drawn: Argument[]): void;
}
