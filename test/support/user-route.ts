import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { askOnce } from './gateway-load.ts';
import type { TestBed } from './test-bed.ts';
import { waitFor } from './wait-for.ts';

/**
 * A route of the user's own, that we know nothing of: the gateway sends what has its host name to one Service. Where no
 * program answers at the address of a Service, this is how clients of a plain Service reach its endpoints.
 *
 * Resolves with the host name, once a model answers there.
 */
export async function routeOfUser(bed: TestBed, service: string): Promise<string> {
  const host = `own-${service}.example.com`;
  const { apiVersion, kind } = resourceKinds.httpRoute;
  await bed.apply({
    apiVersion,
    kind,
    metadata: { name: `own-${service}`, namespace: 'default' },
    spec: {
      parentRefs: [{ name: 'public', namespace: 'gateway' }],
      hostnames: [host],
      rules: [{ backendRefs: [{ name: service, port: 80 }] }],
    },
  });
  await waitFor(`${service} is reached by a route of the user's own`, async () => {
    const { status, error } = await askOnce(bed.cluster.gatewayUrl, host);
    if (status === 200) return true;
    throw new Error(error ?? `status ${status}`);
  });
  return host;
}
