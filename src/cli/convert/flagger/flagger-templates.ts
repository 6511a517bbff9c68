import { apiVersion } from '../../../api/group.ts';
import type { FoundObject } from '../../lint/documents.ts';
import {
  closeSource,
  type ConversionInput,
  type MadeObject,
  type ObjectReport,
  openSource,
  type OpenSource,
} from '../conversion.ts';
import { objectName } from '../names.ts';
import { mayBeIn } from '../selecting-services.ts';
import type { SourceNode } from '../source-node.ts';
import { type FlaggerQuery, flaggerQuery } from './flagger-query.ts';

/** Both tools have a kind of this name. */
export const isFlaggerTemplate = ({ kind, apiVersion: version }: FoundObject): boolean =>
  kind === 'MetricTemplate' && version.startsWith('flagger.app/');

/** How a metric names a template. */
export interface TemplateUse {
  kind?: 'ClusterMetricTemplate';
  name: string;
  /** The arguments that it asks for. */
  args: string[];
}

interface ReadTemplate {
  found: FoundObject;
  source: OpenSource;
  /** Undefined where it cannot be asked. */
  query: FlaggerQuery | undefined;
  kinds: Set<MadeObject['kind']>;
}

/** All MetricTemplates of Flagger among the files. One that Canaries of other namespaces name is one of the cluster here. */
export class FlaggerTemplates {
  readonly #read: ReadTemplate[];

  constructor({ objects }: ConversionInput) {
    this.#read = objects.filter(isFlaggerTemplate).map((found) => {
      const source = openSource(found);
      return { found, source, query: readQuery(source.root.at('spec')), kinds: new Set() };
    });
  }

  /** `lost`: it is there, and cannot be asked. Undefined: it is in no file. */
  use(
    name: string,
    namespace: string | undefined,
    canaryNamespace: string | undefined,
  ): TemplateUse | 'lost' | undefined {
    const template = this.#read.find(
      ({ found: { object } }) => object.metadata.name === name && mayBeIn(namespace, object),
    );
    if (!template) return undefined;
    if (!template.query) return 'lost';
    const isShared = namespace !== undefined && namespace !== canaryNamespace;
    template.kinds.add(isShared ? 'ClusterMetricTemplate' : 'MetricTemplate');
    return {
      ...(isShared && { kind: 'ClusterMetricTemplate' as const }),
      name: objectName(name),
      args: template.query.args,
    };
  }

  /** To be asked when all Canaries are converted. */
  reports(): ObjectReport[] {
    return this.#read.map(({ found, source, query, kinds }) => {
      if (kinds.has('ClusterMetricTemplate')) {
        source.root
          .at('metadata', 'namespace')
          .changed(
            'Canaries of other namespaces name it: a template that is shared between namespaces is one of the cluster',
          );
      }
      const wanted = kinds.size > 0 ? [...kinds] : (['MetricTemplate'] as const);
      return closeSource(found, source, query ? wanted.map((kind) => made(found, kind, query)) : []);
    });
  }
}

function readQuery(spec: SourceNode): FlaggerQuery | undefined {
  const provider = spec.at('provider');
  const type = provider.at('type').text() ?? 'prometheus';
  const source = "the sources stand in the controller's configuration; a spec names one by analysis.source";
  for (const field of ['address', 'secretRef', 'insecureSkipVerify', 'headers', 'region'])
    provider.at(field).changed(source);
  if (type === 'prometheus') return flaggerQuery(spec.at('query'));
  provider
    .at('type')
    .dropped(
      `${type} is not asked; bring the number into Prometheus; metrics that name the template are left out`,
    );
  spec.at('query').take();
  return undefined;
}

function made({ object }: FoundObject, kind: MadeObject['kind'], { query, args }: FlaggerQuery): MadeObject {
  const { name = '', namespace } = object.metadata;
  const isOwn = kind === 'MetricTemplate' && namespace !== undefined;
  return {
    apiVersion,
    kind,
    metadata: { name: objectName(name), ...(isOwn && { namespace }) },
    spec: { ...(args.length > 0 && { args: args.map((arg) => ({ name: arg })) }), query },
  };
}
