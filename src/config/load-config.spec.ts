import { describe, expect, it } from '@jest/globals';
import { catalogVariables } from '../../test/support/catalog-variables.ts';
import { leaderElectionTimings } from '../runtime/leader-election-options.ts';
import { ConfigError } from './config-error.ts';
import { wellKnownHosts } from '../outbound/allowed-hosts.ts';
import { loadConfig, printConfig, wantsHelp } from './load-config.ts';

interface Given {
  argv?: string[];
  environment?: Record<string, string>;
  file?: string;
}

const load = ({ argv = [], environment = {}, file }: Given) =>
  loadConfig({
    argv: file === undefined ? argv : ['--config', '/etc/understudy.yaml', ...argv],
    environment,
    read: async (path) => {
      if (path === '/etc/understudy.yaml' && file !== undefined) return file;
      throw new Error('no such file');
    },
  });

const configOf = async (given: Given) => (await load(given)).config;

const problemsOf = async (given: Given): Promise<readonly string[]> => {
  const error = await load(given).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).problems;
};

describe('the defaults', () => {
  it('are complete', async () => {
    expect(await configOf({})).toEqual({
      namespaces: [],
      workers: 16,
      shards: 0,
      apiServer: { requestsPerSecond: 200, burst: 1000 },
      shutdownGraceMs: 25_000,
      admissionPolicy: false,
      routers: { service: true, gatewayAPI: true },
      leaderElection: {
        enabled: true,
        name: 'understudy',
        leaseDurationMs: 15_000,
        renewDeadlineMs: 10_000,
        retryPeriodMs: 2000,
      },
      dashboard: { enabled: false, anonymous: 'none', basePath: '' },
      http: { host: '0.0.0.0', port: 8080 },
      notifications: { enabled: false, allowedHosts: [...wellKnownHosts], targets: [] },
      gates: { allowedHosts: [], jobs: false },
      logging: { level: 'info', format: 'json' },
      tracing: { sampleRatio: 1 },
      sources: [],
    });
  });

  it('of traces are of every pass, and to nowhere', async () => {
    const argv = ['--tracing-endpoint', 'http://collector:4318/v1/traces'];
    const environment = { UNDERSTUDY_TRACING_SAMPLE_RATIO: '0.25' };
    expect((await configOf({ argv, environment })).tracing).toEqual({
      endpoint: 'http://collector:4318/v1/traces',
      sampleRatio: 0.25,
    });
  });

  it('of a source are those of Prometheus', async () => {
    const { sources } = await configOf({ file: 'sources: [{name: default, url: "http://prometheus:9090"}]' });
    expect(sources).toEqual([
      { name: 'default', url: 'http://prometheus:9090', scrapeIntervalMs: 15_000, timeoutMs: 5000 },
    ]);
  });
});

describe('the sources of a setting', () => {
  const file = 'workers: 1\nhttp: {port: 1, host: file}\nlogging: {level: warn}';

  it('are flag over variable over file over default', async () => {
    const given = {
      file,
      environment: { UNDERSTUDY_WORKERS: '2', UNDERSTUDY_HTTP_PORT: '2' },
      argv: ['--workers=3'],
    };
    expect(await configOf(given)).toMatchObject({
      workers: 3,
      http: { port: 2, host: 'file' },
      logging: { level: 'warn', format: 'json' },
    });
  });

  it('a list replaces a list', async () => {
    const given = { file: 'namespaces: [a, b]', environment: { UNDERSTUDY_NAMESPACES: ' c , d ' } };
    expect((await configOf(given)).namespaces).toEqual(['c', 'd']);
    expect((await configOf({ ...given, argv: ['--namespaces='] })).namespaces).toEqual([]);
  });

  it('an empty variable is no value', async () => {
    expect((await configOf({ environment: { UNDERSTUDY_WORKERS: '' } })).workers).toBe(16);
  });

  it('the file may be named by a variable, and may be empty', async () => {
    const environment = { UNDERSTUDY_CONFIG: '/x' };
    const read = async () => '# nothing yet\n';
    expect((await loadConfig({ argv: [], environment, read })).config.workers).toBe(16);
  });

  it.each([
    ['--leader-election-enabled', true],
    ['--leader-election-enabled=true', true],
    ['--leader-election-enabled=false', false],
  ])('%s', async (argument, enabled) => {
    expect((await configOf({ argv: [argument] })).leaderElection.enabled).toBe(enabled);
  });

  it.each([
    ['YAML', '[{name: a, url: "http://p", scrapeInterval: 1m30s}]'],
    ['JSON', '[{"name":"a","url":"http://p","scrapeInterval":"90s"}]'],
  ])('sources fit into a variable, as %s', async (_, text) => {
    const { sources } = await configOf({ environment: { UNDERSTUDY_SOURCES: text } });
    expect(sources).toMatchObject([{ name: 'a', scrapeIntervalMs: 90_000 }]);
  });

  it('a source can have credentials and TLS', async () => {
    const written = {
      name: 'a',
      url: 'https://prometheus.example.com/prefix',
      basicAuth: { username: 'u', passwordFile: '/run/password' },
      tls: {
        caFile: '/run/ca',
        certFile: '/run/crt',
        keyFile: '/run/key',
        serverName: 's',
        insecureSkipVerify: true,
      },
    };
    const { sources } = await configOf({ argv: ['--sources', JSON.stringify([written])] });
    expect(sources).toEqual([{ ...written, scrapeIntervalMs: 15_000, timeoutMs: 5000 }]);
  });
});

describe('what Kubernetes and the local cluster put into the environment', () => {
  it('are the links of Services with our name, which are not settings', async () => {
    const environment = {
      UNDERSTUDY_SERVICE_HOST: '10.96.0.7',
      UNDERSTUDY_SERVICE_PORT: '80',
      UNDERSTUDY_SERVICE_PORT_HTTP: '80',
      UNDERSTUDY_PORT: 'tcp://10.96.0.7:80',
      UNDERSTUDY_PORT_80_TCP: 'tcp://10.96.0.7:80',
      UNDERSTUDY_PORT_80_TCP_PROTO: 'tcp',
      UNDERSTUDY_PORT_80_TCP_PORT: '80',
      UNDERSTUDY_PORT_80_TCP_ADDR: '10.96.0.7',
      // Of a Service called understudy-http: the name of a setting.
      UNDERSTUDY_HTTP_PORT: 'tcp://10.96.0.8:80',
    };
    expect((await configOf({ environment })).http.port).toBe(8080);
  });

  it('are the variables of the local cluster', async () => {
    const environment = Object.fromEntries(catalogVariables.map((name) => [name, '/usr/bin/x']));
    expect(Object.keys(environment).length).toBeGreaterThan(5);
    expect((await configOf({ environment })).workers).toBe(16);
  });
});

describe('a problem names the field, what was found, where, and what is accepted', () => {
  it.each<[string, Given, RegExp]>([
    ['an unknown flag', { argv: ['--wurkers', '3'] }, /^unknown argument --wurkers; accepted: .*--workers, /],
    ['a stray word', { argv: ['start'] }, /^unknown argument start; accepted: /],
    ['a flag without its value', { argv: ['--workers'] }, /^--workers: found nothing; accepted: a value$/],
    [
      'an unknown variable',
      { environment: { UNDERSTUDY_WURKERS: '3' } },
      /^unknown variable UNDERSTUDY_WURKERS; accepted: .*UNDERSTUDY_WORKERS/,
    ],
    [
      'an unknown key',
      { file: 'wurkers: 3' },
      /^unknown key wurkers \(from \/etc\/understudy.yaml\); accepted: namespaces, workers, /,
    ],
    [
      'an unknown key inside',
      { file: 'http: {prot: 3}' },
      /^unknown key http.prot .*; accepted: host, port$/,
    ],
    [
      'an unknown key of a source',
      { file: 'sources: [{name: a, url: "http://x", bearerToken: abc}]' },
      /^unknown key sources.0.bearerToken .*; accepted: name, url, scrapeInterval, timeout, bearerTokenFile, /,
    ],
    [
      'a bad number',
      { argv: ['--workers', 'many'] },
      /^workers: found "many" \(from --workers\); accepted: a whole number from 1 to 64$/,
    ],
    [
      'a number out of bounds',
      { environment: { UNDERSTUDY_HTTP_PORT: '65536' } },
      /^http.port: found 65536 \(from UNDERSTUDY_HTTP_PORT\)/,
    ],
    [
      'more shards than there are',
      { argv: ['--shards', '65'] },
      /^shards: found 65 \(from --shards\); accepted: a whole number from 0 to 64$/,
    ],
    [
      'shards without Leases',
      { argv: ['--shards=32', '--leader-election-enabled=false'] },
      /^shards: found 32 \(from --shards\); accepted: 0 where leaderElection.enabled is false$/,
    ],
    [
      'a bad boolean',
      { argv: ['--leader-election-enabled=yes'] },
      /^leaderElection.enabled: found "yes" .*; accepted: true or false$/,
    ],
    [
      'a share out of bounds',
      { argv: ['--tracing-sample-ratio=1.5'] },
      /^tracing.sampleRatio: found 1.5 .*; accepted: a number from 0 to 1$/,
    ],
    [
      'a bad share',
      { argv: ['--tracing-sample-ratio=often'] },
      /^tracing.sampleRatio: found "often" .*; accepted: a number from 0 to 1$/,
    ],
    [
      'a bad choice',
      { argv: ['--logging-level=loud'] },
      /^logging.level: found "loud" .*; accepted: one of trace, debug, info/,
    ],
    [
      'a duration without unit',
      { argv: ['--shutdown-grace', '30'] },
      /^shutdownGrace: found "30" .*; accepted: a duration such as/,
    ],
    [
      'a number for a duration',
      { file: 'shutdownGrace: 30' },
      /^shutdownGrace: found 30 .*; accepted: a duration such as/,
    ],
    [
      'a bad namespace',
      { argv: ['--namespaces', 'ok,Not_OK'] },
      /^namespaces.1: found "Not_OK" \(from --namespaces\)/,
    ],
    [
      'a value for a group',
      { file: 'http: 8080' },
      /^http: found 8080 .*; accepted: settings named host, port$/,
    ],
    [
      'a list for the whole',
      { file: '- a' },
      /^\/etc\/understudy.yaml: found \["a"\]; accepted: settings by name$/,
    ],
    ['a file that is no YAML', { file: '{' }, /^\/etc\/understudy.yaml is no YAML: /],
    [
      'a file that is not there',
      { argv: ['--config', '/nowhere'] },
      /^the configuration file \/nowhere cannot be read: /,
    ],
    ['sources that are no YAML', { argv: ['--sources', '[{'] }, /^--sources: found a text that is no YAML/],
    [
      'a renewal deadline beyond the lease',
      { argv: ['--leader-election-renew-deadline=15s'] },
      /^leaderElection.renewDeadline: found "15s" .*; accepted: less than leaseDuration \(15s\)$/,
    ],
    [
      'a pause beyond the deadline',
      { argv: ['--leader-election-retry-period=9s'] },
      /^leaderElection.retryPeriod: found "9s" .*; accepted: less than renewDeadline/,
    ],
    [
      'half a second of lease',
      { argv: ['--leader-election-lease-duration=15500ms'] },
      /^leaderElection.leaseDuration: .*; accepted: whole seconds$/,
    ],
    [
      'two sources of one name',
      { file: 'sources: [{name: a, url: "http://x"}, {name: a, url: "http://y"}]' },
      /^sources.1.name: found "a" .*; accepted: a name that no other source has$/,
    ],
    [
      'a source without address',
      { file: 'sources: [{name: a}]' },
      /^sources.0.url: found nothing .*; accepted: an http or https address/,
    ],
    ['another scheme', { file: 'sources: [{name: a, url: "ftp://x"}]' }, /^sources.0.url: found "ftp:\/\/x"/],
    [
      'two ways to authenticate',
      {
        file: 'sources: [{name: a, url: "http://x", bearerTokenFile: /t, basicAuth: {username: u, passwordFile: /p}}]',
      },
      /accepted: bearerTokenFile or basicAuth, not both$/,
    ],
    [
      'a certificate without its key',
      { file: 'sources: [{name: a, url: "https://x", tls: {certFile: /c}}]' },
      /accepted: certFile and keyFile together, or neither$/,
    ],
  ])('%s', async (_, given, expected) => {
    expect(await problemsOf(given)).toEqual([expect.stringMatching(expected)]);
  });

  it('all at once', async () => {
    const problems = await problemsOf({
      argv: ['--wurkers', '3', '--http-port', 'x'],
      file: 'nix: 1\nworkers: 0',
    });
    expect(problems).toHaveLength(4);
  });

  it('without telling a secret', async () => {
    const problems = await problemsOf({
      file: `
        sources:
          - {name: a, url: "http://me:hunter2@x/?key=hunter2", password: hunter2, basicAuth: "me:hunter2"}
      `,
    });
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).not.toContain('hunter2');
  });
});

describe('printConfig', () => {
  const file = `
    namespaces: [ml]
    shutdownGrace: 90s
    leaderElection: {namespace: system, retryPeriod: 500ms}
    sources:
      - name: default
        url: https://prometheus:9090
        scrapeInterval: 1m30s
        bearerTokenFile: /run/token
        tls: {caFile: /run/ca}
  `;

  it('is a configuration file that means the same', async () => {
    const config = await configOf({ file });
    const printed = await printConfig(config);
    expect(printed).toContain('scrapeInterval: 1m30s');
    expect(printed).toContain('bearerTokenFile: /run/token');
    expect(await configOf({ file: printed })).toEqual(config);
  });

  it('hides what may be secret, wherever it came from', async () => {
    const config = await configOf({ file });
    const [source] = config.sources;
    const leaky = {
      ...config,
      sources: [{ ...source!, url: 'http://me:hunter2@x/?key=hunter2', password: 'hunter2' }],
    };
    const printed = await printConfig(leaky);
    expect(printed).not.toContain('hunter2');
    expect(printed).toContain('***');
  });

  it('is asked for by a flag', async () => {
    expect(await load({ argv: ['--print-config'] })).toMatchObject({ printConfig: true });
    expect(await load({})).toMatchObject({ printConfig: false });
    expect(wantsHelp(['--workers', '3', '--help'])).toBe(true);
  });
});

it('timings that are accepted here are accepted by leader election', async () => {
  const argv = [
    '--leader-election-lease-duration=3s',
    '--leader-election-renew-deadline=2s',
    '--leader-election-retry-period=1600ms',
  ];
  expect(() => leaderElectionTimings({})).not.toThrow();
  const { leaderElection } = await configOf({ argv });
  expect(leaderElectionTimings(leaderElection)).toMatchObject({ retryPeriodMs: 1600 });
});
