import { conditionTypes } from '../conditions.ts';
import { apiVersion } from '../group.ts';
import { outcomes, phases, rolloutPhases, verdicts } from '../phase.ts';
import { reasons } from '../reasons.ts';
import { actionStates, rolloutVerbs } from '../rollout-action.ts';
import type { Rule } from '../schema.ts';
import { schemasOf } from './custom-resource-definition.ts';
import {
  clusterMetricTemplateDefinition,
  type KindDefinition,
  metricTemplateDefinition,
  modelDeploymentDefinition,
  modelRolloutDefinition,
  rolloutActionDefinition,
} from './definitions.ts';
import { actionExample, fullExample, smallestExample, templateExample } from './examples.ts';
import { fieldRows, markdownTable, table } from './field-table.ts';
import type { SchemaNode } from './schema-node.ts';

const generated = '<!-- Made by `npm run generate` from src/api; edit the descriptions there. -->';

const page = (...parts: string[]) => `${parts.join('\n\n')}\n`;
const words = (meanings: Record<string, string>) =>
  Object.entries(meanings).map(([word, meaning]) => [`\`${word}\``, meaning]);
const yaml = (text: string) => `\`\`\`yaml\n${text.trimEnd()}\n\`\`\``;

export function modelDeploymentPage(): string {
  return page(
    ...opening(modelDeploymentDefinition),
    'The smallest useful file:',
    yaml(smallestExample),
    'A file with a value for nearly everything:',
    yaml(fullExample),
    ...fields(modelDeploymentDefinition),
    '## Rules',
    'What cannot work is refused by the API server with one of these messages. An object that was stored before a rule was made stays editable; the controller reports what is wrong with it in its conditions, with the reason `InvalidSpec`.',
    rulesList(modelDeploymentDefinition),
    '## Phases',
    table(['`status.phase`', 'meaning'], words(phases)),
    '## Conditions',
    'Each condition names its reason; [reasons](reasons.md) explains them all.',
    table(['condition', 'meaning'], words(conditionTypes)),
    '## Verdicts',
    table(['`status.analysis[].verdict`', 'meaning'], words(verdicts)),
  );
}

export function modelRolloutPage(): string {
  return page(
    ...opening(modelRolloutDefinition),
    'Named `<ModelDeployment>-<number>` and owned by the ModelDeployment. Its spec cannot change: an edit of strategy or analysis applies to the next rollout.',
    ...fields(modelRolloutDefinition),
    '## Phases',
    table(['`status.phase`', 'meaning'], words(rolloutPhases)),
    '## Outcomes',
    table(['`status.outcome`', 'meaning'], words(outcomes)),
  );
}

export function rolloutActionPage(): string {
  return page(
    ...opening(rolloutActionDefinition),
    'It belongs to its ModelDeployment and is deleted with it, or `ttl` after it has ended. Made with `kubectl create -f`, since every decision is an object of its own:',
    yaml(actionExample),
    ...fields(rolloutActionDefinition),
    '## Rules',
    'What cannot work is refused by the API server with one of these messages.',
    rulesList(rolloutActionDefinition),
    '## Verbs',
    'What each of them does when, and which comes first, stands in [how a rollout runs](../rollouts.md#verbs).',
    table(['`spec.verb`', 'meaning'], words(rolloutVerbs)),
    '## States',
    table(['`status.state`', 'meaning'], words(actionStates)),
  );
}

/** Both kinds on one page: they differ in who can use them only. */
export function metricTemplatePage(): string {
  const [heading, ...rest] = opening(metricTemplateDefinition);
  const { plural, shortName, description } = clusterMetricTemplateDefinition;
  return page(
    `${heading} and ClusterMetricTemplate`,
    ...rest,
    `\`kubectl get ${plural}\` or \`${shortName}\`. ${description} The fields are the same.`,
    yaml(templateExample),
    'A metric names it, and says what is passed and failed, as [queries](../queries.md#templates) have it.',
    ...fields(metricTemplateDefinition),
    '## Rules',
    'What cannot work is refused by the API server with one of these messages.',
    rulesList(metricTemplateDefinition),
  );
}

export function reasonsPage(): string {
  return page(
    '# Reasons',
    generated,
    'Every reason that a condition, an event or a decision can have, with what it means and what helps.',
    table(['reason', 'meaning'], words(reasons)),
  );
}

function opening(definition: KindDefinition): string[] {
  const { kind, plural, shortName, description } = definition;
  const file = kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return [
    `# ${kind}`,
    generated,
    `\`${apiVersion}\`, \`kubectl get ${plural}\` or \`${shortName}\`. ${description}`,
    `This is the complete list of its fields. [How it is used](../spec/${file}.md), part by part and with examples, stands on a page for people.`,
  ];
}

function fields(definition: KindDefinition): string[] {
  const { spec, status } = schemasOf(definition);
  return [
    '## Spec',
    spec.description,
    'A duration is text such as `500ms`, `10s`, `2m` or `1h30m`.',
    markdownTable(fieldRows(spec, 'spec')),
    ...(status ? ['## Status', status.description, markdownTable(fieldRows(status, 'status'))] : []),
    '## Columns',
    '`kubectl get` shows these; those marked *wide* with `-o wide`.',
    table(
      ['column', 'from', 'meaning'],
      definition.columns.map(({ name, jsonPath, description, priority }) => [
        priority ? `${name} (*wide*)` : name,
        `\`${jsonPath}\``,
        description,
      ]),
    ),
  ];
}

function rulesList(definition: KindDefinition): string {
  const rules: [string, Rule][] = [
    ...definition.rules.map((rule): [string, Rule] => ['', rule]),
    ...rulesBelow(schemasOf(definition).spec, 'spec'),
  ];
  const rows = rules.map(([path, { message, fieldPath = '' }]) => {
    return [`\`${`${path}${fieldPath}`.replace(/^\./, '')}\``, message];
  });
  return table(['field', 'message'], rows);
}

function rulesBelow(node: SchemaNode, path: string): [string, Rule][] {
  const children = [
    ...Object.entries(node.properties ?? {}).map(([name, child]): [string, SchemaNode] => [
      `${path}.${name}`,
      child,
    ]),
    ...(node.items ? [[`${path}[]`, node.items] as [string, SchemaNode]] : []),
    ...(node.values ? [[`${path}.*`, node.values] as [string, SchemaNode]] : []),
  ];
  return [
    ...node.rules.map((rule): [string, Rule] => [path, rule]),
    ...children.flatMap(([childPath, child]) => rulesBelow(child, childPath)),
  ];
}
