import { describe, expect, it } from '@jest/globals';
import * as world from '../../../test/support/router-objects.ts';
import { identifyRevision } from '../../domain/revision/revision-hash.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { appliedDeployment, revisionDeployment } from './revision-deployment.ts';
import { mirrorService, revisionService } from './revision-service.ts';
import { type RevisionObjects, revisionWrites, type WorkloadIntent } from './revision-writes.ts';

const owner = world.deploymentWith();
const identity = identifyRevision({ serving: { workload: { template: world.template } } }, []);
const { revision } = identity;
const objectName = `${world.name}-${revision}`;
const settings = { replicas: 2, progressDeadlineMs: owner.spec.progressDeadlineMs, drainUntilMs: undefined };
const drainUntilMs = Date.parse('2026-03-04T05:06:07.000Z');

type BothObjects = Required<Pick<RevisionObjects, 'deployment' | 'service'>>;

const live = (replicas = 2, marked?: number): BothObjects => ({
  deployment: world.stored(
    revisionDeployment(owner, identity, { ...settings, replicas, drainUntilMs: marked }),
  ),
  service: world.storedService(revisionService(owner, identity, 80)),
});
const ensure = (replicas: number): WorkloadIntent => ({ kind: 'ensure', identity, replicas });
const keep = (replicas: number, mark?: number | null): WorkloadIntent => ({
  kind: 'keep',
  revision,
  replicas,
  drainUntilMs: mark,
});
const writes = (intent: WorkloadIntent, objects: RevisionObjects) => revisionWrites(owner, intent, objects);
const damaged = (): BothObjects => {
  const objects = live();
  delete objects.deployment.metadata.annotations;
  return objects;
};

describe('the surge of a revision', () => {
  const surging = (mark = '1', replicas = 3): BothObjects => {
    const objects = live(replicas);
    objects.deployment.metadata.annotations!['understudy.dev/surge'] = mark;
    return objects;
  };
  const kept = (replicas: number, surge?: number): WorkloadIntent => ({
    ...(keep(replicas) as Extract<WorkloadIntent, { kind: 'keep' }>),
    surge,
  });

  it('is added to the replicas and marked in one write, so that who comes later can tell them apart', () => {
    for (const intent of [kept(2, 1), { ...ensure(2), surge: 1 } as WorkloadIntent]) {
      expect(writes(intent, live())).toMatchObject([
        {
          verb: 'apply',
          object: { spec: { replicas: 3 }, metadata: { annotations: { 'understudy.dev/surge': '1' } } },
        },
      ]);
    }
  });

  it('stays as it is where nobody asks', () => {
    expect(writes(kept(2), surging())).toEqual([]);
    expect(writes(ensure(2), surging())).toEqual([]);
    expect(writes(kept(4), surging())).toMatchObject([
      { object: { spec: { replicas: 5 }, metadata: { annotations: { 'understudy.dev/surge': '1' } } } },
    ]);
  });

  it('goes with its mark in one write, and with the last replica', () => {
    const gone = (replicas: number) => [
      { op: 'test', path: '/metadata/resourceVersion', value: expect.any(String) },
      { op: 'add', path: '/spec/replicas', value: replicas },
      { op: 'remove', path: '/metadata/annotations/understudy.dev~1surge' },
    ];
    expect(writes(kept(2, 0), surging())).toMatchObject([{ verb: 'patch', operations: gone(2) }]);
    expect(writes(kept(0), surging())).toMatchObject([{ verb: 'patch', operations: gone(0) }]);
  });

  it('a mark that says nothing is taken away', () => {
    expect(writes(kept(3), surging('many'))).toMatchObject([{ verb: 'patch' }]);
  });
});

describe('revisionWrites', () => {
  it('makes what is missing, the Service first', () => {
    expect(writes(ensure(2), {}).map(world.inWords)).toEqual([
      `create Service ${objectName}`,
      `create Deployment ${objectName}`,
    ]);
    expect(writes(ensure(2), { deployment: live().deployment }).map(world.inWords)).toEqual([
      `create Service ${objectName}`,
    ]);
    expect(writes(keep(2), { deployment: live().deployment }).map(world.inWords)).toEqual([
      `create Service ${objectName}`,
    ]);
  });

  const nothingToDo: [string, WorkloadIntent, RevisionObjects][] = [
    ['ensured', ensure(2), live()],
    ['kept', keep(2), live()],
    ['kept without a mark', keep(2, null), live()],
    ['kept with its mark', keep(2), live(2, drainUntilMs)],
    ['kept with that mark', keep(2, drainUntilMs), live(2, drainUntilMs)],
    ['gone', keep(0), {}],
    ['deleted and gone', { kind: 'delete', revision }, {}],
    ['damaged, as it is', keep(2), damaged()],
  ];
  it.each(nothingToDo)('law 15: writes nothing for what is %s', (_name, intent, objects) => {
    expect(writes(intent, objects)).toEqual([]);
  });

  it('law 16: scales by an apply on what was read, of all that is ours but the template', () => {
    const objects = live();
    const { uid, resourceVersion } = objects.deployment.metadata;
    const desired = appliedDeployment(owner, revision, identity, { ...settings, replicas: 5 });
    expect(Object.keys(desired['spec'])).toEqual(['replicas', 'progressDeadlineSeconds']);
    expect(writes(keep(5), objects)).toEqual([
      { verb: 'apply', object: { ...desired, metadata: { ...desired.metadata, uid, resourceVersion } } },
    ]);
    expect(writes(ensure(5), objects)).toEqual(writes(keep(5), objects));
  });

  it('an apply never leaves out the mark that nobody asked to change', () => {
    expect(writes(keep(0), live(2, drainUntilMs))).toMatchObject([
      {
        verb: 'apply',
        object: { metadata: { annotations: { 'understudy.dev/drain-until': '2026-03-04T05:06:07.000Z' } } },
      },
    ]);
  });

  it('sets a mark, and takes it away whoever wrote it', () => {
    expect(writes(keep(2, drainUntilMs), live())).toMatchObject([
      {
        verb: 'apply',
        object: { metadata: { annotations: { 'understudy.dev/drain-until': '2026-03-04T05:06:07.000Z' } } },
      },
    ]);
    const marked = live(2, drainUntilMs);
    expect(writes(keep(3, null), marked)).toEqual([
      {
        verb: 'patch',
        kind: expect.objectContaining({ kind: 'Deployment' }),
        name: { namespace: 'ml', name: objectName },
        operations: [
          {
            op: 'test',
            path: '/metadata/resourceVersion',
            value: marked.deployment.metadata.resourceVersion,
          },
          { op: 'add', path: '/spec/replicas', value: 3 },
          { op: 'remove', path: '/metadata/annotations/understudy.dev~1drain-until' },
        ],
      },
    ]);
    expect(writes(ensure(2), marked)).toMatchObject([
      { verb: 'patch', operations: [{ op: 'test' }, { op: 'add', value: 2 }, { op: 'remove' }] },
    ]);
  });

  it('a revision whose annotations were taken away is still scaled and drained', () => {
    const objects = damaged();
    expect(writes(keep(0, drainUntilMs), objects)).toMatchObject([
      {
        verb: 'apply',
        object: {
          metadata: { annotations: { 'understudy.dev/drain-until': '2026-03-04T05:06:07.000Z' } },
          spec: { replicas: 0 },
        },
      },
    ]);
    // The spec still has its content: it gets its annotations back.
    expect(writes(ensure(2), objects)).toMatchObject([
      { verb: 'apply', object: { metadata: { annotations: { 'understudy.dev/hash': identity.fullHash } } } },
    ]);
  });

  it('deletes the very objects that were read, the Service first', () => {
    const objects = live();
    const deletion = ({ metadata }: KubernetesObject) => ({
      verb: 'delete',
      name: { namespace: 'ml', name: objectName },
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
    });
    expect(writes({ kind: 'delete', revision }, objects)).toMatchObject([
      deletion(objects.service),
      deletion(objects.deployment),
    ]);
  });

  it('law 18: deletes nothing of somebody else, and nothing twice', () => {
    const objects = live();
    objects.service.metadata.ownerReferences = [];
    objects.deployment.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    expect(writes({ kind: 'delete', revision }, objects)).toEqual([]);
  });
});

describe('the mirror Service of a revision', () => {
  const mirrorName = `${objectName}-mirror`;
  const mirror = world.storedService(mirrorService(owner, identity, 80));
  const asked = (mirrored: boolean | undefined): WorkloadIntent[] => [
    { kind: 'ensure', identity, replicas: 2, mirrorService: mirrored },
    { kind: 'keep', revision, replicas: 2, mirrorService: mirrored },
  ];

  it('is made once, with the pods and the port of the revision, under a name and a role of its own', () => {
    const moved = live();
    moved.service.spec.ports[0].port = 8000;
    for (const intent of asked(true)) {
      const [creation, ...more] = writes(intent, moved);
      expect(more).toEqual([]);
      expect(creation).toMatchObject({
        verb: 'create',
        object: {
          metadata: {
            name: mirrorName,
            labels: {
              'understudy.dev/model-deployment': world.name,
              'understudy.dev/revision': revision,
              'understudy.dev/role': 'mirror',
            },
            ownerReferences: [{ uid: world.owner.uid, controller: true }],
          },
          spec: {
            selector: moved.service.spec.selector,
            ports: [{ port: 8000, targetPort: moved.service.spec.ports[0].targetPort }],
          },
        },
      });
      expect(writes(intent, { ...moved, mirrorService: mirror })).toEqual([]);
    }
  });

  it('goes when it is not wanted, but never while a live route names it', () => {
    for (const intent of asked(false)) {
      expect(writes(intent, live())).toEqual([]);
      expect(writes(intent, { ...live(), mirrorService: mirror, mirrorIsNamed: true })).toEqual([]);
      expect(writes(intent, { ...live(), mirrorService: mirror, mirrorIsNamed: false })).toMatchObject([
        { verb: 'delete', name: { name: mirrorName }, uid: mirror.metadata.uid },
      ]);
    }
  });

  it("is left as it is when nothing is said of it, and when it is somebody else's", () => {
    for (const intent of asked(undefined)) {
      expect(writes(intent, live())).toEqual([]);
      expect(writes(intent, { ...live(), mirrorService: mirror })).toEqual([]);
    }
    const foreign = { ...mirror, metadata: { ...mirror.metadata, ownerReferences: [] } };
    for (const intent of asked(false))
      expect(writes(intent, { ...live(), mirrorService: foreign })).toEqual([]);
  });

  it('goes with its revision, first of all', () => {
    const all = { ...live(), mirrorService: mirror };
    expect(writes({ kind: 'delete', revision }, all).map(world.inWords)).toEqual([
      `delete Service ${mirrorName}`,
      `delete Service ${objectName}`,
      `delete Deployment ${objectName}`,
    ]);
  });
});
