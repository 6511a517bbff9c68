import { refusals } from '../../src/cli/lint/finding.ts';
import { lintHelp } from '../../src/cli/lint/lint-help.ts';
import { warningCatalogue } from '../../src/cli/lint/warning-codes.ts';

export const lintPagePath = 'docs/lint.md';

/** The page about `understudy lint`: every warning as the code has it. */
export function lintPage(): string {
  const warnings = Object.entries(warningCatalogue()).flatMap(([kind, list]) => [
    `### ${kind === 'any object' ? 'Of any object' : `Of a ${kind}`}`,
    '',
    ...list.flatMap(({ code, why, advice }) => [`- **${code}**: ${why} ${advice}`]),
    '',
  ]);
  const codes = Object.entries(refusals).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return `${[
    '# Judge a manifest without a cluster',
    '',
    '<!-- Made by `npm run generate` from src/cli/lint; edit the words there. -->',
    '',
    '`understudy lint` says of manifests what the API server would refuse and what no rollout would begin with, and then what somebody would say who has rolled out many models. It needs no cluster, and a Prometheus only where one is named.',
    '',
    '```console',
    '$ understudy lint -f deploy/ --traffic 20/s',
    '```',
    '',
    '- **Refused** is what breaks a schema, a rule of the API, or a query that cannot be asked. Each has the field, what was found and what is accepted.',
    '- **Warnings** are about manifests that are accepted. Each has a code that stays, the field, what was found, why it matters and what to do. They do not fail a pipeline, unless `--strict` says so; `--ignore CODE` leaves one out.',
    "- **With `--traffic`** a table says how long each step takes: at least (its hold), probably (until the evidence suffices for a candidate as good as the stable revision, by the judge's own cost model; half of all rollouts take longer), and at most (`maxHold`). What share of requests is bad with a healthy model is assumed: `--errors`.",
    '- **With `--prometheus`** it asks whether the series are there that the metrics need, of the revision that serves now.',
    '- **Templates** that metrics name are looked for in the files that are given. One that is in none of them may be in the cluster: that is a warning.',
    '- **Not judged** is what only Kubernetes knows, such as the rest of the pod template. The API server judges it by a dry run when a revision is born.',
    '',
    '```',
    lintHelp,
    '```',
    '',
    'In a pipeline:',
    '',
    '```sh',
    'understudy lint -f deploy/ --strict --ignore NoImageDigest',
    "understudy lint -f model.yaml -o json | jq -r '.results[].findings[] | [.code, .path] | @tsv'",
    '```',
    '',
    '## What is refused',
    '',
    '| code | meaning |',
    '| --- | --- |',
    ...codes,
    '',
    '## Warnings',
    '',
    ...warnings,
  ]
    .join('\n')
    .trimEnd()}\n`;
}
