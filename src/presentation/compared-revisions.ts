import type { ModelDeployment } from '../api/model-deployment.ts';
import type { ModelRollout } from '../api/model-rollout.ts';
import { identifyRevision } from '../domain/revision/revision-hash.ts';
import { contentOfSpec, type RememberedRevision } from './revision-inputs.ts';
import type { Difference, Side } from './revision-diff.ts';

/** There are no two revisions to compare: why, and what to do next, a sentence each. */
export class NothingToCompare extends Error {
  override readonly name = 'NothingToCompare';
  readonly next: readonly string[];

  constructor(message: string, next: readonly string[]) {
    super(message);
    this.next = next;
  }
}

/**
 * Who is compared: the stable revision with the candidate of the running rollout, else with what the spec asks for, else with the one before it.
 * Pure. Throws `NothingToCompare` where there are no two, or one does not remember what it was made from.
 */
export function comparedRevisions(
  model: ModelDeployment,
  kept: readonly RememberedRevision[],
  rollouts: readonly ModelRollout[],
): Difference {
  const { name, namespace = '' } = model.metadata;
  const stable = model.status?.stable?.revision;
  const candidate = model.status?.candidate?.revision;
  if (stable === undefined) {
    throw new NothingToCompare(
      `${namespace}/${name} has no stable revision yet: there is nothing to compare with`,
      [`"understudy get ${name} -n ${namespace}" shows where it stands.`],
    );
  }
  const target = identifyRevision(contentOfSpec(model.spec), kept).revision;
  const side = (role: string, revision: string): Side => {
    const remembered = kept.find((one) => one.revision === revision)?.content;
    const content = remembered ?? (revision === target ? contentOfSpec(model.spec) : undefined);
    if (content) return { role, revision, content };
    throw new NothingToCompare(`what revision ${revision} was made from is not known`, [
      'Its Deployment remembers it; somebody deleted that, or took the annotation away.',
    ]);
  };
  if (candidate !== undefined && candidate !== stable)
    return { stable: side('stable', stable), candidate: side('candidate', candidate) };
  if (target !== stable)
    return { stable: side('stable', stable), candidate: side('asked for by the spec', target) };
  const before = [...rollouts]
    .sort((one, other) => other.spec.number - one.spec.number)
    .find(({ spec, status }) => spec.to.revision === stable && status?.outcome === 'Promoted')?.spec
    .from.revision;
  if (before === undefined) {
    throw new NothingToCompare(`${namespace}/${name} has one revision only: ${stable}`, [
      '"understudy plan -f FILE" compares it with a manifest.',
    ]);
  }
  return { stable: side('previous', before), candidate: side('stable', stable) };
}
