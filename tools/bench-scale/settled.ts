import { setTimeout as sleep } from 'node:timers/promises';
import { anonymousMb, residentMb } from '../bench/footprint.ts';
import type { TestBed } from '../../test/support/test-bed.ts';
import { auditedSince, endOfAuditLog, figuresOfRequests, type RequestFigures } from './audit-window.ts';
import type { Contender, RunningController } from './contenders/contender.ts';
import { cpuSecondsOf, untilCalm } from './process-usage.ts';

/** A stretch of time in which nobody does anything. */
export interface IdleFigures {
  requests: RequestFigures;
  /** Of one core, 1 is all of it. */
  shareOfCore: number;
  residentMb: number;
  /** Of it what is no page of a file; absent in figures that are older than this one. */
  anonymousMb?: number;
}

/** What a controller does in a time in which nobody changes anything. */
export async function idle(
  bed: TestBed,
  { user }: Contender,
  { pid }: RunningController,
  seconds: number,
): Promise<IdleFigures> {
  const offset = endOfAuditLog(bed.cluster.auditLogPath);
  const cpuBefore = cpuSecondsOf(pid);
  const startedMs = Date.now();
  await sleep(seconds * 1000);
  const cpuSeconds = cpuSecondsOf(pid) - cpuBefore;
  const tookSeconds = (Date.now() - startedMs) / 1000;
  const requests = await auditedSince(bed.cluster.auditLogPath, offset, user);
  return {
    requests: figuresOfRequests(requests, tookSeconds),
    shareOfCore: cpuSeconds / tookSeconds,
    residentMb: residentMb(pid),
    anonymousMb: anonymousMb(pid),
  };
}

export interface RestartFigures {
  /** From the start of the process until it takes almost no processor time any more. */
  calmAfterSeconds: number;
  cpuSeconds: number;
  /** Until long after that: one that waits for its Lease, or limits its own requests, is calm while it has not begun. */
  requests: RequestFigures;
}

/** Ends a controller, starts it anew, waits until it has come to rest, and so long after that. */
export async function restart<R extends RunningController>(
  bed: TestBed,
  contender: Contender<R>,
  before: R,
  prometheusUrl: string,
  restMs: number,
): Promise<{ running: R; figures: RestartFigures }> {
  await before.stop();
  const offset = endOfAuditLog(bed.cluster.auditLogPath);
  const startedMs = Date.now();
  const running = await contender.start(bed, prometheusUrl);
  const calmAtMs = await untilCalm(running.pid, 600_000);
  const cpuSeconds = cpuSecondsOf(running.pid);
  await sleep(restMs);
  const requests = await auditedSince(bed.cluster.auditLogPath, offset, contender.user);
  return {
    running,
    figures: {
      calmAfterSeconds: (calmAtMs - startedMs) / 1000,
      cpuSeconds,
      requests: figuresOfRequests(requests, (Date.now() - startedMs) / 1000),
    },
  };
}
