import { type Document, isScalar, Lexer, Parser, visit } from "yaml";

/** In UTF-16 units. */
export const LARGEST_TEXT = 64 * 1024;

/**
 * How many nodes the aliases of a file may stand for, as `yaml` counts them: a file of a few
 * lines could otherwise stand for billions ("billion laughs").
 */
export const MAX_ALIAS_COUNT = 100;

/**
 * A configuration needs ten levels. `yaml` composes nested values by recursion, and near the end
 * of the stack V8 may end the whole process ("RegExpCompiler Allocation failed", Node 20), which
 * can't be caught.
 */
const DEEPEST_NESTING = 50;

/**
 * The offset at which values are nested too deeply, if they ever are: by the stack of yaml's own
 * parser, which unlike its composer does not recurse.
 */
export function tooDeepAt(text: string): number | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > DEEPEST_NESTING) return parser.offset;
  }
  return undefined;
}

export interface RefusedNode {
  readonly message: string;
  /** From the beginning of the text, in UTF-16 units. */
  readonly offset: number;
}

/** The first node that YAML allows and a configuration can't have, if there is one. */
export function refusedNode(document: Document.Parsed): RefusedNode | undefined {
  const refused: RefusedNode[] = [];
  let aliases = 0;
  visit(document, {
    Alias(_, alias) {
      aliases += 1;
      if (aliases <= MAX_ALIAS_COUNT && alias.resolve(document)) return undefined;
      const offset = alias.range?.[0] ?? 0;
      const missing = `no anchor &${alias.source} stands above this alias`;
      const message = aliases > MAX_ALIAS_COUNT ? "there are too many aliases" : missing;
      refused.push({ message, offset });
      return visit.BREAK;
    },
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== "__proto__") return undefined;
      refused.push({ message: "__proto__ can't be a key", offset: key.range?.[0] ?? 0 });
      return visit.BREAK;
    },
  });
  return refused[0];
}
