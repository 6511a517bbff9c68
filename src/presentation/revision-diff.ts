import { structuredPatch } from 'diff';
import { stringify } from 'yaml';
import type { RevisionContent } from './revision-inputs.ts';

/** One side of a comparison. */
export interface Side {
  /** `stable` or `candidate`. */
  role: string;
  revision: string;
  content: RevisionContent;
}

export interface Difference {
  stable: Side;
  candidate: Side;
}

/** Whoever reads a change wants to see where in the file it is. */
const linesAround = 3;

/** The same keys in the same order on both sides, or the difference would show how they were written. */
const yamlOf = ({ model, serving, service }: RevisionContent): string =>
  stringify(
    { ...(model && { model }), ...(service && { service }), serving },
    { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false },
  );

/** Hunks of a unified diff of both as YAML; none where they are the same. */
export const hunksOf = ({ stable, candidate }: Difference) =>
  structuredPatch('stable', 'candidate', yamlOf(stable.content), yamlOf(candidate.content), '', '', {
    context: linesAround,
  }).hunks;
