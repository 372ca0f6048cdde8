import { z } from 'zod';
import { type AlertSource, type HookRequest, type Received, receiveFrom } from '../../sre/ports/alert-source.ts';
import { payload, readAlerts } from './payload.ts';

/** Sends no delivery id. */
export const alertmanager: AlertSource = {
  name: 'alertmanager',
  read(json) {
    const read = payload.safeParse(json);
    return read.success
      ? { ok: true, alerts: readAlerts(read.data) }
      : { ok: false, why: `not an Alertmanager version 4 body: ${z.prettifyError(read.error).slice(0, 2000)}` };
  },
};

export function receive(request: HookRequest, token: string): Received {
  return receiveFrom(alertmanager, request, token);
}
