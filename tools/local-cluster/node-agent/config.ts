import { readFileSync } from 'node:fs';
import { parsePodCidr, type PodRange } from './pod-addresses.ts';

/** What the node agent must know at its start. Every path is absolute. */
export interface AgentConfig {
  apiServer: URL;
  token: string;
  ca: string;
  nodeName: string;
  /** The address under which the API server knows this node, and the `hostIP` of its pods. */
  nodeAddress: string;
  pods: PodRange;
  imagesFile: string;
  dataDir: string;
  rootCa: string;
  /** Where the API server asks this node for logs. */
  kubelet: { port: number; certificate: string; key: string };
}

export class ConfigError extends Error {}

const requiredFields = [
  'apiServer',
  'token',
  'caFile',
  'nodeName',
  'podCidr',
  'imagesFile',
  'dataDir',
  'kubeletPort',
  'certificateFile',
  'keyFile',
] as const;

/** Reads the JSON file of `--config` and the certificates it names. */
export function loadConfig(file: string): AgentConfig {
  const fields = parseConfig(readFileSync(file, 'utf8'), file);
  const apiServer = new URL(fields.apiServer);
  return {
    apiServer,
    token: fields.token,
    ca: readFileSync(fields.caFile, 'utf8'),
    nodeName: fields.nodeName,
    nodeAddress: apiServer.hostname,
    pods: parsePodCidr(fields.podCidr),
    imagesFile: fields.imagesFile,
    dataDir: fields.dataDir,
    rootCa: readFileSync(fields.rootCaFile, 'utf8'),
    kubelet: {
      port: Number(fields.kubeletPort),
      certificate: readFileSync(fields.certificateFile, 'utf8'),
      key: readFileSync(fields.keyFile, 'utf8'),
    },
  };
}

type ConfigFields = Record<(typeof requiredFields)[number] | 'rootCaFile', string>;

/** Checks the fields by name; `rootCaFile` is what pods trust and defaults to `caFile`. */
export function parseConfig(text: string, file: string): ConfigFields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${file}: no valid JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(`${file}: found ${JSON.stringify(value)}, wanted an object`);
  }
  const fields = value as Record<string, unknown>;
  const accepted: string[] = [...requiredFields, 'rootCaFile'];
  for (const name of Object.keys(fields)) {
    if (!accepted.includes(name)) {
      throw new ConfigError(`${file}: unknown field ${name}; accepted are ${accepted.join(', ')}`);
    }
  }
  for (const name of accepted) {
    const found = fields[name];
    if (name === 'rootCaFile' && found === undefined) continue;
    if (typeof found !== 'string' || found === '') {
      throw new ConfigError(
        `${file}: ${name}: found ${JSON.stringify(found)}, wanted a text that is not empty`,
      );
    }
  }
  if (!URL.canParse(fields.apiServer as string)) {
    throw new ConfigError(`${file}: apiServer: found ${JSON.stringify(fields.apiServer)}, wanted a URL`);
  }
  if (!/^[1-9]\d{0,4}$/.test(fields.kubeletPort as string)) {
    throw new ConfigError(
      `${file}: kubeletPort: found ${JSON.stringify(fields.kubeletPort)}, wanted the number of a port as text`,
    );
  }
  return { rootCaFile: fields.caFile, ...fields } as ConfigFields;
}
