/**
 * A backtracking matcher that counts its steps. Like that of V8 it tries every start, every repetition, and every alternative in
 * turn, so a pattern takes as many steps here as it takes time there, whatever the machine is doing.
 */

type Node =
  | {
      readonly is: "set";
      readonly matches: (character: string) => boolean;
      readonly samples: readonly string[];
    }
  | { readonly is: "sequence"; readonly items: readonly Node[] }
  | { readonly is: "choice"; readonly options: readonly Node[] }
  | {
      readonly is: "repeat";
      readonly item: Node;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    }
  | { readonly is: "capture"; readonly group: number; readonly item: Node }
  | { readonly is: "back"; readonly group: number }
  | { readonly is: "look"; readonly item: Node; readonly behind: boolean; readonly negative: boolean }
  | { readonly is: "place"; readonly holds: (text: readonly string[], at: number) => boolean };

const everyKind = Array.from(
  "a0 Z9zяЯ_-+.,;:|/\\\"'`()[]{}<>=!?#*%&@~№\t\n\r\u0001\u00a0\u2028\ufeff\uff10\uff0b😀é",
);

class Parser {
  readonly #source: string;
  readonly #flags: string;
  #at = 0;
  #groups = 0;
  readonly #sets = new Map<string, Extract<Node, { is: "set" }>>();

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags.replace(/[gyd]/g, "");
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw new Error(`Cannot parse /${this.#source}/ at ${this.#at}`);
    return node;
  }

  #peek(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    const isThere = this.#peek(text);
    if (isThere) this.#at += text.length;
    return isThere;
  }

  #choice(): Node {
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    return options.length === 1 && options[0] ? options[0] : { is: "choice", options };
  }

  #sequence(): Node {
    const items: Node[] = [];
    while (this.#at < this.#source.length && !this.#peek("|") && !this.#peek(")"))
      items.push(this.#repeated());
    return { is: "sequence", items };
  }

  #repeated(): Node {
    const item = this.#atom();
    const [found, least, comma, most] =
      /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(this.#source.slice(this.#at)) ?? [];
    if (found === undefined) return item;
    this.#at += found.length;
    const lazy = this.#take("?");
    if (least === undefined)
      return { is: "repeat", item, least: found === "+" ? 1 : 0, most: found === "?" ? 1 : Infinity, lazy };
    const end = most === "" || most === undefined ? (comma === "" ? Number(least) : Infinity) : Number(most);
    return { is: "repeat", item, least: Number(least), most: end, lazy };
  }

  #atom(): Node {
    if (this.#take("(")) return this.#group();
    if (this.#take("^")) {
      const lines = this.#flags.includes("m");
      return { is: "place", holds: (text, at) => at === 0 || (lines && text[at - 1] === "\n") };
    }
    if (this.#take("$")) {
      const lines = this.#flags.includes("m");
      return { is: "place", holds: (text, at) => at === text.length || (lines && text[at] === "\n") };
    }
    const [edge] = /^\\[bB]/.exec(this.#source.slice(this.#at)) ?? [];
    if (edge !== undefined) {
      this.#at += 2;
      const isWord = (one: string | undefined): boolean => one !== undefined && /\w/.test(one);
      return {
        is: "place",
        holds: (text, at) => (isWord(text[at - 1]) !== isWord(text[at])) === (edge === "\\b"),
      };
    }
    const [back] = /^\\[1-9]/.exec(this.#source.slice(this.#at)) ?? [];
    if (back !== undefined) {
      this.#at += 2;
      return { is: "back", group: Number(back[1]) };
    }
    const [set] =
      /^(?:\[(?:\\.|[^\]\\])*\]|\\u\{[^}]*\}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\[pP]\{[^}]*\}|\\c[A-Z]|\\.|.)/su.exec(
        this.#source.slice(this.#at),
      ) ?? [];
    if (set === undefined) throw new Error(`Cannot parse /${this.#source}/ at ${this.#at}`);
    this.#at += set.length;
    return this.#set(set);
  }

  #group(): Node {
    if (this.#take("?:")) return this.#closed(this.#choice());
    for (const [mark, behind, negative] of [
      ["?=", false, false],
      ["?!", false, true],
      ["?<=", true, false],
      ["?<!", true, true],
    ] as const)
      if (this.#take(mark)) return { is: "look", item: this.#closed(this.#choice()), behind, negative };
    const [name] = /^\?<\w+>/.exec(this.#source.slice(this.#at)) ?? [];
    this.#at += name?.length ?? 0;
    const group = (this.#groups += 1);
    return { is: "capture", group, item: this.#closed(this.#choice()) };
  }

  #closed(node: Node): Node {
    if (!this.#take(")")) throw new Error(`Cannot parse /${this.#source}/ at ${this.#at}`);
    return node;
  }

  #set(source: string): Node {
    const known = this.#sets.get(source);
    if (known) return known;
    const native = new RegExp(`^(?:${source})$`, this.#flags);
    const ascii = Array.from({ length: 128 }, (_, code) => native.test(String.fromCharCode(code)));
    const seen = new Map<string, boolean>();
    const matches = (one: string): boolean => {
      const inAscii = one.length === 1 ? ascii[one.charCodeAt(0)] : undefined;
      if (inAscii !== undefined) return inAscii;
      let answer = seen.get(one);
      if (answer === undefined) seen.set(one, (answer = native.test(one)));
      return answer;
    };
    const own = Array.from(source.replace(/^\\(?=\W)/, ""));
    const set = {
      is: "set" as const,
      matches,
      samples: [...new Set([...own, ...everyKind])].filter(matches).slice(0, 4),
    };
    this.#sets.set(source, set);
    return set;
  }
}

class TooManySteps extends Error {}

/** Continues from this place of the text; false: nothing further matches. */
type Continue = (at: number) => boolean;

/** A pattern whose steps can be counted. */
export class CountedPattern {
  readonly #node: Node;
  readonly #match: Continue;
  readonly #isGlobal: boolean;
  #text: readonly string[] = [];
  #groups: string[] = [];
  #end: number | null = null;
  #steps = 0;
  #most = 0;

  constructor(source: string, flags: string) {
    this.#node = new Parser(source, flags).parse();
    this.#isGlobal = flags.includes("g");
    this.#match = this.#compiled(this.#node, (at) => {
      this.#end = at;
      return true;
    });
  }

  /** Steps until a text matches or cannot; `most` if they are more. Finds all matches of a global pattern. */
  steps(input: string, most: number): number {
    const text = Array.from(input);
    this.#text = text;
    this.#steps = 0;
    this.#most = most;
    try {
      for (let at = 0; at <= text.length;) {
        const end = this.#from(at);
        if (end !== null && !this.#isGlobal) break;
        at = end === null || end === at ? at + 1 : end;
      }
      return this.#steps;
    } catch (error) {
      if (error instanceof TooManySteps) return most;
      throw error;
    }
  }

  #from(start: number): number | null {
    this.#end = null;
    this.#groups = [];
    this.#match(start);
    return this.#end;
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps >= this.#most) throw new TooManySteps();
  }

  /** Built once, so that matching a text makes no functions. */
  #compiled(node: Node, then: Continue): Continue {
    switch (node.is) {
      case "set": {
        const { matches } = node;
        return (at) => {
          this.#step();
          const character = this.#text[at];
          return character !== undefined && matches(character) && then(at + 1);
        };
      }
      case "place": {
        const { holds } = node;
        return (at) => {
          this.#step();
          return holds(this.#text, at) && then(at);
        };
      }
      case "sequence": {
        const rest = node.items.reduceRight((next, item) => this.#compiled(item, next), then);
        return (at) => {
          this.#step();
          return rest(at);
        };
      }
      case "choice": {
        const options = node.options.map((option) => this.#compiled(option, then));
        return (at) => {
          this.#step();
          return options.some((option) => option(at));
        };
      }
      case "capture":
        return this.#capture(node, then);
      case "back":
        return (at) => {
          this.#step();
          const wanted = Array.from(this.#groups[node.group] ?? "");
          return wanted.every((one, index) => this.#text[at + index] === one) && then(at + wanted.length);
        };
      case "look": {
        const looks = this.#looks(node);
        return (at) => {
          this.#step();
          return looks(at) !== node.negative && then(at);
        };
      }
      case "repeat":
        return node.item.is === "set" ? this.#repeatSet(node.item, node, then) : this.#repeat(node, then);
    }
  }

  #capture({ group, item }: Extract<Node, { is: "capture" }>, then: Continue): Continue {
    let start = 0;
    const inner = this.#compiled(item, (end) => {
      const before = this.#groups[group];
      const begun = start;
      this.#groups[group] = this.#text.slice(begun, end).join("");
      if (then(end)) return true;
      this.#groups[group] = before ?? "";
      start = begun;
      return false;
    });
    return (at) => {
      this.#step();
      const outer = start;
      start = at;
      const matched = inner(at);
      start = outer;
      return matched;
    };
  }

  #looks({ item, behind }: Extract<Node, { is: "look" }>): Continue {
    if (!behind) return this.#compiled(item, () => true);
    let place = 0;
    const inner = this.#compiled(item, (end) => end === place);
    // V8 matches backwards; from the nearest start is as good for the short ones in use.
    return (at) => {
      place = at;
      for (let start = at; start >= 0 && at - start <= 8; start -= 1) if (inner(start)) return true;
      return false;
    };
  }

  #repeatSet(
    { matches }: Extract<Node, { is: "set" }>,
    { least, most, lazy }: Extract<Node, { is: "repeat" }>,
    then: Continue,
  ): Continue {
    const fits = (at: number, count: number): boolean => {
      this.#steps += 1;
      const character = this.#text[at + count];
      return count < most && character !== undefined && matches(character);
    };
    return (at) => {
      this.#step();
      let count = 0;
      while (count < (lazy ? least : most) && fits(at, count)) count += 1;
      if (count < least) return false;
      if (!lazy) {
        for (; count >= least; count -= 1) if (this.#tries(then, at + count)) return true;
        return false;
      }
      for (; !this.#tries(then, at + count); count += 1) if (!fits(at, count)) return false;
      return true;
    };
  }

  #tries(then: Continue, at: number): boolean {
    this.#step();
    return then(at);
  }

  #repeat({ item, least, most, lazy }: Extract<Node, { is: "repeat" }>, then: Continue): Continue {
    /** How often the item has matched, and where it began to match. */
    let done = 0;
    let start = 0;
    const inner = this.#compiled(item, (end) => {
      if (end === start && done >= least) return false;
      const begun = start;
      done += 1;
      const matched = loop(end);
      done -= 1;
      start = begun;
      return matched;
    });
    const again: Continue = (at) => {
      if (done >= most) return false;
      const before = start;
      start = at;
      const matched = inner(at);
      start = before;
      return matched;
    };
    const loop: Continue = (at) => {
      if (done < least) return again(at);
      return lazy ? then(at) || again(at) : again(at) || then(at);
    };
    return (at) => {
      this.#step();
      // It may be part of a repetition that has begun before.
      const outer = done;
      done = 0;
      const matched = loop(at);
      done = outer;
      return matched;
    };
  }

  /** Texts of about this many characters that repeat what the pattern repeats, most of which do not match in the end. */
  *longTexts(characters: number): Generator<string> {
    const pumps = new Set<string>();
    const prefixes = new Set([""]);
    const walk = (node: Node, before: string): void => {
      switch (node.is) {
        case "set":
          for (const sample of node.samples.slice(0, 2)) pumps.add(sample);
          break;
        case "sequence": {
          let prefix = before;
          for (const item of node.items) {
            walk(item, prefix);
            prefix += sampleOf(item);
          }
          break;
        }
        case "choice":
          for (const option of node.options) walk(option, before);
          break;
        case "repeat":
          if (node.most > 20) prefixes.add(before);
          for (const sample of samplesOf(node.item)) pumps.add(sample);
          walk(node.item, before);
          break;
        case "capture":
        case "look":
          walk(node.item, before);
          break;
        case "back":
        case "place":
      }
    };
    walk(this.#node, "");
    const some = [...pumps].filter((pump) => pump !== "" && pump.length < 40);
    const pairs = some.slice(0, 4).flatMap((one) => some.slice(0, 4).map((other) => one + other));
    for (const pump of new Set([...some.slice(0, 30), ...pairs])) {
      const long = pump.repeat(Math.ceil(characters / pump.length));
      for (const prefix of [...prefixes].slice(0, 6))
        for (const end of ["", "\u0001"]) yield prefix + long + end;
    }
  }
}

const samplesOf = (node: Node): readonly string[] =>
  node.is === "choice"
    ? node.options.map(sampleOf)
    : node.is === "capture"
      ? samplesOf(node.item)
      : node.is === "set"
        ? node.samples
        : [sampleOf(node)];

/** A text that the node matches, more or less. */
function sampleOf(node: Node): string {
  switch (node.is) {
    case "set":
      return node.samples[0] ?? "";
    case "sequence":
      return node.items.map(sampleOf).join("");
    case "choice":
      return node.options[0] ? sampleOf(node.options[0]) : "";
    case "repeat":
      return sampleOf(node.item).repeat(Math.min(Math.max(node.least, 1), 50));
    case "capture":
      return sampleOf(node.item);
    case "back":
    case "look":
    case "place":
      return "";
  }
}
