import type { ConversionInput } from '../conversion.ts';
import { type ServicePort, servicePort } from '../service-ports.ts';
import type { SourceNode } from '../source-node.ts';
import type { RenamedServices } from './analysis-use.ts';

export interface RolloutServices {
  port: ServicePort;
  renamed: RenamedServices;
}

interface ServiceFields {
  canary: SourceNode;
  blueGreen: SourceNode;
  /** Of the ModelDeployment, and so of the Service that its clients call. */
  name: string;
  namespace: string | undefined;
}

/** The Services that a Rollout names: which port they have, and what they are called here. */
export function rolloutServices(
  { canary, blueGreen, name, namespace }: ServiceFields,
  input: ConversionInput,
): RolloutServices {
  const renamed = new Map<string, string>();
  let port: ServicePort | undefined;
  const live = [
    canary.at('stableService'),
    canary.at('pingPong', 'pingService'),
    blueGreen.at('activeService'),
  ];
  for (const node of live) {
    const service = node.text();
    if (service === undefined) continue;
    port ??= servicePort(input, service, namespace, node);
    if (service === name) {
      node.action(
        "the controller makes a Service of this name and takes over nobody else's: name the ModelDeployment otherwise and move the clients, or delete the Service first (docs/converting.md)",
      );
    } else {
      node.action(`clients that call Service ${service} find the model at Service ${name}`);
    }
  }
  const trial = [canary.at('canaryService'), canary.at('pingPong', 'pongService')];
  for (const node of trial) {
    const service = node.text();
    if (service === undefined) continue;
    port ??= servicePort(input, service, namespace, node);
    node.changed(`each revision has a Service of its own, ${name}-REVISION`);
  }
  const preview = blueGreen.at('previewService');
  const previewName = preview.text();
  port ??= servicePort(input, previewName, namespace, preview);
  if (previewName !== `${name}-preview`) preview.changed(`the preview is Service ${name}-preview`);
  note(renamed, canary.at('canaryService'), '{{ name }}-{{ candidate.revision }}');
  note(renamed, preview, '{{ name }}-preview');
  note(renamed, canary.at('stableService'), '{{ name }}-{{ stable.revision }}');
  note(renamed, blueGreen.at('activeService'), '{{ name }}');
  return { port: port ?? {}, renamed };
}

function note(renamed: Map<string, string>, node: SourceNode, here: string): void {
  if (typeof node.raw === 'string' && !renamed.has(node.raw)) renamed.set(node.raw, here);
}
