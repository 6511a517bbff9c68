import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { execInContainer } from './container-exec.ts';
import type { Container, Handler, HttpGetAction } from './kubernetes-types.ts';
import type { ProbeOutcome } from './probe.ts';

/** Where the handler of a probe or of a lifecycle hook acts. */
export interface HandlerTarget {
  nsenter: string;
  podIp: string;
  container: Container;
  environment: Record<string, string>;
  /** Undefined once the process is gone. */
  pid: number | undefined;
}

const longestAnswer = 10_240;

/** Tries an `exec`, `httpGet` or `tcpSocket` once. Never throws: whatever goes wrong is the outcome. */
export async function attemptHandler(
  handler: Handler,
  target: HandlerTarget,
  timeoutMs: number,
): Promise<ProbeOutcome> {
  try {
    if (handler.httpGet) return await tryHttp(handler.httpGet, target, timeoutMs);
    if (handler.tcpSocket) {
      const port = portNumber(handler.tcpSocket.port, target.container);
      return await tryTcp(handler.tcpSocket.host ?? target.podIp, port, timeoutMs);
    }
    if (handler.exec) return await tryExec(handler.exec.command ?? [], target, timeoutMs);
    return { success: false, message: `no supported handler in ${JSON.stringify(handler)}` };
  } catch (error) {
    return { success: false, message: (error as Error).message };
  }
}

/** A handler that this agent cannot run, in words; undefined where there is none. */
export function unsupportedHandler(container: Container): string | undefined {
  const { readinessProbe, livenessProbe, startupProbe } = container;
  const probes = { readinessProbe, livenessProbe, startupProbe };
  const grpc = Object.entries(probes).find(([, probe]) => probe?.grpc !== undefined);
  return grpc && `${grpc[0]}: grpc is not supported; accepted are httpGet, tcpSocket and exec`;
}

async function tryExec(command: string[], target: HandlerTarget, timeoutMs: number): Promise<ProbeOutcome> {
  if (target.pid === undefined) return { success: false, message: 'the container does not run' };
  const container = { pid: target.pid, environment: target.environment };
  const { exitCode, output } = await execInContainer(target.nsenter, container, command, timeoutMs);
  return { success: exitCode === 0, message: `exit code ${exitCode}: ${output.trim()}` };
}

function tryTcp(host: string, port: number, timeoutMs: number): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const finish = (success: boolean, message: string) => {
      socket.destroy();
      resolve({ success, message: `${host}:${port}: ${message}` });
    };
    socket.on('connect', () => finish(true, 'connected'));
    socket.on('timeout', () => finish(false, `no connection within ${timeoutMs} ms`));
    socket.on('error', (error) => finish(false, error.message));
  });
}

/** Any status from 200 to 399 is a success, certificates are not verified, redirects are not followed. */
function tryHttp(action: HttpGetAction, target: HandlerTarget, timeoutMs: number): Promise<ProbeOutcome> {
  const secure = action.scheme?.toUpperCase() === 'HTTPS';
  const options = {
    host: action.host ?? target.podIp,
    port: portNumber(action.port, target.container),
    path: action.path ?? '/',
    headers: { 'user-agent': 'kube-probe/1.36', accept: '*/*', connection: 'close', ...headersOf(action) },
    agent: false as const,
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(timeoutMs),
  };
  return new Promise((resolve) => {
    const request = (secure ? httpsRequest : httpRequest)(options, (response) => {
      const status = response.statusCode ?? 0;
      let text = '';
      const finish = () => {
        response.destroy();
        const success = status >= 200 && status < 400;
        resolve({
          success,
          message: success ? `HTTP ${status}` : `HTTP ${status}: ${text.slice(0, 200).trim()}`,
        });
      };
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.length > longestAnswer) finish();
      });
      response.on('end', finish);
      response.on('error', (error) => resolve({ success: false, message: error.message }));
    });
    request.on('error', (error) => {
      const message = error.name === 'AbortError' ? `no answer within ${timeoutMs} ms` : error.message;
      resolve({ success: false, message });
    });
    request.end();
  });
}

function headersOf(action: HttpGetAction): Record<string, string> {
  return Object.fromEntries((action.httpHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]));
}

function portNumber(port: number | string, container: Container): number {
  if (typeof port === 'number') return port;
  const named = container.ports?.find((candidate) => candidate.name === port)?.containerPort;
  if (named === undefined) throw new Error(`container ${container.name} has no port named ${port}`);
  return named;
}
