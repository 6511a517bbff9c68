import type { ModelDeploymentSpec } from '../../../api/model-deployment.ts';
import type { FoundObject } from '../../lint/documents.ts';
import type { Note } from '../conversion-log.ts';
import { convertObjects } from '../convert-objects.ts';

const metadata = { name: 'digits', namespace: 'ml' };
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: {
    template: { spec: { containers: [{ name: 'server', image: 'x', ports: [{ containerPort: 80 }] }] } },
  },
};

export const weights = { interval: '1m', threshold: 5, stepWeights: [10, 40] };
export const iterations = { interval: '1m', threshold: 5, iterations: 3 };

export interface ConvertedCanary {
  spec: ModelDeploymentSpec;
  notes: readonly Note[];
  /** What was said of fields from this path on, by kind. */
  said(path: string): [kind: string, words: string][];
}

/** What becomes of a Canary with this analysis, and with more objects beside it. */
export function convertedCanary(
  analysis: Record<string, unknown>,
  others: FoundObject['object'][] = [],
  hasGateway = false,
): ConvertedCanary {
  const canary = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata,
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'digits' },
      service: { port: 80 },
      analysis,
    },
  };
  const objects = [canary, deployment, ...others].map((object): FoundObject => {
    const { apiVersion, kind } = object as { apiVersion: string; kind: string };
    return { file: 'x', apiVersion, kind, object };
  });
  const gateway = hasGateway ? { name: 'public' } : undefined;
  const reports = convertObjects({ objects, gateway, hostnames: [] });
  const { made, notes } = reports[0]!;
  const all = reports.flatMap((report) => report.notes);
  return {
    spec: made[0]!.spec as ModelDeploymentSpec,
    notes,
    said: (path) => all.filter((note) => note.path.startsWith(path)).map(({ kind, words }) => [kind, words]),
  };
}
