/** `npm run demo`: a canary, a blue-green or a shadow from end to end on a real cluster; `--help` says more. */
import type { DemoCluster } from './cluster/demo-cluster.ts';
import { curlLine, DemoRun } from './demo-run.ts';
import { abortOnSignals, Interrupted } from './interruption.ts';
import { DemoUsageError, parseOptions, usage, type DemoOptions } from './options.ts';
import type { Story } from './scenario/story.ts';
import { summaryLines } from './summary/table.ts';
import type { Output } from './view/views.ts';

const exitOk = 0;
const exitFailed = 1;
const exitUsage = 2;

/** Errors of ours say all that a user needs; of others the trace is shown. */
const isOurs = (error: Error) =>
  error.name !== 'Error' && !(error instanceof TypeError) && !(error instanceof RangeError);

async function main(options: DemoOptions): Promise<number> {
  // With --json nothing but JSON goes to standard output.
  const output: Output & NodeJS.WritableStream = options.json ? process.stderr : process.stdout;
  const abort = new AbortController();
  // A live view is for those who look at the result too.
  const screen: Output = options.json ? { write: (text) => output.write(text) } : output;
  const run = new DemoRun(options, screen, abort);
  abortOnSignals(abort, () => run.announceEnd());
  try {
    return await playAndReport(run, options, output, abort.signal);
  } finally {
    await run.close();
  }
}

async function playAndReport(
  run: DemoRun,
  options: DemoOptions,
  output: Output & NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<number> {
  let failure: string | undefined;
  try {
    await run.play();
  } catch (error) {
    const cause: unknown = signal.aborted ? signal.reason : error;
    if (cause instanceof Interrupted) return cause.exitCode;
    failure = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof Error && !isOurs(cause)) process.stderr.write(`${cause.stack}\n`);
  }
  const summary = await run.summary(failure);
  if (options.json) await write(process.stdout, `${JSON.stringify(summary, null, 2)}\n`);
  const look = { width: output.isTTY ? (output.columns ?? 80) : Infinity, color: usesColor(output) };
  await write(output, `\n${summaryLines(summary, look).join('\n')}\n`);
  if ((options.keep || options.open) && run.cluster && !signal.aborted) {
    await write(output, `\n${hints(run.cluster, options.story).join('\n')}\n\n`);
    await run.stay();
  }
  if (signal.reason instanceof Interrupted) return signal.reason.exitCode;
  return summary.ok ? exitOk : exitFailed;
}

const usesColor = (output: Output) =>
  output.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

function hints(
  { kubeconfigPath, gatewayUrl, logHints }: DemoCluster,
  { folder, previewHost }: Story,
): string[] {
  return [
    'It goes on running, with requests, until Ctrl-C. In another terminal:',
    `  export KUBECONFIG=${kubeconfigPath}`,
    '  kubectl get modeldeployments --all-namespaces --watch',
    '  kubectl describe modelrollouts --namespace digits',
    `  kubectl apply --server-side -f ${folder}/v1.yaml`,
    `  ${curlLine(gatewayUrl)}`,
    ...(previewHost === undefined ? [] : [`  ${curlLine(gatewayUrl, previewHost)}`]),
    ...logHints.map((hint) => `  ${hint}`),
  ];
}

/** Resolves when the text is out: what is written to a pipe just before the end of a process may be lost. */
function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}

async function start(): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(2), process.env);
    if (!options.help) return await main(options);
    await write(process.stdout, usage);
    return exitOk;
  } catch (error) {
    if (!(error instanceof DemoUsageError)) throw error;
    await write(process.stderr, `demo: ${error.message}\n"npm run demo -- --help" shows the usage.\n`);
    return exitUsage;
  }
}

try {
  // Nothing that is still open, such as a connection to the gateway, keeps the process.
  process.exit(await start());
} catch (error) {
  await write(
    process.stderr,
    `demo: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(exitFailed);
}
