import type { FoundObject } from '../../lint/documents.ts';
import {
  closeSource,
  type ConversionInput,
  type ObjectReport,
  openSource,
  type OpenSource,
} from '../conversion.ts';
import { objectName } from '../names.ts';
import { mayBeIn } from '../selecting-services.ts';

/** A chat that a Canary tells. */
export interface AlertTarget {
  type: 'slack' | 'teams' | 'discord';
  /** The Secret that a target names here. */
  secret: string;
  /** What has to be done that it holds what it has to, in words. */
  keys: string;
}

interface ReadProvider {
  found: FoundObject;
  source: OpenSource;
  /** Undefined where nobody can be told by it. */
  target: AlertTarget | undefined;
  isNamed: boolean;
}

const types = new Map<string, AlertTarget['type']>([
  ['slack', 'slack'],
  ['discord', 'discord'],
  ['msteams', 'teams'],
  ['rocket', 'slack'],
]);

/** What is different about the address of a type, in words. */
const addresses = new Map([
  ['discord', 'that of the webhook itself, without /slack at its end'],
  [
    'msteams',
    'that of a workflow which starts when a Teams webhook request is received: connectors of Office take no such card',
  ],
]);

/** All AlertProviders among the files: those that Canaries name become targets of their notifications. */
export class AlertProviders {
  readonly #read: ReadProvider[];

  constructor({ objects }: ConversionInput) {
    this.#read = objects
      .filter(({ kind, apiVersion }) => kind === 'AlertProvider' && apiVersion.startsWith('flagger.app/'))
      .map((found) => {
        const source = openSource(found);
        return { found, source, target: readTarget(found, source), isNamed: false };
      });
  }

  /** `lost`: it is there, and nobody can be told by it. Undefined: it is in no file. */
  use(name: string, namespace: string | undefined): AlertTarget | 'lost' | undefined {
    const provider = this.#read.find(
      ({ found: { object } }) => object.metadata.name === name && mayBeIn(namespace, object),
    );
    if (!provider) return undefined;
    provider.isNamed = true;
    return provider.target ?? 'lost';
  }

  /** To be asked when all Canaries are converted. */
  reports(): ObjectReport[] {
    return this.#read.map(({ found, source, target, isNamed }) => {
      const node = source.root.at('metadata', 'name');
      if (!isNamed) node.dropped('no Canary among the files names it');
      else if (target) node.changed('it becomes a target in spec.notifications of each Canary that names it');
      return closeSource(found, source, []);
    });
  }
}

function readTarget({ object }: FoundObject, { root }: OpenSource): AlertTarget | undefined {
  const spec = root.at('spec');
  const given = spec.at('type').text() ?? '';
  const type = types.get(given);
  spec.at('channel').dropped('an incoming webhook has the channel that it was made for');
  spec.at('username').dropped('an incoming webhook has the name that it was made with');
  spec.at('proxy').dropped('targets are called without a proxy');
  const secret = spec.at('secretRef', 'name').text();
  const address = spec.at('address').text();
  if (type === undefined) {
    spec
      .at('type')
      .saidOf(
        'dropped',
        `there is no target of type ${given || '(none)'}; the nearest is a webhook that translates: type webhook`,
      );
    return undefined;
  }
  if (given === 'rocket')
    spec
      .at('type')
      .changed(
        'Rocket.Chat takes what is sent to Slack, so the type is slack; where it does not read blocks it shows the headline',
      );
  const isBot = given === 'slack' && address?.endsWith('/api/chat.postMessage') === true;
  const where = isBot
    ? 'that of an incoming webhook: a token of a bot is not used'
    : (addresses.get(given) ?? (secret === undefined ? 'that of spec.address' : undefined));
  spec
    .at('address')
    .changed('who knows it may write to the chat: it belongs into a Secret, and no manifest has it');
  if (secret === undefined) {
    // Nobody has made it yet.
    const made = objectName(`${object.metadata.name ?? given}-address`);
    return { type, secret: made, keys: `the address as url (${where})` };
  }
  spec.at('secretRef').changed('Flagger reads its key address, a target of notifications its key url');
  return {
    type,
    secret,
    keys: `the address as url, beside Flagger's key address${where ? ` (${where})` : ''}`,
  };
}
