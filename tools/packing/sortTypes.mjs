import ts from 'typescript';

const byText = (a, b) => (a.trim() < b.trim() ? -1 : 1);

/** A member of an object type with its separator, which the last one may lack. */
const separated = (member) => member.replace(/[;,]?$/, ';');

/**
 * Sorts the members of unions and of object types in a declaration. The compiler writes inferred types in the order in which it met
 * their parts, which changes from build to build.
 */
export function sortTypes(declaration) {
  const source = ts.createSourceFile('api.d.ts', declaration, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  /** Text from the end of what stands before the node, with all types in it sorted. */
  const textOf = (node) => {
    const list = ts.isUnionTypeNode(node) ? node.types : ts.isTypeLiteralNode(node) ? node.members : [];
    const [first, last] = [list[0], list.at(-1)];
    if (first !== undefined) {
      const texts = list.map(textOf);
      const sorted = (ts.isUnionTypeNode(node) ? texts : texts.map(separated)).sort(byText);
      const joined = ts.isUnionTypeNode(node) ? sorted.map((one) => one.trim()).join(' | ') : sorted.join('');
      const space = ts.isUnionTypeNode(node) ? (/^\s*/.exec(declaration.slice(node.pos))?.[0] ?? '') : '';
      const start = ts.isUnionTypeNode(node) ? space : declaration.slice(node.pos, first.pos);
      return start + joined + declaration.slice(last.end, node.end);
    }
    const parts = [];
    let at = node.pos;
    ts.forEachChild(node, (child) => {
      parts.push(declaration.slice(at, child.pos), textOf(child));
      at = child.end;
    });
    return parts.join('') + declaration.slice(at, node.end);
  };
  return textOf(source);
}
