/**
 * Buttons and the modal: check who pressed, ask for the decision, acknowledge when it is stored, and say what came of it.
 * A click that dies with the process is not acknowledged: Slack tells the person, or sends it again.
 */
import type { App } from '@slack/bolt';
import { z } from 'zod';
import { assertNever } from '../../lib/assert-never.ts';
import type { Action, Decision, Ruling } from '../../sre/action.ts';
import { APPROVE, DENY, DENY_REASON, type DenialPlace, denialModal } from './approval.ts';
import type { SlackLog, SlackWeb } from './slack-web.ts';

export type Decide = (decision: Decision) => Promise<{ ruling: Ruling; action: Action | null }>;
export interface Clicks {
  web: SlackWeb;
  decide: Decide;
  /** Slack user ids that may decide; everybody in the workspace who can see the channel when empty. */
  approvers: readonly string[];
  /** Shows the action's state where the buttons were. */
  settle(message: { channel: string; ts: string }, action: Action): Promise<void>;
  log: SlackLog | undefined;
}

const actionId = z.templateLiteral(['act_', z.string().regex(/^[0-9A-Za-z]{1,60}$/)]);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const presser = z.object({
  id: z.string().min(1),
  name: z.string().optional(),
  username: z.string().optional(),
  team_id: z.string().optional(),
  is_bot: z.boolean().optional(),
});
const click = z.object({
  user: presser,
  trigger_id: z.string(),
  container: z.object({ channel_id: z.string(), message_ts: z.string(), thread_ts: z.string().optional() }),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().max(300) })]),
});
const submission = z.object({
  user: presser,
  view: z.object({
    private_metadata: z.string().max(3000),
    state: z.object({ values: z.object({ reason: z.object({ text: z.object({ value: z.string().max(3000) }) }) }) }),
  }),
});
const place = z.object({ action: actionId, digest, channel: z.string(), ts: z.string() });
type Presser = z.infer<typeof presser>;

export function listenToClicks(app: App, clicks: Clicks): void {
  app.action(APPROVE, async ({ ack, body }) => {
    const stored = inTime(ack);
    const pressed = readClick(body);
    if (pressed === null) {
      await stored();
      return clicks.log?.('warn', 'a click that is not one of ours was left alone');
    }
    await conclude(clicks, pressed.by, pressed.target, { verdict: 'approve', reason: '' }, stored);
  });

  app.action(DENY, async ({ ack, body, client }) => {
    await ack();
    const pressed = readClick(body);
    if (pressed === null) return clicks.log?.('warn', 'a click that is not one of ours was left alone');
    const refusal = await refused(clicks, pressed.by);
    if (refusal !== null) return tell(clicks, pressed.by, pressed.target, sentence(refusal));
    await client.views.open({ trigger_id: pressed.trigger, view: denialModal(pressed.target) });
  });

  app.view(DENY_REASON, async ({ ack, body }) => {
    const stored = inTime(ack);
    const parsed = submission.safeParse(body);
    const target = parsed.success ? readPlace(parsed.data.view.private_metadata) : null;
    if (!parsed.success || target === null) {
      await stored();
      return clicks.log?.('warn', 'a form that is not one of ours was left alone');
    }
    const reason = parsed.data.view.state.values.reason.text.value.trim();
    await conclude(clicks, parsed.data.user, target, { verdict: 'reject', reason }, stored);
  });

  app.error(async (error) => clicks.log?.('error', `a Slack interaction failed: ${error.message}`));
}

/** Slack waits three seconds; whoever pressed must not see an error because a disk is slow. */
const ACKNOWLEDGE_WITHIN_MS = 2_000;

/** Acknowledges once: when it is called, or when Slack will wait no longer. */
function inTime(ack: () => Promise<void>): () => Promise<void> {
  let given: Promise<void> | null = null;
  const give = () => {
    clearTimeout(late);
    given ??= ack();
    return given;
  };
  const late = setTimeout(() => void give().catch(() => {}), ACKNOWLEDGE_WITHIN_MS);
  return give;
}

function readClick(body: unknown): { by: Presser; target: z.infer<typeof place>; trigger: string } | null {
  const parsed = click.safeParse(body);
  if (!parsed.success) return null;
  const { user, trigger_id, container, actions } = parsed.data;
  const [id, hash] = actions[0].value.split('|');
  const target = place.safeParse({ action: id, digest: hash, channel: container.channel_id, ts: container.message_ts });
  return target.success ? { by: user, target: target.data, trigger: trigger_id } : null;
}

function readPlace(text: string): z.infer<typeof place> | null {
  try {
    return place.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function conclude(
  clicks: Clicks,
  by: Presser,
  target: z.infer<typeof place>,
  { verdict, reason }: Pick<Decision, 'verdict' | 'reason'>,
  stored: () => Promise<void>,
): Promise<void> {
  const refusal = await refused(clicks, by);
  if (refusal !== null) {
    await stored();
    return tell(clicks, by, target, sentence(refusal));
  }
  const person: Decision['by'] = { id: by.id, name: by.name ?? by.username ?? by.id, via: 'slack' };
  const decided = await clicks
    .decide({ action: target.action, digest: target.digest, verdict, reason, by: person, isBot: by.is_bot === true })
    .catch((error: unknown) => error);
  await stored();
  if (decided instanceof Error || !isDecided(decided)) {
    clicks.log?.('error', `a decision could not be stored: ${decided instanceof Error ? decided.message : decided}`);
    return tell(clicks, by, target, 'Your decision could not be stored, so nothing happened. Try again in a moment.');
  }
  const { ruling, action } = decided;
  // Whatever the answer: buttons of an action that is not open any more must go.
  if (action !== null && action.digest === target.digest && action.state.is !== 'proposed') {
    await clicks.settle(target, action).catch((error: unknown) => {
      clicks.log?.(
        'warn',
        `an approval message still shows buttons: ${error instanceof Error ? error.message : error}`,
      );
    });
  }
  if (!ruling.allowed) await tell(clicks, by, target, sentence(ruling.why));
}

function isDecided(value: unknown): value is Awaited<ReturnType<Decide>> {
  return typeof value === 'object' && value !== null && 'ruling' in value;
}

/** Checked here as well as in `decide`: only the workspace's own people, and of those only who is listed. */
async function refused(clicks: Clicks, by: Presser): Promise<'not_permitted' | 'is_bot' | null> {
  const { teamId, botUserId } = await clicks.web.identity();
  if (by.is_bot === true || by.id === botUserId) return 'is_bot';
  if (by.team_id !== teamId) return 'not_permitted';
  return clicks.approvers.length === 0 || clicks.approvers.includes(by.id) ? null : 'not_permitted';
}

/** Only the person who pressed sees it. */
async function tell(clicks: Clicks, by: Presser, target: DenialPlace, text: string): Promise<void> {
  await clicks.web.once((client) =>
    client.chat.postEphemeral({ channel: target.channel, user: by.id, text, parse: 'none', link_names: false }),
  );
}

function sentence(why: Exclude<Ruling, { allowed: true }>['why']): string {
  switch (why) {
    case 'unknown':
      return 'This change is not known any more, so nothing happened.';
    case 'digest_mismatch':
      return 'What this button stood for is not what is stored now, so nothing happened. Look for a newer message below.';
    case 'already_decided':
      return 'Somebody decided this already; nothing more happened.';
    case 'expired':
      return 'This request has expired, so nothing happened. Ask for it again.';
    case 'not_permitted':
      return 'You may not decide this. Ask one of the approvers; your click changed nothing.';
    case 'is_bot':
      return 'Only people decide; nothing happened.';
    default:
      return assertNever(why);
  }
}
