import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KeeperAnswer, KeeperRequest } from '../keeper/messages.ts';
import type { Endpoint } from './layout.ts';
import { clusterMarker, processIdentity, type ProcessIdentity } from './processes.ts';

// `ip` lies in /usr/sbin, which is not on every user's PATH.
const searchPath = `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;
const keeperProgram = fileURLToPath(new URL('../keeper/main.ts', import.meta.url));
const keeperStartTimeoutMs = 10_000;
const keeperEndTimeoutMs = 10_000;

/** The cluster's network namespace cannot be made on this machine; the message says what to do. */
export class NamespaceUnavailable extends Error {
  override readonly name = 'NamespaceUnavailable';
}

/** How to get into a namespace that a keeper holds. */
export interface NamespaceEntrance {
  keeperPid: number;
  rootless: boolean;
  /** Ends the entered process with its parent, if util-linux's setpriv is there. */
  setpriv: boolean;
}

/** The command line that runs `command` inside. Every program of it replaces itself, so the process id stays. */
export function enterCommand(
  entrance: NamespaceEntrance,
  command: string,
  args: readonly string[],
): string[] {
  const { keeperPid, rootless, setpriv } = entrance;
  const enter = rootless
    ? ['nsenter', '--target', String(keeperPid), '--user', '--preserve-credentials', '--net']
    : ['nsenter', `--net=/proc/${keeperPid}/ns/net`];
  // Entering a user namespace clears the parent-death signal, so it is set after that.
  const bound = setpriv ? ['setpriv', '--pdeathsig', 'KILL'] : [];
  return [...enter, '--', ...bound, ...(setpriv ? ['--'] : []), command, ...args];
}

/** The command line that starts the keeper in a new namespace. */
export function keeperCommand(rootless: boolean, node: string, folder: string): string[] {
  const user = rootless ? ['--user', '--map-root-user'] : [];
  return [
    'unshare',
    ...user,
    '--net',
    '--',
    node,
    '--disable-warning=ExperimentalWarning',
    keeperProgram,
    folder,
  ];
}

/** A network namespace with its keeper. It lasts as long as this process does, or until `end`. */
export class ClusterNamespace {
  readonly entrance: NamespaceEntrance;
  readonly identity: ProcessIdentity;
  #keeper: ChildProcess;
  #pending = new Map<number, (ok: boolean, handle?: unknown) => void>();
  #nextId = 1;
  #exited: Promise<void>;

  private constructor(keeper: ChildProcess, entrance: NamespaceEntrance, identity: ProcessIdentity) {
    this.#keeper = keeper;
    this.entrance = entrance;
    this.identity = identity;
    this.#exited = new Promise((resolve) => {
      if (keeper.exitCode !== null || keeper.signalCode !== null) resolve();
      keeper.once('exit', () => resolve());
    });
    keeper.on('message', (message: KeeperAnswer, handle: unknown) => {
      if (!('id' in message)) return;
      this.#pending.get(message.id)?.(message.ok, handle);
      this.#pending.delete(message.id);
    });
    void this.#exited.then(() => {
      for (const settle of this.#pending.values()) settle(false);
      this.#pending.clear();
    });
  }

  /** Makes the namespace, with `lo` up and the local range routed. `folder` goes with it at its end. */
  static async create(folder: string, clusterId: string): Promise<ClusterNamespace> {
    const rootless = process.getuid?.() !== 0;
    await requirePrograms(['unshare', 'nsenter', 'ip']);
    const setpriv = await isOnPath('setpriv');
    const [file, ...args] = keeperCommand(rootless, process.execPath, folder);
    const keeper = spawn(file as string, args, {
      // A session of its own, so that Ctrl-C on the owner's terminal does not reach it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, PATH: searchPath, NODE_OPTIONS: '', [clusterMarker]: clusterId },
      cwd: '/',
    });
    await keeperReady(keeper, rootless);
    const entrance = { keeperPid: keeper.pid as number, rootless, setpriv };
    return new ClusterNamespace(keeper, entrance, await processIdentity(keeper.pid as number));
  }

  /** Starts a program inside the namespace. It ends with this process at the latest. */
  spawn(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const [file, ...rest] = enterCommand(this.entrance, command, args);
    return spawn(file as string, rest, options);
  }

  /** True if something accepts TCP connections at that endpoint inside. */
  async canConnect(endpoint: Endpoint): Promise<boolean> {
    return (await this.#ask({ kind: 'probe', host: endpoint.host, port: endpoint.port })).ok;
  }

  /** Opens a loopback port on the host whose connections arrive at `to` inside. Returns the port. */
  async forward(to: Endpoint, port = 0): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port }, resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port for a forward');
    const { ok } = await this.#ask({ kind: 'forward', to }, server);
    // The keeper has the socket now; this process only lets go of its own copy.
    await new Promise((resolve) => server.close(resolve));
    if (!ok) throw new Error('the keeper of the cluster has ended');
    return address.port;
  }

  /** Listens inside, on a free port of this address: what connects there arrives in this process. */
  async listen(host: string): Promise<Server> {
    const { ok, handle } = await this.#ask({ kind: 'listen', host });
    if (!ok) throw new Error(`nothing can listen on ${host} inside of the cluster`);
    return handle as Server;
  }

  /** Resolves when the keeper has ended, for whatever reason; nothing can enter the namespace from then on. */
  get ended(): Promise<void> {
    return this.#exited;
  }

  /** Ends everything inside, and the namespace with it. */
  async end(): Promise<void> {
    if (this.#keeper.connected) this.#keeper.disconnect();
    const timer = setTimeout(() => this.#keeper.kill('SIGKILL'), keeperEndTimeoutMs);
    await this.#exited;
    clearTimeout(timer);
  }

  #ask(request: KeeperQuestion, sent?: Server): Promise<{ ok: boolean; handle?: unknown }> {
    if (!this.#keeper.connected) return Promise.resolve({ ok: false });
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#pending.set(id, (ok, handle) => resolve({ ok, handle }));
      this.#keeper.send({ ...request, id }, sent, (error) => {
        if (error === null) return;
        this.#pending.delete(id);
        resolve({ ok: false });
      });
    });
  }
}

/** A request without its number. */
type KeeperQuestion = KeeperRequest extends infer Request
  ? Request extends KeeperRequest
    ? Omit<Request, 'id'>
    : never
  : never;

async function keeperReady(keeper: ChildProcess, rootless: boolean): Promise<void> {
  let complaint = '';
  keeper.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error('it did not answer within 10 s')),
        keeperStartTimeoutMs,
      );
      const settle = (end: () => void) => {
        clearTimeout(timer);
        end();
      };
      keeper.once('error', (error) => settle(() => reject(error)));
      keeper.once('exit', () => settle(() => reject(new Error(complaint.trim() || 'it ended at once'))));
      keeper.once('message', (message: KeeperAnswer) =>
        settle(() => ('ready' in message && !message.ready ? reject(new Error(message.reason)) : resolve())),
      );
    });
  } catch (error) {
    if (keeper.connected) keeper.disconnect();
    keeper.kill('SIGKILL');
    throw new NamespaceUnavailable(explain(error instanceof Error ? error.message : String(error), rootless));
  }
}

/** Why no namespace could be made, and what helps. */
export function explain(reason: string, rootless: boolean): string {
  const first = `A network namespace for the cluster could not be made: ${reason.trim()}`;
  if (!rootless) return `${first}\nIn a container, it needs the capabilities SYS_ADMIN and NET_ADMIN.`;
  return (
    `${first}\nWithout root it takes a user namespace, which this system seems to forbid. Any one of these helps:\n` +
    '  - run the command as root\n' +
    '  - Ubuntu 24 and newer: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0\n' +
    '  - older Debian: sudo sysctl -w kernel.unprivileged_userns_clone=1\n' +
    '  - where user.max_user_namespaces is 0: sudo sysctl -w user.max_user_namespaces=10000'
  );
}

async function requirePrograms(programs: string[]): Promise<void> {
  const found = await Promise.all(programs.map((program) => isOnPath(program)));
  const missing = programs.filter((_, index) => !found[index]);
  if (missing.length === 0) return;
  throw new NamespaceUnavailable(
    `The local cluster needs ${missing.join(' and ')}, from the packages util-linux (unshare, nsenter) and iproute2 (ip).`,
  );
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== '');
  const usable = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return usable.includes(true);
}
