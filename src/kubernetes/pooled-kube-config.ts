import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import { ClusterError } from './cluster-error.ts';
import { importKubeConfig } from './kube-config-import.ts';

/**
 * What a request is for. Each has connections of its own, so that a watch never holds up a call, and a burst of calls
 * never holds up the Lease.
 */
export type Lane = 'calls' | 'watches' | 'lease';

/** What one request needs: a pool, and the headers that authenticate it. */
export interface Connection {
  dispatcher: Dispatcher;
  headers: Record<string, string>;
}

export interface KubeConfigOptions {
  /** A kubeconfig file. Without it: KUBECONFIG, then ~/.kube/config, then the pod's own service account. */
  kubeconfig?: string;
  /** A context of that file; its current one when absent. */
  context?: string;
}

interface LaneSettings {
  /** Most connections at once; a request beyond them waits for one. */
  connections: number | null;
  /** Until the answer begins, and between two parts of its body; 0 waits for ever. */
  headersTimeoutMs: number;
  bodyTimeoutMs: number;
}

/** The server may take its time for a large list; a Lease must fail well within its renew deadline of 10 s. */
export const laneSettings: Record<Lane, LaneSettings> = {
  calls: { connections: 8, headersTimeoutMs: 30_000, bodyTimeoutMs: 30_000 },
  watches: { connections: null, headersTimeoutMs: 30_000, bodyTimeoutMs: 0 },
  lease: { connections: 1, headersTimeoutMs: 5_000, bodyTimeoutMs: 5_000 },
};

const connectTimeoutMs = 5_000;
/** Below the 90 s after which an API server closes an idle connection: we never write into a closing one. */
const idleConnectionMs = 30_000;
/** A dead peer is noticed by the kernel; below the 60 s at which common load balancers forget a connection. */
const tcpKeepAliveMs = 30_000;

type Pools = Record<Lane, Dispatcher>;
type TlsOptions = Pick<
  RequestOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized'
>;

/**
 * Where the API server is and who we are, with pooled connections.
 *
 * client-node reads the configuration and authenticates (tokens, token files, exec plugins, OIDC, certificates); left
 * alone it would open a new TLS connection for every call. Here one set of pools serves all calls. Before each request
 * the credentials are asked for again; when CA, client certificate or token have changed, new pools replace the old
 * ones, which end when their last request ends.
 */
export class PooledKubeConfig {
  /** The API server's origin, such as `https://10.96.0.1:443`. */
  readonly origin: string;
  /** What comes before every path, for an API server behind a proxy; usually empty. */
  readonly pathPrefix: string;
  /** The namespace of the context or of the pod, when it names one. */
  readonly namespace: string | undefined;
  readonly #config: KubeConfig;
  #fingerprint = '';
  #pools: Promise<Pools> | undefined;
  readonly #retired = new Set<Dispatcher>();

  constructor(config: KubeConfig) {
    const context = config.getContextObject(config.getCurrentContext());
    const cluster = config.getCurrentCluster();
    if (!cluster?.server) {
      const found = config.getCurrentContext() || '(none)';
      const accepted = config.getContexts().map((each) => each.name);
      throw new ClusterError(
        'invalid',
        `kubeconfig: context ${found} names no cluster; contexts there: ${accepted.join(', ') || 'none'}`,
      );
    }
    const server = parseServer(cluster.server);
    if (server.protocol === 'http:' && !cluster.skipTLSVerify) {
      throw new ClusterError(
        'invalid',
        `kubeconfig: server ${cluster.server} is not encrypted; use https, or say insecure-skip-tls-verify: true`,
      );
    }
    this.#config = config;
    this.origin = server.origin;
    this.pathPrefix = server.pathname.replace(/\/+$/, '');
    this.namespace = context?.namespace?.trim() || undefined;
  }

  /** Loads the configuration as kubectl does; see `KubeConfigOptions`. */
  static async load(options: KubeConfigOptions = {}): Promise<PooledKubeConfig> {
    const KubeConfig = await importKubeConfig();
    const config = new KubeConfig();
    try {
      if (options.kubeconfig) config.loadFromFile(options.kubeconfig);
      else config.loadFromDefault();
    } catch (error) {
      const source = options.kubeconfig ?? process.env['KUBECONFIG'] ?? 'the default kubeconfig';
      throw new ClusterError('invalid', `cannot read ${source}: ${messageOf(error)}`, { cause: error });
    }
    if (!options.kubeconfig && isMadeUp(config)) {
      throw new ClusterError(
        'invalid',
        "there is no kubeconfig: KUBECONFIG is not set, ~/.kube/config does not exist, and there is no pod's service account",
      );
    }
    if (options.context) config.setCurrentContext(options.context);
    return new PooledKubeConfig(config);
  }

  /** The same API server without any credentials: whoever asks brings their own. */
  withoutUser(): PooledKubeConfig {
    const KubeConfigClass = this.#config.constructor as new () => KubeConfig;
    const config = new KubeConfigClass();
    config.loadFromClusterAndUser(this.#config.getCurrentCluster()!, { name: 'nobody' });
    return new PooledKubeConfig(config);
  }

  /** The pool of a lane and the headers for one request; `unauthorized` when the credentials cannot be had. */
  async connect(lane: Lane): Promise<Connection> {
    const options: RequestOptions = {};
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new ClusterError('unauthorized', `cannot load the credentials: ${messageOf(error)}`, {
        cause: error,
      });
    }
    const headers = headersOf(options);
    const tls = tlsOf(options);
    const fingerprint = fingerprintOf(tls, headers['authorization']);
    if (!this.#pools || fingerprint !== this.#fingerprint) {
      void this.#retire(this.#pools);
      this.#fingerprint = fingerprint;
      this.#pools = this.#open(tls);
    }
    return { dispatcher: (await this.#pools)[lane], headers };
  }

  /** Ends all connections, also those of running calls and watches. */
  async close(): Promise<void> {
    const pools = await this.#pools;
    this.#pools = undefined;
    const all = [...Object.values(pools ?? {}), ...this.#retired];
    await Promise.all(all.map((pool) => pool.destroy()));
  }

  async #open(tls: TlsOptions): Promise<Pools> {
    const [calls, watches, lease] = await Promise.all([
      this.#openLane('calls', tls),
      this.#openLane('watches', tls),
      this.#openLane('lease', tls),
    ]);
    return { calls, watches, lease };
  }

  async #openLane(lane: Lane, tls: TlsOptions): Promise<Dispatcher> {
    if (this.#config.getCurrentCluster()?.proxyUrl) return this.#openProxied();
    const { connections, headersTimeoutMs, bodyTimeoutMs } = laneSettings[lane];
    return new Agent({
      connections,
      headersTimeout: headersTimeoutMs,
      bodyTimeout: bodyTimeoutMs,
      keepAliveTimeout: idleConnectionMs,
      // One broken HTTP/2 connection would break every watch at once.
      allowH2: false,
      connect: { ...tls, timeout: connectTimeoutMs, keepAlive: true, keepAliveInitialDelay: tcpKeepAliveMs },
    });
  }

  /** HTTP and SOCKS proxies: client-node knows how; the timeouts of the lane are given with each request. */
  async #openProxied(): Promise<Dispatcher> {
    let dispatcher: Dispatcher | undefined;
    const context = {
      setHeaderParam: () => undefined,
      setDispatcher: (given: Dispatcher) => (dispatcher = given),
    };
    type Context = Parameters<KubeConfig['applySecurityAuthentication']>[0];
    await this.#config.applySecurityAuthentication(context as unknown as Context);
    return dispatcher ?? new Agent();
  }

  /** Old pools take no new request and end with their last one: a watch goes on until its server ends it. */
  async #retire(pools: Promise<Pools> | undefined): Promise<void> {
    const old = await pools?.catch(() => undefined);
    for (const pool of Object.values(old ?? {})) {
      this.#retired.add(pool);
      const forget = () => this.#retired.delete(pool);
      pool.close().then(forget, forget);
    }
  }
}

/** What client-node makes up where it finds nothing: a server that nobody named, and kubectl gave up years ago. */
const isMadeUp = (config: KubeConfig): boolean =>
  !process.env['KUBECONFIG'] && config.getCurrentCluster()?.server === 'http://localhost:8080';

function parseServer(text: string): URL {
  const server = URL.canParse(text) ? new URL(text) : undefined;
  if (server?.protocol === 'https:' || server?.protocol === 'http:') return server;
  throw new ClusterError('invalid', `kubeconfig: server "${text}" is no http or https address`);
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    // A token file may end in a newline, which no header may hold.
    if (value !== undefined) headers[name.toLowerCase()] = String(value).trim();
  }
  if (options.auth) headers['authorization'] ??= `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return headers;
}

function tlsOf(options: RequestOptions): TlsOptions {
  const { ca, cert, key, passphrase, servername, rejectUnauthorized } = options;
  const all = { ca, cert, key, passphrase, servername, rejectUnauthorized };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Equal for equal credentials; a hash, so that no key lies about in a second place. */
function fingerprintOf(tls: TlsOptions, authorization: string | undefined): string {
  const hash = createHash('sha256');
  for (const value of [...Object.entries(tls).flat(), authorization]) hash.update(`${String(value)}\0`);
  return hash.digest('base64');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
