import type { BlueGreen } from '../../../api/strategy/blue-green.ts';
import { durationText, type SourceNode } from '../source-node.ts';
import type { AnalysisUse, AskedAnalysis } from './analysis-use.ts';
import { bakeOf, type ConvertedStrategy, drainMsOf, shortest } from './rollout-canary.ts';

/** The most metrics of one place. */
const mostMetrics = 8;

/** Reads `strategy.blueGreen`, but for its active Service. */
export function rolloutBlueGreen(node: SourceNode, analysis: AnalysisUse): ConvertedStrategy<BlueGreen> {
  const before = node.at('prePromotionAnalysis');
  const after = node.at('postPromotionAnalysis');
  const askedBefore = analysis.ask(before, 'before');
  const askedAfter = analysis.ask(after, 'after');
  const preMetrics = metricsOf(before, askedBefore);
  const postMetrics = metricsOf(after, askedAfter);
  // A check that cannot be made is not passed in silence: a person decides in its place.
  const isBlind = before.isPresent && preMetrics.length + askedBefore.gates === 0;
  if (isBlind)
    before.changed(
      'none of its metrics can be asked here: a person decides in its place (promotion: manual)',
    );
  const previewReplicas = node.at('previewReplicaCount').number();
  const bake = bakeOf(node.at('scaleDownDelaySeconds'));
  leftOut(node);
  return {
    strategy: {
      ...(previewReplicas !== undefined && previewReplicas >= 1 && { previewReplicas }),
      ...(preMetrics.length > 0 && {
        preAnalysis: {
          ...(askedBefore.takesMs > 0 && { hold: durationText(askedBefore.takesMs) }),
          metrics: preMetrics,
        },
      }),
      ...promotionOf(node, isBlind),
      ...(postMetrics.length > 0 && { postAnalysis: { metrics: postMetrics } }),
      ...(bake && { bake }),
    },
    intervalMs: shortest(askedBefore.intervalMs, askedAfter.intervalMs),
    drainMs: drainMsOf(node.at('abortScaleDownDelaySeconds')),
  };
}

function metricsOf(
  node: SourceNode,
  { metrics, gates, isIncomplete }: AskedAnalysis,
): AskedAnalysis['metrics'] {
  if (isIncomplete && metrics.length + gates > 0)
    node.changed('some of its metrics are left out: what is left decides');
  if (metrics.length > mostMetrics)
    node.changed(`an analysis has at most ${mostMetrics} metrics; the others are left out`);
  return metrics.slice(0, mostMetrics);
}

function promotionOf(node: SourceNode, isBlind: boolean): Pick<BlueGreen, 'promotion' | 'promotionDelay'> {
  const isAutomatic = node.at('autoPromotionEnabled').flag() ?? true;
  const delay = node.at('autoPromotionSeconds');
  const delayMs = delay.durationMs() ?? 0;
  if (!isAutomatic || isBlind) {
    if (delayMs > 0) delay.dropped('a manual promotion has no delay');
    return { promotion: 'manual' };
  }
  return delayMs > 0 ? { promotionDelay: durationText(delayMs) } : {};
}

function leftOut(node: SourceNode): void {
  node.at('maxUnavailable').dropped('all pods of the candidate are ready before the switch');
  node.at('scaleDownDelayRevisionLimit').dropped('one previous revision stays warm, during the bake');
  node
    .at('antiAffinity')
    .dropped('write podAntiAffinity into the pod template, by the label understudy.dev/model-deployment');
  const labels = 'pods keep their labels for life: understudy.dev/revision tells revisions apart';
  node.at('activeMetadata').dropped(labels);
  node.at('previewMetadata').dropped(labels);
}
