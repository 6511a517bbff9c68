import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { resolvePromtool } from '../../tools/local-cluster/binaries/binaries.ts';
import { alertRules, alertsFolder, ruleFiles } from '../../tools/signals/alert-rules.ts';

const root = join(import.meta.dirname, '..', '..');
const testsFolder = 'test/alerts';
const run = promisify(execFile);

let promtool: string;
let copy: string;
beforeAll(async () => {
  promtool = await resolvePromtool();
  copy = await mkdtemp(join(tmpdir(), 'alerts-'));
  for (const folder of [alertsFolder, testsFolder])
    await cp(join(root, folder), join(copy, folder), { recursive: true });
}, 600_000);
afterAll(() => rm(copy, { recursive: true }));

const filesOf = async (folder: string) =>
  (await readdir(join(root, folder))).map((file) => join(folder, file));
/** What promtool says about files below `base`, and whether it is content. */
async function ask(
  base: string,
  command: 'check' | 'test',
  folder: string,
): Promise<{ passed: boolean; said: string }> {
  const files = await filesOf(folder);
  return await run(promtool, [command, 'rules', ...files], { cwd: base }).then(
    ({ stdout }) => ({ passed: true, said: stdout }),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => ({
      passed: false,
      said: `${stdout}${stderr}`,
    }),
  );
}

describe('the alert rules, by the real promtool', () => {
  it('are rules', async () => {
    expect(await ask(root, 'check', alertsFolder)).toMatchObject({ passed: true });
  });

  it('pass their unit tests', async () => {
    expect(await ask(root, 'test', testsFolder)).toMatchObject({ passed: true });
  });

  // A test that cannot fail is none: each alert is silenced once, and made to fire at all times once.
  it.each(
    alertRules(root).flatMap(({ alert }) => [
      [alert, 'never fires', 'vector(0) > 1'],
      [alert, 'always fires', 'label_replace(vector(1), "namespace", "x", "", "")'],
    ]),
  )('are held by them: %s that %s', async (alert, _, expr) => {
    for (const [path, file] of ruleFiles(root)) {
      const groups = file.groups.map(({ rules, ...group }) => ({
        ...group,
        rules: rules.map((rule) => (rule.alert === alert ? { ...rule, expr, for: '0s' } : rule)),
      }));
      await writeFile(join(copy, path), stringify({ groups }));
    }
    const { passed, said } = await ask(copy, 'test', testsFolder);
    expect(passed).toBe(false);
    expect(said).toContain(alert);
  });
});
