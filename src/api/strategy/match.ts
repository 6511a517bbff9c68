import { z } from 'zod';
import { field } from '../schema.ts';

const matchType = () =>
  field(
    z.enum(['Exact', 'RegularExpression']),
    'How `value` is compared. Default: `Exact`. Not every gateway has `RegularExpression`.',
  ).optional();

const NamedMatch = (what: string) =>
  field(
    z.object({
      name: field(z.string().min(1).max(256), `Name of the ${what}.`),
      type: matchType(),
      value: field(z.string().min(1).max(4096), `Value of the ${what}.`),
    }),
    `A ${what} that the request must have.`,
  );

/** Which requests are those of testers: headers, query parameters and path as the Gateway API has them. */
export const TesterMatch = field(
  z.object({
    headers: field(z.array(NamedMatch('header')).max(8), 'Headers that a request must have, all of them.', {
      listType: 'map',
      listMapKeys: ['name'],
    }).optional(),
    queryParams: field(
      z.array(NamedMatch('query parameter')).max(8),
      'Query parameters that a request must have, all of them.',
      { listType: 'map', listMapKeys: ['name'] },
    ).optional(),
    path: field(
      z.object({
        type: field(
          z.enum(['PathPrefix', 'Exact', 'RegularExpression']),
          'How `value` is compared. Default: `PathPrefix`.',
        ).optional(),
        value: field(z.string().min(1).max(1024), 'The path to compare with.'),
      }),
      "The request's path, instead of the path of `traffic.gatewayAPI.matches`.",
      {
        rules: [
          {
            rule: "(has(self.type) && self.type == 'RegularExpression') || self.value.startsWith('/')",
            message: 'path.value must start with "/" unless path.type is RegularExpression',
            fieldPath: '.value',
          },
        ],
      },
    ).optional(),
  }),
  'Requests that match get the candidate from here on until it is promoted, whatever its weight. Without any condition testers are sent back to the split.',
);
export type TesterMatch = z.infer<typeof TesterMatch>;
