import type { RolloutVerb } from '../../api/rollout-action.ts';
import {
  clusterChoiceOf,
  clusterFlags,
  clusterFlagsHelp,
  type ClusterChoice,
  oneName,
  outputFlags,
  outputOf,
} from '../cluster/cluster-flags.ts';
import { durationFlag, parseCommand } from '../flags.ts';
import { UsageError } from '../usage-error.ts';

/** What each verb does, for its help. */
const meanings: Record<RolloutVerb, string> = {
  promote:
    'Leaves the step at which the rollout stands, whatever its hold and its metrics say; at a pause with approvals it is one of them.',
  pause: 'Freezes the rollout: traffic stays as it is. A failing candidate is still taken back.',
  resume: 'Lets a paused rollout go on, or lets go of the revision that a rollback went back to.',
  abort:
    'Ends the rollout: all traffic goes back at once, and the revision is left alone until the spec changes or somebody says retry.',
  retry: 'Tries a revision again that failed or was aborted, from the first step.',
  rollback:
    'Goes back to the previous revision, or to another that is kept, and stays there until the spec changes or somebody says resume.',
  skip: 'Leaves a step that is not finished, without its gate and its hold.',
  restart: 'Replaces the pods of a revision one after another, without a new revision and without a rollout.',
};

/** Pods take their time; everything else is decided in the controller's next pass, or waits for something. */
const timeouts: Record<RolloutVerb, string> = {
  ...{ promote: '2m', pause: '2m', resume: '2m', abort: '2m', retry: '2m', rollback: '2m', skip: '2m' },
  restart: '30m',
};

const own: Record<RolloutVerb, string[]> = {
  promote: [
    '      --full            all steps that are left, and no more analysis; full capacity comes first all the same',
  ],
  rollback: [
    '      --to REVISION     a revision that is kept, by its name or its version; default: the previous one',
  ],
  restart: [
    '      --revision NAME   the stable revision (default) or the candidate, by its name or its version',
  ],
  ...{ pause: [], resume: [], abort: [], retry: [], skip: [] },
};

const usages: Partial<Record<RolloutVerb, string>> = {
  promote: ' [--full]',
  rollback: ' [--to REVISION]',
  restart: ' [--revision NAME]',
};

export const verbHelp = (verb: RolloutVerb, program: string): string => `${meanings[verb]}
It is asked for by a RolloutAction in your own name, which is kept as a record.

Usage: ${program} ${verb} NAME${usages[verb] ?? ''} [--reason TEXT] [--wait=false] [--timeout TIME] [-n NAMESPACE] [-o json|yaml|name]

${own[verb].map((line) => `${line}\n`).join('')}      --reason TEXT     why, for the record
      --wait=false      only ask; do not wait for the answer
      --timeout TIME    how long to wait; default: ${timeouts[verb]}
  -o, --output FORMAT   the RolloutAction: json, yaml or name
${clusterFlagsHelp}

Exit codes: 0 it took effect (with --wait=false: it was asked for); 1 it was refused; 2 it has not taken effect in time, and stays asked
for; 3 the command line or the cluster cannot be used.`;

export interface VerbOptions extends ClusterChoice {
  name: string;
  full: boolean;
  /** As it was written: a revision or a version. */
  revision: string | undefined;
  reason: string | undefined;
  wait: boolean;
  timeoutMs: number;
  output: 'json' | 'yaml' | 'name' | undefined;
}

const flags = {
  ...clusterFlags,
  ...outputFlags,
  reason: { type: 'string' },
  wait: { type: 'string' },
  timeout: { type: 'string' },
} as const;

/** Reads the flags; `help` when they ask for it. Throws `UsageError`. */
export function parseVerbOptions(verb: RolloutVerb, argv: readonly string[]): VerbOptions | 'help' {
  const ofVerb = {
    ...(verb === 'promote' && { full: { type: 'boolean' } as const }),
    ...(verb === 'rollback' && { to: { type: 'string' } as const }),
    ...(verb === 'restart' && { revision: { type: 'string' } as const }),
  };
  const { values, positionals } = parseCommand(argv.map(asAnswer), { ...flags, ...ofVerb });
  if (values.help) return 'help';
  const more = values as { full?: boolean; to?: string; revision?: string };
  return {
    ...clusterChoiceOf(values),
    name: oneName(verb, positionals),
    full: more.full ?? false,
    revision: more.to ?? more.revision,
    reason: values.reason,
    wait: isWanted(values.wait),
    timeoutMs: durationFlag('--timeout', values.timeout ?? timeouts[verb])!,
    output: outputOf(values.output, ['json', 'yaml', 'name'] as const),
  };
}

/** kubectl's flags may stand alone, which those of Node that take a value may not. */
const asAnswer = (argument: string): string => (argument === '--wait' ? '--wait=true' : argument);

function isWanted(text = 'true'): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new UsageError(`--wait: found "${text}"; accepted: true or false`);
}
