import type { ControllerConfig } from './config/controller-config.ts';
import type { GateRunner } from './gates/gate-runner.ts';
import { GateRunners } from './gates/gate-runners.ts';
import { JobRunner } from './gates/job-runner.ts';
import { WebhookRunner } from './gates/webhook-runner.ts';
import type { Cluster } from './kubernetes/cluster.ts';
import { AllowedHosts } from './outbound/allowed-hosts.ts';
import { OutboundHttp } from './outbound/outbound-http.ts';
import { SecretReader } from './outbound/secret-reader.ts';
import type { Clock } from './runtime/clock.ts';
import type { Logger } from './runtime/logger.ts';

/** Longer than this no answer of a webhook is read. */
const maxAnswerBytes = 16 * 1024;

/** Joins what asks gates. Nothing is called before a gate is asked. */
export function openGates(
  { gates }: ControllerConfig,
  { clock, logger }: { clock: Clock; logger: Logger },
): { runner: (cluster: Cluster) => GateRunner; close: () => Promise<void> } {
  const http = new OutboundHttp({ hosts: new AllowedHosts(gates.allowedHosts), clock, maxAnswerBytes });
  return {
    runner: (cluster) =>
      new GateRunners({
        webhook: new WebhookRunner({ http, secrets: new SecretReader(cluster), clock }),
        ...(gates.jobs && { job: new JobRunner({ cluster, clock, logger }) }),
      }),
    close: () => http.close(),
  };
}
