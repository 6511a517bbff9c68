import type { ControllerConfig } from './config/controller-config.ts';
import type { Cluster } from './kubernetes/cluster.ts';
import type { NoticeSender } from './notifications/notice-sender.ts';
import { TargetSender } from './notifications/target-sender.ts';
import { AllowedHosts } from './outbound/allowed-hosts.ts';
import { OutboundMail } from './outbound/outbound-mail.ts';
import { OutboundHttp } from './outbound/outbound-http.ts';
import { SecretReader } from './outbound/secret-reader.ts';
import type { Clock } from './runtime/clock.ts';

/** Joins what tells people of rollouts. Nothing is called before there is something to tell. */
export function openNotifications(
  { notifications, dashboard }: ControllerConfig,
  { cluster, clock }: { cluster: Cluster; clock: Clock },
): { sender: NoticeSender; close: () => Promise<void> } {
  const hosts = new AllowedHosts(notifications.allowedHosts);
  const http = new OutboundHttp({ hosts, clock });
  const secrets = new SecretReader(cluster);
  const sender = new TargetSender({
    http,
    mail: new OutboundMail({ hosts, clock }),
    secrets,
    clock,
    ...(dashboard.url !== undefined && { dashboardUrl: dashboard.url }),
  });
  return { sender, close: () => http.close() };
}
