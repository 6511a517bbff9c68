import type { ClusterError } from '../../kubernetes/cluster-error.ts';
import { Problem } from '../problem.ts';

/** What an API server says of a group, and of a kind in a group, that it does not know; of an object it names the object. */
const unknownKind = /404 page not found|could not find the requested resource/;

export const isUnknownKind = (error: ClusterError): boolean =>
  error.kind === 'notFound' && unknownKind.test(error.message);

/** The kubeconfig cannot be used. */
export const problemOfConfiguration = (error: ClusterError): Problem =>
  new Problem(
    error.message,
    [
      'Name a kubeconfig with --kubeconfig FILE or KUBECONFIG, and one of its contexts with --context NAME.',
      '"kubectl config get-contexts" lists them.',
    ],
    { cause: error },
  );

/** What a cluster answered, or that it did not, in words that say what to do next. */
export function problemOf(error: ClusterError, server: string): Problem {
  const { message, next } = wordsOf(error, server);
  return new Problem(message, next, { cause: error });
}

function wordsOf(error: ClusterError, server: string): { message: string; next: string[] } {
  const said = error.message;
  switch (error.kind) {
    case 'unreachable':
      return {
        message: `the API server ${server} does not answer (${said})`,
        next: [
          'Is it up, and is your network or VPN? "kubectl cluster-info" asks the same server.',
          'Another cluster: --context NAME.',
        ],
      };
    case 'unauthorized':
      return error.status === undefined
        ? {
            message: said,
            next: ['The kubeconfig names how credentials are had: log in again, or run its program by hand.'],
          }
        : {
            message: `the API server ${server} does not accept your credentials (${said})`,
            next: ['Log in again, or take another user with --context NAME. "kubectl auth whoami" asks it.'],
          };
    case 'forbidden':
      return {
        message: said,
        next: [
          ...askedRight(said),
          'The roles understudy-viewer, -operator and -approver give the rights that are needed: docs/access.md.',
        ],
      };
    case 'notFound':
      return isUnknownKind(error)
        ? {
            message: `the cluster ${server} knows no ModelDeployments: Understudy's CRDs are not installed there`,
            next: [
              'Install Understudy there (README.md, Install). Or is it another cluster? --context NAME.',
            ],
          }
        : { message: said, next: ['Is it another namespace? -n NAME, or -A for all of them.'] };
    case 'throttled':
    case 'serverError':
      return { message: said, next: ['The API server has trouble of its own: try again in a moment.'] };
    default:
      return { message: said, next: [] };
  }
}

/** The API server names the right that is missing: how to ask for it by hand. */
function askedRight(said: string): string[] {
  const [, verb, resource, group = '', namespace] =
    /cannot (\w+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/.exec(said) ?? [];
  if (verb === undefined || resource === undefined) return [];
  const where = namespace === undefined ? '--all-namespaces' : `-n ${namespace}`;
  const what = group === '' ? resource : `${resource}.${group}`;
  return [`"kubectl auth can-i ${verb} ${what} ${where}" asks for the right that is missing.`];
}
