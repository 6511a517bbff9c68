import type { ParentReference } from '../../api/traffic.ts';
import { outputOf } from '../cluster/cluster-flags.ts';
import { parseFlags } from '../flags.ts';
import { UsageError } from '../usage-error.ts';

export interface ConvertOptions {
  files: string[];
  gateway: Pick<ParentReference, 'name' | 'namespace'> | undefined;
  hostnames: string[];
  strict: boolean;
  json: boolean;
}

const flags = {
  file: { type: 'string', short: 'f', multiple: true },
  gateway: { type: 'string' },
  hostname: { type: 'string', multiple: true },
  strict: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
} as const;

/** Reads the flags. Throws `UsageError`. */
export function parseConvertOptions(argv: readonly string[]): ConvertOptions {
  const { file, gateway, hostname = [], strict = false, output } = parseFlags(argv, flags);
  if (!file) throw new UsageError('convert needs manifests: -f FILE, -f FOLDER or -f -');
  return {
    files: file,
    gateway: gateway === undefined ? undefined : gatewayOf(gateway),
    hostnames: hostname,
    strict,
    json: outputOf(output, ['json']) === 'json',
  };
}

/** A Gateway as `NAME` or `NAMESPACE/NAME`. Throws `UsageError`. */
export function gatewayOf(text: string): Pick<ParentReference, 'name' | 'namespace'> {
  const parts = text.split('/');
  const isName = (part: string) => /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(part);
  if (parts.length > 2 || !parts.every(isName))
    throw new UsageError(`--gateway: found "${text}"; accepted: NAME or NAMESPACE/NAME of a Gateway`);
  const [first, second] = parts as [string, string?];
  return second === undefined ? { name: first } : { namespace: first, name: second };
}
