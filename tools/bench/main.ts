/**
 * `npm run bench`: how fast the controller reacts, what it weighs, and what it asks of the API server when nothing happens.
 * `--quick` takes fewer samples and leaves out the thousand; `--json` prints the figures alone.
 */
import { cpus, loadavg } from 'node:os';
import { TestBed } from '../../test/support/test-bed.ts';
import { idleRequestsPerMinute, settle, settledMemoryMb } from './footprint.ts';
import { specChangeToFirstWrite, verdictToTrafficWrite } from './reactions.ts';
import { ScriptedPrometheus } from './scripted-prometheus.ts';
import { type Spread, spreadOf } from './statistics.ts';

const flags = process.argv.slice(2);
const unknown = flags.filter((flag) => flag !== '--quick' && flag !== '--json');
if (unknown.length > 0) {
  console.error(`bench: found ${unknown.join(' ')}; accepted: --quick, --json`);
  process.exit(2);
}
const quick = flags.includes('--quick');
const json = flags.includes('--json');
const say = (line: string) => (json ? console.error(line) : console.log(line));

interface Figures {
  machine: string;
  load: number;
  memoryMb: Record<string, number>;
  idlePerMinute: { lease: number; watch: number; other: number };
  specChangeToFirstWriteMs: Spread;
  verdictToTrafficWriteMs: Spread;
}

async function measure(): Promise<Figures> {
  const load = Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const prometheus = await ScriptedPrometheus.start();
  const bed = await TestBed.start({ need: ['kwok'] });
  try {
    // The lease as shipped, so that idle requests are those of an installation.
    const leaderElection = { leaseDuration: '15s', renewDeadline: '10s', retryPeriod: '2s' };
    const sources = [{ name: 'default', url: prometheus.url, scrapeInterval: '1s' }];
    const controller = await bed.startController({ leaderElection, sources });
    const memoryMb: Record<string, number> = { '0': await settledMemoryMb(controller) };
    for (const count of [1, 100]) {
      say(`settling ${count}`);
      await settle(bed, count);
      memoryMb[count] = await settledMemoryMb(controller);
    }
    say('counting idle requests for a minute');
    const idlePerMinute = await idleRequestsPerMinute(bed);
    say('measuring reactions');
    const first = await specChangeToFirstWrite(bed, quick ? 15 : 60);
    const verdicts = await verdictToTrafficWrite(bed, prometheus, quick ? 8 : 30);
    if (!quick) {
      say('settling 1000, which takes minutes');
      await settle(bed, 1_000);
      memoryMb['1000'] = await settledMemoryMb(controller);
    }
    return {
      machine: `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
      load,
      memoryMb,
      idlePerMinute,
      specChangeToFirstWriteMs: spreadOf(first),
      verdictToTrafficWriteMs: spreadOf(verdicts),
    };
  } finally {
    prometheus.stop();
    await bed.stop();
  }
}

function print(figures: Figures): void {
  const { specChangeToFirstWriteMs: first, verdictToTrafficWriteMs: verdict, idlePerMinute: idle } = figures;
  const row = (name: string, { p50, p95, p99, max, samples }: Spread) =>
    `  ${name.padEnd(30)} p50 ${p50} ms   p95 ${p95} ms   p99 ${p99} ms   max ${max} ms   (${samples} samples)`;
  console.log(`\n${figures.machine}, load ${figures.load} at the start\n`);
  console.log(row('spec change to first write', first));
  console.log(row('verdict to traffic write', verdict));
  for (const [count, mb] of Object.entries(figures.memoryMb)) {
    console.log(`  ${`memory with ${count} settled`.padEnd(30)} ${mb} MB resident`);
  }
  console.log(
    `  ${'idle requests a minute'.padEnd(30)} ${idle.lease} for the Lease, ${idle.watch} renewed watches, ${idle.other} others`,
  );
}

const figures = await measure();
if (json) console.log(JSON.stringify(figures, null, 2));
else print(figures);
process.exit(0);
