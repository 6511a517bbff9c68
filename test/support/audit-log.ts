import { readFileSync } from 'node:fs';

/** One answered request in the API server's audit log. */
export interface AuditedRequest {
  user: string;
  verb: string;
  group: string;
  /** With its subresource, as RBAC names it: `modeldeployments/status`. */
  resource: string;
  namespace: string;
  name: string;
  code: number;
  /** When the request came in, and when it was answered; milliseconds since 1970. */
  receivedAtMs: number;
  answeredAtMs: number;
}

export const controllerUser = 'system:serviceaccount:understudy-system:understudy';

/** Every answered request so far: the honest way to count what somebody asked of the API server. */
export function readAuditLog(path: string): AuditedRequest[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .map(auditedRequest)
    .filter((request) => request !== undefined);
}

/** The answered request that a line of the log is about; undefined for another stage of it, and for a line that is cut off. */
export function auditedRequest(line: string): AuditedRequest | undefined {
  if (!line.endsWith('}')) return undefined;
  const { stage, user, verb, objectRef, responseStatus, requestReceivedTimestamp, stageTimestamp } =
    JSON.parse(line);
  // A watch is complete only when it ends: it counts from the start of its answer.
  if (objectRef === undefined || stage !== (verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete')) {
    return undefined;
  }
  return {
    user: user.username,
    verb,
    group: objectRef.apiGroup ?? '',
    resource: objectRef.subresource ? `${objectRef.resource}/${objectRef.subresource}` : objectRef.resource,
    namespace: objectRef.namespace ?? '',
    name: objectRef.name ?? '',
    code: responseStatus?.code ?? 0,
    receivedAtMs: Date.parse(requestReceivedTimestamp),
    answeredAtMs: Date.parse(stageTimestamp),
  };
}

const writingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

export const isWrite = ({ verb }: AuditedRequest): boolean => writingVerbs.has(verb);
