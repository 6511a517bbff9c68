import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { MetricsSource } from '../metrics-source/metrics-source.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { OwnWatches } from './own-watches.ts';
import { docsFolder, pageFolder } from './page-folder.ts';
import { LocalPerson } from './people/local-person.ts';
import type { ReviewingCluster } from './people/reviewed-people.ts';
import { SeriesReader } from './series.ts';
import { DashboardHandler } from './serve/dashboard-handler.ts';
import { StaticFiles } from './serve/static-files.ts';

export interface LoopbackOptions {
  cluster: Cluster & Pick<ReviewingCluster, 'review'>;
  user: { name: string; groups: readonly string[] };
  clock: Clock;
  logger: Logger;
  version: string;
  /** 0: any free one. */
  port: number;
  /** Absent: all. */
  namespace?: string | undefined;
  /** What is asked for series, whatever name a rollout has for it. */
  source?: MetricsSource | undefined;
  program: string;
}

export interface LoopbackDashboard {
  /** With the secret, which no log and no other site ever sees: a browser sends no fragment. */
  address: string;
  secret: string;
  /** Whether the page was built; without it there is the API alone. */
  hasPage: boolean;
  stop(): Promise<void>;
}

const host = '127.0.0.1';

/**
 * Serves the dashboard to the one person who started it: on loopback, under names of loopback only (DNS rebinding), and to whoever knows the secret
 * of the address only (other users of the machine). Rejects where the port is taken.
 */
export async function serveOnLoopback(options: LoopbackOptions): Promise<LoopbackDashboard> {
  const { cluster, user, clock, logger, version, port, namespace, source, program } = options;
  const secret = randomBytes(32).toString('base64url');
  const objects = new OwnWatches({ cluster, clock, logger, namespace });
  const hosts: string[] = [];
  const files = new StaticFiles(pageFolder(), docsFolder());
  const handler = new DashboardHandler({
    objects,
    people: new LocalPerson({ cluster, clock, secret, user }),
    series: new SeriesReader({ sourceOf: () => source, clock }),
    ...{ files, clock, logger, version, program, hosts },
  });
  const server = createServer((request, response) => {
    void handler.handle(request, response).then((isAnswered) => {
      if (!isAnswered)
        response.writeHead(404, { 'content-type': 'text/plain' }).end('there is nothing here\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: found } = server.address() as AddressInfo;
  hosts.push(`${host}:${found}`, `localhost:${found}`);
  objects.start();
  return {
    address: `http://${host}:${found}/#token=${secret}`,
    secret,
    hasPage: !files.isEmpty,
    stop: async () => {
      handler.close();
      server.closeAllConnections();
      await Promise.all([new Promise((resolve) => server.close(resolve)), objects.stop()]);
    },
  };
}
