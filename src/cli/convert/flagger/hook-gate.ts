import { type Gate, gateLimits } from '../../../api/gate.ts';
import { isTargetUrl } from '../../../api/notification.ts';
import { labelName, type UniqueNames } from '../names.ts';
import { durationText, type SourceNode } from '../source-node.ts';

/** What a gate has from the analysis around its hook. */
export interface HookContext {
  names: UniqueNames;
  intervalMs: number;
  /** So many failed checks roll a canary back. */
  threshold: number;
}

/** When a gate is asked that does what a hook of this type did. */
const times: Readonly<Record<string, Gate['when']>> = { 'pre-rollout': 'before', rollout: 'during' };

export const isCheck = (type: string): boolean => Object.hasOwn(times, type);

/** A hook that checks something as a gate; undefined, and told of, where there is no such gate. */
export function hookGate(hook: SourceNode, type: string, context: HookContext): Gate | undefined {
  const when = times[type];
  const url = hook.at('url').text() ?? '';
  if (when === undefined) return undefined;
  if (hook.at('metadata', 'cmd').isPresent) {
    hook.dropped(
      'its command is for the load tester of Flagger, which would refuse the question of a gate: tests belong into a service or Job of your own (docs/gates.md), load has to come from elsewhere, through the gateway',
    );
    return undefined;
  }
  if (!isTargetUrl(url) || !URL.canParse(url)) {
    hook.dropped(
      'a gate needs an http or https address without user, password, query and fragment: what is secret in it belongs into a Secret (docs/gates.md)',
    );
    return undefined;
  }
  const { origin } = new URL(url);
  hook.action(
    `gates.allowedHosts in the controller's configuration has to name ${origin}, and what answers there has to read a CloudEvent in the place of Flagger's body (docs/gates.md)`,
  );
  hook.changed(
    `${timeInWords[when]}; an answer of 4xx is a failed check, and they are counted for each ${when === 'before' ? 'rollout' : 'step'} (failureLimit); who does not answer holds the rollout, and onSilence says otherwise`,
  );
  hook.at('disableTLS').dropped('a certificate is always checked');
  hook.at('muteAlert').dropped('say whom to tell of what in spec.notifications (docs/notifications.md)');
  const timeoutMs = hook.at('timeout').durationMs();
  const retries = hook.at('retries').number();
  const metadata = metadataOf(hook.at('metadata'));
  return {
    name: context.names.claim(labelName(hook.at('name').text() ?? type)),
    when,
    webhook: { url, ...(metadata && { metadata }) },
    interval: durationText(Math.max(1_000, context.intervalMs)),
    ...(timeoutMs !== undefined && { timeout: durationText(Math.max(1_000, timeoutMs)) }),
    ...(retries !== undefined && { retries: Math.min(gateLimits.retries, Math.max(0, Math.round(retries))) }),
    failureLimit: Math.min(gateLimits.failures, context.threshold - 1),
  };
}

const timeInWords: Readonly<Record<Gate['when'], string>> = {
  before: 'it becomes a gate that has to pass before the candidate gets any traffic',
  during: 'it becomes a gate that is asked at every step',
  after: 'it becomes a gate of the bake',
};

function metadataOf(node: SourceNode): Record<string, string> | undefined {
  const found = node.entries().flatMap(([name, value], index): [string, string][] => {
    const text = value.text();
    if (text === undefined) return [];
    if (index < gateLimits.metadata && text.length <= gateLimits.metadataValue) return [[name, text]];
    value.dropped(
      `a gate has at most ${gateLimits.metadata} values of at most ${gateLimits.metadataValue} characters`,
    );
    return [];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
