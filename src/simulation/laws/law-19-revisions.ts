import { labels } from '../../api/group.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { Law } from './law.ts';

/**
 * Law 19: a revision's name follows from what the user wrote and from nothing else. There are never more revisions than there were
 * different wishes, whoever was started again in between.
 */
export function oneRevisionForEachWish(): Law {
  const wishes = new Set<string>();
  const revisions = new Set<string>();
  return {
    happened: ({ write: { kind, object } }) => {
      if (kind === 'ModelDeployment') wishes.add(wishOf(object['spec'] as ModelDeploymentSpec));
    },
    written: ({ write: { kind, verb, object } }) => {
      if (kind !== 'Deployment' || verb === 'delete') return undefined;
      revisions.add(object.metadata.labels?.[labels.revision] ?? '');
      return revisions.size > wishes.size
        ? `law 19: ${revisions.size} revisions for ${wishes.size} different specs: ${[...revisions].join(', ')}`
        : undefined;
    },
  };
}

const wishOf = ({ model, serving, service }: ModelDeploymentSpec): string =>
  JSON.stringify([model, serving, service?.targetPort, service?.appProtocol]);
