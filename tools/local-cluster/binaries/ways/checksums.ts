import { WayUnavailable } from '../package.ts';
import { fetchText, type FetchOptions } from './download.ts';

/** The SHA-256 of `file` in a list as `sha256sum` writes it, or the only one where the list has just that. */
export function checksumIn(list: string, file: string): string | undefined {
  const lines = list.split('\n').map((line) => line.trim());
  const bare = lines.find((line) => /^[0-9a-f]{64}$/i.test(line));
  const named = lines
    .map((line) => /^([0-9a-f]{64})\s+[*]?(?:\.\/)?(.+)$/i.exec(line))
    .find((match) => match?.[2] === file);
  return (named?.[1] ?? bare)?.toLowerCase();
}

/** Reads the checksum that a project publishes for a file. */
export async function publishedChecksum(url: string, file: string, options: FetchOptions): Promise<string> {
  const found = checksumIn(await fetchText(url, options), file);
  if (found === undefined) throw new WayUnavailable(`${url} has no checksum of ${file}`);
  return found;
}

/** A file of a GitHub release with the checksum that GitHub publishes for it. */
export async function githubAsset(
  repository: string,
  tag: string,
  pattern: RegExp,
  options: FetchOptions,
): Promise<{ url: string; checksum: string }> {
  const address = `https://api.github.com/repos/${repository}/releases/tags/${tag}`;
  const release = JSON.parse(await fetchText(address, options)) as {
    assets: { name: string; browser_download_url: string; digest?: string | null }[];
  };
  const asset = release.assets.find(({ name }) => pattern.test(name));
  const checksum = /^sha256:([0-9a-f]{64})$/.exec(asset?.digest ?? '')?.[1];
  if (asset === undefined)
    throw new WayUnavailable(`${repository} ${tag} has no file like ${pattern.source}`);
  if (checksum === undefined)
    throw new WayUnavailable(`${repository} ${tag} publishes no checksum of ${asset.name}`);
  return { url: asset.browser_download_url, checksum };
}
