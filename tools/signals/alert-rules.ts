import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** One alert of a rule file. */
export interface AlertRule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** A rule file, as Prometheus reads it. */
export interface RuleFile {
  groups: { name: string; rules: AlertRule[] }[];
}

export const alertsFolder = 'charts/understudy/alerts';

/** The rule files of the chart, by their path from the root of the repository. */
export function ruleFiles(root: string): Map<string, RuleFile> {
  const paths = readdirSync(join(root, alertsFolder)).map((file) => join(alertsFolder, file));
  return new Map(paths.map((path) => [path, parse(readFileSync(join(root, path), 'utf8')) as RuleFile]));
}

/** Every alert of the chart. */
export const alertRules = (root: string): AlertRule[] =>
  [...ruleFiles(root).values()].flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));
