import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { names, network, urlOf } from '../cluster/layout.ts';
import type { ComponentSpec } from './component.ts';
import type { ComponentContext } from './context.ts';
import { renderKwokStages } from './kwok-stages.ts';

/** The program that stands for a container image. */
export interface ImageEntry {
  command: string[];
  args?: string[];
  env?: Record<string, string>;
  workingDir?: string;
}

/** Image name -> program. An image that is not in it cannot be pulled. */
export type ImageTable = Record<string, ImageEntry>;

const agentProgram = fileURLToPath(new URL('../node-agent/main.ts', import.meta.url));

/** The node agent: runs pods as processes. */
export function nodeAgent({ files, kube }: ComponentContext): ComponentSpec {
  return {
    name: 'node-agent',
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', agentProgram, '--config', files.nodeAgentConfig],
    isReady: async () => {
      const log = await readFile(files.log('node-agent'), 'utf8').catch(() => '');
      return log.includes('node agent ready') && (await isNodeReady(kube, names.node));
    },
    readyTimeoutMs: 30_000,
    // It ends its pods first, each with its own grace period.
    stopTimeoutMs: 8000,
  };
}

export async function writeNodeAgentFiles(
  { files, tokens }: ComponentContext,
  images: ImageTable,
): Promise<void> {
  const config = {
    apiServer: urlOf('https', network.apiServer),
    token: tokens['node-agent'],
    caFile: files.certificateAuthority,
    nodeName: names.node,
    podCidr: network.podCidr,
    imagesFile: files.images,
    dataDir: files.nodeAgentData,
    rootCaFile: files.certificateAuthority,
    kubeletPort: String(network.kubelet.port),
    // One machine, one certificate: the API server does not ask for the authority of a kubelet's.
    certificateFile: files.certificateAuthority,
    keyFile: files.certificateKey,
  };
  await Promise.all([
    writeFile(files.nodeAgentConfig, JSON.stringify(config, null, 2), { mode: 0o600 }),
    writeFile(files.images, JSON.stringify(images, null, 2)),
  ]);
}

/** kwok: nodes and pods that only exist in the API, for tests of scale. It manages the nodes with its annotation. */
export function kwok({ files, binaries, kube, namespace }: ComponentContext): ComponentSpec {
  return {
    name: 'kwok',
    command: binaries.kwok ?? '',
    args: [
      `--kubeconfig=${files.insideKubeconfig('kwok')}`,
      `--config=${files.kwokConfig}`,
      '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
      `--cidr=${network.simulatedPodCidr}`,
      `--server-address=${network.kwok.host}:${network.kwok.port}`,
      '--node-lease-duration-seconds=40',
    ],
    isReady: async () =>
      (await namespace.canConnect(network.kwok)) && (await isNodeReady(kube, names.simulatedNode)),
    readyTimeoutMs: 30_000,
    stopTimeoutMs: 3000,
  };
}

async function isNodeReady(kube: ComponentContext['kube'], name: string): Promise<boolean> {
  const node = await kube.get<{ status?: { conditions?: { type: string; status: string }[] } }>(
    `/api/v1/nodes/${name}`,
  );
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

export async function writeKwokFiles({ files }: ComponentContext): Promise<void> {
  await writeFile(files.kwokConfig, renderKwokStages());
}
