import { isTargetUrl, noticeKinds, type Notification, type NoticeKind } from '../../../api/notification.ts';
import { labelName } from '../names.ts';
import { type NoticeContext, toBeTold } from '../notice-targets.ts';
import type { SourceNode } from '../source-node.ts';

interface Telling {
  events: NoticeKind[];
  words: string;
}

/** What is told to whom a hook of this type told something: nobody waits for their answer, there and here. */
const tellings = {
  'post-rollout': {
    events: ['Promoted', 'RolledBack', 'Failed', 'Aborted'],
    words:
      'it becomes a notification of how a rollout ended; a promotion is told of when the bake is over, and nothing where a newer revision took its place',
  },
  event: {
    events: Object.keys(noticeKinds) as NoticeKind[],
    words: 'it becomes a notification of everything that is decided; what only lasts is told of once',
  },
} as const satisfies Record<string, Telling>;

export const isTelling = (type: string): type is keyof typeof tellings => Object.hasOwn(tellings, type);

/** A hook that only tells something as a target of notifications; undefined, and told of, where it is none. */
export function hookNotice(
  hook: SourceNode,
  type: keyof typeof tellings,
  context: NoticeContext,
): Notification | undefined {
  if (hook.at('metadata', 'cmd').isPresent) {
    hook.dropped(
      'its command is for the load tester of Flagger, which does not read a notification: what is to run at the end belongs into a receiver of your own (docs/notifications.md)',
    );
    return undefined;
  }
  const { events, words } = tellings[type];
  const url = hook.at('url').text() ?? '';
  const isPlain = isTargetUrl(url);
  const name = context.names.claim(labelName(hook.at('name').text() ?? type));
  const secret = `${context.model}-${name}`;
  const keys = isPlain ? 'signingKey' : 'signingKey and, as url, the address';
  const host = isPlain ? ` (${new URL(url).origin})` : '';
  hook.action(
    `${toBeTold(context, secret, keys, host)}; what answers there has to read a CloudEvent in the place of Flagger's body`,
  );
  hook.changed(words);
  hook.at('metadata').dropped('a notification carries no fields of yours: spec.notifications.text says more');
  const call = 'an attempt has ten seconds, and it is told again until it has arrived';
  hook.at('timeout').dropped(call);
  hook.at('retries').dropped(call);
  hook.at('disableTLS').dropped('a certificate is always checked');
  hook.at('muteAlert').take();
  return {
    name,
    type: 'webhook',
    secretRef: { name: secret },
    ...(isPlain && { url }),
    events: [...events],
  };
}
