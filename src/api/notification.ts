import { z } from 'zod';
import { dnsLabel, field, matching } from './schema.ts';

/** How much a spec may say of notifications. */
export const notificationLimits = { targets: 16, addresses: 20 } as const;

/** What can be told of a rollout, and when it is. */
export const noticeKinds = {
  Started: 'A rollout began.',
  StepEntered: 'It entered the next step of its plan, or somebody promoted it past one.',
  WeightRaised: 'The candidate got more of the traffic.',
  WeightTakenBack: 'The candidate got less of the traffic.',
  Paused: 'It stands still: by its plan, the spec, a person, or evidence that did not suffice.',
  Resumed: 'A person let it go on.',
  Approved: 'A person approved what a pause asks several people about.',
  Baking: 'The candidate took all traffic, and its bake began.',
  Promoted: 'It ended: the candidate is the stable revision.',
  RolledBack: 'It ended: the candidate was taken back.',
  Failed: 'It ended: the candidate never became ready.',
  Aborted: 'It ended: somebody ended it.',
  Superseded: 'It ended: the spec asked for another revision.',
  Completed: 'It ended: a shadow ran to its end, and its report is there.',
} as const;
export type NoticeKind = keyof typeof noticeKinds;
export const NoticeKind = z.enum(Object.keys(noticeKinds) as [NoticeKind, ...NoticeKind[]]);

/** What is told where a target does not say. */
export const toldByDefault: readonly NoticeKind[] = [
  'Started',
  'Paused',
  'Promoted',
  'RolledBack',
  'Failed',
  'Aborted',
  'Superseded',
  'Completed',
];

/** What may stand between `{{` and `}}` in `text`. */
export const noticeVariables = [
  'kind',
  'namespace',
  'name',
  'rollout',
  'from.revision',
  'from.version',
  'to.revision',
  'to.version',
  'model',
  'step',
  'steps',
  'weight',
  'verdict',
  'reason',
  'message',
  'requestedBy',
  'url',
] as const;
export type NoticeVariable = (typeof noticeVariables)[number];

const variable = `\\\\{\\\\{ *(${noticeVariables.map((name) => name.replaceAll('.', '[.]')).join('|')}) *\\\\}\\\\}`;

/** A text that names these variables only, as CEL has it. */
const textForm = `^([^{]|\\\\{[^{]|${variable})*$`;

/** A regular expression as CEL has it, asked here. */
const fits = (form: string, text: string): boolean => new RegExp(form.replaceAll('\\\\', '\\')).test(text);

export const isNoticeText = (text: string): boolean => fits(textForm, text);

export const noticeText = () =>
  matching(
    textForm,
    2000,
    `text may name these variables only: ${noticeVariables.map((name) => `{{ ${name} }}`).join(' ')}`,
    'What people read, in the markup of the target. Variables stand between `{{` and `}}`; what they stand for is escaped. Default: what happened, why, and the numbers.',
  );

export const targetName = (description: string) => dnsLabel('name', description);

const common = () => ({
  name: targetName(
    'Name of the target, unique in the list. It appears in status: at a target of another name everything is told anew.',
  ),
  events: field(
    z.array(field(NoticeKind, 'One of them.')).min(1).max(20),
    'What is told. Default: `Started`, `Paused`, and how it ended.',
    { listType: 'set' },
  ).optional(),
});

/** A Secret of the same namespace whose owner allows its use. */
export const secretReference = (description: string) =>
  field(
    z.object({
      name: matching(
        '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
        253,
        'secretRef.name must be the name of a Secret: lower-case letters, digits, "-" and "."',
        'Name of the Secret, in the same namespace. It must carry the label `understudy.dev/use: "true"`.',
      ),
    }),
    description,
  );
const secretRef = (keys: string) =>
  secretReference(`The Secret with the address and what proves who sends. Its keys by type: ${keys}.`);

const secretKeys =
  'slack, teams and discord: `url`; webhook: `signingKey`; alertmanager: `token`, or `username` and `password`, where it asks for them; github and gitlab: `token`; email: `from`, and `username` and `password` where the server asks for them. `url` as well where the spec has none, and always where a token or password is sent';

const notificationUrl =
  "Where it is sent. Its host must be on the controller's list of allowed hosts. Used by types `webhook` and `alertmanager`. Default: `url` of the Secret.";

/** What `targetUrl` accepts, as CEL has it. `isTargetUrl` wants an address that can be read as well. */
const urlForm = '^https?://[^/?#@\\\\s]+(/[^?#@\\\\s]*)?$';
const longestUrl = 2048;

export const isTargetUrl = (text: string): boolean =>
  text.length <= longestUrl && fits(urlForm, text) && URL.canParse(text);

/** An address in a spec or a configuration. It carries no credentials: those stand in a Secret. */
export const targetUrl = (description = notificationUrl) =>
  matching(
    urlForm,
    longestUrl,
    'url must be an http or https address without user, password, query and fragment: what is secret in it belongs into the Secret',
    description,
  );

/** What people read, in a message of a chat. */
const chat = <Type extends 'slack' | 'teams' | 'discord'>(type: Type) =>
  z.object({
    ...common(),
    type: z.literal(type),
    secretRef: secretRef(secretKeys),
    text: noticeText().optional(),
  });

const Webhook = z.object({
  ...common(),
  type: z.literal('webhook'),
  secretRef: secretRef(secretKeys),
  url: targetUrl().optional(),
  text: noticeText().optional(),
});

const Alertmanager = field(
  z.object({
    ...common(),
    type: z.literal('alertmanager'),
    secretRef: secretRef(secretKeys).optional(),
    url: targetUrl().optional(),
    text: noticeText().optional(),
  }),
  'Alerts that end by themselves after an hour.',
  {
    rules: [
      {
        rule: 'has(self.url) != has(self.secretRef)',
        message:
          'an alertmanager needs either url, where it asks for no credentials, or secretRef with the keys url and token, or url, username and password',
      },
    ],
  },
);

/** A status at the commit that the annotation `understudy.dev/commit` of the ModelDeployment named when the rollout began. */
const commitStatus = <Type extends 'github' | 'gitlab'>(type: Type) =>
  z.object({
    ...common(),
    type: z.literal(type),
    secretRef: secretRef(secretKeys),
    repository: repository(),
    context: statusContext().optional(),
  });

/** Each stands alone: no list in one, no name, and no line that ends a header. */
const mailForm = '^[^@\\\\s,;<>"]+@[^@\\\\s,;<>"]+$';

export function mailAddresses() {
  return field(
    z
      .array(
        matching(
          mailForm,
          254,
          'to must hold addresses such as "ann@example.com", each by itself',
          'An address.',
        ),
      )
      .min(1)
      .max(notificationLimits.addresses),
    'Who gets the mail. Used by type `email`.',
    { listType: 'set' },
  );
}

/** The address is that of a mail server, `smtp://host:587` or `smtps://host:465`. */
const Email = z.object({
  ...common(),
  type: z.literal('email'),
  secretRef: secretRef(secretKeys),
  to: mailAddresses(),
  text: noticeText().optional(),
});

export const repository = () =>
  matching(
    '^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$',
    255,
    'repository must be "owner/name", or "group/subgroup/name" at GitLab',
    'The repository whose commits get a status. Used by types `github` and `gitlab`.',
  );

export const statusContext = () =>
  field(
    z.string().min(1).max(100),
    'Under which name the status stands beside those of others. Used by types `github` and `gitlab`. Default: `understudy/NAMESPACE/NAME`.',
  );

export const Notification = field(
  z.discriminatedUnion('type', [
    chat('slack'),
    chat('teams'),
    chat('discord'),
    Webhook,
    Alertmanager,
    commitStatus('github'),
    commitStatus('gitlab'),
    Email,
  ]),
  'Somebody who is told of rollouts. Its fields depend on `type`.',
);
export type Notification = z.infer<typeof Notification>;
export type NotificationType = Notification['type'];

export const notifications = () =>
  field(
    z.array(Notification).max(notificationLimits.targets),
    "Who is told of rollouts. Needs `notifications.enabled` in the controller's configuration. Default: nobody but those whom that names.",
    { listType: 'map', listMapKeys: ['name'] },
  );

export const NotificationStatus = z.object({
  target: field(
    z.string().max(80),
    "Name of the target; `global:` stands before one of the controller's configuration.",
  ),
  rollout: field(z.int().min(0), 'Number of the last rollout that it was told of; 0: none yet.', {
    format: 'int64',
  }),
  told: field(
    z.int().min(0),
    'So much of that rollout was told: its start counts as one, and each decision.',
    { format: 'int64' },
  ),
  pausedAt: field(z.string().max(40), 'Of which pause it was told: when that began.').optional(),
});
/** How far a target has been told. */
export type NotificationStatus = z.infer<typeof NotificationStatus>;
