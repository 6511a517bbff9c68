import { describe, expect, it } from '@jest/globals';
import { parseOptions, usage } from './options.ts';
import { stories } from './scenario/stories.ts';

const existing = [
  '--existing',
  '--gateway-url',
  'http://127.0.0.1:8888',
  '--image',
  'c:1',
  '--server-image',
  's:1',
];
const environment = { KUBECONFIG: '/k' };

describe('parseOptions', () => {
  it('has defaults for everything', () => {
    expect(parseOptions([], environment)).toEqual({
      story: expect.objectContaining({ name: 'canary' }),
      help: false,
      json: false,
      keep: false,
      open: false,
      ratePerSecond: 100,
      existing: undefined,
    });
  });

  it('reads switches and values', () => {
    expect(parseOptions(['--json', '--keep', '--open', '--rate=250'])).toMatchObject({
      json: true,
      keep: true,
      open: true,
      ratePerSecond: 250,
    });
  });

  it.each(stories.map(({ name }) => name))(
    'tells the story %s, wherever it is named, and in its help',
    (name) => {
      expect(parseOptions([name, '--json'])).toMatchObject({ json: true, story: { name } });
      expect(parseOptions(['--rate', '20', name])).toMatchObject({ ratePerSecond: 20, story: { name } });
      expect(usage).toMatch(new RegExp(`^ {2}${name} {2,}\\w`, 'm'));
    },
  );

  it('takes a cluster that is there', () => {
    expect(parseOptions([...existing, '--gateway', 'infra/web'], environment).existing).toEqual({
      kubeconfigPath: '/k',
      gatewayUrl: 'http://127.0.0.1:8888',
      controllerImage: 'c:1',
      serverImage: 's:1',
      prometheusUrl: 'http://prometheus.monitoring:9090',
      gateway: { namespace: 'infra', name: 'web' },
    });
  });

  it('asks for nothing else where help is asked for', () => {
    expect(parseOptions(['--existing', '--help'])).toMatchObject({ help: true, existing: undefined });
  });

  it.each<[string[], string]>([
    [['--fast'], 'option: found --fast; accepted are --help, --json, --keep, --open, --existing, --rate'],
    [['-x'], 'option: found -x'],
    [['now'], 'story: found "now"; accepted is one of canary, blue-green, shadow'],
    [['canary', 'shadow'], 'story: found "canary", "shadow"; accepted is one of'],
    [['--json=yes'], '--json: found a value'],
    [['--rate'], '--rate: found no value'],
    [['--rate', '9'], '--rate: found "9"; accepted are whole numbers from 10 to 1000'],
    [['--rate', '1001'], '--rate: found "1001"'],
    [['--rate', '50.5'], '--rate: found "50.5"'],
    [['--image', 'c:1'], '--image: found without --existing'],
    [
      [...existing, '--gateway-url', 'http://example.com'],
      '--gateway-url: found "http://example.com", accepted an http:',
    ],
    [[...existing, '--gateway', 'web'], '--gateway: found "web"; accepted is NAMESPACE/NAME'],
  ])('refuses %j', (argv, message) => {
    expect(() => parseOptions(argv, environment)).toThrow(message);
  });

  it('names all that an existing cluster needs and does not have', () => {
    expect(() => parseOptions(['--existing'])).toThrow(
      /KUBECONFIG.*\n.*--gateway-url.*\n.*--image,.*\n.*--server-image/,
    );
    expect(() => parseOptions(existing)).toThrow(/missing here:\n {2}the variable KUBECONFIG[^\n]*$/);
  });
});
