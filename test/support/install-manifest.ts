import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';

const file = join(import.meta.dirname, '..', '..', 'manifests', 'install.yaml');

/** Every object of an install, as the chart renders it with its default values; helm's own test holds the file to be current. */
export const installManifest: KubernetesObject[] = parseAllDocuments(readFileSync(file, 'utf8')).map(
  (document) => document.toJS() as KubernetesObject,
);

const ofPolicy = ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'];
const ofProgram = ['ConfigMap', 'Deployment', 'NetworkPolicy', 'PodDisruptionBudget'];
const ofKinds = (kinds: string[]) => installManifest.filter(({ kind }) => kinds.includes(kind));

/** Ties a RolloutAction to who makes it. */
export const admissionPolicy: KubernetesObject[] = ofKinds(ofPolicy);

/** The kinds, the namespace, the controller's identity and rights, and the roles of people: all that is there before it runs. */
export const prerequisites: KubernetesObject[] = installManifest.filter(
  ({ kind }) => ![...ofPolicy, ...ofProgram].includes(kind),
);
