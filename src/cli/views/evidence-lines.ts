import type { ModelRollout } from '../../api/model-rollout.ts';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import { evidenceOdds } from '../../domain/analysis/evidence-odds.ts';
import { countedWords, oddsWords } from '../../domain/analysis/words.ts';
import { paragraph } from './layout.ts';
import type { Canvas } from './view.ts';
import { withoutName } from '../../presentation/words.ts';
import { verdictWords } from './words.ts';

/** What each metric says, on which numbers, and how far its proofs are from a decision. */
export function evidenceLines(
  { status }: ModelDeployment,
  rollout: ModelRollout | undefined,
  { paint, width }: Canvas,
): string[] {
  const evidence = rollout?.status?.analysis?.evidence;
  const odds = rollout && evidence && evidenceOdds(evidence, rollout.spec.analysis);
  return (status?.analysis ?? []).flatMap(({ metric, verdict, message, dryRun }) => {
    const kind = rollout?.spec.analysis.metrics.find(({ name }) => name === metric)?.kind;
    const proof = odds?.metrics.find(({ name }) => name === metric);
    const what = kind === 'latency' ? 'were too slow' : 'failed';
    const counts = odds &&
      proof && [
        `    on this step: candidate ${countedWords(proof.candidate, what)}, stable ${countedWords(proof.stable, what)}`,
        `    odds of harm ${oddsWords(proof.lnHarm)}, it is taken back at ${oddsWords(odds.lnHarmNeeded)}; of health ${oddsWords(proof.lnHealth)}, it passes at ${oddsWords(odds.lnHealthNeeded)}`,
      ];
    return [
      `  ${paint('bold', metric)}: ${verdictWords(verdict, paint)}${dryRun ? ' (a dry run: it decides nothing)' : ''}`,
      ...(message ? paragraph(withoutName(metric, message), '    ', width) : []),
      ...(counts ?? []).flatMap((line) => paragraph(line.trim(), '    ', width)),
    ];
  });
}
