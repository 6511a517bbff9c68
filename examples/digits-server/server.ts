/**
 * Serves one version of the digits model by the Open Inference Protocol v2 until SIGTERM. Configured by environment
 * variables; see the README beside this file.
 */
import { loadModel, ModelFileError } from './model/model-file.ts';
import { ConfigError, readConfig } from './server/config.ts';
import { DigitsServer } from './server/digits-server.ts';
import { Inference } from './server/inference.ts';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const stored = loadModel(config.modelFile);
  const model = {
    ...stored,
    name: config.modelName ?? stored.name,
    version: config.modelVersion ?? stored.version,
  };
  const crash = () => {
    console.error(`crash on purpose: CRASH_AFTER_REQUESTS=${config.faults.crashAfterRequests}`);
    process.exit(70);
  };
  const server = new DigitsServer(
    model,
    new Inference(model, config.faults, Math.random, crash),
    config.podName,
  );

  let stopping = false;
  const stop = (signal: string, drainMs: number) => {
    if (stopping) return;
    stopping = true;
    console.log(`${signal}: not ready any more, serving for another ${drainMs} ms`);
    void server.stop(drainMs).then(() => process.exit(0));
  };
  process.on('SIGTERM', () => stop('SIGTERM', config.terminationDrainMs));
  process.on('SIGINT', () => stop('SIGINT', 0));

  const { address, port } = await server.listen(config.port, config.host);
  console.log(`serving ${model.name} version ${model.version} (${model.description}) on ${address}:${port}`);
}

main().catch((error: unknown) => {
  const expected =
    error instanceof ConfigError || error instanceof ModelFileError || (error as { code?: string }).code;
  console.error(expected ? String((error as Error).message) : error);
  process.exit(1);
});
