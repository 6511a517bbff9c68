import { setTimeout as sleep } from 'node:timers/promises';
import { ControllerProcess } from '../../test/support/controller-process.ts';
import { TestBed } from '../../test/support/test-bed.ts';
import { residentMb } from '../bench/footprint.ts';
import type { Contender, RunningController } from './contenders/contender.ts';
import { copies, madeBeforeCopies } from './copies.ts';
import { CountingPrometheus } from './counting-prometheus.ts';
import type { Run, ScrapeFigures } from './figures.ts';
import { thisMachine } from './machine.ts';
import { populate } from './population.ts';
import { cpuSecondsOf, untilCalm } from './process-usage.ts';
import { rollOut } from './rolling.ts';
import { idle, restart } from './settled.ts';

export interface MeasureOptions {
  quick: boolean;
  command: string;
  say: (line: string) => void;
  /** Told what is known so far, as often as there is more. */
  record: (run: Run) => void;
}

/** The resync of the controller begins ten minutes after its start, and takes ten more. */
const resyncAfterMs = 630_000;

/** More would take the controller manager too long to make, and to roll all of them out. */
const mostThatAreMade = 1_000;

/** Measures one controller with so many settled objects, in a cluster of its own. */
export async function measureContender<R extends RunningController>(
  contender: Contender<R>,
  objects: number,
  { quick, command, say, record }: MeasureOptions,
): Promise<void> {
  const idleSeconds = quick ? 20 : 120;
  const machine = thisMachine();
  const prometheus = await CountingPrometheus.start();
  const bed = await TestBed.start({ need: ['kwok'] });
  try {
    await contender.install(bed);
    let running = await contender.start(bed, prometheus.url);
    const emptyMb = await residentAtRestMb(running);
    const copied = contender.name === 'understudy' && objects > mostThatAreMade;
    say(`${contender.name}: settling ${objects}${copied ? ', as copies of one' : ''}`);
    const beganMs = Date.now();
    await populate(bed, contender, copied ? madeBeforeCopies : objects, say);
    if (copied) {
      await running.stop();
      await copies(bed, objects, say);
    }
    const populateSeconds = (Date.now() - beganMs) / 1000;
    if (!copied) {
      await untilCalm(running.pid, 120_000).catch(() => say(`${contender.name} does not come to rest`));
    }
    const populatedMb = copied ? undefined : await residentAtRestMb(running);
    say(`${contender.name}: restart with ${objects}`);
    const startedMs = Date.now();
    const restMs = quick ? 20_000 : 300_000;
    const restarted = await restart(bed, contender, running, prometheus.url, restMs);
    running = restarted.running;
    say(`${contender.name}: at rest for ${idleSeconds} s`);
    const atRest = await idle(bed, contender, running, idleSeconds);
    const run: Run = {
      contender: contender.name,
      version: contender.version,
      workload: contender.workload,
      objects,
      command,
      kubernetesVersion: bed.cluster.kubernetesVersion,
      machine,
      ...(copied && { copied }),
      populateSeconds,
      memoryMb: { empty: emptyMb, populated: populatedMb, restarted: atRest.residentMb },
      restart: restarted.figures,
      idle: atRest,
    };
    record(run);
    if (!(running instanceof ControllerProcess)) return;
    run.scrape = await scrape(running);
    if (!quick) {
      say('waiting for the resync, which begins ten minutes after the start');
      await sleep(Math.max(0, startedMs + resyncAfterMs - Date.now()));
      run.resync = await idle(bed, contender, running, idleSeconds);
    }
    record(run);
    run.rolling = [];
    let from = 0;
    for (const share of quick || objects > mostThatAreMade ? [0.01, 0.1] : [0.01, 0.1, 1]) {
      const pace = { changesPerMinute: 200, judgedSeconds: quick ? 30 : 60, probes: quick ? 10 : 30 };
      const to = Math.min(Math.ceil(objects * share), objects - pace.probes);
      say(`rolling out ${to}`);
      run.rolling.push(await rollOut(bed, prometheus, running, { from, to, ...pace }));
      from = to + pace.probes;
      record(run);
    }
  } finally {
    prometheus.stop();
    await bed.stop();
  }
}

/** Memory some seconds after the last change, when what only the change needed has gone. */
async function residentAtRestMb({ pid }: RunningController): Promise<number> {
  await sleep(20_000);
  return residentMb(pid);
}

/** What one scrape of the metrics costs, and what stays of it. */
async function scrape(controller: ControllerProcess): Promise<ScrapeFigures> {
  const cpuBefore = cpuSecondsOf(controller.pid);
  const text = await controller.metrics();
  await sleep(2_000);
  const cpuSeconds = cpuSecondsOf(controller.pid) - cpuBefore;
  await sleep(18_000);
  return {
    series: text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
    cpuSeconds,
    residentAfterMb: residentMb(controller.pid),
    heapUsedMb: Math.round(Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(text)?.[1]) / 1e6),
  };
}
