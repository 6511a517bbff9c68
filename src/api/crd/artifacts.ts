import { stringify } from 'yaml';
import { group } from '../group.ts';
import { customResourceDefinition } from './custom-resource-definition.ts';
import { definitions } from './definitions.ts';
import {
  metricTemplatePage,
  modelDeploymentPage,
  modelRolloutPage,
  reasonsPage,
  rolloutActionPage,
} from './reference-page.ts';

/** A file that is made from the schemas. */
export interface Artifact {
  /** From the root of the repository. */
  path: string;
  content: string;
}

/** Every file that `npm run generate` writes, and that a test holds to be current. */
export function artifacts(): Artifact[] {
  const crds = definitions.map((definition) => ({
    path: `crds/${group}_${definition.plural}.yaml`,
    content: `# Made by \`npm run generate\` from src/api.\n${stringify(
      customResourceDefinition(definition),
      {
        lineWidth: 0,
        aliasDuplicateObjects: false,
      },
    )}`,
  }));
  return [
    ...crds,
    { path: 'docs/reference/model-deployment.md', content: modelDeploymentPage() },
    { path: 'docs/reference/model-rollout.md', content: modelRolloutPage() },
    { path: 'docs/reference/rollout-action.md', content: rolloutActionPage() },
    { path: 'docs/reference/metric-template.md', content: metricTemplatePage() },
    { path: 'docs/reference/reasons.md', content: reasonsPage() },
  ];
}
