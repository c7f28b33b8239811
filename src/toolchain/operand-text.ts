// Operands in the text of LLVM IR. An operand can be a constant expression, with commas, spaces and brackets of its own.

/** Operands of an instruction: what stands between commas that are in no brackets. */
export function splitOperands(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charAt(at);
    if (c === '"') quoted = !quoted;
    else if (quoted) continue;
    else if ("([{<".includes(c)) depth += 1;
    else if (")]}>".includes(c)) depth -= 1;
    else if (c === "," && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

const EXPRESSION =
  /(?:^| )((?:add|sub|xor|trunc|ptrtoint|ptrtoaddr|inttoptr|bitcast|addrspacecast|getelementptr)\b.*\))$/;

/** Values of a call's arguments, without their types and attributes. */
export function argumentValues(list: string): string[] {
  return splitOperands(list).map((argument) => {
    const expression = EXPRESSION.exec(argument)?.[1];
    return expression ?? /(?:@"[^"]*"|%"[^"]*"|\S+)$/.exec(argument)?.[0] ?? "";
  });
}
