import { type Notification, type NoticeKind, toldByDefault } from '../../../api/notification.ts';
import { labelName } from '../names.ts';
import { areMost, type NoticeContext, toBeTold, tooManyTargets } from '../notice-targets.ts';
import type { SourceNode } from '../source-node.ts';
import type { AlertProviders } from './alert-providers.ts';

/** What Flagger tells at each severity, from the least on: a severity is told of its own and of all that are graver. */
const told = new Map<string, readonly NoticeKind[]>([
  ['info', ['Started', 'Paused', 'Promoted', 'RolledBack', 'Failed', 'Aborted']],
  ['warn', ['Paused', 'RolledBack', 'Failed', 'Aborted']],
  ['error', ['RolledBack', 'Failed']],
]);

/** Reads `analysis.alerts`: targets of notifications, behind those that hooks became. */
export function canaryAlerts(
  node: SourceNode,
  notifications: readonly Notification[],
  context: NoticeContext,
  providers: AlertProviders,
): Notification[] {
  const all = [...notifications];
  for (const alert of node.items()) {
    const notice = noticeOf(alert, context, providers);
    if (notice && areMost(all)) alert.dropped(tooManyTargets);
    else if (notice) all.push(notice);
  }
  return all;
}

function noticeOf(
  alert: SourceNode,
  context: NoticeContext,
  providers: AlertProviders,
): Notification | undefined {
  const reference = alert.at('providerRef');
  const provider = reference.at('name').text() ?? '';
  const elsewhere = reference.at('namespace').text();
  reference.at('kind').take();
  reference.at('apiVersion').take();
  const given = alert.at('name').text();
  const target = providers.use(provider, elsewhere ?? context.namespace);
  if (target === undefined) {
    alert.missing(`AlertProvider "${provider}" is in none of the files: give it too, or nobody is told`);
    return undefined;
  }
  if (target === 'lost') {
    alert.dropped(`nobody can be told by AlertProvider "${provider}"`);
    return undefined;
  }
  const severity = alert.at('severity').text() || 'info';
  const events = told.get(severity) ?? toldByDefault;
  const isCopy = elsewhere !== undefined && elsewhere !== context.namespace;
  const copy = isCopy ? `; that of Flagger lies in namespace ${elsewhere}` : '';
  alert.action(`${toBeTold(context, target.secret, target.keys)}${copy}`);
  alert.changed(`severity ${severity}: told of ${events.join(', ')}`);
  return {
    name: context.names.claim(labelName(given ?? provider)),
    type: target.type,
    secretRef: { name: target.secret },
    events: [...events],
  };
}
