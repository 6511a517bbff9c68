import { describe, expect, it } from '@jest/globals';
import { options, parseArguments, UsageError, type CommandName } from './arguments.ts';
import { helpText } from './help.ts';

const parse = (line: string) => parseArguments(line.split(' ').filter((word) => word !== ''));

describe('parseArguments', () => {
  it.each([
    ['up', { command: 'up', name: 'understudy', foreground: false, need: [], scrapeIntervalMs: 1000 }],
    [
      'up --name=two --foreground --with kwok --scrape-interval 250',
      { command: 'up', name: 'two', foreground: true, need: ['kwok'], scrapeIntervalMs: 250 },
    ],
    ['down', { command: 'down', name: 'understudy', all: false }],
    ['down --all', { command: 'down', name: 'understudy', all: true }],
    ['status', { command: 'status', name: undefined, json: false }],
    ['status --json --name a', { command: 'status', name: 'a', json: true }],
    ['kubeconfig --path', { command: 'kubeconfig', name: 'understudy', path: true }],
    ['exec -- curl -s x', { command: 'exec', name: 'understudy', argv: ['curl', '-s', 'x'] }],
    ['exec --name a curl --name b', { command: 'exec', name: 'a', argv: ['curl', '--name', 'b'] }],
    ['prepare --with kwok', { command: 'prepare', need: ['kwok'] }],
    ['', { command: 'help', topic: undefined }],
    ['help up', { command: 'help', topic: 'up' }],
    ['down -h', { command: 'help', topic: 'down' }],
    ['supervise --name a', { command: 'supervise', name: 'a', need: [], scrapeIntervalMs: 1000 }],
  ])('%p', (line, expected) => {
    expect(parse(line)).toEqual(expected);
  });

  it.each([
    ['start', /command: found "start"; accepted are up, down/],
    ['up now', /up: found "now"/],
    ['up --json', /up: found --json; accepted are --name, --foreground/],
    ['up --name', /--name: found no value/],
    ['up --name=', /--name: found no value/],
    ['up --foreground=yes', /--foreground: found a value/],
    ['up --with istio', /--with: found "istio"; accepted is kwok/],
    ['up --scrape-interval 1s', /--scrape-interval: found "1s"; accepted are whole milliseconds/],
    ['up --scrape-interval 50', /from 100/],
    ['exec', /exec: found no command/],
    ['exec --', /exec: found no command/],
  ])('refuses %p', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });
});

describe('helpText', () => {
  const commands: CommandName[] = ['up', 'down', 'status', 'kubeconfig', 'exec', 'prepare'];

  it('names every command, and not the one that is not for people', () => {
    for (const command of commands) expect(helpText()).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(helpText()).not.toContain('supervise');
  });

  it.each(commands)('%s: shows exactly its own options', (command) => {
    for (const [name, option] of Object.entries(options)) {
      const shown = helpText(command).includes(`  ${name}`);
      expect([name, shown]).toEqual([name, option.commands.includes(command)]);
    }
  });
});
