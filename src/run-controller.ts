import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.ts';
import { ConfigError } from './config/config-error.ts';
import { loadConfig, printConfig, wantsHelp } from './config/load-config.ts';
import { settingsHelp } from './config/config-reference.ts';
import { createLogger } from './observability/logging.ts';
import { NestLogger } from './observability/nest-logger.ts';
import { createProgram } from './program.ts';
import { errorMessage } from './runtime/logger.ts';

/** The exit code when leadership is lost: whoever supervises the process starts it again, as a standby. */
const lostLeadershipCode = 3;
/** The exit code for a configuration that cannot be used. */
const usageCode = 2;

/** The controller program. Its flags are those of the configuration: `--help` lists them. */
export async function runController(argv: readonly string[]): Promise<void> {
  try {
    await start(argv);
  } catch (error) {
    console.error(`understudy: ${errorMessage(error)}`);
    process.exit(error instanceof ConfigError ? usageCode : 1);
  }
}

async function start(argv: readonly string[]): Promise<void> {
  if (wantsHelp(argv)) {
    console.log(`The Understudy controller.\n\nUsage: node dist/main.js [flags]\n\n${settingsHelp()}`);
    return;
  }
  const loaded = await loadConfig({ argv, environment: process.env });
  const { config } = loaded;
  if (loaded.printConfig) {
    process.stdout.write(await printConfig(config));
    return;
  }
  const logger = createLogger(config.logging);
  const program = await createProgram({
    config,
    logger,
    environment: process.env,
    onLostLeadership: () => {
      logger.error('leadership is lost: this process ends, and another one goes on');
      process.exit(lostLeadershipCode);
    },
  });
  program.health.start();
  const app = await NestFactory.createApplicationContext(AppModule.register(program), {
    logger: new NestLogger(logger),
  });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
}
