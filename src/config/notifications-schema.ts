import { z } from 'zod';
import {
  isNoticeText,
  NoticeKind,
  type NotificationType,
  noticeKinds,
  noticeVariables,
} from '../api/notification.ts';
import { isAllowedHostsEntry, wellKnownHosts } from '../outbound/allowed-hosts.ts';

/** Every type of target. */
export const notificationTypes = [
  'slack',
  'teams',
  'discord',
  'webhook',
  'alertmanager',
  'github',
  'gitlab',
  'email',
] as const satisfies readonly NotificationType[];

const text = () => z.string({ error: 'a text' }).min(1, { error: 'a text that is not empty' });
const matching = (form: RegExp, error: string) => z.string({ error }).regex(form, { error });
const texts = (item: z.ZodString, error: string) => z.array(item, { error });

const hostError =
  'a host such as "hooks.example.com", "*.example.com", "alertmanager.monitoring:9093" or "http://receiver.ci:8080"; without a scheme it is https';
const mailError = 'an address such as "ann@example.com"';
const nameError = 'at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends';
const urlError = 'an http or https address without user, password, query and fragment';

/** Hosts that may be called: `AllowedHosts` takes them. */
export const hostList = () =>
  texts(
    z
      .string({ error: hostError })
      .refine(isAllowedHostsEntry, { error: hostError }) as unknown as z.ZodString,
    'a list of hosts',
  );

const targetSchema = z
  .strictObject({
    name: matching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, nameError).describe(
      'Its name, unique. It appears in the status of ModelDeployments as `global:NAME`.',
    ),
    type: z
      .enum(notificationTypes, { error: `one of ${notificationTypes.join(', ')}` })
      .describe('What it is: its fields are those of `spec.notifications`.'),
    events: z
      .array(NoticeKind, { error: `a list of ${Object.keys(noticeKinds).join(', ')}` })
      .min(1, { error: 'at least one' })
      .describe('What is told. Default: `Started`, `Paused`, and how it ended.')
      .optional(),
    text: text()
      .max(2000, { error: 'at most 2000 characters' })
      .refine(isNoticeText, { error: `a text with no other variables than ${noticeVariables.join(', ')}` })
      .describe('What people read, with variables between `{{` and `}}`.')
      .optional(),
    url: matching(/^https?:\/\/[^/?#@\s]+(\/[^?#@\s]*)?$/, urlError)
      .describe('Where it is sent. Default: the file `url` of secretDirectory.')
      .optional(),
    repository: text().describe('Of types `github` and `gitlab`: the repository.').optional(),
    context: text().describe('Of types `github` and `gitlab`: the name of the status.').optional(),
    to: z
      .array(matching(/^[^@\s,;<>"]+@[^@\s,;<>"]+$/, mailError), { error: 'a list of addresses' })
      .min(1, { error: 'at least one' })
      .describe('Of type `email`: who gets the mail.')
      .optional(),
    secretDirectory: text()
      .describe(
        'A folder with a file for each key of the Secret that a spec would name: mount a Secret there.',
      )
      .optional(),
    namespaces: texts(text(), 'a list of namespaces')
      .describe('Only of ModelDeployments in these namespaces. Empty: in all.')
      .default([]),
    labels: texts(matching(/^[^=\s]+=[^=\s]*$/, 'a label such as "team=vision"'), 'a list of labels')
      .describe('Only of ModelDeployments with all of these labels.')
      .default([]),
  })
  .superRefine(({ type, url, secretDirectory, repository, to }, context) => {
    const bad = (key: string, accepted: string, input: unknown) =>
      context.addIssue({ code: 'custom', path: [key], message: accepted, input });
    if ((type === 'email') !== (to !== undefined)) {
      bad('to', `${type === 'email' ? 'addresses' : 'nothing'} for type ${type}`, to);
    }
    const hasRepository = type === 'github' || type === 'gitlab';
    if (hasRepository !== (repository !== undefined)) {
      bad('repository', `${hasRepository ? 'a repository' : 'nothing'} for type ${type}`, repository);
    }
    if (url !== undefined && type !== 'webhook' && type !== 'alertmanager') {
      bad('url', `nothing for type ${type}: its address is a file of secretDirectory`, url);
    }
    if (type === 'alertmanager' && (url === undefined) === (secretDirectory === undefined)) {
      bad('url', 'either url or secretDirectory for type alertmanager', url);
    }
    if (type !== 'alertmanager' && secretDirectory === undefined) {
      bad('secretDirectory', `a folder for type ${type}`, secretDirectory);
    }
  });

export const notificationsSchema = z.strictObject({
  enabled: z
    .boolean({ error: 'true or false' })
    .describe('Follow `spec.notifications`. The controller then needs the right to read Secrets by name.')
    .default(false),
  allowedHosts: hostList()
    .describe(
      'Hosts that notifications may be sent to, each with an optional scheme and port. A host that is named as it is may lie inside of the cluster; one that a pattern fits may not.',
    )
    .default([...wellKnownHosts]),
  targets: z
    .array(targetSchema, { error: 'a list of targets' })
    .superRefine((targets, context) => {
      const seen = new Set<string>();
      targets.forEach(({ name }, index) => {
        if (seen.has(name)) {
          context.addIssue({
            code: 'custom',
            path: [index, 'name'],
            message: 'a name that no other target has',
            input: name,
          });
        }
        seen.add(name);
      });
    })
    .max(16, { error: 'at most 16 targets' })
    .describe('Who is told of the rollouts of all ModelDeployments, or of some. Needs no right to Secrets.')
    .default([]),
});
