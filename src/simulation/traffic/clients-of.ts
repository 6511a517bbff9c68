import { withDefaults } from '../../api/defaults.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { TesterMatch } from '../../domain/traffic/route-extras.ts';
import type { RoutedRequest } from '../gateway/data-plane.ts';
import type { Client } from './clients.ts';

/** Testers, and those who look at a preview, send so much of what users send. */
const fewShare = 0.02;

/**
 * Who would send requests to a ModelDeployment: users, by its host name or to its Service; beside them testers, where the plan has a
 * step for them, and people who look at its preview, where it has a host name.
 */
export function clientsOf(
  { namespace, name }: { namespace: string; name: string },
  spec: ModelDeploymentSpec,
  requestsPerSecond: number,
): Client[] {
  const { traffic, plan } = withDefaults(spec);
  if (traffic.kind === 'service') {
    return [{ name: 'users', requestsPerSecond, target: { kind: 'service', namespace, service: name } }];
  }
  const { path, method } = traffic.matches[0]!;
  const request: RoutedRequest = {
    ...(path.type !== 'RegularExpression' && { path: path.value }),
    ...(method !== undefined && { method }),
  };
  const host = hostOf(traffic.hostnames[0]);
  const few = requestsPerSecond * fewShare;
  const testers = plan.steps
    .flatMap((step) => (step.kind === 'match' ? step.matches : []))
    .slice(0, 1)
    .map((match): Client => ({
      name: 'testers',
      requestsPerSecond: few,
      target: { kind: 'host', host, ...request, ...requestOf(match) },
    }));
  const previewers = traffic.previewHostnames.slice(0, 1).map((preview): Client => ({
    name: 'preview',
    requestsPerSecond: few,
    target: { kind: 'host', host: hostOf(preview), ...request },
  }));
  return [
    { name: 'users', requestsPerSecond, target: { kind: 'host', host, ...request } },
    ...testers,
    ...previewers,
  ];
}

/** A host that a route's name stands for. */
const hostOf = (hostname = 'any.example.com'): string => hostname.replace(/^\*/, 'any');

/** A request that fulfils a match. Of a regular expression nobody can say one: it is taken as it is written. */
function requestOf({ headers = [], queryParams = [], path }: TesterMatch): RoutedRequest {
  const named = (list: typeof headers, change = (text: string) => text) =>
    Object.fromEntries(list.map(({ name, value }) => [change(name), value]));
  return {
    headers: named(headers, (name) => name.toLowerCase()),
    query: named(queryParams),
    ...(path && path.type !== 'RegularExpression' && { path: path.value }),
  };
}
