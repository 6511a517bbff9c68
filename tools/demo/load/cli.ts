/**
 * Sends the digits data set to a local gateway or server at a fixed rate.
 *
 *   node tools/demo/load/cli.ts --url http://127.0.0.1:8080 --host digits.example.com --rate 100 --seconds 30
 */
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { startLoad, type LoadSummary } from './load-generator.ts';
import type { LoadCounts, LoadSecond } from './load-summary.ts';
import { LoadOptionError } from './load-target.ts';

const usage = `usage: node tools/demo/load/cli.ts --url URL [options]
  --url URL            gateway or server: loopback or 10.244.0.0/16 only
  --host NAME          Host header, for example digits.example.com
  --model NAME         model name in the path (default digits)
  --rate N             requests per second (default 50)
  --seconds N          how long (default 10)
  --max-requests N     no more requests than this
  --connections N      connections kept open (default 32)
  --records FILE       write one JSON line for each request
  --json               print the summary as JSON only
Exit code: 0 when no request failed, 1 when one did, 2 when the options are wrong.`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      host: { type: 'string' },
      model: { type: 'string' },
      rate: { type: 'string', default: '50' },
      seconds: { type: 'string', default: '10' },
      'max-requests': { type: 'string' },
      connections: { type: 'string' },
      records: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return values;
}

function versionsLine(counts: LoadCounts): string {
  return Object.entries(counts.versions)
    .map(([version, seen]) => `${version}: ${seen.requests} (${seen.failures} failed, ${seen.correct} right)`)
    .join('   ');
}

function printSecond(second: LoadSecond): void {
  const seconds = (second.elapsedMs / 1_000).toFixed(0).padStart(4);
  console.log(
    `${seconds} s  ${second.last.requests} requests   by version  ${versionsLine(second.last) || '-'}`,
  );
}

function printSummary(summary: LoadSummary): void {
  console.log(`total: ${summary.requests} requests, ${summary.failures} failed, ${summary.notSent} not sent`);
  for (const [version, seen] of Object.entries(summary.versions)) {
    const { p50, p95, p99 } = seen.latencyMs;
    console.log(
      `  version ${version}: ${seen.requests} requests, ${seen.failures} failed, ${seen.correct} right, ` +
        `latency p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, outcomes ${JSON.stringify(seen.outcomes)}`,
    );
    if (seen.firstFailure) {
      console.log(
        `    first failure at ${new Date(seen.firstFailure.atMs).toISOString()}: ${seen.firstFailure.outcome} ${seen.firstFailure.detail ?? ''}`,
      );
    }
  }
}

async function main(): Promise<number> {
  const flags = readOptions();
  if (flags.help) {
    console.log(usage);
    return 0;
  }
  if (flags.url === undefined)
    throw new LoadOptionError('--url', undefined, 'the address of a gateway or server');
  const number = (value: string | undefined) => (value === undefined ? undefined : Number(value));
  const records = flags.records === undefined ? undefined : createWriteStream(flags.records);
  const load = startLoad({
    baseUrl: flags.url,
    hostHeader: flags.host,
    modelName: flags.model,
    ratePerSecond: Number(flags.rate),
    durationMs: Number(flags.seconds) * 1_000,
    maxRequests: number(flags['max-requests']),
    connections: number(flags.connections),
    onRecord: records && ((record) => void records.write(`${JSON.stringify(record)}\n`)),
    onSecond: flags.json ? undefined : printSecond,
  });
  const stop = () => void load.stop();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const summary = await load.done;
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  if (records) await new Promise<void>((resolve) => records.end(resolve));
  if (flags.json) console.log(JSON.stringify(summary, null, 2));
  else printSummary(summary);
  return summary.failures > 0 || summary.notSent > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  if (!(error instanceof LoadOptionError) && !code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(`${message}\n${usage}`);
  process.exitCode = 2;
}
