import { beforeAll } from '@jest/globals';
import { gatewayCountersContract, type SentFate } from '../../../test/contract/gateway-counters.contract.ts';
import { labels } from '../../api/group.ts';
import type { Arms } from '../../domain/analysis/preset.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { defaultGateway } from '../gateway/gateway-objects.ts';
import { SimulatedWorld } from '../world.ts';
import { goodQuality } from './answer-quality.ts';

const revision = 'bbbbbbbbbb';
const arms: Arms = {
  namespace: 'ml',
  name: 'digits',
  candidate: { revision, service: `digits-${revision}`, port: 80 },
  stable: { revision: 'aaaaaaaaaa', service: 'digits-aaaaaaaaaa', port: 80 },
};
const host = 'digits.example.com';
const requestsPerSecond = 10;

const world = new SimulatedWorld({
  seed: 1,
  traffic: { clients: [], prometheus: { scrapeIntervalMs: 1_000 } },
});
let sinceMs: number;

beforeAll(async () => {
  const { namespace } = arms;
  const user = world.as('alice');
  for (const { service, revision } of [arms.stable, arms.candidate]) {
    const selector = { [labels.revision]: revision };
    const spec = { selector, ports: [{ port: 80, protocol: 'TCP' }] };
    user.create({ apiVersion: 'v1', kind: 'Service', metadata: { namespace, name: service }, spec });
    const containers = [{ name: 'server', image: 'example.com/model:1' }];
    const metadata = { namespace, name: `${service}-pod`, labels: selector };
    user.create({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } });
  }
  const { apiVersion, kind } = resourceKinds.httpRoute;
  const { namespace: gatewayNamespace, name } = defaultGateway;
  user.create({
    apiVersion,
    kind,
    metadata: { namespace, name: 'digits' },
    spec: {
      parentRefs: [{ namespace: gatewayNamespace, name }],
      hostnames: [host],
      rules: [
        {
          backendRefs: [
            { name: arms.stable.service, port: 80, weight: 0 },
            { name: arms.candidate.service, port: 80, weight: 1000 },
          ],
        },
      ],
    },
  });
  await world.run(5_000);
  sinceMs = world.clock.now();
});

async function send(fate: SentFate, about: number): Promise<number> {
  world.traffic.qualities.forRevision(revision, { ...goodQuality, errorRate: fate === 'failed' ? 1 : 0 });
  if (fate === 'refused') {
    // It crashes, and is still listed.
    world.endpointSlices.stop();
    world.behaviours.forRevision(revision, { kind: 'crashes', afterMs: 0, exitCode: 1 });
    await world.run(1_000);
  }
  const target = { kind: 'host', host: fate === 'unrouted' ? 'nowhere.example.com' : host } as const;
  const before = world.ledger.total().requests;
  world.traffic.clients = [{ name: 'users', requestsPerSecond, target }];
  await world.run((about / requestsPerSecond) * 1_000);
  world.traffic.clients = [];
  return world.ledger.total().requests - before;
}

gatewayCountersContract('the simulated gateway', () => ({
  arms,
  source: world.prometheus,
  sinceMs,
  now: () => world.clock.now(),
  send,
  scraped: () => world.run(2_000),
}));
