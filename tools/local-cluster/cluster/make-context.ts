import type { ComponentContext } from '../components/context.ts';
import { makeTokens } from './credentials.ts';
import { KubeClient } from './kube-client.ts';
import { clusterFiles, network } from './layout.ts';
import type { ClusterNamespace } from './namespace.ts';
import type { StartOptions } from './running-cluster.ts';

/** What the components of a new cluster are made from: files, tokens, and ports of the host that lead inside. */
export async function makeContext(
  folder: string,
  namespace: ClusterNamespace,
  options: StartOptions,
): Promise<ComponentContext> {
  const files = clusterFiles(folder);
  const tokens = makeTokens();
  const [apiServer, gateway, metrics] = await Promise.all([
    namespace.forward(network.apiServer),
    namespace.forward(network.gateway),
    namespace.forward(network.prometheus),
  ]);
  const hostUrls = {
    // By name, because the API server's certificate says "localhost".
    apiServer: `https://localhost:${apiServer}`,
    gateway: `http://127.0.0.1:${gateway}`,
    prometheus: `http://127.0.0.1:${metrics}`,
  };
  return {
    files,
    binaries: options.resolved.binaries,
    namespace,
    tokens,
    kube: new KubeClient(hostUrls.apiServer, tokens.admin, files.certificateAuthority),
    hostUrls,
    scrapeIntervalMs: options.scrapeIntervalMs,
  };
}
