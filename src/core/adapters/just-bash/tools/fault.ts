/** What the model did wrong, in words for the model. */
export class ToolFault extends Error {
  override readonly name = 'ToolFault';
}
