import * as catalog from '../../tools/local-cluster/binaries/catalog.ts';
import { clusterMarker } from '../../tools/local-cluster/cluster/processes.ts';

/** Every variable of tools/local-cluster that begins as ours do. */
export const catalogVariables: string[] = [
  clusterMarker,
  'UNDERSTUDY_KUBECTL',
  ...Object.values(catalog).flatMap((item) =>
    typeof item === 'object' && 'overrideVariable' in item && item.overrideVariable
      ? [item.overrideVariable]
      : [],
  ),
].filter((name) => name.startsWith('UNDERSTUDY_'));
