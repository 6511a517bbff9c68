import type { Notice } from '../../domain/notices/notice.ts';
import { NoticeSender } from '../../notifications/notice-sender.ts';
import type { Target } from '../../notifications/target.ts';
import { decides, type Mutation } from './mutation.ts';
import { PassedOnCluster } from './passed-on-cluster.ts';

/** Sends in another way. */
class OtherSender extends NoticeSender {
  readonly send: NoticeSender['send'];

  constructor(send: NoticeSender['send']) {
    super();
    this.send = send;
  }
}

let attempts = 0;
const withNewId = (notice: Notice): Notice => {
  attempts += 1;
  return { ...notice, id: `${notice.id}-${attempts}` };
};

/** Who is told of rollouts: that it is told, once, and that nobody waits for it. */
export const mutationsOfNotices: Mutation[] = [
  decides('law 13', 'notes what it is about to tell as told', (decision) => {
    const { notifications } = decision.status;
    if (!notifications) return decision;
    const marks = notifications.map((mark) => {
      const notices = decision.dispatches?.find(({ target }) => target === mark.target)?.notices ?? [];
      return Object.assign({ ...mark }, ...notices.map((notice) => notice.mark)) as typeof mark;
    });
    return { ...decision, status: { ...decision.status, notifications: marks } };
  }),
  decides('law 13', 'tells nobody what it could not tell at once', (decision) => ({
    ...decision,
    ...(decision.dispatches && {
      dispatches: decision.dispatches.map(({ target, notices }) => ({ target, notices: notices.slice(-1) })),
    }),
  })),
  {
    law: 'law 13',
    does: 'takes a new id for each attempt',
    variant: () => ({
      noticeSender: (sender) =>
        new OtherSender((target, notice, signal) => sender.send(target, withNewId(notice), signal)),
    }),
  },
  {
    law: 'law 13',
    does: 'takes a refusal as good enough',
    variant: () => ({
      noticeSender: (sender) =>
        new OtherSender((target, notice, signal) => sender.send(target, notice, signal).catch(() => {})),
    }),
  },
  {
    law: 'law 17',
    does: 'writes nothing before its targets have been told',
    variant: () => {
      const open = new Set<Promise<unknown>>();
      const watched = (sender: NoticeSender) => (target: Target, notice: Notice, signal: AbortSignal) => {
        const sent = sender.send(target, notice, signal);
        const ended = sent.catch(() => {});
        open.add(ended);
        void ended.then(() => open.delete(ended));
        return sent;
      };
      return {
        noticeSender: (sender) => new OtherSender(watched(sender)),
        cluster: (cluster) =>
          new PassedOnCluster(cluster, {
            apply: async (object, options) => {
              await Promise.all(open);
              return cluster.apply(object, options);
            },
          }),
      };
    },
  },
];
