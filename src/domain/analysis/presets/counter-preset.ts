import type { CounterPreset } from '../preset.ts';
import type { ChosenPreset } from './choose-preset.ts';
import { choosePreset } from './choose-preset.ts';
import { latencyFamily, requestFamily } from './counter-families.ts';
import type { PresetData } from './preset-data.ts';

/** How requests are counted by a chosen preset. */
export function counterPreset(chosen: ChosenPreset): CounterPreset {
  const { data, requests, latency } = chosen;
  const histogram = latency?.kind === 'histogram' ? latency : undefined;
  return {
    name: data.name,
    ...(data.layer === 'runtime' && { perPod: true }),
    requests: (arms) => requestFamily(requests, arms),
    latency: (arms) => histogram && latencyFamily(histogram, arms),
    lacks: {
      ...(requests.errors?.counted === 'no' && { errors: noErrors(chosen) }),
      ...(!histogram && { latency: noQuantiles(chosen) }),
    },
  };
}

/** A preset by its best alternatives, without asking which of them are there. */
export const bestOf = (data: PresetData): CounterPreset => counterPreset(choosePreset([data], undefined)!);

/** What people have to know about a choice: what cannot be had, and what misleads. */
export function choiceInWords(chosen: ChosenPreset): string[] {
  const { data, requests, latency, choice, insteadOf } = chosen;
  const words: string[] = [];
  if (insteadOf) {
    words.push(`${data.title} is read and not ${insteadOf.title}: ${insteadOf.needsSetup}`);
  }
  if (!choice.requests) words.push(`no request of these revisions was seen at ${data.title} yet`);
  if (requests.errors?.counted === 'no') words.push(noErrors(chosen));
  if (requests.errors?.counted === 'partly') {
    words.push(`errors are counted in part: ${requests.errors.because}${betterAtGateway(data)}`);
  }
  if (latency?.kind !== 'histogram') words.push(noQuantiles(chosen));
  else if (latency.leavesOutFailures) words.push(`latency of ${data.title} leaves failed requests out`);
  return words;
}

const noErrors = ({ data, requests }: ChosenPreset): string =>
  `errors cannot be had from ${data.title}: ${requests.errors?.because}${betterAtGateway(data)}`;

function noQuantiles({ data, latency }: ChosenPreset): string {
  switch (latency?.kind) {
    case 'mean':
      return `p95 cannot be had from ${data.title}: mean only (${latency.id})`;
    case 'summary':
      return `p95 of all pods together cannot be had from ${data.title}: quantiles per pod only (${latency.id})`;
    default:
      return `latency cannot be had from ${data.title}`;
  }
}

const betterAtGateway = ({ layer }: PresetData): string =>
  layer === 'runtime' ? '; the codes that a gateway counts are better' : '';
