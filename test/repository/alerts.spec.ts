import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { conditionTypes } from '../../src/api/conditions.ts';
import { reasons } from '../../src/api/reasons.ts';
import { alertRules, ruleFiles } from '../../tools/signals/alert-rules.ts';
import { expressionProblems, labelsOf } from '../../tools/signals/check-expression.ts';

const root = join(import.meta.dirname, '..', '..');
const rules = alertRules(root).map((rule) => [rule.alert, rule] as const);
const runbook = readFileSync(join(root, 'docs/runbook.md'), 'utf8');
const sections = new Map(
  runbook
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

describe('the alert rules of the chart', () => {
  it('have groups and names of their own', () => {
    const groups = [...ruleFiles(root).values()].flatMap((file) => file.groups.map(({ name }) => name));
    expect(new Set(groups).size).toBe(groups.length);
    expect(new Set(rules.map(([name]) => name)).size).toBe(rules.length);
    expect(rules.length).toBeGreaterThan(10);
  });

  it.each(rules)('%s asks for metrics, labels and values that there are', (_, { expr }) => {
    expect(expressionProblems(expr)).toEqual([]);
  });

  it.each(rules)('%s says what is wrong, how bad it is, and where to read on', (name, rule) => {
    expect(['critical', 'warning']).toContain(rule.labels['severity']);
    expect(rule.annotations).toEqual({
      summary: expect.stringMatching(/.{20,}/),
      description: expect.stringMatching(/.{20,}\.$/),
      runbook_url: `docs/runbook.md#${name.toLowerCase()}`,
    });
    const used = [
      ...Object.values(rule.annotations)
        .join(' ')
        .matchAll(/\$labels\.(\w+)/g),
    ].map(([, label]) => label!);
    expect(used.filter((label) => !labelsOf(rule.expr).has(label))).toEqual([]);
  });

  it.each(rules)('%s has its section in the runbook', (name) => {
    const section = sections.get(name) ?? '';
    for (const part of ['Meaning', 'Look', 'Do'])
      expect(section).toMatch(new RegExp(`^- \\*\\*${part}\\.\\*\\* .{20,}`, 'm'));
  });

  it('are all that the runbook knows', () => {
    const names = rules.map(([name]) => name);
    expect([...sections.keys()].filter((name) => !names.includes(name))).toEqual([]);
  });
});

it.each(Object.keys(conditionTypes))('the runbook says what to do about the condition %s', (type) => {
  expect(runbook).toMatch(new RegExp(`^\\| \`${type}\` is (True|False) \\|(.{10,}\\|){3}$`, 'm'));
});

it('the runbook says once of each reason where to look and what to do, and of none that there is not', () => {
  const from = runbook.indexOf('## Reasons');
  const section = runbook.slice(from, runbook.indexOf('\n## ', from));
  const [, fine = ''] = /^\*\*All is as it should be\*\*.*:\n([\s\S]*?)\n\n/m.exec(section) ?? [];
  // Rows have all three cells.
  const cells = [...section.matchAll(/^\| (`[^|]*) \| [^|]{4,} \| [^|]{4,} \|$/gm)].map(([, cell]) => cell);
  const told = [fine, ...cells].flatMap((text) =>
    [...text!.matchAll(/`(\w+)`/g)].map(([, reason]) => reason!),
  );
  expect(told.toSorted()).toEqual(Object.keys(reasons).toSorted());
});
