import { type Gate, gateLimits } from '../../../api/gate.ts';
import type { Notification } from '../../../api/notification.ts';
import { areMost, type NoticeContext, tooManyTargets } from '../notice-targets.ts';
import type { SourceNode } from '../source-node.ts';
import { type HookContext, type HookQuestion, hookGates, whyNoGate } from './hook-gate.ts';
import { hookNotice, isTelling } from './hook-notice.ts';

/** Where a person decides in the place of a hook. */
export interface Confirmations {
  before: boolean;
  /** After each weight. */
  each: boolean;
  after: boolean;
}

/** What the hooks of a Canary become. */
export interface CanaryHooks {
  confirmations: Confirmations;
  gates: Gate[];
  notifications: Notification[];
}

interface HooksContext {
  gates: HookContext;
  notices: NoticeContext;
  /** A canary with iterations has no weights that grow. */
  hasWeights: boolean;
}

interface Asking {
  question: HookQuestion;
  times: Gate['when'][];
  /** Where a person decides when no gate can ask. */
  instead: (keyof Confirmations)[];
}

/** When gates are asked that ask what a hook of this type asked, where that is the same moment. */
const asking: Readonly<Record<string, Asking>> = {
  'pre-rollout': { question: 'check', times: ['before'], instead: [] },
  rollout: { question: 'check', times: ['during'], instead: [] },
  'confirm-rollout': { question: 'confirmation', times: ['before'], instead: ['before'] },
  // It is asked before the first weight as well.
  'confirm-traffic-increase': {
    question: 'confirmation',
    times: ['before', 'during'],
    instead: ['before', 'each'],
  },
};

/** Reads `analysis.webhooks`: what is asked becomes gates or decisions of a person, what is told notifications; the rest is told of. */
export function canaryHooks(node: SourceNode, context: HooksContext): CanaryHooks {
  const found: CanaryHooks = {
    confirmations: { before: false, each: false, after: false },
    gates: [],
    notifications: [],
  };
  for (const hook of node.items()) {
    const type = hook.at('type').text() || 'rollout';
    const asked = Object.hasOwn(asking, type) ? asking[type] : undefined;
    if (asked) ask(hook, type, asked, found, context);
    else if (isTelling(type)) tell(hook, type, found, context);
    else if (type === 'confirm-promotion') {
      found.confirmations.after = true;
      hook.changed(
        'gates are asked at every step, or when everybody has the candidate already, and none only before that: a person decides in its place, at the end of the plan: "understudy promote", which a program may say, too',
      );
    } else {
      hook.dropped(
        type === 'rollback'
          ? 'success at its address takes a candidate back, and a gate takes success for a Pass, so the address cannot be asked by one: "understudy abort" takes a candidate back at any moment; so does a gate "during" whose answer is {"verdict": "fail"}'
          : 'no hook of this type is known; it is left out',
      );
    }
  }
  return found;
}

function ask(
  hook: SourceNode,
  type: string,
  { question, times, instead }: Asking,
  { gates, confirmations }: CanaryHooks,
  context: HooksContext,
): void {
  if (type === 'confirm-traffic-increase' && !context.hasWeights) {
    hook.dropped('with iterations no weight grows: Flagger never asks it either');
    return;
  }
  const isFull = gates.length + times.length > gateLimits.gates;
  const why =
    whyNoGate(hook) ??
    (question === 'confirmation' ? ofLoadTester(hook) : undefined) ??
    (isFull ? `a ModelDeployment has at most ${gateLimits.gates} gates` : undefined);
  if (why === undefined) {
    gates.push(...hookGates(hook, times, question, context.gates));
  } else if (instead.length === 0) {
    hook.dropped(why);
  } else {
    for (const place of instead) confirmations[place] = true;
    const where = instead.includes('each')
      ? 'before the first weight and after each'
      : 'at the beginning of the plan';
    hook.changed(`${why}: a person decides in its place, ${where}: "understudy promote"`);
  }
}

/** Its gates are opened by a person, for a Canary that they are told the name of. */
function ofLoadTester(hook: SourceNode): string | undefined {
  const { pathname } = new URL(hook.at('url').text() ?? '');
  return /\/gate\/(check|halt)$/.test(pathname)
    ? "a gate of Flagger's load tester, which a person opens and which would not know the question"
    : undefined;
}

function tell(
  hook: SourceNode,
  type: Parameters<typeof hookNotice>[1],
  { notifications }: CanaryHooks,
  { notices }: HooksContext,
): void {
  if (areMost(notifications)) {
    hook.dropped(tooManyTargets);
    return;
  }
  const notice = hookNotice(hook, type, notices);
  if (notice) notifications.push(notice);
}
