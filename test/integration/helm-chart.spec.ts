import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { permissions } from '../../src/kubernetes/permissions.ts';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import {
  resolveKubectl,
  resolvePrometheusOperatorCrds,
} from '../../tools/local-cluster/binaries/binaries.ts';
import { renderManifests } from '../../tools/manifests/render.ts';
import { refusalOf } from '../support/api-paths.ts';
import { refusedValues, valueSets } from '../support/chart-values.ts';
import { chart, Helm } from '../support/helm.ts';
import { alertRules } from '../../tools/signals/alert-rules.ts';
import { dashboardFiles } from '../../tools/generate/dashboards/files.ts';
import { installManifest } from '../support/install-manifest.ts';
import { TestBed, untilKindsAreServed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

const root = join(import.meta.dirname, '..', '..');

let bed: TestBed;
let helm: Helm;

beforeAll(async () => {
  bed = await TestBed.start({ bare: true });
  helm = await Helm.on(bed.cluster);
  const folder = await resolvePrometheusOperatorCrds();
  const isOfInstall = ({ kind }: KubernetesObject) =>
    kind === 'CustomResourceDefinition' || kind === 'Namespace';
  for (const object of installManifest.filter(isOfInstall)) await bed.apply(object);
  for (const file of readdirSync(folder)) await bed.apply(parse(readFileSync(join(folder, file), 'utf8')));
  await untilKindsAreServed(bed.user);
  await waitFor('the kinds of the Prometheus operator are served', async () => {
    const answers = ['podmonitors', 'servicemonitors', 'prometheusrules'].map((plural) =>
      bed.user.get(`/apis/monitoring.coreos.com/v1/${plural}`),
    );
    return (await Promise.all(answers)).every(({ status }) => status === 200);
  });
}, 600_000);
afterAll(async () => {
  await helm?.close();
  await bed?.stop();
}, 60_000);

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}
const one = (objects: KubernetesObject[], kind: string, name = 'understudy') =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);
const rightsOf = (role: KubernetesObject | undefined): string[] =>
  ((role?.['rules'] ?? []) as Rule[]).flatMap(({ apiGroups, resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${apiGroups[0]} ${resource} ${verb}`)),
  );
/** What the default values leave out. */
const isOffByDefault = (feature: string | undefined): boolean =>
  feature === 'dashboard' || feature === 'secrets' || feature === 'jobGates';
const rightsIn = (is: (permission: (typeof permissions)[number]) => boolean): string[] =>
  permissions
    .filter(is)
    .flatMap(({ apiGroup, resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${apiGroup} ${resource} ${verb}`)),
    );

describe.each(Object.entries(valueSets))('the chart with %s', (_, values) => {
  it('passes helm lint --strict', async () => {
    expect(await helm.run(['lint', '--strict', chart], values)).toMatchObject({ code: 0 });
  });

  it('renders objects that the API server takes, to the last field', async () => {
    const objects = await helm.template(values);
    expect(objects.length).toBeGreaterThan(1);
    const refusals = await Promise.all(objects.map((object) => refusalOf(bed.user, object)));
    expect(refusals.filter((refusal) => refusal !== undefined)).toEqual([]);
  });
});

it.each(refusedValues)('the chart refuses %s, in words', async (_, values, words) => {
  const { code, stderr } = await helm.run(['template', 'understudy', chart], values);
  expect(stderr.replaceAll('\n', ' ')).toMatch(words);
  expect(code).toBe(1);
});

describe('the rights of the controller', () => {
  it('are those of the one list, in all of the cluster', async () => {
    const objects = await helm.template({});
    expect(rightsOf(one(objects, 'ClusterRole')).sort()).toEqual(
      rightsIn(({ scope, feature }) => scope !== 'own' && !isOffByDefault(feature)).sort(),
    );
    expect(rightsOf(one(objects, 'Role', 'understudy-leader-election')).sort()).toEqual(
      rightsIn(({ scope, feature }) => scope === 'own' && feature !== 'shards').sort(),
    );
  });

  it('are more with shards', async () => {
    const objects = await helm.template({ shards: 22, replicas: 3 });
    expect(rightsOf(one(objects, 'Role', 'understudy-leader-election')).sort()).toEqual(
      rightsIn(({ scope }) => scope === 'own').sort(),
    );
    const config = parse(one(objects, 'ConfigMap')?.['data']['config.yaml'] as string);
    expect(config.shards).toBe(22);
  });

  it('lie in the named namespaces, but for what is only read and has none', async () => {
    const objects = await helm.template({ watchNamespaces: ['ml', 'search'] });
    const roles = objects.filter(({ kind, metadata }) => kind === 'Role' && metadata.name === 'understudy');
    expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(['ml', 'search']);
    for (const role of roles)
      expect(rightsOf(role).sort()).toEqual(
        rightsIn(({ scope, feature }) => scope === 'watched' && !isOffByDefault(feature)).sort(),
      );
    expect(rightsOf(one(objects, 'ClusterRole')).sort()).toEqual(
      rightsIn(({ scope, feature }) => scope === 'cluster' && !isOffByDefault(feature)).sort(),
    );
    const config = parse(one(objects, 'ConfigMap')?.['data']['config.yaml'] as string);
    expect(config.namespaces).toEqual(['ml', 'search']);
  });

  it.each(['service', 'gatewayAPI'] as const)('are fewer without traffic.%s', async (feature) => {
    const objects = await helm.template({ routers: { [feature]: false } });
    const fewer = rightsIn((each) => each.feature === feature);
    expect(fewer.length).toBeGreaterThan(0);
    expect(rightsOf(one(objects, 'ClusterRole')).filter((right) => fewer.includes(right))).toEqual([]);
    const config = parse(one(objects, 'ConfigMap')?.['data']['config.yaml'] as string);
    expect(config.routers[feature]).toBe(false);
  });
});

it('the dashboard comes with a Service, and with the rights to review tokens and rights', async () => {
  const objects = await helm.template({ dashboard: { enabled: true, basePath: '/models' } });
  const reviews = rightsIn(({ feature }) => feature === 'dashboard');
  expect(reviews).toHaveLength(2);
  expect(rightsOf(one(objects, 'ClusterRole'))).toEqual(expect.arrayContaining(reviews));
  expect(one(objects, 'Service', 'understudy-dashboard')).toBeDefined();
  const config = parse(one(objects, 'ConfigMap')?.['data']['config.yaml'] as string);
  expect(config.dashboard).toEqual({ enabled: true, anonymous: 'none', basePath: '/models' });
});

it('the CRDs are kept by helm, and are those of crds/', async () => {
  const crds = (await helm.template({})).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const files = readdirSync(join(root, 'crds')).map((file) =>
    parse(readFileSync(join(root, 'crds', file), 'utf8')),
  );
  const byName = (left: KubernetesObject, right: KubernetesObject) =>
    left.metadata.name < right.metadata.name ? -1 : 1;
  expect(crds.sort(byName)).toEqual(files.sort(byName));
  for (const { metadata } of crds) expect(metadata.annotations?.['helm.sh/resource-policy']).toBe('keep');
});

it('the page about scraping and the PodMonitor give series the same labels', async () => {
  const objects = await helm.template({ models: { podMonitor: { enabled: true } } });
  const monitor = one(objects, 'PodMonitor', 'understudy-models')!;
  const { relabelings } = monitor['spec'].podMetricsEndpoints[0];
  const page = readFileSync(join(root, 'docs', 'scraping.md'), 'utf8');
  const block = /```yaml\n(scrape_configs:[\s\S]*?)```/.exec(page)?.[1] ?? '';
  const rules = parse(block).scrape_configs[0].relabel_configs as Record<string, unknown>[];
  const expected = (relabelings as { sourceLabels: string[]; targetLabel: string }[]).map(
    ({ sourceLabels, targetLabel }) => ({ source_labels: sourceLabels, target_label: targetLabel }),
  );
  expect(expected.map(({ target_label }) => target_label)).toEqual(['model_deployment', 'revision']);
  expect(rules).toEqual(expect.arrayContaining(expected));
});

describe('what watches the controller', () => {
  it('is not installed unless it is asked for', async () => {
    const objects = await helm.template({});
    expect(objects.filter(({ kind }) => kind === 'PrometheusRule')).toEqual([]);
    expect(objects.filter(({ metadata }) => metadata.name.includes('dashboard'))).toEqual([]);
  });

  it('has every alert, with a link into the runbook where people read it', async () => {
    const runbookUrl = 'https://wiki.example.com/understudy';
    const objects = await helm.template({ alerts: { enabled: true, labels: { release: 'p' }, runbookUrl } });
    const rule = one(objects, 'PrometheusRule')!;
    expect(rule.metadata.labels).toMatchObject({ release: 'p' });
    const rules = (rule['spec'].groups as { rules: object[] }[]).flatMap((group) => group.rules);
    expect(rules).toEqual(
      alertRules(root).map((alert) => ({
        ...alert,
        annotations: {
          ...alert.annotations,
          runbook_url: alert.annotations['runbook_url']!.replace('docs/runbook.md', runbookUrl),
        },
      })),
    );
  });

  it('has every dashboard, as Grafana reads it', async () => {
    const objects = await helm.template({ dashboards: { enabled: true } });
    const maps = objects.filter(({ metadata }) => metadata.labels?.['grafana_dashboard'] === '1');
    const stored = maps.flatMap((map) => Object.values(map['data'] as Record<string, string>));
    expect(stored.map((text) => JSON.parse(text)).sort(byUid)).toEqual(
      dashboardFiles()
        .map(({ content }) => JSON.parse(content))
        .sort(byUid),
    );
  });
});
const byUid = (left: { uid: string }, right: { uid: string }) => (left.uid < right.uid ? -1 : 1);

describe('the plain manifests', () => {
  it('are what the chart renders (else: npm run generate:manifests)', async () => {
    for (const { path, content } of await renderManifests(helm.binary))
      expect([path, readFileSync(join(root, path), 'utf8') === content]).toEqual([path, true]);
  });

  it('are a base of Kustomize', async () => {
    const kubectl = await resolveKubectl();
    const { stdout } = await promisify(execFile)(kubectl, ['kustomize', join(root, 'manifests')], {
      maxBuffer: 64 * 1024 * 1024,
    });
    const names = (objects: KubernetesObject[]) =>
      objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
    const built = parseAllDocuments(stdout).map((document) => document.toJS() as KubernetesObject);
    expect(names(built)).toEqual(names(installManifest));
  });
});
