/**
 * What an incident may cost at list prices, and how it is shared: most of it to investigate, a part for last words when that
 * is used up, the rest for second readings. Pure.
 */
export const MOST_READINGS = 6;

const SHARES = {
  investigating: 0.7,
  /** With what it takes to report what there is. */
  'last words': 0.8,
  /** Each of them. */
  reading: 0.2 / MOST_READINGS,
} as const;

export type Purpose = keyof typeof SHARES;

/** As a session takes it; undefined without a limit. `usd` is for the whole incident. */
export function budgetFor(usd: number | null, purpose: Purpose) {
  if (usd === null) return undefined;
  const cents = Math.max(1, Math.floor(usd * SHARES[purpose] * 100));
  return { type: 'limit' as const, max_list_cost: { amount: String(cents), currency: 'USD' as const } };
}

type Budget = NonNullable<ReturnType<typeof budgetFor>>;

/** A model without a list price has nothing that could be counted: its session is made without a limit, as the server asks. */
export async function withinBudget<Made>(
  budget: Budget | undefined,
  create: (limit: { budget?: Budget }) => Promise<Made>,
): Promise<Made> {
  if (budget === undefined) return await create({});
  try {
    return await create({ budget });
  } catch (error) {
    if (!isUnpriced(error)) throw error;
    return await create({});
  }
}

function isUnpriced(error: unknown): boolean {
  return (
    error instanceof Error &&
    'status' in error &&
    error.status === 400 &&
    /list price|not_budgetable/.test(error.message)
  );
}
