import type { RequestFigures } from './audit-window.ts';
import type { ContenderName } from './contenders/contender.ts';
import type { Machine } from './machine.ts';
import type { RollingFigures } from './rolling.ts';
import type { IdleFigures, RestartFigures } from './settled.ts';
import type { SoakFigures } from './soak.ts';

/** What one scrape of the controller's metrics costs. */
export interface ScrapeFigures {
  series: number;
  cpuSeconds: number;
  /** Twenty seconds later. */
  residentAfterMb: number;
  heapUsedMb: number;
}

/** One contender with one number of objects. Memory is resident, in MB of 1,000,000 bytes. */
export interface Run {
  contender: ContenderName;
  version: string;
  workload: string;
  objects: number;
  command: string;
  kubernetesVersion: string;
  machine: Machine;
  /** They are copies of one that the controller brought to rest; absent where it brought all of them there. */
  copied?: true;
  populateSeconds: number;
  /** `populated`: by the process that brought all of them to rest; absent where they are copies. */
  memoryMb: { empty: number; populated?: number; restarted: number };
  restart: RestartFigures;
  idle: IdleFigures;
  /** Of ours only, as all that follows. */
  scrape?: ScrapeFigures;
  resync?: IdleFigures;
  rolling?: RollingFigures[];
}

/** All figures that the page shows: what was not run this time stays as it was. */
export interface ScaleFigures {
  runs: Run[];
  soak?: SoakFigures;
  /** What a reader has to know of these very runs; written by hand. */
  remarks?: string[];
}

export const writesIn = ({ writes }: RequestFigures): number =>
  Object.values(writes).reduce((sum, count) => sum + count, 0);
