import { type Gate, gateLimits, type GateTime } from '../../../api/gate.ts';
import { UniqueNames } from '../names.ts';
import type { SourceNode } from '../source-node.ts';
import { type JobCheck, podsOf } from './job-check.ts';

/** How an analysis asks a Job. */
interface JobUse {
  /** Where the analysis stands. */
  node: SourceNode;
  valueOf: (arg: string) => string | undefined;
  /** When gates are asked that are asked where the analysis stands; undefined: none is. */
  when: GateTime | undefined;
}

/** The Jobs of a Rollout's analyses, as gates. */
export class JobGates {
  readonly all: Gate[] = [];
  readonly #names = new UniqueNames();

  /** Whether a gate asks the same at the same moment; otherwise it is told of. */
  add(check: JobCheck, { node, valueOf, when }: JobUse): boolean {
    const leftOut = `metric ${check.name} is left out`;
    if (when === undefined || check.isRepeated !== (when === 'during')) {
      node.dropped(
        `a gate with job is asked before the first weight, again and again at every step, or when everybody has the candidate, and it always counts: ${leftOut}`,
      );
      return false;
    }
    if (this.all.length >= gateLimits.gates) {
      node.dropped(`a ModelDeployment has at most ${gateLimits.gates} gates: ${leftOut}`);
      return false;
    }
    const template = podsOf(check, valueOf);
    if (typeof template === 'string') {
      node.missing(
        `argument ${template} of metric ${check.name} has no value that its Job can have: give it in args, or as an environment variable of its container; the metric is left out`,
      );
      return false;
    }
    check.isAsked = true;
    node.action(
      `metric ${check.name} becomes a gate with job that is asked "${when}": gates.jobs has to be true in the controller's configuration, and its containers reach the candidate at $(UNDERSTUDY_CANDIDATE_SERVICE) (docs/gates.md)`,
    );
    const { backoffLimit, ...settings } = check.settings;
    this.all.push({
      name: this.#names.claim(check.name),
      when,
      job: { template, backoffLimit },
      ...settings,
    });
    return true;
  }
}
