import { describe, expect, it } from '@jest/globals';
import type { ModelDeploymentStatus } from '../../../src/api/model-deployment-status.ts';
import { render } from './render.ts';
import { loadCounts, stateOf, stepping } from './testing-state.ts';

const wide = { width: 120, color: false };
const lines = (status: ModelDeploymentStatus, options = wide) => render(stateOf(status), options);
const lineOf = (label: string, all: string[]) => all.find((line) => line.trimStart().startsWith(label)) ?? '';
// eslint-disable-next-line no-control-regex
const visible = (line: string) => [...line.replaceAll(/\u001b\[[0-9;]*m/g, '')].length;

describe('render', () => {
  it('shows phase, step, roles and what the gate counted', () => {
    const all = lines(stepping);
    expect(all[0]).toBe('Understudy demo  0:42  rolling out version 2');
    expect(lineOf('phase', all)).toBe('  phase       Progressing   step 2 of 3   next decision in 7 s');
    expect(lineOf('stable', all)).toBe('  stable      v1   aaaaaaaaaa   3 of 3 pods ready');
    expect(lineOf('candidate', all)).toBe('  candidate   v2   bbbbbbbbbb   1 of 2 pods ready');
    expect(lineOf('errors', all)).toContain('Fail          3 of 62 requests failed (4.8 %), allowed are 2 %');
  });

  it('shows desired, applied and observed apart from each other', () => {
    const all = lines(stepping);
    const filled = (label: string) => [...lineOf(label, all)].filter((character) => character === '█').length;
    expect(all).toContain("  v2's share of the traffic");
    expect([filled('desired'), filled('applied'), filled('observed')]).toEqual([13, 3, 2]);
    expect(lineOf('desired', all)).toContain('25.0 %');
    expect(lineOf('applied', all)).toContain('5.0 %  not acknowledged yet');
    expect(lineOf('observed', all)).toContain('4.8 %  counted by the gateway');
  });

  it('keeps the columns of a gate apart, however long the name of a metric is', () => {
    const [errors] = stepping.analysis ?? [];
    const long = {
      metric: 'failed-tests',
      verdict: 'Pass' as const,
      message: 'failed-tests: the query gives 0',
    };
    const all = lines({ ...stepping, analysis: [...(errors ? [errors] : []), long] });
    expect(lineOf('failed-tests', all)).toBe('  failed-tests  Pass          the query gives 0');
    expect(lineOf('errors', all)).toMatch(/^ {2}errors {8}Fail {10}3 of 62/);
  });

  it('shows copies apart from the share, where they are made', () => {
    const copying = { ...stepping, traffic: { ...stepping.traffic, desired: 0, mirrored: 100 } };
    expect(lineOf('copied', lines(copying))).toMatch(/█{50} 100.0 % {2}no client sees the answers$/);
    expect(lineOf('copied', lines(stepping))).toBe('');
  });

  it.each([
    [0, 0],
    [0.1, 1],
    [99.9, 49],
    [100, 50],
  ])('draws %d %% as %d of 50: nothing, everything and what lies between stay apart', (desired, cells) => {
    const all = lines({ ...stepping, traffic: { desired } });
    expect(lineOf('desired', all)).toContain(`${'█'.repeat(cells)}${'░'.repeat(50 - cells)} `);
  });

  it('says that nothing was counted yet, instead of 0 %', () => {
    const all = lines({ ...stepping, traffic: { desired: 5 } });
    expect(lineOf('observed', all)).toMatch(/░ {5}- {3}not counted yet$/);
  });

  it('speaks of the promoted version while it bakes, and of no split afterwards', () => {
    const baking = {
      ...stepping,
      phase: 'Baking' as const,
      stable: stepping.candidate,
      candidate: undefined,
    };
    expect(lines(baking)).toContain("  v2's share of the traffic");
    const settled: ModelDeploymentStatus = { phase: 'Healthy', message: 'm', stable: stepping.stable };
    expect(lines(settled).join('\n')).not.toContain('share');
    expect(lineOf('candidate', lines(settled))).toBe('  candidate   none');
  });

  it('shows requests and failures by version, and what no model answered', () => {
    const traffic = {
      last: loadCounts({ '2': { ok: 4, failed: 1 } }),
      total: loadCounts({
        '1': { ok: 1_200, failed: 0 },
        '2': { ok: 60, failed: 2 },
        none: { ok: 0, failed: 3 },
      }),
    };
    const all = render(stateOf(stepping, { traffic }), wide);
    const cells = (label: string) => lineOf(label, all.slice(-4)).trim().split(/ {2,}/);
    expect(cells('requests')).toEqual(['requests', 'per second', 'failed', 'in all', 'failed']);
    expect(cells('v1')).toEqual(['v1', '0', '0', '1,200', '0']);
    expect(cells('v2')).toEqual(['v2', '5', '1', '62', '2']);
    expect(cells('no model')).toEqual(['no model', '0', '0', '3', '3']);
  });

  it.each([200, 120, 80, 40, 20, 5, 1])(
    'keeps every line within %d characters, with and without colours',
    (width) => {
      const long = { ...stepping, message: 'word '.repeat(100), analysis: stepping.analysis };
      const traffic = {
        last: loadCounts({ '1': { ok: 1, failed: 0 } }),
        total: loadCounts({ '1': { ok: 1, failed: 0 } }),
      };
      for (const color of [true, false]) {
        const all = render(stateOf(long, { traffic }), { width, color });
        expect(Math.max(...all.map(visible))).toBeLessThanOrEqual(width);
      }
    },
  );

  it('writes no escape sequence without colours, whatever the cluster says', () => {
    const hostile = { ...stepping, message: 'x\u001b[2J\u001b[31mred\nnext' };
    expect(lines(hostile).join('')).not.toContain('\u001b');
    expect(lineOf('message', lines(hostile))).toBe('  message     x [2J [31mred next');
  });

  it('colours by what is meant', () => {
    const all = render(stateOf({ ...stepping, phase: 'RolledBack' }), { width: 120, color: true }).join('\n');
    expect(all).toContain('\u001b[31mRolledBack\u001b[0m');
  });

  it('shows nothing of a ModelDeployment that is not there', () => {
    expect(lines({})).toEqual(['Understudy demo  0:42  rolling out version 2']);
  });

  it('does the same for the same state', () => {
    expect(lines(stepping)).toEqual(lines(stepping));
  });
});
