// Which documents are chanfix's business.

// As in chanfix/embedded/languages.py. In JSON "<" may be written as a number.
const MARK = /(?:<|\\u003c)(?:domain|channel|controller)/i;
const ON_LANGUAGE = 'onLanguage:';

/** Returns the languages that a manifest's activation events name. */
export function languagesOf(activationEvents: readonly string[]): string[] {
  return activationEvents
    .filter((event) => event.startsWith(ON_LANGUAGE))
    .map((event) => event.slice(ON_LANGUAGE.length));
}

/** Returns true if a text may hold a part of a domain: before the first such text no server is started. */
export function mayHoldDomain(text: string): boolean {
  return MARK.test(text);
}
