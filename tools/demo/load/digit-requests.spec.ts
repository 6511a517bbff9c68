import { expect, it } from '@jest/globals';
import { parseInferenceRequest } from '../../../examples/digits-server/server/inference-protocol.ts';
import { digitRequests } from './digit-requests.ts';

it('holds every row of the data set as a request that the server accepts', () => {
  const requests = digitRequests();
  expect(requests).toHaveLength(1_797);
  for (const request of requests) {
    const parsed = parseInferenceRequest(request.body);
    expect(parsed.images).toHaveLength(1);
    expect(parsed.outputs).toEqual(['digit']);
  }
});
