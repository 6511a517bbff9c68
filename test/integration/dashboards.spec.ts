import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { dashboards } from '../../tools/generate/dashboards/files.ts';
import { resolvePromtool } from '../../tools/local-cluster/binaries/binaries.ts';

const run = promisify(execFile);
const queries = Object.entries(dashboards).flatMap(([name, { rows }]) =>
  rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries.map(({ expr }) => ({ name, expr })))),
);

let promtool: string;
let folder: string;
beforeAll(async () => {
  promtool = await resolvePromtool();
  folder = await mkdtemp(join(tmpdir(), 'dashboards-'));
}, 600_000);
afterAll(() => rm(folder, { recursive: true }));

/** As rules that record each of them, which is how promtool reads expressions. */
async function check(exprs: string[]): Promise<string> {
  const rules = exprs.map((expr, index) => ({
    record: `dashboard:query_${index}`,
    expr: expr.replaceAll(/\$__(rate_interval|range)/g, '5m'),
  }));
  const path = join(folder, 'queries.yaml');
  await writeFile(path, stringify({ groups: [{ name: 'dashboards', rules }] }));
  const { stdout } = await run(promtool, ['check', 'rules', path]);
  return stdout;
}

describe('the queries of the dashboards, by the real promtool', () => {
  it('are expressions, with the types that functions and operators ask for', async () => {
    expect(queries.length).toBeGreaterThan(50);
    expect(await check(queries.map(({ expr }) => expr))).toContain(`${queries.length} rules found`);
  });

  it('would not be, with a wrong one among them', async () => {
    await expect(check([queries[0]!.expr, 'rate(understudy_leader)'])).rejects.toThrow(
      'expected type range vector',
    );
  });
});
