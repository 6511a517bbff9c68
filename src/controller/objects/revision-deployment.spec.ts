import { describe, expect, it } from '@jest/globals';
import { hashRevision, identifyRevision, type RevisionInput } from '../../domain/revision/revision-hash.ts';
import { contentOf, identityOf } from './canonical-input.ts';
import {
  appliedDeployment,
  deploymentSaysSame,
  drainUntilMsOf,
  revisionDeployment,
} from './revision-deployment.ts';
import { revisionService } from './revision-service.ts';

const owner = { namespace: 'ml', name: 'sentiment', uid: 'md-uid' };

/** Whatever the API server would write in its own way: quantities, floats in text, long numbers, nothing at all. */
const template = {
  metadata: { labels: { app: 'x' }, annotations: { 'example.com/note': 'as it is' } },
  spec: {
    terminationGracePeriodSeconds: 5,
    nodeSelector: { zone: 'a' },
    containers: [
      {
        name: 'server',
        image: 'digits:1',
        args: ['--threads', '04'],
        ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9090 }],
        resources: {
          requests: { cpu: '1000m', memory: '1024Mi' },
          limits: { 'nvidia.com/gpu': 1, memory: '1.5Gi' },
        },
        env: [
          { name: 'EMPTY', value: '' },
          { name: 'FACTOR', value: '0.10' },
        ],
      },
    ],
    volumes: [{ name: 'scratch', emptyDir: {} }],
  },
};
const input: RevisionInput = {
  model: { name: 'sentiment', version: '3' },
  serving: { workload: { template } },
  service: { targetPort: 8080 },
};
const identity = identifyRevision(input, []);
const settings = { replicas: 3, progressDeadlineMs: 90_500, drainUntilMs: undefined };
const desired = revisionDeployment(owner, identity, settings);

describe('revisionDeployment', () => {
  it('is what the spec says, the template unchanged but for the two labels', () => {
    expect(desired).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        namespace: 'ml',
        name: `sentiment-${identity.revision}`,
        labels: {
          'understudy.dev/model-deployment': 'sentiment',
          'understudy.dev/revision': identity.revision,
          'app.kubernetes.io/managed-by': 'understudy',
        },
        annotations: {
          'understudy.dev/hash-version': '1',
          'understudy.dev/hash': identity.fullHash,
          'understudy.dev/canonical-input': identity.canonicalInput,
        },
        ownerReferences: [
          {
            apiVersion: 'understudy.dev/v1alpha1',
            kind: 'ModelDeployment',
            name: 'sentiment',
            uid: 'md-uid',
            controller: true,
          },
        ],
      },
      spec: {
        replicas: 3,
        progressDeadlineSeconds: 91,
        revisionHistoryLimit: 0,
        selector: {
          matchLabels: {
            'understudy.dev/model-deployment': 'sentiment',
            'understudy.dev/revision': identity.revision,
          },
        },
        template: {
          ...template,
          metadata: {
            annotations: { 'example.com/note': 'as it is' },
            labels: {
              app: 'x',
              'understudy.dev/model-deployment': 'sentiment',
              'understudy.dev/revision': identity.revision,
            },
          },
        },
      },
    });
  });

  it('rebuilds the same object from what the live one remembers', () => {
    const live = { ...desired, spec: normalisedByServer(desired.spec) };
    expect(revisionDeployment(owner, identityOf(live, identity.revision)!, settings)).toEqual(desired);
  });

  it('carries the drain mark as a time', () => {
    const drainUntilMs = Date.parse('2026-03-04T05:06:07.089Z');
    const marked = revisionDeployment(owner, identity, { ...settings, drainUntilMs });
    expect(marked.metadata.annotations).toMatchObject({
      'understudy.dev/drain-until': '2026-03-04T05:06:07.089Z',
    });
    expect(drainUntilMsOf(marked)).toBe(drainUntilMs);
    expect(drainUntilMsOf(desired)).toBeUndefined();
    marked.metadata.annotations!['understudy.dev/drain-until'] = 'soon';
    expect(drainUntilMsOf(marked)).toBeUndefined();
  });

  it('takes a template without metadata', () => {
    const bare = identifyRevision({ serving: { workload: { template: { spec: template.spec } } } }, []);
    const { metadata } = revisionDeployment(owner, bare, settings).spec.template;
    expect(Object.keys(metadata)).toEqual(['labels']);
  });
});

describe('deploymentSaysSame', () => {
  const applied = appliedDeployment(owner, identity.revision, identity, settings);
  const live = () => structuredClone({ ...desired, spec: normalisedByServer(desired.spec) });

  it('law 15: what the API server normalises and fills in is no difference', () => {
    const filled = live();
    filled.metadata.annotations!['deployment.kubernetes.io/revision'] = '1';
    expect(deploymentSaysSame(applied, filled, owner)).toBe(true);
  });

  const changes: [string, (object: ReturnType<typeof live>) => void][] = [
    ['replicas', (object) => (object.spec.replicas = 4)],
    ['the deadline', (object) => (object.spec.progressDeadlineSeconds = 600)],
    ['a label', (object) => delete object.metadata.labels!['understudy.dev/revision']],
    ['an annotation', (object) => (object.metadata.annotations!['understudy.dev/hash'] = 'other')],
    ['the owner', (object) => (object.metadata.ownerReferences = [])],
  ];
  it.each(changes)('sees a change of %s', (_name, change) => {
    const changed = live();
    change(changed);
    expect(deploymentSaysSame(applied, changed, owner)).toBe(false);
  });
});

describe('identityOf', () => {
  const without = (annotation: string, value?: string) => {
    const object = structuredClone(desired);
    if (value === undefined) delete object.metadata.annotations![annotation];
    else object.metadata.annotations![annotation] = value;
    return object;
  };

  it('reads back what was written', () => {
    expect(identityOf(desired, identity.revision)).toEqual(identity);
  });

  it.each([
    ['understudy.dev/hash-version', undefined],
    ['understudy.dev/hash-version', 'one'],
    ['understudy.dev/hash', undefined],
    ['understudy.dev/canonical-input', undefined],
    ['understudy.dev/canonical-input', '{"serving":'],
    ['understudy.dev/canonical-input', '{}'],
  ])('gives nothing when %s is %s', (annotation, value) => {
    expect(identityOf(without(annotation, value), identity.revision)).toBeUndefined();
  });
});

describe('contentOf', () => {
  const contentFor = (parts: RevisionInput) => contentOf(hashRevision(parts, 1));
  const serving = (ports: object[]) => ({
    workload: { template: { spec: { containers: [{ name: 'a', ports }] } } },
  });

  it.each([
    ['the asked number', { serving: serving([{ containerPort: 1 }]), service: { targetPort: 8080 } }, 8080],
    ['the asked name', { serving: serving([{ containerPort: 1 }]), service: { targetPort: 'grpc' } }, 'grpc'],
    [
      'the port named http',
      { serving: serving([{ containerPort: 1 }, { name: 'http', containerPort: 2 }]) },
      'http',
    ],
    ['the only port', { serving: serving([{ containerPort: 7 }]) }, 7],
  ])('sends to %s', (_name, parts, expected) => {
    expect(contentFor(parts).targetPort).toBe(expected);
  });

  it('knows the model as far as the spec names it', () => {
    expect(contentFor(input).model).toEqual({ name: 'sentiment', version: '3' });
    expect(contentFor({ serving: serving([]), model: { uri: 's3://x' } }).model).toEqual({});
  });
});

describe('revisionService', () => {
  it('selects by both labels, and carries them for its EndpointSlices', () => {
    const both = {
      'understudy.dev/model-deployment': 'sentiment',
      'understudy.dev/revision': identity.revision,
    };
    expect(revisionService(owner, identity, 80)).toMatchObject({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        namespace: 'ml',
        name: `sentiment-${identity.revision}`,
        labels: both,
        ownerReferences: [{ uid: 'md-uid' }],
      },
      spec: { selector: both, ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }] },
    });
  });

  it('has a name that is a DNS-1035 label for the longest name', () => {
    const longest = { ...owner, name: 'a'.repeat(40) };
    expect(revisionService(longest, identity, 80).metadata.name).toMatch(/^[a-z][-a-z0-9]{0,62}$/);
  });
});

/** Some of what the API server does to the spec of a Deployment. */
function normalisedByServer(spec: typeof desired.spec) {
  const copy = structuredClone(spec);
  copy.strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };
  copy.template.metadata.creationTimestamp = null;
  copy.template.spec.restartPolicy = 'Always';
  const [container] = copy.template.spec.containers;
  container.resources = {
    requests: { cpu: '1', memory: '1Gi' },
    limits: { 'nvidia.com/gpu': '1', memory: '1536Mi' },
  };
  for (const port of container.ports) port.protocol = 'TCP';
  delete container.env[0].value;
  return copy;
}
