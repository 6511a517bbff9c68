import { analysisCases } from './analysis-cases.ts';
import type { Case } from './changes.ts';
import { gateCases } from './gate-cases.ts';
import { notificationCases } from './notification-cases.ts';
import { servingCases } from './serving-cases.ts';
import { strategyCases } from './strategy-cases.ts';
import { strategyKindCases } from './strategy-kind-cases.ts';
import { trafficCases } from './traffic-cases.ts';

/**
 * Every rule of a ModelDeployment, both ways. The same table is put to the rules at the edge and to a real API server, so
 * the two cannot drift apart.
 */
export const cases: Case[] = [
  ...servingCases,
  ...strategyCases,
  ...strategyKindCases,
  ...trafficCases,
  ...analysisCases,
  ...gateCases,
  ...notificationCases,
];
