/**
 * What a person holds against the finding, settled by what the finding says of just that. It is never looked at anew, so
 * whatever no single statement covers stays undecided, and is said to be so. Pure.
 */
import type { Finding } from '../finding.ts';
import type { HypothesisNote } from '../hypothesis.ts';
import { claimOn } from './hypotheses.ts';

export interface Raised {
  id: string;
  /** In the words of the person. */
  text: string;
}

const UNDECIDED = 'What was read does not decide it: no statement of the finding is about just that.';

/** `looked`: evidence of what was looked through. Null when nothing was, so that nothing can be said of it. */
export function weighRemark({ id, text }: Raised, finding: Finding, looked: readonly string[]): HypothesisNote | null {
  const parts = text
    .toLowerCase()
    .replaceAll('’', "'")
    .split(/[.,;:!?](?:\s|$)|[¿¡。、！？]|\s(?:but|rather|instead|aber|sondern|pero|sino)\s/);
  const said = contentOf(parts.filter((part) => !DENIAL.test(part)));
  const denied = contentOf(parts.filter((part) => DENIAL.test(part)));
  const about = said.size > 0 ? said : denied;
  const against = finding.ruled_out.find((one) => covers(`${one.hypothesis} ${one.change_id ?? ''}`, about));
  const cause = finding.cause;
  const claim = cause?.change_id == null ? undefined : claimOn(finding, cause.change_id);
  const isCause = claim !== undefined && covers(`${cause?.change_id} ${cause?.service ?? ''} ${cause?.kind}`, about);
  // A word that the cause shares with what is ruled out tells neither.
  const clear = against === undefined || !isCause;
  if (clear && against !== undefined)
    return { id, state: said.size > 0 ? 'refuted' : 'supported', why: against.why, evidence: against.evidence };
  if (clear && isCause && (said.size > 0 || finding.confidence === 'high'))
    return { id, state: said.size > 0 ? 'supported' : 'refuted', why: claim.text, evidence: claim.evidence };
  const evidence = [...looked].slice(0, 5);
  return evidence.length === 0 ? null : { id, state: 'inconclusive', why: UNDECIDED, evidence };
}

/** In English, German, Spanish and Japanese; in others a denial is a word that no statement covers, and decides nothing. */
const DENIAL =
  /n't(?![\p{L}])|(?<![\p{L}])(?:not|no|nope|never|nothing|doubt|disagree|unlikely|wrong|nicht|nein|kein\p{L}*|nie|niemals|nichts|falsch|bezweifle|nunca|tampoco|jam[aá]s|nada|dudo|ning[uú]n\p{L}*)(?![\p{L}])|ない(?!です|でしょう|か)|ません(?!か)|なく|違/u;
/** A name that stands within a script without blanks is a word of its own. */
const WORD =
  /[a-z0-9][a-z0-9_-]{2,}(?![\p{Script=Latin}])|[\p{Script=Latin}\p{N}][\p{Script=Latin}\p{N}_-]{2,}|[^\p{Script=Latin}\p{N}\p{P}\p{S}\s]+/gu;
/** How Japanese asks whether, doubts and says that it was: endings and particles, longest first. */
const PARTICLES =
  /かもしれません|ではないでしょうか|ではないですか|と思いません|と思います|思います|ではありません|じゃないですか|じゃない|ではない|でしょうか|のせい|ですか|が原因|の原因|原因|だった|でした|です|だと|だ|は|が|の|を|に|で|と|も|か|も?しかして/gu;
/** Words that carry no subject: those with which people speak of causes, and the little ones. */
const EMPTY = new Set(
  `about after again all and are because been before bet believe but can caused cause change changes check come comes could
  did does due doubt don for from guess had has have hypothesis instead into its just like likely look looked looks made
  maybe might more most must not now our out perhaps please probably rather really right same say see should since some still
  suspect sure than that the their them then there they think this too very was were what when which while who why will with
  would you your

  aber also auch bin bitte das dass denke denn der die dem den des doch dran eher ein eine einem einen einer glaube hat hatte
  ich ihr ist kann kein keine keinen könnte liegt mal meine muss nein nicht nichts nie noch nur oder schuld schon sein seit
  sicher sie sind und ursache verursacht vermute vielleicht von vom wahrscheinlich war waren warum was wegen weil wer wie wieso wir
  wird wohl wurde zum zur änderung

  algo así aunque cambio causa causado como con creo cuando culpa del desde dudo ella ellos era eran eres esa ese eso esta está
  este esto fue fueron hay las los más nada ningún ninguna nunca para pero pienso podría por porque puede que quizá quizás qué
  sea ser seguro sido sino sobre son sus también tampoco tal una unas uno unos vez`.split(/\s+/),
);

function contentOf(parts: readonly string[]): Set<string> {
  return new Set(parts.flatMap(wordsIn).filter((word) => !EMPTY.has(word)));
}

function wordsIn(text: string): string[] {
  return (text.match(WORD) ?? []).flatMap((word) => word.replace(PARTICLES, ' ').match(/\S+/g) ?? []);
}

/** Every word of it stands there. */
function covers(text: string, words: ReadonlySet<string>): boolean {
  const own = new Set(wordsIn(text.toLowerCase()));
  return words.size > 0 && [...words].every((word) => own.has(word));
}
