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

/** What a hook asked for: a check fails a canary, a confirmation lets it wait. */
export type HookQuestion = 'check' | 'confirmation';

/** Why no gate can ask what a hook asked; undefined: one can. */
export function whyNoGate(hook: SourceNode): string | undefined {
  if (hook.at('metadata', 'cmd').isPresent)
    return 'its command is for the load tester of Flagger, which would refuse the question of a gate: tests belong into a service or Job of your own (docs/gates.md), load has to come from elsewhere, through the gateway';
  const url = hook.at('url').text() ?? '';
  if (!isTargetUrl(url))
    return 'a gate needs an http or https address without user, password, query and fragment: what is secret in it belongs into a Secret (docs/gates.md)';
  return undefined;
}

/** A hook as a gate of each of these times; what `whyNoGate` says of it was asked before. */
export function hookGates(
  hook: SourceNode,
  times: readonly Gate['when'][],
  question: HookQuestion,
  context: HookContext,
): Gate[] {
  const url = hook.at('url').text() ?? '';
  hook.action(
    `gates.allowedHosts in the controller's configuration has to name ${new URL(url).origin}, and what answers there has to read a CloudEvent in the place of Flagger's body (docs/gates.md)`,
  );
  const place = times.map((when) => timeInWords[when]).join(', and ');
  hook.changed(`it becomes a gate that ${place}; ${refusalInWords(question, times)}`);
  hook.at('disableTLS').dropped('a certificate is always checked');
  hook.at('muteAlert').dropped('say whom to tell of what in spec.notifications (docs/notifications.md)');
  const timeoutMs = hook.at('timeout').durationMs();
  const retries = hook.at('retries').number();
  const metadata = metadataOf(hook.at('metadata'));
  return times.map((when) => ({
    name: context.names.claim(labelName(hook.at('name').text() ?? question)),
    when,
    webhook: { url, ...(metadata && { metadata }) },
    interval: durationText(Math.max(1_000, context.intervalMs)),
    ...(timeoutMs !== undefined && { timeout: durationText(Math.max(1_000, timeoutMs)) }),
    ...(retries !== undefined && { retries: Math.min(gateLimits.retries, Math.max(0, Math.round(retries))) }),
    ...policies[question](context),
  }));
}

/** A refused confirmation is no verdict about the candidate: nothing is taken back for it. */
const policies: Readonly<
  Record<HookQuestion, (context: HookContext) => Pick<Gate, 'failureLimit' | 'onFailure'>>
> = {
  check: ({ threshold }) => ({ failureLimit: Math.min(gateLimits.failures, threshold - 1) }),
  confirmation: () => ({ failureLimit: gateLimits.failures, onFailure: 'pause' }),
};

const timeInWords: Readonly<Record<Gate['when'], string>> = {
  before: 'has to pass before the candidate gets any traffic, while its pods run already',
  during: 'is asked at every step',
  after: 'is asked when everybody has the candidate',
};

function refusalInWords(question: HookQuestion, times: readonly Gate['when'][]): string {
  const silence = 'who does not answer holds the rollout, and onSilence says otherwise';
  if (question === 'confirmation')
    return `an answer of 4xx is asked about again after the interval, ${gateLimits.failures} times at one place, and then a person decides (onFailure: pause); {"verdict": "wait"} waits without end; ${silence}`;
  const place = times.includes('during') ? 'step' : 'rollout';
  return `an answer of 4xx is a failed check, and they are counted for each ${place} (failureLimit); ${silence}`;
}

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
