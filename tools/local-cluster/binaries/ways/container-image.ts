import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WayUnavailable, type Platform, type Way, type WayContext } from '../package.ts';
import { download, fetchText } from './download.ts';
import { unpack } from './release.ts';

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

interface Manifest {
  manifests?: { digest: string; platform?: { os: string; architecture: string } }[];
  layers?: { digest: string }[];
}

export interface ImageProgram {
  /** `https://ghcr.io` */
  registry: string;
  /** `projectcontour/contour` */
  repository: string;
  tag: string;
  /** Path of the program in the image, without a leading slash. */
  member: string;
  name: string;
}

/**
 * Takes a program out of the official container image, for projects that publish nothing else. Every blob is
 * verified by the digest by which its manifest names it.
 */
export function containerImage(program: ImageProgram): Way {
  return {
    name: 'official image',
    make: async (folder, context) => {
      const headers = await authorization(program, context);
      const base = `${program.registry}/v2/${program.repository}`;
      const manifest = async (reference: string): Promise<Manifest> => {
        const accept = { ...headers, accept: manifestTypes };
        const text = await fetchText(`${base}/manifests/${reference}`, {
          headers: accept,
          signal: context.signal,
        });
        return JSON.parse(text) as Manifest;
      };
      const top = await manifest(program.tag);
      const chosen = top.layers === undefined ? await manifest(digestFor(top, context.platform)) : top;
      // The program lies in one of the upper layers, so look from the top.
      for (const { digest } of [...(chosen.layers ?? [])].reverse()) {
        const archive = join(folder, 'layer.tar.gz');
        await download(`${base}/blobs/${digest}`, archive, digest.replace('sha256:', ''), context, headers);
        const found = await unpack(archive, folder, { [program.member]: program.name }, context).then(
          () => true,
          (error: unknown) => {
            if (error instanceof WayUnavailable) return false;
            throw error;
          },
        );
        await rm(archive);
        if (found) return;
      }
      throw new WayUnavailable(`${program.repository}:${program.tag} has no ${program.member}`);
    },
  };
}

function digestFor(index: Manifest, platform: Platform): string {
  const found = index.manifests?.find(
    (manifest) => manifest.platform?.os === platform.os && manifest.platform.architecture === platform.arch,
  );
  if (found === undefined)
    throw new WayUnavailable(`the image does not exist for ${platform.os}/${platform.arch}`);
  return found.digest;
}

/** Registries want a token for public images too; everybody gets one. */
async function authorization(program: ImageProgram, context: WayContext): Promise<Record<string, string>> {
  const { registry, repository } = program;
  const address = `${registry}/token?service=${new URL(registry).host}&scope=repository:${repository}:pull`;
  const { token } = JSON.parse(await fetchText(address, { signal: context.signal })) as { token: string };
  return { authorization: `Bearer ${token}` };
}
