import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';

/** A star of a .dockerignore matches names that begin with a dot as well. */
const dotless = (path: string): string => path.replaceAll(/(^|\/)\./g, '$1_');

/** Whether a path is in the build's context, by the lines of a .dockerignore: the last one that matches decides. */
export function isInContext(path: string, rules: readonly string[]): boolean {
  const parts = dotless(path).split('/');
  const ancestors = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  let included = true;
  for (const rule of rules) {
    const pattern = dotless(rule.replace(/^!/, ''));
    if (ancestors.some((ancestor) => matchesGlob(ancestor, pattern))) included = rule.startsWith('!');
  }
  return included;
}

/** The lines of a .dockerignore that are rules. */
export const ignoreRules = (text: string): string[] =>
  text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));

/** Copies what a build would be given, of the files that the repository holds: nothing that lies about in the working copy. */
export function copyContext(root: string, target: string): void {
  const rules = ignoreRules(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  })
    .split('\0')
    .filter((path) => path !== '' && isInContext(path, rules));
  for (const path of files) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(root, path), join(target, path));
  }
}
