import { z } from 'zod';
import { apiRoot, type Route, routes } from './routes.ts';
import * as schemas from './schemas.ts';

type Json = Record<string, unknown>;

const json = (schema: Json) => ({ 'application/json': { schema } });

/** Schemas with a name of their own; what is built of them refers to them. */
const named: [string, z.ZodType][] = Object.entries<unknown>(schemas).flatMap(([name, schema]) =>
  schema instanceof z.ZodType ? [[name, schema]] : [],
);

/** The OpenAPI 3.1 document of the API, made from the schemas that its answers are held to. */
export function openApi(version: string): Json {
  const registry = z.registry<{ id: string }>();
  for (const [name, schema] of named) registry.add(schema, { id: name });
  const { schemas: made } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    io: 'output',
    unrepresentable: 'any',
  });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Understudy dashboard',
      version,
      description: 'What is rolled out and why, for people. Every answer that is no success is a Problem.',
    },
    servers: [{ url: '.' }],
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: Object.fromEntries(Object.entries(made).map(([name, schema]) => [name, withoutIds(schema)])),
    },
    security: [{ token: [] }],
    paths: pathsOf(),
  };
}

function pathsOf(): Json {
  const paths: Record<string, Json> = {};
  for (const route of Object.values<Route>(routes)) {
    paths[`${apiRoot}${route.path}`] = { [route.method]: operationOf(route) };
  }
  return paths;
}

function operationOf({
  path,
  operationId,
  summary,
  query,
  takes,
  answers,
  status = 200,
  events,
}: Route): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query ?? {}).map(([name, description]) => ({
    ...{ name, in: 'query', required: false, description },
    schema: { type: 'string' },
  }));
  return {
    operationId,
    summary,
    parameters: [...inPath, ...inQuery],
    ...(takes && { requestBody: { required: true, content: json(referenceTo(takes)) } }),
    responses: {
      [status]: {
        description: summary,
        content: answers
          ? json(referenceTo(answers))
          : {
              'text/event-stream': {
                schema: { type: 'string' },
                'x-events': Object.fromEntries(
                  Object.entries(events ?? {}).map(([name, schema]) => [name, referenceTo(schema)]),
                ),
              },
            },
      },
      default: {
        description: 'It did not succeed.',
        content: { 'application/problem+json': { schema: referenceTo(schemas.Problem) } },
      },
    },
  };
}

function referenceTo(schema: z.ZodType): Json {
  const name = named.find(([, one]) => one === schema)?.[0];
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  return withoutIds(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }));
}

/** Each schema is a part of one document, and the extensions for CRDs say nothing here. */
function withoutIds(schema: unknown): Json {
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) =>
        key === 'kubernetes' ||
        key === '$schema' ||
        key === '$id' ||
        (key === 'id' && typeof inner === 'string')
          ? []
          : [[key, clean(inner)]],
      ),
    );
  };
  return clean(schema) as Json;
}
