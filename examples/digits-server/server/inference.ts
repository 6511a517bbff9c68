import { setTimeout as sleep } from 'node:timers/promises';
import { predict, type Model } from '../model/model.ts';
import { PreprocessingError } from '../model/preprocessing.ts';
import type { Faults } from './config.ts';
import { inferenceResponse, parseInferenceRequest } from './inference-protocol.ts';
import { RequestError } from './request-error.ts';

/** What an inference gave: the answer's body, and how many images it is about. */
export interface InferenceResult {
  readonly body: Record<string, unknown>;
  readonly images: number;
}

/** Answers inference requests with one model, with the faults that the configuration asks for. */
export class Inference {
  private readonly model: Model;
  private readonly faults: Faults;
  private readonly random: () => number;
  private readonly crash: () => void;
  private requests = 0;

  constructor(model: Model, faults: Faults, random: () => number, crash: () => void) {
    this.model = model;
    this.faults = faults;
    this.random = random;
    this.crash = crash;
  }

  /** Answers one request body; throws `RequestError`: 400 for the client's faults, 500 for the model's. */
  async infer(text: string): Promise<InferenceResult> {
    const { latencyMs, errorRate, crashAfterRequests } = this.faults;
    this.requests++;
    if (crashAfterRequests > 0 && this.requests >= crashAfterRequests) this.crash();
    if (latencyMs > 0) await sleep(latencyMs);
    if (errorRate > 0 && this.random() < errorRate)
      throw new RequestError(500, `fault on purpose: ERROR_RATE=${errorRate}`);
    const request = parseInferenceRequest(text);
    try {
      const predictions = request.images.map((pixels) => predict(this.model, pixels));
      return { body: inferenceResponse(this.model, request, predictions), images: predictions.length };
    } catch (error) {
      if (!(error instanceof PreprocessingError)) throw error;
      throw new RequestError(
        500,
        `preprocessing of ${this.model.name} version ${this.model.version} failed: ${error.message}`,
        {
          cause: error,
        },
      );
    }
  }
}
