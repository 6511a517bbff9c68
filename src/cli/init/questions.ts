/** One of several answers. */
export interface Answer<Value> {
  value: Value;
  /** What stands in the list. */
  name: string;
  /** What is told of it while it is marked. */
  description?: string;
}

/** Asks a person. */
export interface Questions {
  choose<Value>(message: string, answers: readonly Answer<Value>[], preset: Value): Promise<Value>;
  /** `fault`: what is wrong with a text, in words; undefined where nothing is. */
  text(message: string, preset: string, fault: (text: string) => string | undefined): Promise<string>;
}
