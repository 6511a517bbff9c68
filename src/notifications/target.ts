import { type NoticeKind, type Notification, toldByDefault } from '../api/notification.ts';
import type { NotificationTargetConfig, NotificationsConfig } from '../config/controller-config.ts';
import type { SecretSource } from '../outbound/secret-reader.ts';

/** Somebody who is told, wherever that was asked for: in a spec, or in the controller's configuration. */
export interface Target {
  /** Its name in status. */
  name: string;
  type: Notification['type'];
  events: readonly NoticeKind[];
  secret?: SecretSource;
  url?: string;
  text?: string;
  repository?: string;
  context?: string;
  to?: readonly string[];
  /** It is named in a spec, and those are switched off. */
  switchedOff?: true;
}

/** What a ModelDeployment has of it. */
export interface Told {
  namespace: string;
  labels: Readonly<Record<string, string>>;
  notifications: readonly Notification[];
}

/** Who is told of the rollouts of a ModelDeployment: those of its spec, then those of the configuration that look at it. */
export function targetsOf(told: Told, config: NotificationsConfig): Target[] {
  const own = told.notifications.map((notification) =>
    fromSpec(notification, told.namespace, config.enabled),
  );
  const global = config.targets.filter((target) => looksAt(target, told)).map(fromConfig);
  return [...own, ...global];
}

function fromSpec(
  { name, events, secretRef, ...rest }: Notification,
  namespace: string,
  enabled: boolean,
): Target {
  return {
    ...rest,
    name,
    events: events ?? toldByDefault,
    ...(secretRef && { secret: { kind: 'secret', namespace, name: secretRef.name } }),
    ...(!enabled && { switchedOff: true }),
  };
}

function fromConfig(config: NotificationTargetConfig): Target {
  const { name, events, secretDirectory, namespaces: _namespaces, labels: _labels, ...rest } = config;
  return {
    ...rest,
    name: `global:${name}`,
    events: events ?? toldByDefault,
    ...(secretDirectory !== undefined && { secret: { kind: 'directory', path: secretDirectory } }),
  };
}

function looksAt({ namespaces, labels }: NotificationTargetConfig, told: Told): boolean {
  if (namespaces.length > 0 && !namespaces.includes(told.namespace)) return false;
  return labels.every((label) => {
    const equals = label.indexOf('=');
    return told.labels[label.slice(0, equals)] === label.slice(equals + 1);
  });
}
