/**
 * Text in data that talks to whoever reads along: orders planted in a log line, a title, a label. It is shown to people
 * and marked for the model. Nothing rests on it: a list of forms, most of them English, that somebody can write around.
 */
import { visible } from '../../lib/visible.ts';

/** Of one result. */
const MOST = 3;
const EXCERPT = 160;
/** Longer strings are read in part: forms stand close together. */
const MOST_READ = 200_000;

/** One of these is enough: no machine writes it, and no person to another. */
const PLAIN = [
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|earlier|above|preceding|system|your)\b.{0,30}\b(?:instructions?|orders?|rules?|prompts?|guidelines?|directives?)\b/i,
  /<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[\/?INST\]|<<\/?SYS>>/,
  /<\/?(?:tool_result|tool_use|function_results?|function_calls?|incident-data|system_prompt|user_query)>/i,
  /\n[ \t]*(?:Human|Assistant)[ \t]*:[ \t]+\S/,
  /\byou are (?:now )?(?:an? |the )?(?:\w+ )?(?:AI|LLM|language model|assistant|chatbot|copilot)\b/i,
  /\b(?:AI|LLM|language model)s?(?: (?:agent|assistant|model|reader|reviewer)s?)? (?:must|should|shall|is to|are to|has to|have to|needs? to)\b/i,
  // Letters of the block of tags: drawn as nothing, read by a model.
  /[\u{e0020}-\u{e007e}]{4,}/u,
];

/** Without it no form fits. Most strings of a result are times, and are passed over by it. */
const WORD = /\p{L}{3}|[\u{e0020}-\u{e007e}]/u;

/** Two different ones in one string: each alone also stands in honest logs. */
const FAINT = [
  /(?:^|\n|["'.>])[ \t]{0,3}(?:SYSTEM|ADMIN|DEVELOPER|IMPORTANT|NOTE TO (?:AI|AGENT|ASSISTANT)S?)\b[^:\n]{0,30}:/,
  /\binvestigation (?:is|was) (?:already )?(?:complete|over|done|closed|finished)\b/i,
  /\b(?:no|not any) (?:other|further|more) (?:cause|investigation|checks?|questions?|analysis)\b/i,
  /\b(?:do not|don't|never|must not) (?:report|mention|investigate|look (?:at|into)|tell|flag|disclose|question)\b/i,
  /\bwithout (?:asking|approval|confirmation|waiting for (?:approval|a person))\b/i,
  /\b(?:blame|accuse|exonerate)\b.{0,60}\b(?:deploy|change|release|service|team|commit)\b/i,
  /\b(?:approve|merge|open|execute|apply|run|call)\b.{0,40}\b(?:revert|rollback|pull request|command|tool|patch)\b.{0,30}\b(?:now|immediately|at once|right away)\b/i,
  /\b(?:assistant|agent|investigator|bot|copilot)s?\b,? (?:must|should|shall|please|need to|have to)\b/i,
  /\b(?:report|conclude|answer|say|state) (?:only )?(?:that )?(?:the )?(?:root )?cause (?:is|was|as)\b/i,
];

/** The planted pieces of text anywhere in `data`, names of fields included; each once, at most three, shortened. */
export function plantedIn(data: unknown): string[] {
  const found = new Map<string, string>();
  for (const text of stringsIn(data)) {
    if (found.size >= MOST) break;
    const at = plantedAt(text.slice(0, MOST_READ));
    if (at === null) continue;
    const excerpt = excerptAt(text, at);
    // The same words with another number in them are the same words.
    const key = excerpt.replace(/\d+/g, '0');
    if (!found.has(key)) found.set(key, excerpt);
  }
  return [...found.values()];
}

/** Where the planted text begins; null when there is none. */
function plantedAt(text: string): number | null {
  if (!WORD.test(text)) return null;
  for (const form of PLAIN) {
    const at = text.search(form);
    if (at >= 0) return at;
  }
  const faint = FAINT.map((form) => text.search(form)).filter((at) => at >= 0);
  return faint.length < 2 ? null : Math.min(...faint);
}

function excerptAt(text: string, at: number): string {
  const part = text
    .slice(Math.max(0, at - 20), at + EXCERPT)
    .replace(/\s+/g, ' ')
    .trim();
  const cut = at + EXCERPT < text.length ? ' [cut]' : '';
  return `${visible(part)}${cut}`;
}

function* stringsIn(data: unknown): Generator<string> {
  if (typeof data === 'string') yield data;
  else if (Array.isArray(data)) for (const item of data) yield* stringsIn(item);
  else if (typeof data === 'object' && data !== null)
    for (const [name, value] of Object.entries(data)) {
      yield name;
      yield* stringsIn(value);
    }
}
