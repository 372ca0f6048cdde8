import { z } from 'zod';
import { type AlertSource, type HookRequest, type Received, receiveFrom } from '../../sre/ports/alert-source.ts';
import { payload, readAlert } from './payload.ts';

/** A monitor's webhook, its body made of the template in the README. Each event has an id, its retries have the same. */
export const datadogMonitors: AlertSource = {
  name: 'datadog',
  read(json) {
    const read = payload.safeParse(json);
    if (!read.success) {
      const hint = "use the payload template of Vigil's README";
      return {
        ok: false,
        why: `not Vigil's payload of a monitor (${hint}): ${z.prettifyError(read.error).slice(0, 2000)}`,
      };
    }
    return { ok: true, alerts: [readAlert(read.data)], deliveryId: read.data.id };
  },
};

export function receive(request: HookRequest, token: string): Received {
  return receiveFrom(datadogMonitors, request, token);
}
