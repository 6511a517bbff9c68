import * as module from 'node:module';
import type { KubeConfig } from '@kubernetes/client-node';

/**
 * Imports client-node's `KubeConfig`, and of client-node nothing else.
 *
 * The package's index, and through one line also its `config.js`, loads a thousand generated files of models and
 * typed calls: 91 MB of resident memory, three quarters of the controller's whole budget, for code that is never
 * called (calls are raw JSON, see `client-node-cluster.ts`). `config.js` uses two names of the generated index; so
 * while it is imported, and only for its import, that index is answered by a module of these two names. What remains
 * costs 41 MB, of which 30 are undici, which the adapter needs anyway. `npm run bench` watches the sum.
 *
 * Assumptions: the layout of client-node 2.x (a test fails when it changes). Where the hook is not there (Jest has a
 * module loader of its own) the import is the ordinary one: dearer, and otherwise the same.
 */
export async function importKubeConfig(): Promise<typeof KubeConfig> {
  const hooks = registerHooks();
  try {
    const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
    return KubeConfig;
  } finally {
    hooks?.deregister();
  }
}

function registerHooks(): { deregister(): void } | undefined {
  try {
    return module.registerHooks({ resolve: resolveLean, load: loadLean });
  } catch {
    // Only memory is lost: Jest refuses hooks, and Node before 22.15 has none.
    return undefined;
  }
}

/** Marks the address of the short module, so that an ordinary import of the index still gets the whole one. */
const mark = '?only=configuration';
const importer = '/@kubernetes/client-node/dist/config.js';
const shortIndex = `
  export { createConfiguration } from './configuration.js';
  export { ServerConfiguration } from './servers.js';
`;

const resolveLean: module.ResolveHookSync = (specifier, context, nextResolve) => {
  const resolved = nextResolve(specifier, context);
  const isIndex = specifier === './gen/index.js' && context.parentURL?.endsWith(importer) === true;
  return isIndex ? { ...resolved, url: resolved.url + mark } : resolved;
};

const loadLean: module.LoadHookSync = (url, context, nextLoad) =>
  url.endsWith(`/gen/index.js${mark}`)
    ? { format: 'module', source: shortIndex, shortCircuit: true }
    : nextLoad(url, context);
