import { annotations } from '../../../api/group.ts';
import { type NoticeKind, type Notification, toldByDefault } from '../../../api/notification.ts';
import type { ModelWarning, Place } from './warning.ts';

const endsBadly: readonly NoticeKind[] = ['RolledBack', 'Failed'];

/** Whether somebody whom the spec names is told of this. */
export const tells = (notifications: readonly Notification[] | undefined, kind: NoticeKind): boolean =>
  (notifications ?? []).some(({ events }) => (events ?? toldByDefault).includes(kind));

const eachTarget = (
  notifications: readonly Notification[] | undefined,
  place: (notification: Notification, path: string) => Place | undefined,
): Place[] =>
  (notifications ?? []).flatMap((notification, index) => {
    const found = place(notification, `spec.notifications[${index}]`);
    return found ? [found] : [];
  });

/** Warnings about who is told of rollouts. */
export const notificationWarnings: readonly ModelWarning[] = [
  {
    code: 'RollbackUntold',
    why: 'People are told of rollouts, and not of those that go wrong: silence looks like success.',
    advice: 'Add RolledBack and Failed to the events of one target, or leave events out.',
    check: ({ deployment: { spec } }) => {
      const { notifications } = spec;
      if (!notifications?.length || endsBadly.every((kind) => tells(notifications, kind))) return [];
      const missing = endsBadly.filter((kind) => !tells(notifications, kind));
      return [{ path: 'spec.notifications', found: `no target with ${missing.join(' and ')} in its events` }];
    },
  },
  {
    code: 'NotificationInClear',
    why: 'Anybody on the way reads what is sent, and may change it where nothing is signed.',
    advice: 'Take an https address; inside of one cluster http may be enough.',
    check: ({ deployment: { spec } }) =>
      eachTarget(spec.notifications, (notification, path) =>
        'url' in notification && notification.url?.startsWith('http://')
          ? { path: `${path}.url`, found: JSON.stringify(notification.url) }
          : undefined,
      ),
  },
  {
    code: 'CommitUnnamed',
    why: 'A commit status needs a commit: without the annotation this target gets nothing.',
    advice: `Have the pipeline that applies the manifest set metadata.annotations["${annotations.commit}"].`,
    check: ({ deployment: { metadata, spec } }) =>
      eachTarget(spec.notifications, ({ type }, path) =>
        (type === 'github' || type === 'gitlab') && metadata.annotations?.[annotations.commit] === undefined
          ? { path, found: `type ${type}, and no annotation ${annotations.commit}` }
          : undefined,
      ),
  },
];
