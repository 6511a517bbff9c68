import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DockerfileError, environmentOf, lastOf, parseDockerfile, readDockerfile } from './dockerfile.ts';

describe('parseDockerfile', () => {
  it('reads stages with their names, flags and continued lines', () => {
    const text = [
      '# comment',
      'FROM a:1 AS build',
      'RUN one \\',
      '  two',
      'FROM b',
      'COPY --from=build /x /y ./',
      'USER 1:1',
    ].join('\n');
    expect(parseDockerfile(text)).toEqual([
      { name: 'build', from: 'a:1', instructions: [{ name: 'RUN', flags: {}, text: 'one    two' }] },
      {
        name: undefined,
        from: 'b',
        instructions: [
          { name: 'COPY', flags: { from: 'build' }, text: '/x /y ./' },
          { name: 'USER', flags: {}, text: '1:1' },
        ],
      },
    ]);
  });

  it.each(['RUN x', 'FROM a\nADD x y', 'FROM a as b'])('refuses %j, in words', (text) => {
    expect(() => parseDockerfile(text)).toThrow(DockerfileError);
    expect(() => parseDockerfile(text)).toThrow(/accepted: /);
  });
});

describe('environmentOf', () => {
  it('has every pair of every ENV, the later one of two', () => {
    const [stage] = parseDockerfile('FROM a\nENV A=1 B=x=y\nWORKDIR /w\nENV A=2');
    expect(environmentOf(stage!.instructions)).toEqual({ A: '2', B: 'x=y' });
  });
});

describe('the Dockerfile', () => {
  const stages = readDockerfile();
  const last = stages.at(-1)!;

  it('ends with a stage of its own that only copies, and runs as a number that is not root', () => {
    expect(stages.length).toBeGreaterThan(1);
    expect(last.instructions.filter(({ name }) => name === 'RUN')).toEqual([]);
    expect(lastOf(last, 'USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(lastOf(last, 'ENTRYPOINT')).toBe('["node", "/app/dist/main.js"]');
  });

  it('uses Node 24 in every stage, and is not given what it did not ask for', () => {
    for (const { from } of stages) expect(from).toBe('node:24-slim');
    const fromContext = stages.flatMap(({ instructions }) =>
      instructions.filter(({ name, flags }) => name === 'COPY' && !flags['from']),
    );
    expect(fromContext.map(({ text }) => text.split(/\s+/).slice(0, -1)).flat()).not.toContain('.');
  });

  it('runs as the user that the chart runs it as', () => {
    const deployment = readFileSync(
      join(import.meta.dirname, '../../charts/understudy/templates/deployment.yaml'),
      'utf8',
    );
    const [user, group] = lastOf(last, 'USER')!.split(':');
    expect(deployment).toContain(`runAsUser: ${user}\n`);
    expect(deployment).toContain(`runAsGroup: ${group}\n`);
  });
});
