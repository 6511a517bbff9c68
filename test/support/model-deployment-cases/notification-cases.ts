import { type Case, set } from './changes.ts';

const path = 'spec.notifications[0]';
const secretRef = { name: 'team' };
const target = (fields: object) => set('spec.notifications', [{ name: 'team', ...fields }]);
const refused = (fields: object, field: string, says: string) => ({
  change: target(fields),
  path: field,
  says,
});

/** Who is told of rollouts. */
export const notificationCases: Case[] = [
  {
    title: 'targets of notifications by type',
    accept: [
      ...['slack', 'teams', 'discord', 'webhook'].map((type) =>
        target({
          type,
          secretRef,
          events: ['RolledBack', 'Paused'],
          text: '*{{ name }}* {{to.version}} { }: {{ message }}',
        }),
      ),
      target({ type: 'webhook', secretRef, url: 'http://receiver.ci:8080/hooks/1' }),
      target({ type: 'alertmanager', url: 'https://alertmanager.monitoring:9093/prefix' }),
      target({ type: 'alertmanager', secretRef, text: 'see {{ url }}' }),
      target({ type: 'github', secretRef, repository: 'org/models.x', context: 'rollout' }),
      target({ type: 'gitlab', secretRef, repository: 'group/sub/models' }),
      target({
        type: 'email',
        secretRef,
        to: ['ann@example.com', 'b.o+b@sub.example.com'],
        text: '{{ kind }}',
      }),
    ],
    refuse: [
      {
        ...refused({ type: 'slack' }, `${path}.secretRef`, 'secretRef is needed when type is slack'),
        saysAtEdge: 'Invalid input',
      },
      {
        ...refused(
          { type: 'github', secretRef },
          `${path}.repository`,
          'repository is needed when type is github',
        ),
        saysAtEdge: 'Invalid input',
      },
      refused(
        { type: 'slack', secretRef, url: 'https://a.test' },
        `${path}.url`,
        'url belongs to type webhook or alertmanager only',
      ),
      refused(
        { type: 'github', secretRef, repository: 'a/b', text: 'x' },
        `${path}.text`,
        'text belongs to type slack, teams, discord, webhook, alertmanager or email only',
      ),
      refused(
        { type: 'slack', secretRef, repository: 'a/b' },
        `${path}.repository`,
        'repository belongs to type github or gitlab only',
      ),
      refused(
        { type: 'slack', secretRef, context: 'x' },
        `${path}.context`,
        'context belongs to type github or gitlab only',
      ),
      refused(
        { type: 'slack', secretRef, to: ['ann@example.com'] },
        `${path}.to`,
        'to belongs to type email only',
      ),
      {
        ...refused({ type: 'email', secretRef }, `${path}.to`, 'to is needed when type is email'),
        saysAtEdge: 'Invalid input',
      },
      refused(
        { type: 'email', secretRef, to: ['Ann <ann@example.com>, bob@example.com'] },
        `${path}.to[0]`,
        'to must hold addresses',
      ),
      refused({ type: 'alertmanager' }, path, 'an alertmanager needs either url'),
      refused(
        { type: 'alertmanager', secretRef, url: 'https://a.test' },
        path,
        'an alertmanager needs either url',
      ),
      refused(
        { type: 'slack', secretRef: { name: 'Team' } },
        `${path}.secretRef.name`,
        'secretRef.name must be the name of a Secret',
      ),
      refused(
        { type: 'slack', secretRef, text: '{{ secret }}' },
        `${path}.text`,
        'text may name these variables only',
      ),
      refused(
        { type: 'webhook', secretRef, url: 'https://user:word@a.test/' },
        `${path}.url`,
        'url must be an http or https address',
      ),
      refused(
        { type: 'webhook', secretRef, url: 'https://a.test/?token=x' },
        `${path}.url`,
        'url must be an http or https address',
      ),
      refused(
        { type: 'github', secretRef, repository: 'models' },
        `${path}.repository`,
        'repository must be "owner/name"',
      ),
    ],
  },
];
