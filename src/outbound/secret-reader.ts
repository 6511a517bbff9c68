import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useLabel } from '../api/group.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { resourceKinds } from '../kubernetes/resource.ts';
import { OutboundError } from './outbound-error.ts';

/** Where secret values lie: in a Secret of the user's, or in a folder of files that the administrator mounted. */
export type SecretSource =
  { kind: 'secret'; namespace: string; name: string } | { kind: 'directory'; path: string };

/** Reads one value; throws an `OutboundError` where it is not there. */
export interface SecretValues {
  need(key: string): string;
  has(key: string): boolean;
}

/** Reads secrets when they are needed, and keeps none: one that is rotated counts from the next call on. */
export class SecretReader {
  readonly #cluster: Pick<Cluster, 'get'>;

  constructor(cluster: Pick<Cluster, 'get'>) {
    this.#cluster = cluster;
  }

  /** The values under `keys`, as far as they are there. */
  async read(
    source: SecretSource | undefined,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<SecretValues> {
    if (!source) return valuesOf(new Map(), 'there is no Secret');
    return source.kind === 'secret'
      ? this.#fromSecret(source.namespace, source.name, keys, signal)
      : fromDirectory(source.path, keys);
  }

  async #fromSecret(
    namespace: string,
    name: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<SecretValues> {
    const object = await this.#cluster
      .get(resourceKinds.secret, { namespace, name }, { signal })
      .catch((error: unknown) => {
        if (signal.aborted) throw signal.reason;
        throw new OutboundError('SecretUnavailable', `Secret ${name} ${whyUnread(error)}`);
      });
    if (object.metadata.labels?.[useLabel.key] !== useLabel.value) {
      throw new OutboundError(
        'SecretUnavailable',
        `Secret ${name} has not the label ${useLabel.key}: "${useLabel.value}", by which whoever may write it allows this use`,
      );
    }
    const data = (object['data'] ?? {}) as Record<string, string>;
    const found = keys.flatMap((key): [string, string][] => {
      const value = Object.hasOwn(data, key) ? data[key] : undefined;
      return value === undefined ? [] : [[key, Buffer.from(value, 'base64').toString('utf8').trim()]];
    });
    return valuesOf(new Map(found), `Secret ${name}`);
  }
}

async function fromDirectory(path: string, keys: readonly string[]): Promise<SecretValues> {
  const found = new Map<string, string>();
  for (const key of keys) {
    try {
      found.set(key, (await readFile(join(path, key), 'utf8')).trim());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw new OutboundError('SecretUnavailable', `the file ${key} of secretDirectory cannot be read`, {
        cause: error,
      });
    }
  }
  return valuesOf(found, 'secretDirectory');
}

function valuesOf(values: ReadonlyMap<string, string>, where: string): SecretValues {
  return {
    has: (key) => Boolean(values.get(key)),
    need: (key) => {
      const value = values.get(key);
      if (value) return value;
      throw new OutboundError('SecretUnavailable', `${where} has no value under the key ${key}`);
    },
  };
}

function whyUnread(error: unknown): string {
  if (ClusterError.is(error, 'notFound')) return 'does not exist';
  if (ClusterError.is(error, 'forbidden')) return 'may not be read by the controller';
  return 'cannot be read at this time';
}
