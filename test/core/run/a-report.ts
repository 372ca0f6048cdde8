/** Work that is graded. */
export const aReport = {
  type: 'user.define_outcome' as const,
  outcome_id: 'outc_1' as const,
  description: 'A report',
  rubric: { type: 'text' as const, content: 'It names the cause.' },
  max_iterations: null,
};
