import { setTimeout as sleep } from 'node:timers/promises';
import { controllerUser } from '../../test/support/audit-log.ts';
import type { ControllerProcess } from '../../test/support/controller-process.ts';
import { TestBed } from '../../test/support/test-bed.ts';
import { residentMb } from '../bench/footprint.ts';
import { auditedSince, endOfAuditLog } from './audit-window.ts';
import { workloadName } from './contenders/contender.ts';
import { scaledModel, understudy } from './contenders/understudy.ts';
import { CountingPrometheus } from './counting-prometheus.ts';
import { linearFit, type LinearFit } from './linear-fit.ts';
import { type Machine, thisMachine } from './machine.ts';
import { forEachOf, untilSettled } from './population.ts';
import { cpuSecondsOf, openHandlesOf } from './process-usage.ts';

export interface SoakSample {
  minute: number;
  residentMb: number;
  heapUsedMb: number;
  /** Files and sockets that the process holds open. */
  handles: number;
  /** Of its own metrics. */
  series: number;
  /** Since the start of the soak. */
  rolloutsStarted: number;
  rolloutsEnded: number;
}

export interface SoakFigures {
  command: string;
  kubernetesVersion: string;
  machine: Machine;
  models: number;
  minutes: number;
  askedPerMinute: number;
  endedPerMinute: number;
  shareOfCore: number;
  samples: SoakSample[];
  /** When all rollouts had ended: what has grown with their number would still be there. Absent in figures that are older than this one. */
  rested?: SoakSample;
  /** Lines through the samples of the second half, when what is reused has been made: in MB, handles and series an hour. */
  growthPerHour: Record<GrowthOf, LinearFit>;
}

export const growthOf = ['residentMb', 'heapUsedMb', 'handles', 'series'] as const;
export type GrowthOf = (typeof growthOf)[number];

const askedPerMinute = 200;
/** Each rolls out once in so many of the pace: long enough for a rollout to end. */
const models = 200;
/** After the last rollout, for what belongs to it to end. */
const restMs = 60_000;

const quickCanary = { canary: { steps: [{ weight: 50, hold: '1s' }], bake: { duration: '1s' } } };

const soakModel = (index: number, revision: number) =>
  scaledModel({
    name: workloadName(index),
    revision,
    strategy: quickCanary,
    analysis: {
      interval: '1s',
      metrics: [{ name: 'harm', kind: 'query', query: 'harm', fail: 'result > 0.5' }],
    },
    spec: { drain: '1s', revisionHistoryLimit: 1 },
  });

/** Rollouts at an even pace for so many minutes, on the same objects again and again. */
export async function measureSoak(
  minutes: number,
  command: string,
  say: (line: string) => void,
): Promise<SoakFigures> {
  const machine = thisMachine();
  const prometheus = await CountingPrometheus.start();
  const bed = await TestBed.start({ need: ['kwok'] });
  try {
    const controller = await understudy.start(bed, prometheus.url);
    const indexes = Array.from({ length: models }, (_, index) => index);
    await forEachOf(indexes, 4, (index) => bed.apply(soakModel(index, 1)));
    await untilSettled(bed, understudy, models);
    say(`soak: ${models} are settled`);
    const offset = endOfAuditLog(bed.cluster.auditLogPath);
    const cpuBefore = cpuSecondsOf(controller.pid);
    const startedMs = Date.now();
    const endMs = startedMs + minutes * 60_000;
    let started = 0;
    const change = async () => {
      for (; Date.now() < endMs; started += 1) {
        const dueMs = startedMs + (started * 60_000) / askedPerMinute;
        await sleep(Math.max(0, dueMs - Date.now()));
        await bed.apply(soakModel(started % models, 2 + Math.floor(started / models)));
      }
    };
    const changing = change();
    const samples: SoakSample[] = [];
    for (let minute = 0; minute <= minutes; minute += 1) {
      await sleep(Math.max(0, startedMs + minute * 60_000 - Date.now()));
      const sample = await take(controller, minute, started);
      say(`soak: ${JSON.stringify(sample)}`);
      samples.push(sample);
    }
    await changing;
    const shareOfCore = (cpuSecondsOf(controller.pid) - cpuBefore) / ((Date.now() - startedMs) / 1000);
    await untilSettled(bed, understudy, models);
    await sleep(restMs);
    const rested = await take(controller, Math.round((Date.now() - startedMs) / 60_000), started);
    say(`soak: at rest ${JSON.stringify(rested)}`);
    const requests = await auditedSince(bed.cluster.auditLogPath, offset, controllerUser);
    say(`soak: ${requests.length} requests by the controller`);
    return {
      command,
      kubernetesVersion: bed.cluster.kubernetesVersion,
      machine,
      models,
      minutes,
      askedPerMinute,
      endedPerMinute: (samples.at(-1)?.rolloutsEnded ?? 0) / minutes,
      shareOfCore,
      samples,
      rested,
      growthPerHour: growthIn(samples),
    };
  } finally {
    prometheus.stop();
    await bed.stop();
  }
}

/** The first half is left out: it fills what is used again later. */
export function growthIn(samples: readonly SoakSample[]): Record<GrowthOf, LinearFit> {
  const later = samples.slice(Math.floor(samples.length / 2));
  const fitOf = (of: GrowthOf) =>
    linearFit(later.map((sample) => ({ x: sample.minute / 60, y: sample[of] })));
  return Object.fromEntries(growthOf.map((of) => [of, fitOf(of)])) as Record<GrowthOf, LinearFit>;
}

async function take(
  controller: ControllerProcess,
  minute: number,
  rolloutsStarted: number,
): Promise<SoakSample> {
  const text = await controller.metrics();
  return { minute, rolloutsStarted, ...readSample(text), ...processOf(controller) };
}

const processOf = ({ pid }: ControllerProcess) => ({
  residentMb: residentMb(pid),
  handles: openHandlesOf(pid),
});

/** What the controller's metrics tell of it. */
export function readSample(exposition: string): Pick<SoakSample, 'heapUsedMb' | 'series' | 'rolloutsEnded'> {
  const lines = exposition.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const valueOf = (line: string) => Number(line.slice(line.lastIndexOf(' ') + 1));
  const sumOf = (name: string) =>
    lines.filter((line) => line.startsWith(name)).reduce((sum, line) => sum + valueOf(line), 0);
  return {
    heapUsedMb: Math.round(sumOf('nodejs_heap_size_used_bytes') / 1e5) / 10,
    series: lines.length,
    rolloutsEnded: sumOf('understudy_rollouts_ended_total'),
  };
}
