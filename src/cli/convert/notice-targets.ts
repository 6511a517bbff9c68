import {
  type NoticeKind,
  noticeKinds,
  type Notification,
  notificationLimits,
} from '../../api/notification.ts';
import { labelPrefix } from '../../api/group.ts';
import type { UniqueNames } from './names.ts';

/** Whether one ModelDeployment can have no more of them. */
export const areMost = (targets: readonly Notification[]): boolean =>
  targets.length >= notificationLimits.targets;

export const tooManyTargets = `a ModelDeployment has at most ${notificationLimits.targets} targets of notifications`;

/** Whose notifications they are. */
export interface NoticeContext {
  names: UniqueNames;
  /** The ModelDeployment: Secrets that have to be made are named after it. */
  model: string;
  namespace: string | undefined;
}

/** The Secret in words, with its namespace where that is known. */
export const secretInWords = ({ namespace }: Pick<NoticeContext, 'namespace'>, name: string): string =>
  `Secret ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/**
 * What has to be done before somebody is told.
 *
 * @param secret the name of the Secret that the target names
 * @param keys what it has to hold, in words
 * @param host which host has to be allowed, in words, where it is known
 */
export const toBeTold = (context: NoticeContext, secret: string, keys: string, host = ''): string =>
  `${secretInWords(context, secret)} has to hold ${keys}, and to carry the label ${labelPrefix}use: "true"; notifications.enabled has to be true in the controller's configuration, and notifications.allowedHosts has to name the host${host} (docs/notifications.md)`;

/** Kinds in the order of our list, each once. */
export const inOrder = (kinds: Iterable<NoticeKind>): NoticeKind[] => {
  const wanted = new Set(kinds);
  return (Object.keys(noticeKinds) as NoticeKind[]).filter((kind) => wanted.has(kind));
};
