import { describe, expect, it } from '@jest/globals';
import { inferenceResponse, parseInferenceRequest } from './inference-protocol.ts';

const blank = Array.from({ length: 64 }, () => 0);
const tensor = (fields: Record<string, unknown> = {}) => ({
  name: 'pixels',
  datatype: 'FP32',
  shape: [1, 64],
  data: blank,
  ...fields,
});
const parse = (body: unknown) => parseInferenceRequest(JSON.stringify(body));

describe('parseInferenceRequest', () => {
  it('reads flat and nested data alike', () => {
    const flat = parse({ inputs: [tensor({ shape: [2, 64], data: [...blank, ...blank] })] });
    const nested = parse({ inputs: [tensor({ shape: [2, 64], data: [blank, blank] })] });
    expect(flat.images).toEqual([blank, blank]);
    expect(nested).toEqual(flat);
  });

  it('takes fractions as FP32 and whole numbers as UINT8', () => {
    const data = blank.with(3, 7.5);
    expect(parse({ inputs: [tensor({ data })] }).images[0]?.[3]).toBe(7.5);
    expect(parse({ inputs: [tensor({ datatype: 'UINT8', data: blank.with(3, 7) })] }).images[0]?.[3]).toBe(7);
    expect(() => parse({ inputs: [tensor({ datatype: 'UINT8', data })] })).toThrow(
      /data\[3\]: found 7.5, accepted a whole/,
    );
  });

  it('gives all outputs unless some are named', () => {
    expect(parse({ inputs: [tensor()] }).outputs).toEqual(['digit', 'probabilities']);
    expect(parse({ inputs: [tensor()], outputs: [{ name: 'digit' }] }).outputs).toEqual(['digit']);
  });

  it.each<[unknown, RegExp]>([
    [[], /^body: found \[\], accepted a JSON object/],
    [{}, /^inputs: found nothing, accepted one tensor, named "pixels"/],
    [{ inputs: [tensor(), tensor()] }, /^inputs: found "2 tensors"/],
    [{ id: 7, inputs: [tensor()] }, /^id: found 7, accepted a text/],
    [{ inputs: ['x'] }, /^inputs\[0\]: found "x", accepted a tensor object/],
    [{ inputs: [tensor({ name: 'image' })] }, /^inputs\[0\]\.name: found "image", accepted "pixels"/],
    [
      { inputs: [tensor({ datatype: 'BYTES' })] },
      /^inputs\[0\]\.datatype: found "BYTES", accepted FP32 or UINT8/,
    ],
    [
      { inputs: [tensor({ shape: [64] })] },
      /^inputs\[0\]\.shape: found \[64\], accepted \[n, 64\] with n from 1 to 1024/,
    ],
    [{ inputs: [tensor({ shape: [0, 64], data: [] })] }, /^inputs\[0\]\.shape: found \[0,64\]/],
    [
      { inputs: [tensor({ data: [1, 2] })] },
      /^inputs\[0\]\.data: found "2 values", accepted 64 numbers, as its shape says/,
    ],
    [{ inputs: [tensor({ data: 'x' })] }, /^inputs\[0\]\.data: found "x", accepted 64 numbers/],
    [
      { inputs: [tensor({ data: blank.with(5, 17) })] },
      /^inputs\[0\]\.data\[5\]: found 17, accepted a number from 0 to 16/,
    ],
    [{ inputs: [tensor({ data: blank.map((v, i) => (i === 5 ? '3' : v)) })] }, /data\[5\]: found "3"/],
    [
      { inputs: [tensor()], outputs: [{ name: 'x' }] },
      /^outputs\[0\]\.name: found "x", accepted "digit" or "probabilities"/,
    ],
    [{ inputs: [tensor()], outputs: 'x' }, /^outputs: found "x", accepted a list/],
  ])('refuses %j', (body, message) => {
    expect(() => parse(body)).toThrow(message);
    expect(() => parse(body)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('refuses text that is not JSON, and shows the start of it', () => {
    expect(() => parseInferenceRequest(`{${'x'.repeat(500)}`)).toThrow(
      /^body: found "\{x{10,80}\.\.\., accepted a JSON object$/,
    );
  });
});

describe('inferenceResponse', () => {
  it('shapes the tensors by the number of images and returns the id', () => {
    const request = { ...parse({ id: 'a', inputs: [tensor()] }) };
    const probabilities = Float64Array.from({ length: 10 }, (_, digit) => (digit === 4 ? 1 : 0));
    const prediction = { digit: 4, probabilities };
    const body = inferenceResponse({ name: 'digits', version: '2' }, request, [prediction, prediction]);
    expect(body).toMatchObject({
      model_name: 'digits',
      model_version: '2',
      id: 'a',
      outputs: [
        { name: 'digit', datatype: 'INT64', shape: [2], data: [4, 4] },
        { name: 'probabilities', datatype: 'FP32', shape: [2, 10] },
      ],
    });
  });
});
