import { join } from 'node:path';

/** Manifests of other tools, with the flags that they are converted with. */
export interface ConversionCase {
  /** Below test/fixtures/convert, and the name of the golden file. */
  name: string;
  flags?: string[];
  /** 1: something is missing, and the report says so. */
  code?: 1;
}

export const conversionCases: readonly ConversionCase[] = [
  { name: 'argo/canary' },
  { name: 'argo/analysis' },
  { name: 'argo/blue-green' },
  { name: 'argo/manual-blue-green' },
  { name: 'argo/gateway-api' },
  { name: 'argo/istio', flags: ['--gateway', 'infra/public'] },
  { name: 'argo/jobs' },
  { name: 'argo/workload-ref' },
  { name: 'argo/incomplete', code: 1 },
  { name: 'flagger/weights', flags: ['--gateway', 'infra/public'] },
  { name: 'flagger/gateway-api' },
  { name: 'flagger/testers', flags: ['--gateway', 'infra/public'] },
  { name: 'flagger/blue-green' },
  { name: 'flagger/hooks' },
  { name: 'flagger/alerts' },
  { name: 'flagger/mirroring', flags: ['--gateway', 'infra/public'] },
  { name: 'flagger/incomplete', code: 1 },
];

/** The file of a case, from the root of the repository: reports name it. */
export const conversionFile = ({ name }: ConversionCase): string =>
  join('test', 'fixtures', 'convert', `${name}.yaml`);
