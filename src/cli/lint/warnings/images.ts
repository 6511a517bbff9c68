import { containersOf } from './containers.ts';
import { type ModelWarning, placeIf } from './warning.ts';

interface ImageParts {
  tag: string | undefined;
  digest: string | undefined;
}

/** Tag and digest of an image: the tag stands behind the last colon that is behind the last slash. */
export function imageParts(image: string): ImageParts {
  const [name = '', digest] = image.split('@');
  const [, tag] = /:([^/:]+)$/.exec(name) ?? [];
  return { tag, digest };
}

const isMutable = ({ tag, digest }: ImageParts): boolean =>
  digest === undefined && (tag === undefined || tag === 'latest');

/** Warnings about what exactly is run. */
export const imageWarnings: readonly ModelWarning[] = [
  {
    code: 'MutableImageTag',
    why: 'What it stands for changes without a change of the manifest: no rollout begins, and pods of one revision run different models after a restart. A rollback cannot bring the old one back.',
    advice: 'Name a version, and best its digest: image: name:version@sha256:...',
    check: ({ deployment }) =>
      containersOf(deployment).flatMap(({ path, image }) => {
        if (image === undefined) return [];
        const parts = imageParts(image);
        const said = parts.tag === undefined ? 'no tag, which means latest' : 'tag latest';
        return placeIf(isMutable(parts), `${path}.image`, `"${image}": ${said}`);
      }),
  },
  {
    code: 'NoImageDigest',
    why: 'A tag can be pushed again: stable and candidate stay what they are only as long as nobody does.',
    advice: 'Have the pipeline write the digest behind the tag: image: name:version@sha256:...',
    check: ({ deployment }) =>
      containersOf(deployment).flatMap(({ path, image }) => {
        if (image === undefined) return [];
        const parts = imageParts(image);
        return placeIf(
          parts.digest === undefined && !isMutable(parts),
          `${path}.image`,
          `"${image}" without a digest`,
        );
      }),
  },
  {
    code: 'NoModelDigest',
    why: 'An artefact that is written again under the same address is no new revision: no rollout begins, and pods that restart serve it at once.',
    advice: 'Write its digest into model.digest, or a version that never changes into the address.',
    check: ({ deployment }) => {
      const { uri, digest } = deployment.spec.model ?? {};
      return placeIf(
        uri !== undefined && digest === undefined,
        'spec.model.digest',
        `nothing, and uri "${uri}"`,
      );
    },
  },
];
