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
  return (
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line))
      // A watch is complete only when it ends: it counts from the start of its answer.
      .filter(({ stage, verb }) => stage === (verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete'))
      .filter(({ objectRef }) => objectRef !== undefined)
      .map(({ user, verb, objectRef, responseStatus, requestReceivedTimestamp, stageTimestamp }) => ({
        user: user.username,
        verb,
        group: objectRef.apiGroup ?? '',
        resource: objectRef.subresource
          ? `${objectRef.resource}/${objectRef.subresource}`
          : objectRef.resource,
        namespace: objectRef.namespace ?? '',
        name: objectRef.name ?? '',
        code: responseStatus?.code ?? 0,
        receivedAtMs: Date.parse(requestReceivedTimestamp),
        answeredAtMs: Date.parse(stageTimestamp),
      }))
  );
}

const writingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

export const isWrite = ({ verb }: AuditedRequest): boolean => writingVerbs.has(verb);
