import type { Model } from '../model/model.ts';
import { inputMetadata, outputMetadata } from './inference-protocol.ts';
import { RequestError } from './request-error.ts';

/** What a path of the Open Inference Protocol asks for. */
export type Route = 'server' | 'live' | 'ready' | 'metrics' | 'model' | 'model-ready' | 'infer';

const fixed: Readonly<Record<string, Route>> = {
  '/v2': 'server',
  '/v2/health/live': 'live',
  '/v2/health/ready': 'ready',
  '/metrics': 'metrics',
};
const modelPath = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(ready|infer))?$/;

/** Finds the route of a request; a `RequestError` 404 or 405 says what was found and what is accepted. */
export function findRoute(method: string, url: string, model: Pick<Model, 'name' | 'version'>): Route {
  const path = decode(url.split('?', 1)[0] ?? '');
  const route = fixed[path] ?? modelRoute(path, model);
  const accepted = route === 'infer' ? ['POST'] : ['GET', 'HEAD'];
  if (!accepted.includes(method)) throw new MethodError(method, accepted);
  return route;
}

/** A 405, with the methods for the header `Allow`. */
export class MethodError extends RequestError {
  readonly accepted: readonly string[];

  constructor(found: string, accepted: readonly string[]) {
    super(405, `method: found ${found}, accepted ${accepted.join(' or ')}`);
    this.accepted = accepted;
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RequestError(400, `path: found "${path}", accepted a path with valid percent-encoding`);
  }
}

function modelRoute(path: string, model: Pick<Model, 'name' | 'version'>): Route {
  const [matched, name, version, action] = modelPath.exec(path) ?? [];
  if (matched === undefined)
    throw new RequestError(
      404,
      `path: found "${path}", accepted /v2, /v2/health/..., /v2/models/... or /metrics`,
    );
  if (name !== model.name) throw new RequestError(404, `model: found "${name}", accepted "${model.name}"`);
  if (version !== undefined && version !== model.version) {
    throw new RequestError(
      404,
      `version of model ${model.name}: found "${version}", accepted "${model.version}"`,
    );
  }
  if (action === 'infer') return 'infer';
  return action === 'ready' ? 'model-ready' : 'model';
}

/** The answer to GET /v2. */
export const serverMetadata = { name: 'digits-server', version: '1.0.0', extensions: [] };

/** The answer to GET /v2/models/{name}. */
export function modelMetadata(model: Model) {
  return {
    name: model.name,
    versions: [model.version],
    platform: 'digits_json',
    inputs: inputMetadata,
    outputs: outputMetadata,
  };
}
