import { fieldValue, type PodPlace } from './field-reference.ts';
import type { ConfigMap, DownwardApiItem, KeyToPath, Pod, Secret } from './kubernetes-types.ts';

export interface PayloadFile {
  content: Buffer;
  mode: number;
}

/** Files of a volume by their path inside of it. */
export type Payload = Map<string, PayloadFile>;

/** A volume that cannot be filled: the pod waits, and tries again. */
export class VolumeError extends Error {}

interface KeySelection {
  items?: KeyToPath[];
  optional?: boolean;
}

export function configMapKeys(configMap: ConfigMap | undefined): Map<string, Buffer> | undefined {
  if (configMap === undefined) return undefined;
  return new Map([
    ...Object.entries(configMap.data ?? {}).map(([key, text]) => [key, Buffer.from(text)] as const),
    ...Object.entries(configMap.binaryData ?? {}).map(
      ([key, text]) => [key, Buffer.from(text, 'base64')] as const,
    ),
  ]);
}

export function secretKeys(secret: Secret | undefined): Map<string, Buffer> | undefined {
  if (secret === undefined) return undefined;
  return new Map(
    Object.entries(secret.data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const),
  );
}

/** All keys as files, or those of `items` at their paths. `what` names the object in errors. */
export function keysPayload(
  what: string,
  keys: Map<string, Buffer> | undefined,
  selection: KeySelection,
  defaultMode: number,
): Payload {
  if (keys === undefined) {
    if (selection.optional) return new Map();
    throw new VolumeError(`${what} does not exist`);
  }
  if (selection.items === undefined) {
    return new Map([...keys].map(([key, content]) => [key, { content, mode: defaultMode }]));
  }
  const payload: Payload = new Map();
  for (const item of selection.items) {
    const content = keys.get(item.key);
    if (content !== undefined) payload.set(item.path, { content, mode: item.mode ?? defaultMode });
    else if (!selection.optional) throw new VolumeError(`${what} has no key ${item.key}`);
  }
  return payload;
}

export function downwardPayload(
  pod: Pod,
  place: PodPlace,
  items: DownwardApiItem[] | undefined,
  defaultMode: number,
): Payload {
  return new Map(
    (items ?? []).map((item) => {
      if (!item.fieldRef) throw new VolumeError(`downwardAPI ${item.path}: only fieldRef is supported`);
      const content = Buffer.from(fieldValue(pod, place, item.fieldRef.fieldPath));
      return [item.path, { content, mode: item.mode ?? defaultMode }];
    }),
  );
}
