import type { ControllerConfig } from './config/controller-config.ts';
import type { GateRunner } from './gates/gate-runner.ts';
import { GateRunners } from './gates/gate-runners.ts';
import { WebhookRunner } from './gates/webhook-runner.ts';
import type { Cluster } from './kubernetes/cluster.ts';
import { AllowedHosts } from './outbound/allowed-hosts.ts';
import { OutboundHttp } from './outbound/outbound-http.ts';
import { SecretReader } from './outbound/secret-reader.ts';
import type { Clock } from './runtime/clock.ts';

/** Longer than this no answer of a webhook is read. */
const maxAnswerBytes = 16 * 1024;

/** Joins what asks gates. Nothing is called before a gate is asked. */
export function openGates(
  { gates }: ControllerConfig,
  { clock }: { clock: Clock },
): { runner: (cluster: Cluster) => GateRunner; close: () => Promise<void> } {
  const http = new OutboundHttp({ hosts: new AllowedHosts(gates.allowedHosts), clock, maxAnswerBytes });
  return {
    runner: (cluster) =>
      new GateRunners({ webhook: new WebhookRunner({ http, secrets: new SecretReader(cluster), clock }) }),
    close: () => http.close(),
  };
}
