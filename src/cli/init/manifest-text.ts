import { stringify } from 'yaml';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { Finding } from '../lint/finding.ts';
import { lintDefaults } from '../lint/lint-help.ts';
import { lintObjects } from '../lint/lint-objects.ts';
import { parseDuration } from '../../api/duration-text.ts';

/** What lint says of a manifest that no file holds yet. */
export const findingsOf = (manifest: ModelDeployment): Finding[] =>
  lintObjects(
    [
      {
        file: '',
        apiVersion: manifest.apiVersion,
        kind: manifest.kind,
        object: { ...manifest },
      },
    ],
    { scrapeIntervalMs: parseDuration(lintDefaults.scrapeInterval), traffic: undefined, ignored: new Set() },
  ).flatMap(({ findings }) => findings);

/** The manifest as YAML, with what is to be known of it at its head. */
export function manifestText(manifest: ModelDeployment, notes: readonly string[]): string {
  const findings = findingsOf(manifest);
  const head = [
    ...notes,
    ...(findings.length > 0 ? ['', '"understudy lint" says of it:'] : []),
    ...findings.flatMap(({ code, path, found, why, advice }) => [
      `- ${code}, ${path}: found ${found}`,
      ...[why, advice].flatMap((text) => (text ? [`  ${text}`] : [])),
    ]),
  ];
  const comments = head.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n');
  return `${comments}\n${stringify(manifest, { aliasDuplicateObjects: false, lineWidth: 0 })}`;
}
