import { clusterFlags, clusterFlagsHelp, manyFlags } from '../cluster/cluster-flags.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseCommand } from '../flags.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const help = (
  program: string,
): string => `Serves the dashboard on this machine, with your own kubeconfig: you see and do what you may see and do, and nobody else can reach it.
Open the address that it prints. It ends with Ctrl-C.

Usage: ${program} dashboard [--port NUMBER] [--prometheus URL] [-n NAMESPACE | -A]

      --port NUMBER     the port on 127.0.0.1; default: 8787, and 0 for any free one
      --prometheus URL  where metrics over time are had; default: there are none, and the charts say so
      --bearer-token-file FILE  a token for it
      --ca-file FILE    the certificate authority of its server, as PEM
  -A, --all-namespaces  of all namespaces
${clusterFlagsHelp}

Exit codes: 0 it was ended; 3 the command line, the port or the cluster cannot be used.`;

const defaultPort = 8787;

/** `understudy dashboard`. Throws `UsageError` and `Problem`. */
export async function dashboard(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseCommand(argv, {
    ...clusterFlags,
    ...manyFlags,
    port: { type: 'string' },
    prometheus: { type: 'string' },
    'bearer-token-file': { type: 'string' },
    'ca-file': { type: 'string' },
  });
  if (values.help) {
    terminal.print(help(terminal.program));
    return exitCodes.done;
  }
  if (positionals.length > 0) throw new UsageError(`dashboard takes no name: found ${positionals.join(' ')}`);
  const port = portOf(values.port);
  const everywhere = values['all-namespaces'] === true;
  const { prometheusOf } = await import('../prometheus-flags.ts');
  const prometheus = prometheusOf(values);
  const { withCluster } = await import('../cluster/cluster-access.ts');
  const { withSource } = await import('../with-source.ts');
  const { listAll } = await import('../cluster/objects.ts');
  const { resourceKinds } = await import('../../kubernetes/resource.ts');
  const { serveOnLoopback } = await import('../../dashboard-api/serve-on-loopback.ts');
  const { SystemClock } = await import('../../runtime/clock.ts');
  const { packageVersion } = await import('../../package-folder.ts');
  await withSource(prometheus, (source) =>
    withCluster(values, async ({ cluster, namespace }) => {
      const scope = everywhere ? {} : { namespace };
      // What cannot be read is said now and in words, not by a page that stays empty.
      await listAll(cluster, resourceKinds.modelDeployment, scope);
      const served = await serveOnLoopback({
        ...{ cluster, source, port, clock: new SystemClock(), program: terminal.program },
        ...scope,
        user: { name: await cluster.whoAmI(), groups: [] },
        logger: complaining(terminal),
        version: packageVersion(),
      }).catch((error: unknown) => {
        throw portTaken(error, port);
      });
      if (!served.hasPage) terminal.complain('understudy: the page was not built; only its API is served');
      terminal.print(served.address);
      await interrupted();
      await served.stop();
    }),
  );
  return exitCodes.done;
}

function portOf(text = String(defaultPort)): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port: found "${text}"; accepted: a whole number from 0 to 65535`);
}

function portTaken(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  const why = code === 'EACCES' ? 'may not be used' : 'is taken';
  return new UsageError(`--port: ${port} ${why}; --port 0 takes any free one`, { cause: error });
}

/** Only what a person can do something about. */
const complaining = (terminal: Terminal) => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (message: string) => terminal.complain(`understudy: ${message}`),
  error: (message: string) => terminal.complain(`understudy: ${message}`),
});

/** Until Ctrl-C, or the end that somebody asks for. */
const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      process.off('SIGINT', end).off('SIGTERM', end);
      resolve();
    };
    process.once('SIGINT', end).once('SIGTERM', end);
  });
