import { duplicateWarning, templateWarning } from './metric-findings.ts';
import { seriesWarnings } from './series-warnings.ts';
import { actionWarnings, modelWarnings } from './warnings/all-warnings.ts';

/** Every warning that there is, with why it matters and what to do; by kind of object. */
export const warningCatalogue = () => ({
  ModelDeployment: [...modelWarnings, templateWarning],
  RolloutAction: actionWarnings,
  'ModelDeployment, with --prometheus': Object.values(seriesWarnings),
  'any object': [duplicateWarning],
});

export const allCodes = (): string[] =>
  Object.values(warningCatalogue()).flatMap((warnings) => warnings.map(({ code }) => code));
