import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { cases } from '../../../test/support/model-deployment-cases/cases.ts';
import { actionCases, changedAction } from '../../../test/support/rollout-action-cases.ts';
import { changed, manifest } from '../../../test/support/model-deployment-cases/changes.ts';
import { actionExample, fullExample, smallestExample } from '../crd/examples.ts';
import { modelDeploymentDefinition } from '../crd/definitions.ts';
import { type SchemaNode, schemaNode } from '../crd/schema-node.ts';
import { ModelDeploymentSpec } from '../model-deployment.ts';
import { RolloutActionSpec } from '../rollout-action.ts';
import type { Rule } from '../schema.ts';
import { withDefaults } from '../defaults.ts';
import { modelRollout } from '../../../test/support/model-rollout-manifest.ts';
import {
  InvalidModelRolloutError,
  InvalidObjectError,
  parseModelDeployment,
  parseModelRollout,
  parseRolloutAction,
} from './parse-object.ts';

const rulesOf = (node: SchemaNode): Rule[] => [
  ...node.rules,
  ...Object.values(node.properties ?? {}).flatMap(rulesOf),
  ...(node.items ? rulesOf(node.items) : []),
  ...(node.values ? rulesOf(node.values) : []),
];

const problemsOf = (object: unknown, parse: (object: unknown) => unknown = parseModelDeployment) => {
  try {
    parse(object);
    return [];
  } catch (error) {
    if (error instanceof InvalidObjectError) return error.problems;
    throw error;
  }
};

describe('parseModelDeployment', () => {
  describe.each(cases)('$title', ({ accept, refuse }) => {
    it.each(accept.map((change) => changed(change, 'case')))('accepts %#', (object) => {
      expect(problemsOf(object)).toEqual([]);
    });

    it.each(refuse.map(({ change, ...rest }) => ({ object: changed(change, 'case'), ...rest })))(
      'refuses $path: $says',
      ({ object, path, says = '', saysAtEdge = says }) => {
        expect(problemsOf(object)).toContainEqual({
          path,
          found: expect.any(String),
          accepted: expect.stringContaining(saysAtEdge),
        });
      },
    );
  });

  it('has a case for every rule of the schema', () => {
    const broken = new Set(
      cases
        .flatMap(({ refuse }) => refuse.flatMap(({ change }) => problemsOf(changed(change, 'case'))))
        .map(({ accepted }) => accepted),
    );
    // A missing field is found by its shape before any rule is asked.
    const asked = [...modelDeploymentDefinition.rules, ...rulesOf(schemaNode(ModelDeploymentSpec))]
      .map(({ message }) => message)
      .filter((message) => !/is needed when (kind|type) is/.test(message));
    expect([...new Set(asked)].filter((message) => !broken.has(message))).toEqual([]);
  });

  it.each([smallestExample, fullExample])('accepts the examples of the reference page', (text) => {
    const object = parseModelDeployment(parse(text));
    expect(withDefaults(object.spec).plan.steps.length).toBeGreaterThan(0);
  });

  it('returns the very same object, so that a pod template goes through unchanged', () => {
    const object = manifest();
    object.spec.serving.workload.template.spec.futureField = { kept: true };
    expect(parseModelDeployment(object)).toBe(object);
    expect(object.spec.serving.workload.template.spec.futureField).toEqual({ kept: true });
  });

  it('does not judge the status, which may be lost or come from another release (law 20)', () => {
    expect(problemsOf({ ...manifest(), status: { phase: 'Levitating' } })).toEqual([]);
  });

  it('names field, found and accepted in its message', () => {
    const object = changed((m) => (m.spec.drain = 'soon'), 'case');
    expect(() => parseModelDeployment(object)).toThrow(
      'invalid ModelDeployment: spec.drain: found "soon"; drain must be a duration such as',
    );
  });

  it.each([
    undefined,
    null,
    'text',
    {},
    { ...manifest(), kind: 'Deployment' },
    { ...manifest(), apiVersion: 'v1' },
  ])('refuses what is no ModelDeployment: %j', (object) => {
    expect(problemsOf(object).length).toBeGreaterThan(0);
  });

  it('cuts long values short in messages', () => {
    const [problem] = problemsOf(changed((m) => (m.spec.model = { uri: 'x'.repeat(3000) }), 'case'));
    expect(problem).toMatchObject({ path: 'spec.model.uri' });
    expect(problem!.found.length).toBeLessThan(130);
  });
});

describe('parseModelRollout', () => {
  it('accepts what the controller writes', () => {
    const object = modelRollout();
    expect(parseModelRollout(object)).toBe(object);
  });

  it('refuses a step with the fields of another kind', () => {
    const object = modelRollout();
    object.spec.plan.steps[0] = { kind: 'weight', weight: 5, maxHoldMs: 1 };
    expect(() => parseModelRollout(object)).toThrow(InvalidModelRolloutError);
    expect(() => parseModelRollout(object)).toThrow('spec.plan.steps[0].holdMs');
  });
});

describe('parseRolloutAction', () => {
  const actionProblems = (object: unknown) => problemsOf(object, parseRolloutAction);

  describe.each(actionCases)('$title', ({ accept, refuse }) => {
    it.each(accept.map((change) => changedAction(change)))('accepts %#', (object) => {
      expect(actionProblems(object)).toEqual([]);
    });

    it.each(refuse.map(({ change, ...rest }) => ({ object: changedAction(change), ...rest })))(
      'refuses $path: $says',
      ({ object, path, says = '', saysAtEdge = says }) => {
        expect(actionProblems(object)).toContainEqual({
          path,
          found: expect.any(String),
          accepted: expect.stringContaining(saysAtEdge),
        });
      },
    );
  });

  it('has a case for every rule of the schema that is not about changes', () => {
    const broken = new Set(
      actionCases
        .flatMap(({ refuse }) => refuse.flatMap(({ change }) => actionProblems(changedAction(change))))
        .map(({ accepted }) => accepted),
    );
    const asked = rulesOf(schemaNode(RolloutActionSpec)).filter(({ transition }) => !transition);
    expect(asked.map(({ message }) => message).filter((message) => !broken.has(message))).toEqual([]);
  });

  it('accepts the example of the reference page', () => {
    const { metadata, ...rest } = parse(actionExample);
    const named = { ...rest, metadata: { ...metadata, name: 'sentiment-promote-x7k2p' } };
    expect(parseRolloutAction(named).spec.verb).toBe('promote');
  });
});
