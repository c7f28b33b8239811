// What is thrown at an IR construct that has no translation.

export class Untranslatable extends Error {
  readonly code: string;
  readonly help: string | undefined;
  constructor(message: string, help?: string, code = "BW0801") {
    super(message);
    this.name = "Untranslatable";
    this.code = code;
    this.help = help;
  }
}
