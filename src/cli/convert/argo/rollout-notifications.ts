import { parse } from 'yaml';
import { type Notification, type NoticeKind, notificationLimits } from '../../../api/notification.ts';
import { labelName } from '../names.ts';
import { areMost, inOrder, type NoticeContext, toBeTold, tooManyTargets } from '../notice-targets.ts';
import { isRecord, type SourceNode } from '../source-node.ts';

const prefix = 'notifications.argoproj.io/';

/** What the triggers of the catalogue tell of, as far as there is something like it. */
const triggers = new Map<string, readonly NoticeKind[]>([
  ['on-rollout-updated', ['Started']],
  ['on-rollout-step-completed', ['StepEntered']],
  ['on-rollout-paused', ['Paused']],
  ['on-rollout-completed', ['Promoted']],
  ['on-rollout-aborted', ['RolledBack', 'Failed', 'Aborted']],
  ['on-analysis-run-failed', ['RolledBack']],
]);

/** Services that are a type of target here, with what its Secret has to hold. */
const services = {
  slack: (to: string) => `the address of an incoming webhook of channel ${to} as url, and no token`,
  teams: (to: string) =>
    `the address of a workflow for ${to} as url, which starts when a Teams webhook request is received`,
  email: () => 'url of the mail server and from, and username and password where it asks for them',
} as const;
type Service = keyof typeof services;
const isService = (name: string): name is Service => Object.hasOwn(services, name);

interface Subscription {
  node: SourceNode;
  trigger: string;
  service: string;
  recipients: string[];
}

/** One place where somebody is told, with everything that is told there. */
interface Place {
  node: SourceNode;
  service: Service;
  recipient: string;
  events: Set<NoticeKind>;
}

/** Subscriptions to notifications of Argo Rollouts, which stand in annotations, as targets of notifications. */
export function rolloutNotifications(root: SourceNode, context: NoticeContext): Notification[] {
  const places = new Map<string, Place>();
  for (const { node, trigger, service, recipients } of subscriptionsOf(root)) {
    const events = triggers.get(trigger);
    if (!events || !isService(service) || recipients.length === 0) {
      node.dropped(
        events
          ? `there is no target of type ${service || '(none)'} with such a recipient: one of type webhook, or another of spec.notifications, may do (docs/notifications.md)`
          : `nothing is told at ${trigger || 'triggers that another object names'}: spec.notifications.events says what there is (docs/notifications.md)`,
      );
      continue;
    }
    node.changed(`${trigger} is told of as ${events.join(', ')}`);
    for (const recipient of recipients) {
      const key = `${service} ${recipient}`;
      const place = places.get(key) ?? { node, service, recipient, events: new Set() };
      for (const event of events) place.events.add(event);
      places.set(key, place);
    }
  }
  return targetsOf([...places.values()], context);
}

function targetsOf(places: readonly Place[], context: NoticeContext): Notification[] {
  const targets: Notification[] = [];
  const mails = new Map<string, Extract<Notification, { type: 'email' }>>();
  for (const { node, service, recipient, events: told } of places) {
    const events = inOrder(told);
    const together = mails.get(events.join());
    // Those who are told the same get the same mail.
    if (service === 'email' && together && together.to.length < notificationLimits.addresses) {
      if (!together.to.includes(recipient)) together.to.push(recipient);
      continue;
    }
    if (areMost(targets)) {
      node.dropped(tooManyTargets);
      continue;
    }
    const name = context.names.claim(labelName(service === 'email' ? service : `${service}-${recipient}`));
    const secret = `${context.model}-${service === 'email' ? service : name}`;
    const secretRef = { name: secret };
    node.action(toBeTold(context, secret, services[service](recipient)));
    if (service === 'email') {
      const mail = { name, type: service, to: [recipient], secretRef, events };
      mails.set(events.join(), mail);
      targets.push(mail);
    } else targets.push({ name, type: service, secretRef, events });
  }
  return targets;
}

/** `subscribe.TRIGGER.SERVICE: RECIPIENT;RECIPIENT`, and the list `subscriptions` in YAML. */
function subscriptionsOf(root: SourceNode): Subscription[] {
  const annotations = root.at('metadata', 'annotations');
  if (!isRecord(annotations.raw)) return [];
  return annotations.entries().flatMap(([key, node]): Subscription[] => {
    if (!key.startsWith(prefix)) return [];
    const text = node.text() ?? '';
    const name = key.slice(prefix.length);
    if (name === 'subscriptions') return listed(node, text);
    const [, trigger = '', service = ''] = /^subscribe\.([^.]*)\.([^.]*)$/.exec(name) ?? [];
    return [{ node, trigger, service, recipients: recipientsOf(text.split(';')) }];
  });
}

function listed(node: SourceNode, text: string): Subscription[] {
  let list: unknown;
  try {
    list = parse(text);
  } catch {
    list = undefined;
  }
  const found = asList(list).flatMap((item) =>
    asList(item['destinations']).flatMap((destination) =>
      textsOf(item['trigger']).map((trigger) => ({
        node,
        trigger,
        service: String(destination['service'] ?? ''),
        recipients: recipientsOf(textsOf(destination['recipients'])),
      })),
    ),
  );
  if (found.length === 0) node.dropped('not a list of subscriptions with trigger and destinations');
  return found;
}

const asList = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
const recipientsOf = (texts: readonly string[]): string[] =>
  texts.map((one) => one.trim()).filter((one) => one !== '');
